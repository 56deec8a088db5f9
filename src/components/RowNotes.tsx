/**
 * What a row says under its name: what was taken along, that a link was copied, why a change failed.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { RowState } from './model.ts';
import { listOf, rightLabel } from './words.ts';

/** Props of the notes. */
export interface RowNotesProps {
  readonly state: RowState;
  readonly onUndo: () => void;
  readonly trans: TranslationBundle;
}

/** The notes, announced when they appear. */
export function RowNotes({ state, onUndo, trans }: RowNotesProps): React.JSX.Element {
  const { note, error } = state;
  return (
    <span className="jp-LiveShare-notes" role="status">
      {error !== null && <span className="jp-LiveShare-error">{error}</span>}
      {note?.kind === 'copied' && <span className="jp-LiveShare-good">{trans.__('Link copied')}</span>}
      {note?.kind === 'dropped' && (
        <>
          {trans.__(
            '%1 went too.',
            listOf(
              note.rights.map(right => rightLabel(right, trans)),
              trans
            )
          )}{' '}
          <button type="button" className="jp-LiveShare-link" onClick={onUndo}>
            {trans.__('Undo')}
          </button>
        </>
      )}
    </span>
  );
}
