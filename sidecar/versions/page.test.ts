import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  truncateSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { darkColors, dress } from './dress.ts';
import { withLinksOutside, withoutHints } from './links.ts';
import { StaticPages, type Stamp } from './page.ts';

let root: string;
let rendered: string[];
let content: unknown;
let pages: StaticPages;
let fail: boolean;
let stamp: Stamp;
let reads: number;
let versions: Record<number, unknown>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lsv-'));
  rendered = [];
  content = { cells: [1] };
  fail = false;
  stamp = { last_modified: '2026-01-01T00:00:00Z', size: 1 };
  reads = 0;
  versions = {};
  pages = open();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const open = () =>
  new StaticPages({
    folder: join(root, 'pages'),
    path: share => Promise.resolve(`folder/${share}.ipynb`),
    bytes: 200 * 1024 * 1024,
    now: () => Date.parse('2026-01-01T00:00:01Z'),
    saved: () => {
      reads += 1;
      return Promise.resolve(content);
    },
    stamp: () => Promise.resolve(stamp),
    version: (_, number) => {
      reads += 1;
      return Promise.resolve(versions[number]);
    },
    render: (name, what) => {
      rendered.push(name);
      return fail
        ? Promise.reject(new Error('nbconvert'))
        : Promise.resolve(`<p>${name} ${JSON.stringify(what)}`);
    }
  });

const html = async (share: string, from = pages) => (await from.latest(share)).html();

describe('static pages', () => {
  it('are made once a content, also after a restart', async () => {
    expect(await html('note')).toBe('<p>note.ipynb {"cells":[1]}');
    await html('note');
    await html('note', open());
    expect(rendered).toEqual(['note.ipynb']);
    content = { cells: [2] };
    expect(await html('note')).toContain('[2]');
    expect(rendered).toHaveLength(2);
  });

  it('the same content under another name is another page: the name is in it', async () => {
    await html('a');
    expect(await html('b')).toContain('b.ipynb');
    content = 'c';
    const one = await html('ab');
    content = 'bc';
    expect(await html('a')).not.toBe(one);
  });

  it('many who ask at once cost one rendering', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => html('note')));
    expect(new Set(all).size).toBe(1);
    expect(rendered).toHaveLength(1);
  });

  it('a page that could not be made is tried again, and nothing of it is kept', async () => {
    fail = true;
    await expect(html('note')).rejects.toThrow('nbconvert');
    expect(readdirSync(join(root, 'pages'))).toEqual([]);
    fail = false;
    expect(await html('note')).toContain('note.ipynb');
  });

  it('T94: are readable by the owner alone', async () => {
    await html('note');
    const [file = ''] = readdirSync(join(root, 'pages'));
    expect(statSync(join(root, 'pages', file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'pages')).mode & 0o777).toBe(0o700);
  });

  it('those that were read longest ago go when the folder is full', async () => {
    const folder = join(root, 'pages');
    await html('kept');
    for (const [name, age] of [
      ['old.html', 3_000],
      ['older.html', 4_000]
    ] as const) {
      writeFileSync(join(folder, name), '');
      truncateSync(join(folder, name), 150 * 1024 * 1024);
      const at = Date.now() / 1000 - age;
      utimesSync(join(folder, name), at, at);
    }
    await html('new');
    expect(readdirSync(folder)).toContain('old.html');
    expect(readdirSync(folder)).not.toContain('older.html');
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('a file that has its stamp still is not read again; one that was just written is', async () => {
    await html('note');
    await html('note');
    expect(reads).toBe(2); // a second old: it may have been written again within the stamp's grain
    stamp = { last_modified: '2025-12-31T00:00:00Z', size: 1 };
    const first = await pages.latest('note');
    const again = await pages.latest('note');
    expect([first.tag, reads]).toEqual([again.tag, 3]);
    stamp = { ...stamp, size: 2 };
    content = { cells: [3] };
    const changed = await pages.latest('note');
    expect(changed.tag).not.toBe(first.tag);
    expect(await changed.html()).toContain('[3]');
  });

  it('a page that was dropped from the folder is made anew, though its tag is known', async () => {
    stamp = { last_modified: '2025-12-31T00:00:00Z', size: 1 };
    const { tag } = await pages.latest('note');
    await html('note');
    rmSync(join(root, 'pages', `${tag}.html`));
    expect(await html('note')).toContain('note.ipynb');
    expect(rendered).toHaveLength(2);
  });

  it('of a version: read and made once; that of the same content as the file is the same page', async () => {
    versions = { 1: { cells: ['old'] }, 2: content };
    const first = await pages.version('note', 'file', 1);
    expect(await first.html()).toContain('old');
    expect(await (await pages.version('note', 'file', 1)).html()).toContain('old');
    expect([reads, rendered.length]).toEqual([1, 1]);
    const same = await pages.version('note', 'file', 2);
    expect(same.tag).toBe((await pages.latest('note')).tag);
    expect((await pages.version('note', 'other file', 1)).tag).toBe(first.tag);
  });
});

