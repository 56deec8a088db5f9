import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { initials, listOf } from './words.ts';

const trans = nullTranslator.load('test');

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['grace', 'G'],
    ['  Jean  Luc   Picard ', 'JP'],
    ['', '?'],
    ['𝒜da', '𝒜']
  ])('%j gives %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

describe('listOf', () => {
  it('joins with commas and an "and"', () => {
    expect(listOf([], trans)).toBe('');
    expect(listOf(['a'], trans)).toBe('a');
    expect(listOf(['a', 'b'], trans)).toBe('a and b');
    expect(listOf(['a', 'b', 'c'], trans)).toBe('a, b and c');
  });
});
