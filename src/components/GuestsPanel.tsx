/**
 * The owner's Collaborators panel.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { ActivityList } from './ActivityList.tsx';
import { LinkRow, type RowProps } from './GuestRow.tsx';
import type { ActivityView, ShareView } from './model.ts';
import { PeopleSections, type PeopleSectionsProps } from './PeopleSections.tsx';
import { Section, type SectionFold } from './Section.tsx';
import { RunExplained } from './ShareDialog.tsx';
import { ShareSettings } from './ShareSettings.tsx';
import { Waiting, waitingCount } from './Waiting.tsx';

/** What folds, and how to fold it. */
export interface Folds {
  readonly folded: ReadonlySet<string>;
  readonly onFold: (name: string, folded: boolean) => void;
}

/** Props of what is shown of a share. */
export interface SharedProps extends Omit<RowProps, 'labels' | 'trans'> {
  readonly activity: ActivityView;
  readonly me: PeopleSectionsProps['me'];
  readonly onMoreActivity: () => void;
  /** The line about what isn't saved. */
  readonly unsaved: React.ReactNode;
  /** The section of comments. */
  readonly comments: React.ReactNode;
  /** The section of versions. */
  readonly versions: React.ReactNode;
}

/** Props of the panel. */
export interface GuestsPanelProps {
  /** Name of the notebook in front; null when there is none. */
  readonly notebook: string | null;
  /** The share of it; null while it isn't shared. */
  readonly shared: SharedProps | null;
  readonly error: string | null;
  readonly folds: Folds;
  readonly onShare: () => void;
  readonly onStop: () => void;
  readonly trans: TranslationBundle;
}

/** The panel, for any state of the notebook in front. */
export function GuestsPanel(props: GuestsPanelProps): React.JSX.Element {
  const { notebook, shared, trans } = props;
  return (
    <div className="jp-LiveShare jp-LiveShare-panelBody">
      <div className="jp-LiveShare-panelHead">
        <h2 title={notebook ?? undefined}>{notebook ?? trans.__('Collaborators')}</h2>
        {notebook !== null && (
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
            onClick={props.onShare}
          >
            {trans.__('Share')}
          </button>
        )}
      </div>
      {props.error !== null && (
        <div className="jp-LiveShare-error" role="alert">
          {props.error}
        </div>
      )}
      {notebook === null && <p>{trans.__('Open a notebook to see who works in it.')}</p>}
      {notebook !== null && !shared && !props.error && (
        <p>{trans.__('Nobody else can open this notebook. Click Share to invite people.')}</p>
      )}
      {shared && <Sections {...props} shared={shared} />}
    </div>
  );
}

function sectionProps({ folded, onFold }: Folds, name: string, title: string, count?: number): SectionFold {
  return { name, title, count, folded: folded.has(name), onFold };
}

function Sections(props: GuestsPanelProps & { shared: SharedProps }): React.JSX.Element {
  const { folds, shared, trans } = props;
  const { actions, view } = shared;
  const rows = { ...shared, labels: true, trans };
  const waiting = waitingCount(view);
  const section = (name: string, title: string, count?: number) => sectionProps(folds, name, title, count);
  return (
    <>
      {view.error !== null && (
        <div className="jp-LiveShare-error" role="alert">
          {view.error}
        </div>
      )}
      {shared.unsaved}
      {waiting > 0 && (
        <Section {...section('waiting', trans.__('Waiting'), waiting)}>
          <Waiting view={view} actions={actions} trans={trans} />
        </Section>
      )}
      <PeopleSections rows={rows} me={shared.me} section={section} trans={trans} />
      <Section {...section('link', trans.__('Link'))}>
        <div role="table" aria-label={trans.__('Anyone with the link')}>
          <LinkRow {...rows} link={view.share.links[0] ?? null} />
          {view.share.links.slice(1).map(link => (
            <LinkRow key={link.id} {...rows} link={link} row={link.id} />
          ))}
        </div>
      </Section>
      {shared.versions}
      {shared.comments}
      <Section {...section('activity', trans.__('Activity'))}>
        <ActivityList
          activity={shared.activity}
          cellNumber={shared.cellNumber}
          onMore={shared.onMoreActivity}
          trans={trans}
        />
      </Section>
      <Section {...section('settings', trans.__('Settings'))}>
        <ShareSettings view={view} actions={actions} trans={trans} />
      </Section>
      {view.explainRun && <RunExplained trans={trans} />}
      <Foot view={view} onStop={props.onStop} trans={trans} />
    </>
  );
}

function Foot(props: { view: ShareView; onStop: () => void; trans: TranslationBundle }): React.JSX.Element {
  const { trans } = props;
  return (
    <div className="jp-LiveShare-panelFoot">
      <button type="button" className="jp-LiveShare-link jp-mod-danger" onClick={props.onStop}>
        {trans.__('Stop sharing')}
      </button>
      <span className="jp-LiveShare-saved" role="status">
        {{ idle: '', saving: trans.__('Saving…'), saved: trans.__('Saved ✓') }[props.view.saving]}
      </span>
    </div>
  );
}
