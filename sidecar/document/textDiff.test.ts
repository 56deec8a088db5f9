import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTexts, type Splice } from './textDiff.ts';

function applied(before: string, splices: readonly Splice[]): string {
  return [...splices]
    .reverse()
    .reduce(
      (text, { position, remove, insert }) =>
        text.slice(0, position) + insert + text.slice(position + remove),
      before
    );
}

const line = fc.constantFrom('x = 1\n', 'y = 2\n', '\n', '😀\n', '😁\n', 'é', 'a', '👍🏽', '\r\n');
const source = fc.array(line, { maxLength: 12 }).map(parts => parts.join(''));

describe('the least that turns one text into another', () => {
  it('does, and every piece of it is well-formed text that lies between whole characters', () => {
    fc.assert(
      fc.property(source, source, (before, after) => {
        const splices = diffTexts(before, after);
        expect(applied(before, splices)).toBe(after);
        let last = 0;
        for (const { position, remove, insert } of splices) {
          expect(position).toBeGreaterThanOrEqual(last);
          last = position + remove;
          for (const piece of [insert, before.slice(0, position), before.slice(0, last)]) {
            expect(piece.isWellFormed()).toBe(true);
          }
        }
      }),
      { numRuns: 2_000 }
    );
  });

  it('a text that stays the same costs nothing', () => {
    fc.assert(
      fc.property(source, text => {
        expect(diffTexts(text, text)).toEqual([]);
      })
    );
  });

  it.each<[string, string, Splice[]]>([
    ['abc', 'abXc', [{ position: 2, remove: 0, insert: 'X' }]],
    ['', 'new', [{ position: 0, remove: 0, insert: 'new' }]],
    ['old', '', [{ position: 0, remove: 3, insert: '' }]],
    ['aaa', 'aa', [{ position: 2, remove: 1, insert: '' }]],
    ['😀', '😁', [{ position: 0, remove: 2, insert: '😁' }]],
    [
      'a = 1\nkeep\nb = 2\n',
      'a = 3\nkeep\nb = 4\n',
      [
        { position: 4, remove: 1, insert: '3' },
        { position: 15, remove: 1, insert: '4' }
      ]
    ],
    [
      'x = 1\n😀 = 2\n',
      'long = 1\n😀 = 3\n',
      [
        { position: 0, remove: 1, insert: 'long' },
        { position: 11, remove: 1, insert: '3' }
      ]
    ],
    ['one\ntwo\nthree', 'one\nthree', [{ position: 4, remove: 4, insert: '' }]]
  ])('%j to %j', (before, after, splices) => {
    expect(diffTexts(before, after)).toEqual(splices);
  });

  it('thousands of lines that have nothing in common are one splice, in bounded time', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, n) => `${word} ${n}\n`).join('');
    expect(diffTexts(many('a'), many('b'))).toHaveLength(1);
  });
});
