/**
 * The five ticks of a row. One tab stop; arrow keys move within the row and to the rows above and below.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { type Right, RIGHTS, type Rights } from '../../protocol/levels.ts';
import { rightLabel, rightTip } from './words.ts';

/** Props of the five ticks. */
export interface RightChecksProps {
  /** Whose ticks these are; read out before the right. */
  readonly who: string;
  /** As the server has them. */
  readonly rights: Rights;
  /** On their way to the server, if any. */
  readonly wanted: Rights | null;
  /** Whether each tick carries its label, for places without column heads. */
  readonly labels: boolean;
  readonly onTick: (right: Right, on: boolean) => void;
  readonly trans: TranslationBundle;
}

/** Five cells of a row. */
export function RightChecks(props: RightChecksProps): React.JSX.Element {
  const [stop, setStop] = React.useState(0);
  const shown = props.wanted ?? props.rights;
  return (
    <>
      {RIGHTS.map((right, column) => {
        const pending = shown[right] !== props.rights[right];
        const label = rightLabel(right, props.trans);
        return (
          <div key={right} role="cell" className="jp-LiveShare-cell">
            <label
              className={`jp-LiveShare-check${pending ? ' jp-mod-pending' : ''}`}
              title={rightTip(right, props.trans)}
            >
              <input
                type="checkbox"
                checked={shown[right]}
                aria-label={`${props.who}, ${label}`}
                aria-busy={pending}
                data-right={right}
                tabIndex={column === stop ? 0 : -1}
                onFocus={() => setStop(column)}
                onKeyDown={moveFocus}
                onChange={event => props.onTick(right, event.target.checked)}
              />
              {props.labels && <span>{label}</span>}
            </label>
          </div>
        );
      })}
    </>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0]
};

function moveFocus(event: React.KeyboardEvent<HTMLInputElement>): void {
  const step = STEPS[event.key];
  const row = event.currentTarget.closest('[data-row]');
  if (!step || !row) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const rows = [...(row.closest('.jp-LiveShare')?.querySelectorAll('[data-row]') ?? [])];
  const target = rows[rows.indexOf(row) + step[0]];
  const column = RIGHTS.findIndex(right => right === event.currentTarget.dataset['right']) + step[1];
  target?.querySelector<HTMLInputElement>(`input[data-right="${RIGHTS[column] ?? ''}"]`)?.focus();
}
