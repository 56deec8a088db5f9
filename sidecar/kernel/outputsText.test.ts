import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gathering } from './outputsGather.ts';
import { StreamText } from './outputsText.ts';
import { applyBatch } from './outputsWidgets.ts';
import { parseLimits } from '../testing/limits.ts';

/** What a stream's text is after its pieces. */
function shown(...pieces: string[]): string {
  const text = new StreamText();
  return pieces.reduce((all, piece) => {
    text.write(piece);
    const { removed, insert } = text.take();
    expect(all.endsWith(removed)).toBe(true);
    return all.slice(0, all.length - removed.length) + insert;
  }, '');
}

/** The same by a plain grid of characters: one array per line, a cursor. */
function grid(text: string): string {
  const lines: string[][] = [[]];
  let column = 0;
  for (const character of text) {
    const line = lines.at(-1)!;
    if (character === '\n') {
      lines.push([]);
      column = 0;
    } else if (character === '\r') {
      column = 0;
    } else if (character === '\b') {
      if (column > 0) {
        column -= 1;
        line.splice(column, 1);
      }
    } else {
      line[column] = character;
      column += 1;
    }
  }
  return lines.map(line => line.join('')).join('\n');
}

describe('stream text', () => {
  it.each([
    ['plain', 'a\nb', 'a\nb'],
    ['a carriage return overwrites', '100%\r 50%', ' 50%'],
    ['what is longer stays', 'abcdef\rxy', 'xycdef'],
    ['a newline after a carriage return keeps the line', 'abc\rx\nd', 'xbc\nd'],
    ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['several returns', 'ab\r\r\rc', 'cb'],
    ['backspaces', '12345\b\b\b67', '1267'],
    ['a backspace stops at the beginning of the line', 'a\n\b\bb', 'a\nb'],
    ['a backspace in the middle', 'abc\rxy\bz', 'xz'],
    ['characters of two units', '😀b\rx', 'xb'],
    ['a backspace over one', 'a😀\b!', 'a!'],
    ['one over one', '😀😀\r😎', '😎😀']
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(shown(...text)).toBe(expected);
    expect(grid(text)).toBe(expected);
  });

  it('an edit keeps what the two lines begin with, whole characters', () => {
    const text = new StreamText();
    text.write('done\nwork 10% 😀');
    text.take();
    text.write('\rwork 20%');
    expect(text.take()).toEqual({ removed: '10% 😀', insert: '20% 😀', line: 'work 20% 😀' });
    text.write('\rwork 20% 😎');
    expect(text.take()).toEqual({ removed: '😀', insert: '😎', line: 'work 20% 😎' });
    expect(text.take()).toEqual({ removed: '', insert: '', line: 'work 20% 😎' });
  });

  const character = fc.constantFrom('a', 'b', 'é', '😀', '😎', '\n', '\r', '\b', ' ');
  const pieces = fc.array(
    fc.array(character, { maxLength: 8 }).map(each => each.join('')),
    { maxLength: 12 }
  );

  it('is the same however it is split, and what a screen would show', () => {
    fc.assert(
      fc.property(pieces, all => {
        expect(shown(...all)).toBe(grid(all.join('')));
      }),
      { numRuns: 2_000 }
    );
  });

  it('outputs are the same however messages are split and whenever they are written', () => {
    const message = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom('stdout', 'stderr'), fc.string({ unit: character, minLength: 1 }))
      },
      { weight: 1, arbitrary: fc.constantFrom(['display'], ['clear'], ['wait']) }
    );
    const feed = (gathering: Gathering, [kind, text]: readonly string[]) =>
      text !== undefined
        ? gathering.take('stream', { name: kind, text })
        : kind === 'display'
          ? gathering.take('display_data', { data: { 'text/plain': 'x' }, metadata: {} })
          : gathering.take('clear_output', { wait: kind === 'wait' });
    fc.assert(
      fc.property(fc.array(message), fc.infiniteStream(fc.nat(3)), (messages, choices) => {
        const whole = new Gathering(parseLimits());
        messages.forEach(each => feed(whole, each));
        const split = new Gathering(parseLimits());
        let outputs: ReturnType<typeof applyBatch> = [];
        for (const [kind, text] of messages) {
          const parts = text === undefined ? [undefined] : [...text];
          for (const part of parts) {
            feed(split, part === undefined ? [kind!] : [kind!, part]);
            if (choices.next().value === 0) {
              outputs = applyBatch(outputs, split.batch());
            }
          }
        }
        expect(applyBatch(outputs, split.batch())).toEqual(applyBatch([], whole.batch()));
      }),
      { numRuns: 1_000 }
    );
  });
});
