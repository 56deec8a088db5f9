/**
 * The chip in a guest's toolbar, and the small panel it opens.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { type Right, RIGHTS, type Rights } from '../../protocol/levels.ts';
import { listOf, rightLabel, rightMeaning, rightVerb } from './words.ts';

/** Props of the chip. */
export interface ChipProps {
  readonly text: string;
  readonly open: boolean;
  readonly onClick: (anchor: HTMLElement) => void;
  readonly trans: TranslationBundle;
}

/** What one may do, in a few words. */
export function RightsChip(props: ChipProps): React.JSX.Element {
  return (
    <button
      type="button"
      className="jp-LiveShare-chip"
      aria-haspopup="dialog"
      aria-expanded={props.open}
      title={props.trans.__('What you may do here')}
      onClick={event => props.onClick(event.currentTarget)}
    >
      {props.text}
    </button>
  );
}

/** Props of the small panel. */
export interface RightsListProps {
  readonly rights: Rights;
  /** What Edit covers, when that is less than everything. */
  readonly editNote: string;
  readonly owner: string;
  /** What was asked for and not yet answered. */
  readonly waiting: readonly Right[];
  /** What the last answer did not give. */
  readonly refused: readonly Right[];
  readonly onAsk: (rights: readonly Right[], note: string) => void;
  readonly onLeave: () => void;
  readonly trans: TranslationBundle;
}

/** The five rights with yes or no, "Ask for more…", "Leave". */
export function RightsList(props: RightsListProps): React.JSX.Element {
  const { rights, trans } = props;
  const [asking, setAsking] = React.useState(false);
  const missing = RIGHTS.filter(right => !rights[right]);
  return (
    <div className="jp-LiveShare jp-LiveShare-rightsList">
      <ul>
        {RIGHTS.map(right => (
          <li key={right} data-held={rights[right]}>
            <span aria-hidden="true">{rights[right] ? '✓' : '–'}</span>
            <span>
              {rightMeaning(right, trans)}
              {right === 'edit' && props.editNote && (
                <span className="jp-LiveShare-sub jp-LiveShare-editNote">{props.editNote}</span>
              )}
            </span>
            <span className="jp-LiveShare-yesNo">{rights[right] ? trans.__('yes') : trans.__('no')}</span>
          </li>
        ))}
      </ul>
      {asking && <AskForm {...props} missing={missing} onDone={() => setAsking(false)} />}
      <p role="status">{askedText(props)}</p>
      <div className="jp-LiveShare-detailButtons">
        {missing.length > 0 && !asking && (
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
            onClick={() => setAsking(true)}
          >
            {trans.__('Ask for more…')}
          </button>
        )}
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-reject jp-LiveShare-small"
          onClick={props.onLeave}
        >
          {trans.__('Leave')}
        </button>
      </div>
    </div>
  );
}

/** What became of what was asked for; empty when nothing was. */
function askedText({ owner, refused, trans, waiting }: RightsListProps): string {
  const who = owner || trans.__('the owner');
  const list = (rights: readonly Right[]): string =>
    listOf(
      rights.map(right => rightVerb(right, trans)),
      trans
    );
  if (waiting.length > 0) {
    return trans.__('You asked to %1. Waiting for %2.', list(waiting), who);
  }
  return refused.length > 0 ? trans.__('You asked to %1. The answer was no.', list(refused)) : '';
}

function AskForm(
  props: RightsListProps & { missing: readonly Right[]; onDone: () => void }
): React.JSX.Element {
  const { trans } = props;
  const [note, setNote] = React.useState('');
  const [wish, setWish] = React.useState<ReadonlySet<Right>>(new Set());
  const toggle = (right: Right, on: boolean): void => {
    const next = new Set(wish);
    if (on) {
      next.add(right);
    } else {
      next.delete(right);
    }
    setWish(next);
  };
  return (
    <fieldset className="jp-LiveShare-ask">
      <legend>{trans.__('Ask %1 for', props.owner || trans.__('the owner'))}</legend>
      {props.missing.map(right => (
        <label key={right}>
          <input type="checkbox" checked={wish.has(right)} onChange={e => toggle(right, e.target.checked)} />
          {rightLabel(right, trans)}
        </label>
      ))}
      <input
        type="text"
        className="jp-mod-styled"
        aria-label={trans.__('What for')}
        placeholder={trans.__('What for (if you like)')}
        maxLength={500}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
        disabled={wish.size === 0}
        onClick={() => {
          props.onAsk([...wish], note.trim());
          props.onDone();
        }}
      >
        {trans.__('Ask')}
      </button>
    </fieldset>
  );
}
