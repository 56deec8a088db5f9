import { afterEach, beforeEach, expect, it } from 'vitest';
import { notebook } from './fakeJupyter.ts';
import { TestApp } from './makeTestApp.ts';

let test: TestApp;
beforeEach(async () => {
  test = await TestApp.start();
});
afterEach(() => test.close());

it('a notebook can be shared, joined and read through the whole app', async () => {
  test.jupyter.put('folder/note.ipynb', notebook({ a: 'x = 1' }));
  const share = await test.share('folder/note.ipynb');
  const { auth } = await test.guest(share, { live: true });
  const answer = await test.call(`s/${share}/api/contents/note.ipynb`, { headers: auth });
  expect(answer.status).toBe(200);
  expect(answer.json<{ content: { cells: { source: string }[] } }>().content.cells[0]?.source).toBe('x = 1');
});
