import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { cellsText, existing, numberRuns, scopeText } from './scope.ts';

const trans = nullTranslator.load('');
const order = ['a', 'b', 'c', 'd', 'e'];
const number = (id: string): number | null => (order.includes(id) ? order.indexOf(id) + 1 : null);
const text = (cells: readonly string[]): string => scopeText(existing(cells, number) ?? [], trans);

describe('the scope of Edit in words', () => {
  it('draws runs of three and more together', () => {
    expect(numberRuns([9, 3, 7, 8, 7])).toEqual(['3', '7–9']);
    expect(numberRuns([1, 2])).toEqual(['1', '2']);
    expect(numberRuns([])).toEqual([]);
  });

  it('goes by position, whatever the order of the ids, and leaves out cells that are gone', () => {
    expect(text(['e', 'gone', 'a'])).toBe('cells 1, 5');
    expect(text(['b', 'c', 'd'])).toBe('cells 2–4');
    expect(text(['c'])).toBe('cell 3');
  });

  it('says so when nothing is left, and nothing for the whole notebook', () => {
    expect(text(['gone'])).toBe('no cells');
    expect(existing('all', number)).toBeNull();
  });

  it('counts when there are too many to name', () => {
    const odd = Array.from({ length: 12 }, (_, index) => 2 * index + 1);
    expect(cellsText(odd, trans)).toBe('12 cells');
  });
});
