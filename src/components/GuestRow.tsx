/**
 * One person or link with its ticks; the same in the dialog and in the panel.
 * @module
 */
import { ellipsesIcon, linkIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { NO_RIGHTS } from '../../protocol/levels.ts';
import type { Access, Link, Person } from '../../protocol/resources.ts';
import { Avatar } from './Avatar.tsx';
import { CALM, LINK_ROW, type ShareActions, type ShareView } from './model.ts';
import { RightChecks } from './RightChecks.tsx';
import { RowDetails } from './RowDetails.tsx';
import { RowNotes } from './RowNotes.tsx';
import { existing, scopeText } from './scope.ts';
import { endsText, presence } from './words.ts';
import { Whereabouts, type Journey } from './Whereabouts.tsx';

/** Props that rows have in common. */
export interface RowProps {
  readonly view: ShareView;
  readonly actions: ShareActions;
  /** Number of a cell as people count, from its id. */
  readonly cellNumber: (id: string) => number | null;
  /** Lets the owner pick the cells that a row's Edit covers. */
  readonly onPick: (row: string) => void;
  /** Whether ticks carry their labels (no column heads above). */
  readonly labels: boolean;
  /** Goes to where people are; absent where there is no notebook beside. */
  readonly journey?: Journey;
  /** The row that starts with its details open. */
  readonly open?: string | null;
  readonly trans: TranslationBundle;
}

/** A person's row. */
export function GuestRow(props: RowProps & { person: Person }): React.JSX.Element {
  const { person, trans } = props;
  const where = presence(person, props.cellNumber, trans);
  return (
    <Row
      {...props}
      row={person.id}
      name={person.name}
      hint={person.username ?? person.name}
      access={person}
      badge={<Avatar name={person.name} color={person.color} here={person.tabs > 0} />}
      copyLabel={person.kind === 'invited' ? trans.__('Copy link again') : null}
      removeLabel={trans.__('Remove')}
    >
      <span title={where.title}>{where.text}</span>
      {props.journey && person.tabs > 0 && (
        <Whereabouts person={person} journey={props.journey} trans={trans} />
      )}
    </Row>
  );
}

/** The row of "anyone with the link"; `link` is null while there is none. */
export function LinkRow(props: RowProps & { link: Link | null; row?: string }): React.JSX.Element {
  const { link, trans } = props;
  const row = props.row ?? LINK_ROW;
  return (
    <Row
      {...props}
      row={row}
      name={trans.__('Anyone with the link')}
      hint=""
      access={link}
      badge={
        <span className="jp-LiveShare-avatar jp-mod-link" aria-hidden="true">
          <linkIcon.react tag="span" />
        </span>
      }
      link={link}
      copyLabel={null}
      removeLabel={trans.__('Turn off the link')}
    >
      {linkUse(link, trans)}
      {link && (
        <>
          {' · '}
          <button type="button" className="jp-LiveShare-link" onClick={() => props.actions.copyLink(row)}>
            {trans.__('Copy link')}
          </button>
        </>
      )}
    </Row>
  );
}

function linkUse(link: Link | null, trans: TranslationBundle): string {
  if (!link) {
    return trans.__('off');
  }
  if (link.maxPeople !== null) {
    return trans.__('%1 of %2 people came by it', link.uses, link.maxPeople);
  }
  return link.uses === 0
    ? trans.__('on, nobody came by it yet')
    : trans._n('1 person came by it', '%1 people came by it', link.uses);
}

interface FrameProps extends RowProps {
  row: string;
  name: string;
  hint: string;
  access: Access | null;
  link?: Link | null;
  badge: React.ReactNode;
  copyLabel: string | null;
  removeLabel: string;
  children: React.ReactNode;
}

function Row(props: FrameProps): React.JSX.Element {
  const { access, actions, row, trans } = props;
  const [open, setOpen] = React.useState(props.open === row);
  const state = props.view.rows[row] ?? CALM;
  const details = React.useId();
  const numbers = access && existing(access.cells, props.cellNumber);
  return (
    <div role="row" className="jp-LiveShare-row" data-row={row}>
      <div role="rowheader" className="jp-LiveShare-who">
        {props.badge}
        <div className="jp-LiveShare-names">
          <div className="jp-LiveShare-name" title={props.hint}>
            {props.name}
          </div>
          <div className="jp-LiveShare-sub">
            {props.children}
            {access?.rights.edit && numbers && (
              <span> · {trans.__('Edit: %1', scopeText(numbers, trans))}</span>
            )}
            {access?.expiresAt && <Ends at={access.expiresAt} trans={trans} />}
            <RowNotes state={state} onUndo={() => actions.undoDrop(row)} trans={trans} />
          </div>
        </div>
      </div>
      <RightChecks
        who={props.name}
        rights={access?.rights ?? NO_RIGHTS}
        wanted={state.wanted}
        labels={props.labels}
        onTick={(right, on) => actions.tick(row, right, on)}
        trans={trans}
      />
      <div role="cell" className="jp-LiveShare-more">
        {access && (
          <MoreButton name={props.name} open={open} controls={details} onToggle={setOpen} trans={trans} />
        )}
      </div>
      {access && open && (
        <RowDetails
          id={details}
          who={props.name}
          access={access}
          numbers={numbers}
          link={props.link ?? null}
          copyLabel={props.copyLabel}
          removeLabel={props.removeLabel}
          onChange={change => actions.change(row, change)}
          onPick={() => props.onPick(row)}
          onCopy={() => actions.copyLink(row)}
          onRemove={() => actions.remove(row)}
          trans={trans}
        />
      )}
    </div>
  );
}

/** "· ends in 2 hours". */
function Ends({ at, trans }: { at: string; trans: TranslationBundle }): React.JSX.Element {
  return (
    <span className="jp-LiveShare-ends" title={new Date(at).toLocaleString()}>
      {' · '}
      {endsText(at, trans)}
    </span>
  );
}

function MoreButton(props: {
  name: string;
  open: boolean;
  controls: string;
  onToggle: (open: boolean) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="jp-LiveShare-iconButton"
      aria-expanded={props.open}
      aria-controls={props.controls}
      aria-label={props.trans.__('More for %1', props.name)}
      title={props.trans.__('Scope of Edit, expiry, details, link, remove')}
      onClick={() => props.onToggle(!props.open)}
    >
      <ellipsesIcon.react tag="span" />
    </button>
  );
}
