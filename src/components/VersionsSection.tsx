/**
 * The panel's section of versions: a list with search; what can be done with each.
 * @module
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Version } from '../../protocol/versions.ts';
import type { Folds } from './GuestsPanel.tsx';
import { Section } from './Section.tsx';
import { search, type VersionActions, type VersionCan, type VersionsView } from './versionModel.ts';

/** Props of the section. */
export interface VersionsSectionProps {
  readonly view: VersionsView;
  readonly can: VersionCan;
  readonly actions: VersionActions;
  /** The owner's name as this reader reads it; empty for the owner. */
  readonly owner: string;
  readonly folds: Folds;
  readonly trans: TranslationBundle;
}

/** From that many versions on there is a search field. */
const MANY = 6;
/** Versions that are listed before one asks for more. */
const PAGE = 20;

/** The section. */
export function VersionsSection(props: VersionsSectionProps): React.JSX.Element {
  const { actions, can, folds, trans, view } = props;
  const [text, setText] = React.useState('');
  const [shown, setShown] = React.useState(PAGE);
  const owner = props.owner || trans.__('You');
  const found = search(view.items, text, owner);
  return (
    <Section
      name="versions"
      title={trans.__('Versions')}
      count={view.items.length}
      folded={folds.folded.has('versions')}
      onFold={folds.onFold}
    >
      {view.error !== null && <p className="jp-LiveShare-error">{view.error}</p>}
      {can.save && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-LiveShare-small jp-LiveShare-saveVersion"
          onClick={() => actions.save()}
        >
          {trans.__('Save version…')}
        </button>
      )}
      {view.items.length === 0 && view.error === null && (
        <p className="jp-LiveShare-sub">{trans.__('No versions yet.')}</p>
      )}
      {view.items.length >= MANY && (
        <input
          type="search"
          className="jp-mod-styled jp-LiveShare-search"
          placeholder={trans.__('Search versions')}
          aria-label={trans.__('Search versions')}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      )}
      <ul className="jp-LiveShare-versions">
        {found.slice(0, shown).map(version => (
          <Entry key={version.number} {...props} owner={owner} version={version} />
        ))}
      </ul>
      {found.length > shown && (
        <button
          type="button"
          className="jp-LiveShare-link jp-LiveShare-moreButton"
          onClick={() => setShown(shown + PAGE)}
        >
          {trans.__('More')}
        </button>
      )}
    </Section>
  );
}

function Entry(props: VersionsSectionProps & { version: Version }): React.JSX.Element {
  const { owner, trans, version } = props;
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  const at = new Date(version.at);
  return (
    <li>
      <button
        type="button"
        className="jp-LiveShare-version"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span className="jp-LiveShare-versionNumber">{version.number}</span>
        <span className="jp-LiveShare-names">
          <span className="jp-LiveShare-versionMessage">
            {version.message || trans.__('Version %1', version.number)}
          </span>
          <span className="jp-LiveShare-sub">
            {version.person?.name ?? owner} ·{' '}
            <time dateTime={version.at} title={at.toLocaleString()}>
              {Time.formatHuman(at, 'narrow')}
            </time>
            {version.pinned && ` · ${trans.__('pinned')}`}
          </span>
        </span>
      </button>
      {open && <Details id={id} {...props} />}
    </li>
  );
}

function Details(props: VersionsSectionProps & { id: string; version: Version }): React.JSX.Element {
  const { actions, can, id, trans, version, view } = props;
  const others = view.items.filter(each => each.number !== version.number);
  const link = (label: string, onClick: () => void, danger = false): React.JSX.Element => (
    <button type="button" className={`jp-LiveShare-link${danger ? ' jp-mod-danger' : ''}`} onClick={onClick}>
      {label}
    </button>
  );
  return (
    <div id={id} className="jp-LiveShare-versionDetails">
      {version.commit !== null && (
        <div className="jp-LiveShare-sub">{trans.__('Commit %1', version.commit.slice(0, 10))}</div>
      )}
      {can.read && (
        <a
          className="jp-LiveShare-link"
          href={actions.pageUrl(version.number)}
          target="_blank"
          rel="noopener"
        >
          {trans.__('Open as page')}
        </a>
      )}
      {can.compareNow && link(trans.__('Compare with now'), () => actions.compare(version, 'now'))}
      {can.restore && link(trans.__('Go back to it…'), () => actions.restore(version))}
      {can.manage &&
        link(version.pinned ? trans.__('Unpin') : trans.__('Pin'), () =>
          actions.pin(version, !version.pinned)
        )}
      {can.manage && link(trans.__('Remove…'), () => actions.remove(version), true)}
      {others.length > 0 && (
        <span className="jp-LiveShare-versionOther">
          <select
            className="jp-mod-styled"
            aria-label={trans.__('Compare with version')}
            value=""
            onChange={event => actions.compare(version, Number(event.target.value))}
          >
            <option value="" disabled>
              {trans.__('Compare with version…')}
            </option>
            {others.map(({ number, message }) => (
              <option key={number} value={number}>
                {message === '' ? number : `${number}: ${message.slice(0, 60)}`}
              </option>
            ))}
          </select>
        </span>
      )}
    </div>
  );
}
