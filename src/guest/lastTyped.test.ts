import { describe, expect, it } from 'vitest';
import { afterTyping, textOf, type Typed } from './lastTyped.ts';

/** Types letter by letter at a place; after each letter the server may put the old source back. */
function type(source: string, at: number, text: string, corrected: boolean): Typed | undefined {
  let typed: Typed | null = null;
  let now = source;
  [...text].forEach((letter, index) => {
    const place = corrected ? at : at + index;
    const next = now.slice(0, place) + letter + now.slice(place);
    typed = afterTyping(typed, now, next, index * 100);
    now = corrected ? source : next;
  });
  return typed ?? undefined;
}

describe('what was typed last', () => {
  it('is the whole source while nothing was corrected', () => {
    expect(textOf(type('x = 1', 5, ' + 2', false))).toBe('x = 1 + 2');
  });

  it('S6: is the letters in their order, when each was taken back before the next came', () => {
    expect(textOf(type('x = 1', 2, 'never', true))).toBe('never');
  });

  it('follows the backspace key', () => {
    const first = afterTyping(null, 'x', 'xab', 0);
    const second = afterTyping(first, 'xab', 'xa', 10);
    expect(second.text).toBe('a');
    expect(textOf(second)).toBe('xa');
  });

  it('begins again elsewhere, and after a pause', () => {
    const first = afterTyping(null, 'a b', 'aX b', 0);
    expect(afterTyping(first, 'aX b', 'aX bY', 10).text).toBe('Y');
    expect(afterTyping(first, 'aX b', 'aXZ b', 60_000).text).toBe('Z');
  });

  it('is nothing where nothing was typed', () => {
    expect(textOf(undefined)).toBeNull();
  });
});
