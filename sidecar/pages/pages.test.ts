import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeStatic } from '../testing/makeTestApp.ts';
import { doorPage } from './door.ts';
import { jsonForHtml } from './html.ts';
import { LAB_CSP, LabPages } from './lab.ts';
import { NotebookPages } from './notebook.ts';
import { readSchemas } from './schemas.ts';

let root: string;
let dirs: { lab: string; notebook: string; labextensions: string[]; schemas: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lsg-'));
  dirs = fakeStatic(root) as unknown as typeof dirs;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const lab = (allowed = ['ext-allowed', '@scope/ext']) => new LabPages({ ...dirs, allowed });
const options = (file: string, terminals = false) => ({
  ...{ base: '/b/liveshare/s/id/', assets: '/b/liveshare/assets/', share: 'id', workspace: 'default' },
  ...{ file, terminals, notebook: true }
});
const page = async (file = 'note.ipynb', terminals = false) =>
  String(await lab().render(options(file, terminals)));
const configOf = (text: string) =>
  JSON.parse(/application\/json">\s*([\s\S]*?)\s*<\/script>/.exec(text)?.[1] ?? '') as Record<
    string,
    unknown
  >;

describe('JSON in HTML', () => {
  it('T30: closes no script and opens no comment, and is the same JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: fc.constantFrom(...'</script>!-&\u2028\u2029ab"') as never }),
        value => {
          const text = jsonForHtml(value);
          expect(text).not.toMatch(/[<>&\u2028\u2029]/);
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        }
      )
    );
  });
});

describe('JupyterLab’s page', () => {
  it('S44: has JupyterLab’s terminals for those who may see one', async () => {
    const without = configOf(await page());
    const granted = configOf(await page('note.ipynb', true));
    expect(without['disabledExtensions']).toContain('@jupyterlab/terminal-extension');
    expect(granted['disabledExtensions']).not.toContain('@jupyterlab/terminal-extension');
    expect(granted['terminalsAvailable']).toBe(true);
  });

  it('knows the share’s address, no token, and offers no terminals', async () => {
    const config = configOf(await page());
    expect(config).toMatchObject({
      baseUrl: '/b/liveshare/s/id/',
      token: '',
      wsUrl: '',
      fullAppUrl: '/b/liveshare/s/id/lab',
      fullStaticUrl: '/b/liveshare/assets/lab',
      fullLabextensionsUrl: '/b/liveshare/assets/labextensions',
      terminalsAvailable: false,
      serverSideExecution: true,
      treePath: 'note.ipynb',
      liveshareMode: 'guest',
      liveshareShare: 'id',
      appVersion: '4.6.4'
    });
    const urls = Object.entries(config).filter(([name]) => name.startsWith('full'));
    expect(urls.every(([, url]) => String(url).startsWith('/b/liveshare/'))).toBe(true);
    expect(JSON.stringify(config)).not.toContain(root);
  });

  it('loads the extensions on the list and no others', async () => {
    const names = (configOf(await page())['federated_extensions'] as { name: string }[]).map(
      each => each.name
    );
    expect(names.sort()).toEqual(['@scope/ext', 'ext-allowed']);
    expect(lab([]).federated).toEqual([]);
    expect(lab(['ext-secret']).federated.map(each => each.name)).toEqual(['ext-secret']);
  });

  it('the first folder in the search path wins', () => {
    const first = join(root, 'first');
    mkdirSync(join(first, 'ext-allowed'), { recursive: true });
    writeFileSync(
      join(first, 'ext-allowed', 'package.json'),
      JSON.stringify({ name: 'ext-allowed', jupyterlab: { _build: { load: 'static/first.js' } } })
    );
    const pages = new LabPages({
      ...dirs,
      labextensions: [first, ...dirs.labextensions],
      allowed: ['ext-allowed']
    });
    expect(pages.federated.map(each => each.load)).toEqual(['static/first.js']);
  });

  it('S30, T30: a name with markup is text', async () => {
    const name = `</script><script>alert(1)</script>"'&.ipynb`;
    const text = await page(name);
    expect(text).not.toContain('<script>alert');
    expect(configOf(text)['treePath']).toBe(name);
    expect(text).toMatch(/<title>&lt;\/script&gt;/);
  });

  it('T43: runs scripts of our own files only, and nobody frames it', () => {
    expect(LAB_CSP).toContain("script-src 'self' 'unsafe-eval'");
    expect(LAB_CSP).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    expect(LAB_CSP).toContain("frame-ancestors 'none'");
    expect(LAB_CSP).toContain("base-uri 'none'");
    expect(LAB_CSP).toContain("object-src 'none'");
  });

  it('every inline script of it is data', async () => {
    const scripts = [...(await page()).matchAll(/<script[^>]*>/g)].map(match => match[0]);
    expect(scripts).toHaveLength(2);
    expect(scripts[0]).toContain('application/json');
    expect(scripts[1]).toContain('src="/b/liveshare/assets/lab/main.0123abcd.js"');
  });

  it('an installation that is not known stops the start with words', () => {
    writeFileSync(join(dirs.lab, 'index.html'), '<html></html>');
    expect(() => lab()).toThrow('main bundle');
  });
});