describe('dressing', () => {
  it('dark colours for who likes it dark, on the screen alone; links to other places open beside the page', () => {
    const page =
      '<html><head><title>x</title></head><body><a href="https://x.example/">x</a> <a id="y" href="#y">y</a></body></html>';
    const dressed = dress(page, '--jp-layout-color0:#111');
    expect(dressed.indexOf('prefers-color-scheme: dark')).toBeLessThan(dressed.indexOf('</head>'));
    expect(dressed).toContain('@media screen and (prefers-color-scheme: dark)');
    expect(dressed).toContain('<a target="_blank" rel="noopener" href="https://x.example/">');
    expect(dressed).toContain('<a target="_self" id="y" href="#y">');
    expect(dress('no head', '')).toContain('no head');
  });

  it('colours alone are taken of the theme; a server without it has none', () => {
    const folder = join(root, 'themes', '@jupyterlab', 'theme-dark-extension');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'index.css'),
      ':root{--jp-a:#111;--jp-ui-font-size1:13px;color:red;--jp-b:url(x)}.c{--jp-d:1}'
    );
    expect(darkColors(join(root, 'themes'))).toBe('--jp-a:#111');
    expect(darkColors(join(root, 'none'))).toBe('');
  });
});

describe('T44 links', () => {
  const link = (attributes: string) => withLinksOutside(`<p><a ${attributes}>x</a></p>`);
  it.each([
    ['href="#Heading"', '_self'],
    ["class='anchor-link' href='#a'", '_self'],
    ['href="https://x.example/?a=1"', '_blank'],
    ['target="_self" href=HTTP://x.example', '_blank'],
    ['href=" //x.example"', '_blank'],
    ['href="mailto:ada@x.example"', '_blank']
  ])('T44 %s opens in %s', (attributes, target) => {
    // Of two attributes of one name the first counts.
    expect(link(attributes)).toMatch(new RegExp(`^<p><a target="${target}"( rel="noopener")? `));
    expect(link(attributes)).toContain(attributes);
  });

  it.each([
    'href="other.ipynb"',
    'href=../../../lab',
    'class="x"href="/login"',
    'target="_self" href="/api/me"',
    'href="javascript:top.x=1"',
    'href="java&#115;cript:x"',
    'href="data:text/html,x"',
    'href="https://x.example" href="/login"',
    'xlink:href="/login"',
    'xlink:href="https://x.example" href="/login"',
    'href=""'
  ])('T44 %s is no link', attributes => {
    expect(link(attributes)).not.toMatch(/[\s/"':]href\s*=/);
    expect(link(attributes)).toMatch(/^<p><a title="[^"]+" .*data-beside=.*>x<\/a><\/p>$/);
  });

  it('T44 of an image’s parts too; what isn’t recognised opens beside the page', () => {
    expect(withLinksOutside('<area shape="rect" href="/login"/>')).not.toMatch(/\shref/);
    expect(withLinksOutside('<abbr href="/login">')).toBe('<abbr href="/login">');
    const dressed = dress('<head><title>x</title></head><a title=">" href="/login">', '');
    expect(dressed.indexOf('<base target="_blank">')).toBeLessThan(dressed.indexOf('</head>'));
  });
});

describe('T44 what a policy lets through', () => {
  const hint = '<link rel="preconnect" href="https://x.example">';
  it.each([
    hint,
    '<LINK rel=dns-prefetch href=//x.example>',
    '<link\n/rel="preconnect"/href="https://x.example"/>',
    '<link rel="preconnect" rel="stylesheet" href="https://x.example">',
    '<link rel="stylesheet preconnect" href="https://x.example">',
    '<link title=\'" rel="stylesheet" x="\' rel="preconnect" href="https://x.example">',
    '<link title=">" rel="preconnect" href="https://x.example">',
    '<link rel="preconnect" href="https://x.example"',
    '<<link rel="preconnect" href="https://x.example">',
    `<p title='${hint}'>`
  ])('T44 %s leaves no link', text => {
    expect(dress(`<head></head><body>${text}`, '')).not.toMatch(/<link[\s/>]/i);
  });

  it('T44 a frame is gone, with what its srcdoc holds in entities', () => {
    const page = withoutHints(
      '<IFRAME srcdoc="&lt;link rel=preconnect href=//x.example&gt;"></IFRAME><p>on</p>'
    );
    expect(page).not.toMatch(/<\/?iframe/i);
    expect(page).toMatch(
      /^<em>An embedded page is not shown here\.<\/em><template srcdoc=.*<\/template><p>on<\/p>$/
    );
  });

  it('a stylesheet stays, for the policy to judge; so does text about links and frames', () => {
    const page =
      '<link rel="stylesheet" href="a.css"><link href="b.css" rel="stylesheet"/><links></links><pre>&lt;link&gt; &lt;iframe&gt;</pre>';
    expect(withoutHints(page)).toBe(page);
  });
});
