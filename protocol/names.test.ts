import { describe, expect, it } from 'vitest';
import { fileName, initials } from './names.ts';

it.each([
  ['note.ipynb', 'note.ipynb'],
  ['a/b c/note.ipynb', 'note.ipynb'],
  ['a/', ''],
  ['', ''],
  ['a\\b.ipynb', 'a\\b.ipynb']
])('S30: the name in %j is %j', (path, name) => {
  expect(fileName(path)).toBe(name);
});

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Ada King Lovelace', 'AL'],
    ['ada', 'A'],
    ['  ada   lovelace ', 'AL'],
    ['😀 smile', '😀S'],
    ['Anna (2)', 'A2'],
    ['(Anna)', 'A'],
    ['?!', '?'],
    ['', ''],
    ['   ', '']
  ])('%j gives %j', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
