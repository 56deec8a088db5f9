/**
 * The body of the Share dialog.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { RIGHTS } from '../../protocol/levels.ts';
import { AddPerson } from './AddPerson.tsx';
import { GuestRow, LinkRow, type RowProps } from './GuestRow.tsx';
import { RemovedRows } from './RemovedRows.tsx';
import type { ShareActions, ShareView } from './model.ts';
import { conflictsText, unsavedText } from './unsavedText.ts';
import { Waiting, waitingCount } from './Waiting.tsx';
import { listOf, rightLabel, rightTip, saveFailureText } from './words.ts';

/** Props of the dialog. */
export type ShareDialogProps = Omit<RowProps, 'labels'>;

/** Everything between title and Done. */
export function ShareDialog(props: ShareDialogProps): React.JSX.Element {
  const { actions, trans, view } = props;
  const { share } = view;
  const rows = { ...props, labels: false };
  const people = share.people.filter(person => !person.waiting);
  const nobody = people.length === 0 && share.links.length === 0;
  return (
    <div className="jp-LiveShare jp-LiveShare-dialog">
      <AddPerson actions={actions} trans={trans} />
      {view.error !== null && (
        <div className="jp-LiveShare-error" role="alert">
          {view.error}
        </div>
      )}
      {waitingCount(view) > 0 && (
        <section className="jp-LiveShare-dialogWaiting" aria-label={trans.__('Waiting')}>
          <Waiting view={view} actions={actions} trans={trans} />
        </section>
      )}
      <div className="jp-LiveShare-table" role="table" aria-label={trans.__('Who may do what')}>
        <Heads trans={trans} />
        <div className="jp-LiveShare-people" role="rowgroup">
          {people.map(person => (
            <GuestRow key={person.id} {...rows} person={person} />
          ))}
          <RemovedRows view={view} actions={actions} trans={trans} />
          {nobody && (
            <div className="jp-LiveShare-empty" role="row">
              <span role="cell">
                {trans.__('Nobody else can open this notebook. Add a person, or turn on the link.')}
              </span>
            </div>
          )}
        </div>
        <div className="jp-LiveShare-anyone" role="rowgroup">
          <LinkRow {...rows} link={share.links[0] ?? null} />
          {share.links.slice(1).map(link => (
            <LinkRow key={link.id} {...rows} link={link} row={link.id} />
          ))}
        </div>
      </div>
      {view.explainRun && <RunExplained trans={trans} />}
      <Footer view={view} trans={trans} actions={actions} />
    </div>
  );
}

function Heads({ trans }: { trans: TranslationBundle }): React.JSX.Element {
  return (
    <div className="jp-LiveShare-row jp-LiveShare-heads" role="row">
      <span role="columnheader" className="jp-LiveShare-hidden">
        {trans.__('Person')}
      </span>
      {RIGHTS.map(right => (
        <span key={right} role="columnheader" className="jp-LiveShare-head" title={rightTip(right, trans)}>
          {rightLabel(right, trans)}
        </span>
      ))}
      <span role="columnheader" className="jp-LiveShare-hidden">
        {trans.__('More')}
      </span>
    </div>
  );
}

/** What Run means, said once. */
export function RunExplained({ trans }: { trans: TranslationBundle }): React.JSX.Element {
  return (
    <div className="jp-LiveShare-explain" role="note">
      {trans.__(
        'Code runs as you, on your computer: a person who may run cells can reach what you can reach. Without Edit they run only cells as they stand.'
      )}
    </div>
  );
}

/** "Ada", "Ada and Grace", "Ada and 3 others". */
function holders(people: readonly { readonly name: string }[], trans: TranslationBundle): string {
  const names = people.map(person => person.name);
  return names.length > 2 ? trans.__('%1 and %2 others', names[0], names.length - 1) : listOf(names, trans);
}

interface FooterProps {
  readonly view: ShareView;
  readonly actions: ShareActions;
  readonly trans: TranslationBundle;
}

function Footer({ view, actions, trans }: FooterProps): React.JSX.Element {
  const held = view.share.people.filter(person => person.rights.edit && !person.rights.save);
  const said = { idle: '', saving: trans.__('Saving…'), saved: trans.__('Saved ✓') }[view.saving];
  const unsaved = unsavedText(view.share, { me: null, owner: '' }, trans);
  return (
    <div className="jp-LiveShare-foot">
      <span>
        {held.length > 0 &&
          trans.__('%1 can edit but not save: the file changes only when you save.', holders(held, trans))}
        {unsaved !== null && (
          <>
            {` ${unsaved}. `}
            <button
              className="jp-mod-styled jp-mod-minimal jp-LiveShare-saveNow"
              onClick={() => actions.save()}
            >
              {trans.__('Save now')}
            </button>
          </>
        )}
        {view.share.saveFailure !== null && ` ${saveFailureText(view.share.saveFailure, trans)}`}
        {view.share.conflicts > 0 && ` ${conflictsText(view.share.conflicts, trans)}`}
      </span>
      <span className="jp-LiveShare-saved" role="status">
        {said}
      </span>
    </div>
  );
}