describe('Jupyter Notebook’s page', () => {
  const notebook = (folder: string | null) => NotebookPages.of(folder, '7.6.5', lab());
  const render = async (file = 'note.ipynb') => String(await notebook(dirs.notebook)?.render(options(file)));

  it('has what JupyterLab’s has, with Notebook’s own files, and fewer of its plugins', async () => {
    const [own, labs] = [configOf(await render()), configOf(await page())];
    const differs = Object.keys(own).filter(key => JSON.stringify(own[key]) !== JSON.stringify(labs[key]));
    expect(differs.sort()).toEqual([
      'appName',
      'appNamespace',
      'appVersion',
      'disabledExtensions',
      'frontendUrl',
      'fullStaticUrl',
      'notebookPage',
      'treePath'
    ]);
    expect(own).toMatchObject({
      appVersion: '7.6.5',
      fullStaticUrl: '/b/liveshare/assets/notebook',
      notebookPage: 'notebooks',
      liveshareNotebook: true
    });
    expect(own['disabledExtensions']).toEqual(
      expect.arrayContaining([...(labs['disabledExtensions'] as string[])])
    );
    expect(await render()).toContain(
      '<body class="jp-ThemedContainer" data-liveshare="guest" data-notebook="notebooks">'
    );
  });

  it('S30, T30: a name with markup is text; the one script that runs is Notebook’s', async () => {
    const text = await render(`</script><script>alert(1)</script>.ipynb`);
    const scripts = [...text.matchAll(/<script[^>]*>/g)].map(match => match[0]);
    expect(scripts).toHaveLength(2);
    expect(scripts[0]).toContain('application/json');
    expect(scripts[1]).toContain('src="/b/liveshare/assets/notebook/main.4567cdef.js"');
  });

  it('is not there without Notebook, or in a form that is not known', () => {
    expect(notebook(null)).toBeNull();
    expect(notebook(join(root, 'missing'))).toBeNull();
    expect(notebook(dirs.lab.replace(/lab$/, 'themes'))).toBeNull();
  });
});

describe('settings schemas', () => {
  it('are those of JupyterLab and of the extensions that guests load', () => {
    const schemas = readSchemas(dirs.schemas, lab().federated);
    expect(Object.fromEntries(schemas)).toEqual({
      '@jupyterlab/notebook-extension:tracker': {
        id: '@jupyterlab/notebook-extension:tracker',
        version: '4.6.4',
        schema: { title: 'Notebook' }
      },
      'ext-allowed:plugin': { id: 'ext-allowed:plugin', version: '', schema: { title: 'Allowed' } }
    });
    expect(readSchemas(join(root, 'missing'), []).size).toBe(0);
  });

  it('a guest’s theme is their system’s until they choose another', () => {
    const folder = join(root, 'themed', '@jupyterlab', 'apputils-extension');
    mkdirSync(folder, { recursive: true });
    const properties = { 'adaptive-theme': { type: 'boolean', default: false }, theme: { default: 'Light' } };
    writeFileSync(join(folder, 'themes.json'), JSON.stringify({ title: 'Theme', properties }));
    const schemas = readSchemas(join(root, 'themed'), []);
    expect(schemas.get('@jupyterlab/apputils-extension:themes')?.schema).toEqual({
      title: 'Theme',
      properties: { 'adaptive-theme': { type: 'boolean', default: true }, theme: { default: 'Light' } }
    });
  });
});

describe('the door page', () => {
  it('T13: is the same for everybody, runs its own script alone, and sends nothing elsewhere', async () => {
    const { page: first, csp } = doorPage('bm9uY2U=', 'offer');
    const text = String(await first);
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("script-src 'nonce-bm9uY2U='");
    expect(csp).toContain("connect-src 'self'");
    expect(csp).toContain("form-action 'none'");
    expect(csp).not.toContain('unsafe');
    const scripts = [...text.matchAll(/<(?:script|style)([^>]*)>/g)].map(match => match[1]);
    expect(scripts).toHaveLength(2);
    expect(scripts.every(each => each?.includes('nonce="bm9uY2U="'))).toBe(true);
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/ on\w+="/);
  });

  it('T13: the script takes the token out of the address before anything else, and shows words as text', async () => {
    const text = String(await doorPage('n', 'none').page);
    const script = /<script[^>]*>([\s\S]*)<\/script>/.exec(text)?.[1] ?? '';
    expect(script.indexOf('history.replaceState')).toBeGreaterThan(-1);
    expect(script.indexOf('history.replaceState')).toBeLessThan(script.indexOf('fetch('));
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    expect(() => new Function(script)).not.toThrow();
  });

  it('leads to the login of this server alone, for this share, and only where the server says so', async () => {
    for (const login of ['none', 'offer', 'in'] as const) {
      const text = String(await doorPage('n', login).page);
      expect(text).toContain(`<main data-login="${login}">`);
      expect(text).toContain('<p id="account" hidden>');
      expect(text).not.toContain('href=');
    }
    const script =
      /<script[^>]*>([\s\S]*)<\/script>/.exec(String(await doorPage('n', 'offer').page))?.[1] ?? '';
    const line = /el\('login'\)\.href = ([^;]+);/.exec(script)?.[1] ?? '';
    const addressOf = new Function('base', `return ${line}`) as (base: string) => string;
    expect(addressOf('/hub/user/olga/liveshare/s/abc-_1/')).toBe(
      '/hub/user/olga/liveshare/login?share=abc-_1'
    );
  });
});
