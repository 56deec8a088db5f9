import { describe, expect, it } from 'vitest';
import type { Author } from './document.ts';
import { judgeLock } from './lock.ts';

const scoped: Author = {
  person: 'p',
  edit: true,
  cells: new Set(['a']),
  structure: false,
  lockedCells: new Set(['a'])
};
const all: Author = { ...scoped, cells: 'all' };
const code = (verdict: ReturnType<typeof judgeLock>) => (verdict.allow ? 'allowed' : verdict.code);

describe('who may lock a cell', () => {
  it('is who may edit it, whoever holds it now', () => {
    expect(code(judgeLock({ id: 'a', own: false }, 'a', scoped))).toBe('allowed');
    expect(code(judgeLock({ id: 'b', own: false }, 'b', scoped))).toBe('no-right');
    expect(code(judgeLock({ id: 'b', own: true }, 'b', scoped))).toBe('allowed');
    expect(code(judgeLock({ id: 'b', own: false }, 'b', all))).toBe('allowed');
    expect(code(judgeLock({ id: 'a', own: true }, 'a', { ...all, edit: false }))).toBe('no-right');
  });

  it('of a cell that has not come yet: who may edit it, or insert it', () => {
    expect(code(judgeLock('unknown', 'a', scoped))).toBe('allowed');
    expect(code(judgeLock('unknown', 'new', scoped))).toBe('no-right');
    expect(code(judgeLock('unknown', 'new', { ...scoped, structure: true }))).toBe('allowed');
    expect(code(judgeLock('unknown', 'new', all))).toBe('allowed');
  });

  it('of a cell that is gone: nobody', () => {
    expect(code(judgeLock('gone', 'a', all))).toBe('not-found');
    expect(code(judgeLock('gone', 'a', { ...all, edit: false }))).toBe('no-right');
  });
});
