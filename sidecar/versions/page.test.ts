import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StaticPages } from './page.ts';

let root: string;
let rendered: string[];
let content: unknown;
let pages: StaticPages;
let fail: boolean;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lsv-'));
  rendered = [];
  content = { cells: [1] };
  fail = false;
  pages = open();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const open = () =>
  new StaticPages({
    folder: join(root, 'pages'),
    path: share => Promise.resolve(`folder/${share}.ipynb`),
    saved: () => Promise.resolve(content),
    render: (name, what) => {
      rendered.push(name);
      return fail
        ? Promise.reject(new Error('nbconvert'))
        : Promise.resolve(`<p>${name} ${JSON.stringify(what)}`);
    }
  });

describe('static pages', () => {
  it('are made once a content, also after a restart', async () => {
    expect(await pages.latest({ id: 'note' })).toBe('<p>note.ipynb {"cells":[1]}');
    await pages.latest({ id: 'note' });
    await open().latest({ id: 'note' });
    expect(rendered).toEqual(['note.ipynb']);
    content = { cells: [2] };
    expect(await pages.latest({ id: 'note' })).toContain('[2]');
    expect(rendered).toHaveLength(2);
  });

  it('the same content under another name is another page: the name is in it', async () => {
    await pages.latest({ id: 'a' });
    expect(await pages.latest({ id: 'b' })).toContain('b.ipynb');
    expect(await pages.page('ab', 'c')).not.toBe(await pages.page('a', 'bc'));
  });

  it('many who ask at once cost one rendering', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => pages.latest({ id: 'note' })));
    expect(new Set(all).size).toBe(1);
    expect(rendered).toHaveLength(1);
  });

  it('a page that could not be made is tried again, and nothing of it is kept', async () => {
    fail = true;
    await expect(pages.latest({ id: 'note' })).rejects.toThrow('nbconvert');
    expect(readdirSync(join(root, 'pages'))).toEqual([]);
    fail = false;
    expect(await pages.latest({ id: 'note' })).toContain('note.ipynb');
  });

  it('T94: are readable by the owner alone', async () => {
    await pages.latest({ id: 'note' });
    const [file = ''] = readdirSync(join(root, 'pages'));
    expect(statSync(join(root, 'pages', file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'pages')).mode & 0o777).toBe(0o700);
  });

  it('those that were read longest ago go when the folder is full', async () => {
    const folder = join(root, 'pages');
    await pages.latest({ id: 'kept' });
    for (const [name, age] of [
      ['old.html', 3_000],
      ['older.html', 4_000]
    ] as const) {
      writeFileSync(join(folder, name), '');
      truncateSync(join(folder, name), 150 * 1024 * 1024);
      const at = Date.now() / 1000 - age;
      utimesSync(join(folder, name), at, at);
    }
    await pages.latest({ id: 'new' });
    expect(readdirSync(folder)).toContain('old.html');
    expect(readdirSync(folder)).not.toContain('older.html');
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
