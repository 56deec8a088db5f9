import { expect, it } from 'vitest';
import { fileName } from './names.ts';

it.each([
  ['note.ipynb', 'note.ipynb'],
  ['a/b c/note.ipynb', 'note.ipynb'],
  ['a/', ''],
  ['', ''],
  ['a\\b.ipynb', 'a\\b.ipynb']
])('S30: the name in %j is %j', (path, name) => {
  expect(fileName(path)).toBe(name);
});
