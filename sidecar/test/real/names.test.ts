/**
 * Notebooks with odd names, and what addresses hold of them.
 * @module
 */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Share } from '../../../protocol/resources.ts';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const { base } = site.server;
let book: Book;
let guest: Guest;

beforeAll(async () => {
  book = await site.share();
  guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
});

describe('S30 S31 notebooks with odd names', () => {
  const names = [
    'A%20B.ipynb',
    'A B.ipynb',
    'Übung – 数据.ipynb',
    'a#b?c&d.ipynb',
    'a:b.ipynb',
    "it's (1) [2] {3}.ipynb",
    '100%.ipynb',
    'a+b=c;d,e@f!$.ipynb',
    '%2e%2e.ipynb',
    'e\u0301.ipynb'
  ];

  test.each(names)('S30 %j: shared, opened, edited, rendered, found under its own name', async name => {
    const odd = await site.share(name);
    const one = await odd.guest(['static', 'edit', 'save']);
    expect(odd.name).toBe(name);
    const at = encodeURIComponent(name);
    const session = await odd.enter((await odd.invite(['live'])).token);
    const { next } = session.json<{ next: string }>();
    expect((await one.ask(next)).status, next).toBe(200);
    expect((await one.ask(next)).body).toContain('"liveshareMode":"guest"');
    const found = await one.ask(`api/contents/${at}?content=1`);
    expect(found.json()).toMatchObject({ name, path: name, type: 'notebook' });
    expect((await one.ask('api/contents')).json<{ content: object[] }>().content).toMatchObject([
      { name, path: name }
    ]);
    const download = await one.ask(`files/${at}`);
    expect(download.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${at}`);
    const notebook = await Notebook.of(one);
    expect(notebook.doc.getMap('state').get('path')).toBe(name);
    notebook.type('first', '5');
    expect(await notebook.save()).toBe('success');
    await until(() => odd.bytes.includes('x = 15'));
    await notebook.leave();
    expect((await one.ask(`api/contents/${encodeURIComponent('other.ipynb')}`)).status).toBe(404);
    expect((await odd.owner('', 'DELETE')).status).toBe(204);
  });

  test('S30 a renamed notebook is followed: same link, new name', async () => {
    const moved = await site.share();
    const one = await moved.guest(['live']);
    const path = moved.path.replace(moved.name, 'new name #1.ipynb');
    const answer = await site.jupyter(
      `api/contents/${moved.path.split('/').map(encodeURIComponent).join('/')}`,
      'PATCH',
      { path }
    );
    expect(answer.status).toBe(200);
    await until(
      async () =>
        (await one.ask('api/contents')).json<{ content: { name: string }[] }>().content[0]?.name ===
        'new name #1.ipynb'
    );
    expect((await one.ask(`api/contents/${encodeURIComponent('new name #1.ipynb')}`)).status).toBe(200);
    expect((await one.ask(`api/contents/${moved.name}`)).status).toBe(404);
    expect((await moved.owner('')).json<Share>().path).toBe(path);
  });

  test('S31 no address of ours holds a path: segments are ids, and the notebook stands at the root', async () => {
    const invited = await book.owner('people', 'POST', { name: 'P', rights: { live: true } });
    const { url } = invited.json<{ url: string }>();
    site.issued(url.split('#')[1] ?? '');
    expect(new URL(url).pathname).toBe(`${base}liveshare/s/${book.id}`);
    const page = await guest.ask(`doc/tree/${book.name}`);
    expect(page.body).toContain(`"treePath":"${book.name}"`);
    expect(page.body).not.toMatch(/%2f/i);
    expect((await guest.ask(`doc/tree/${encodeURIComponent(book.path)}`)).status).toBe(400);
    expect((await guest.ask(`doc/tree/${book.path}`)).status).toBe(404);
  });
});
