/**
 * Cells that were changed both here and in the file, as the owner decides on them; pure.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { isRecord } from '../../protocol/json.ts';
import type { Conflict, ConflictChoice } from '../../protocol/resources.ts';
import { diffLines, type DiffLine } from './versionModel.ts';

type Trans = Pick<TranslationBundle, '__'>;

/** What can be chosen, in the order in which it is shown. */
export function choicesOf(
  { cell, mine, theirs }: Conflict,
  trans: Trans
): readonly { readonly choose: ConflictChoice; readonly label: string }[] {
  const isBoth = cell !== null && mine !== null && theirs !== null;
  return [
    {
      choose: 'theirs',
      label: theirs === null ? trans.__('Leave it out, as in the file') : trans.__('What the file has')
    },
    {
      choose: 'mine',
      label: mine === null ? trans.__('Delete it, as was done here') : trans.__('The changes made here')
    },
    ...(isBoth ? [{ choose: 'both' as const, label: trans.__('Both, one below the other') }] : [])
  ];
}

/** What a conflict is about: "Cell 3", "A cell that the file doesn’t have", "Notebook metadata: title". */
export function conflictTitle(
  { cell, mine, theirs }: Conflict,
  cellNumber: (id: string) => number | null,
  trans: Trans
): string {
  if (cell === null) {
    const keys = Object.keys(mine ?? theirs ?? {});
    return trans.__('Notebook metadata: %1', keys.join(', '));
  }
  const number = cellNumber(cell);
  return number === null
    ? trans.__('A cell that the file doesn’t have any more')
    : trans.__('Cell %1', number);
}

/** The comparison of one cell, without the number that it has in a notebook of one. */
export function conflictLines(text: string): DiffLine[] {
  return diffLines(text).map(line =>
    line.kind === 'head' ? { ...line, text: line.text.replace(/cell 1(?:, )?/, '').replace(/: $/, '') } : line
  );
}

/** The two sides as they are, where they can't be compared. */
export function sidesOf({ mine, theirs }: Conflict): DiffLine[] {
  const lines = (side: unknown): string[] => (side === null ? [] : sourceOf(side).split('\n'));
  return [
    ...lines(theirs).map(text => ({ kind: 'removed' as const, text: `-  ${text}` })),
    ...lines(mine).map(text => ({ kind: 'added' as const, text: `+  ${text}` }))
  ];
}

function sourceOf(side: unknown): string {
  const source = isRecord(side) ? side['source'] : undefined;
  if (typeof source === 'string') {
    return source;
  }
  return Array.isArray(source) ? source.join('') : JSON.stringify(side);
}
