/**
 * Which cells somebody may edit, in words: numbers as people count, recomputed from ids each time.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellScope } from '../../protocol/levels.ts';

type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** Runs of numbers that are named one by one; more of them are counted. */
const MOST_RUNS = 8;

/** "3, 7–9": runs of three and more are drawn together. */
export function numberRuns(numbers: readonly number[]): readonly string[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const starts = sorted.filter((number, index) => number !== (sorted[index - 1] ?? -1) + 1);
  return starts.flatMap((start, index) => {
    const next = starts[index + 1] ?? Infinity;
    const run = sorted.filter(number => number >= start && number < next);
    return run.length < 3 ? run.map(String) : [`${start}–${run[run.length - 1]}`];
  });
}

/** Numbers of the cells of a scope that exist now; null for the whole notebook. */
export function existing(
  cells: CellScope,
  cellNumber: (id: string) => number | null
): readonly number[] | null {
  return cells === 'all' ? null : cells.flatMap(id => cellNumber(id) ?? []);
}

/** "cells 3, 7–9", "cell 2", "no cells". */
export function scopeText(numbers: readonly number[], trans: Trans): string {
  return cellsText(numbers, trans) ?? trans.__('no cells');
}

/** "cells 3, 7–9", "cell 2"; null for none. */
export function cellsText(numbers: readonly number[], trans: Trans): string | null {
  const runs = numberRuns(numbers);
  if (runs.length === 0) {
    return null;
  }
  if (runs.length > MOST_RUNS) {
    return trans._n('1 cell', '%1 cells', numbers.length);
  }
  return numbers.length === 1 ? trans.__('cell %1', runs[0]) : trans.__('cells %1', runs.join(', '));
}
