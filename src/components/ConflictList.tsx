/**
 * Cells that were changed both here and in the file: what differs, and what to keep.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Conflict, ConflictChoice } from '../../protocol/resources.ts';
import { choicesOf, conflictTitle } from './conflictModel.ts';
import { DiffText } from './DiffText.tsx';
import type { DiffLine } from './versionModel.ts';

/** Props of the list. */
export interface ConflictListProps {
  readonly conflicts: readonly Conflict[];
  /** What differs, by conflict, as far as it is known. */
  readonly diffs: ReadonlyMap<number, readonly DiffLine[]>;
  readonly chosen: ReadonlyMap<number, ConflictChoice>;
  readonly cellNumber: (id: string) => number | null;
  readonly onChoose: (conflict: number, choose: ConflictChoice) => void;
  readonly trans: TranslationBundle;
}

/** One part for each. */
export function ConflictList(props: ConflictListProps): React.JSX.Element {
  const { conflicts, trans } = props;
  return (
    <div className="jp-LiveShare-conflicts">
      <p>
        {trans.__(
          'The file was changed while there were unsaved changes here. The notebook shows what the file has until you choose.'
        )}
      </p>
      {conflicts.map(conflict => (
        <One key={conflict.id} {...props} conflict={conflict} />
      ))}
    </div>
  );
}

function One(props: ConflictListProps & { conflict: Conflict }): React.JSX.Element {
  const { cellNumber, chosen, conflict, diffs, onChoose, trans } = props;
  const lines = diffs.get(conflict.id);
  const title = conflictTitle(conflict, cellNumber, trans);
  return (
    <fieldset>
      <legend>{title}</legend>
      {lines === undefined ? (
        <p className="jp-LiveShare-sub">{trans.__('Comparing…')}</p>
      ) : (
        <DiffText lines={lines} label={trans.__('%1: what the changes made here would change', title)} />
      )}
      <div className="jp-LiveShare-choices">
        {choicesOf(conflict, trans).map(({ choose, label }) => (
          <label key={choose} className="jp-LiveShare-choice">
            <input
              type="radio"
              name={`conflict-${conflict.id}`}
              checked={chosen.get(conflict.id) === choose}
              onChange={() => onChoose(conflict.id, choose)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
