import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import type { Conflict } from '../../protocol/resources.ts';
import { choicesOf, conflictLines, conflictTitle, sidesOf } from './conflictModel.ts';

const trans = nullTranslator.load('');
const conflict = (more: Partial<Conflict> = {}): Conflict => ({
  id: 1,
  cell: 'a',
  base: { source: 'x = 1' },
  mine: { source: 'x = 2' },
  theirs: { source: ['x = ', '3'] },
  at: '2026-01-02T03:04:05Z',
  ...more
});

describe('a cell that was changed here and in the file', () => {
  it('can be kept as either has it, or as both, where there are two cells to keep', () => {
    const choices = (more: Partial<Conflict>) => choicesOf(conflict(more), trans).map(each => each.choose);
    expect(choices({})).toEqual(['theirs', 'mine', 'both']);
    expect(choices({ mine: null })).toEqual(['theirs', 'mine']);
    expect(choices({ theirs: null })).toEqual(['theirs', 'mine']);
    expect(choices({ cell: null })).toEqual(['theirs', 'mine']);
    expect(choicesOf(conflict({ mine: null }), trans)[1]?.label).toMatch(/Delete/);
  });
  it('is named by its number, or by what it is', () => {
    const title = (more: Partial<Conflict>, number: number | null = 3) =>
      conflictTitle(conflict(more), () => number, trans);
    expect(title({})).toBe('Cell 3');
    expect(title({ theirs: null }, null)).toMatch(/doesn’t have any more/);
    expect(title({ cell: null, mine: { title: 'x' } })).toBe('Notebook metadata: title');
  });
  it('is compared without a number that means nothing', () => {
    const text = '## modified /cells/0/source:\n-  x = 3\n+  x = 2\n\n## inserted before /cells/0:\n+  y\n';
    expect(conflictLines(text).flatMap(({ kind, text: line }) => (kind === 'head' ? [line] : []))).toEqual([
      'modified: source',
      'inserted'
    ]);
  });
  it('shows both sides where they can’t be compared', () => {
    expect(sidesOf(conflict()).map(line => line.text)).toEqual(['-  x = 3', '+  x = 2']);
    expect(sidesOf(conflict({ mine: null })).map(line => line.kind)).toEqual(['removed']);
  });
});
