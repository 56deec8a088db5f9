/**
 * The virtual Jupyter server: one notebook, one kernel, nothing else of the owner's.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';

const site = new Site(inject('server'));
const { root, folder } = site.server;
let book: Book;
let other: Book;
let guest: Guest;

beforeAll(async () => {
  [book, other] = [await site.share(), await site.share()];
  guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
  writeFileSync(
    join(root, folder, 'beside.ipynb'),
    '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
  );
  writeFileSync(join(root, folder, '.dotfile'), 'top secret');
  writeFileSync(join(root, 'top.txt'), 'top secret');
});

/** How many rooms, kernels and sessions the owner's server has. */
async function running(): Promise<{ kernels: number; sessions: number }> {
  const count = async (what: string) => (await site.jupyter(`api/${what}`)).json<unknown[]>().length;
  return { kernels: await count('kernels'), sessions: await count('sessions') };
}

describe('T32 S20 contents', () => {
  test('T32 the root lists the one notebook, without folder, and the notebook is as it is now', async () => {
    const root = await guest.ask('api/contents?content=1');
    expect(root.json()).toMatchObject({
      path: '',
      type: 'directory',
      content: [{ path: book.name, name: book.name }]
    });
    expect(root.json<{ content: unknown[] }>().content).toHaveLength(1);
    const file = await guest.ask(`api/contents/${book.name}?content=1`);
    expect(file.json()).toMatchObject({
      path: book.name,
      content: { cells: [{ id: 'first' }, {}, {}], nbformat: 4 }
    });
    expect(file.body).not.toContain(`${folder}`);
  });

  test.each([
    'beside.ipynb',
    '.dotfile',
    'top.txt',
    'hush-hush',
    'inner-vault',
    '.ipynb_checkpoints',
    '.jupyter_ystore.db',
    'untitled.txt'
  ])('T32 %s is not there, however it is asked for', async name => {
    const bodies: Record<string, object | undefined> = {
      PUT: { type: 'file', format: 'text', content: 'x' },
      POST: { type: 'notebook' },
      PATCH: { path: 'x' }
    };
    for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE']) {
      for (const path of [
        `api/contents/${name}`,
        `api/contents/hush-hush/inner-vault/${name}`,
        `files/${name}`,
        `api/contents/${name}/checkpoints`
      ]) {
        expect((await guest.ask(path, method, bodies[method])).status, `${method} ${path}`).toBe(404);
      }
    }
    const session = await guest.ask(`api/collaboration/session/${name}`, 'PUT', {
      format: 'json',
      type: 'notebook'
    });
    expect(session.status).toBe(404);
  });

  test('T32 the shared notebook itself: no write, rename, copy, delete, restore past the room', async () => {
    const before = book.bytes;
    const { name } = book;
    const calls: [string, string, object?][] = [
      [
        'PUT',
        `api/contents/${name}`,
        { type: 'notebook', content: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 } }
      ],
      ['PATCH', `api/contents/${name}`, { path: 'stolen.ipynb' }],
      ['DELETE', `api/contents/${name}`],
      ['POST', 'api/contents', { copy_from: name }],
      ['POST', `api/contents/${name}`, { copy_from: name }],
      ['POST', `api/contents/${name}/checkpoints/checkpoint`],
      ['DELETE', `api/contents/${name}/checkpoints/checkpoint`],
      ['GET', `api/contents/${name}/trust`],
      ['POST', `api/contents/${name}/trust`]
    ];
    for (const [method, path, body] of calls) {
      expect((await guest.ask(path, method, body)).status, `${method} ${path}`).toBe(404);
    }
    expect(book.bytes).toBe(before);
    const viewer = await book.guest(['live'], { grants: { copy: false } });
    expect((await viewer.ask(`files/${name}`)).status).toBe(403);
    expect((await guest.ask(`files/${name}`)).status).toBe(200);
  });
});

describe('T33 T31 S20 everything else', () => {
  const GONE = [
    'api/terminals/1',
    'terminals/1',
    'api/sessions/x',
    'api/kernels/x',
    'api/kernels/x/channels',
    'kernelspecs/python3/logo-64x64.png',
    'api/kernelspecs/python3',
    'nbconvert/html/x.ipynb',
    'nbconvert/html',
    'lsp/ws/pyright',
    'api/shutdown',
    'api/events',
    'api/spec.yaml',
    'api/yaml',
    'files/',
    'view/x',
    'edit/x',
    'tree',
    'lab/api/extensions',
    'lab/api/plugins',
    'lab/api/build',
    'lab/api/licenses',
    'lab/extensions',
    'lab/extensions/jupyter-liveshare/static/style.js',
    'static/lab/index.html',
    'api/collaboration/timeline/x',
    'api/collaboration/undo_redo/x',
    'api/collaboration/fork/x',
    'api/collaboration/room/x',
    'api/fileid/index',
    'login',
    'logout',
    'metrics',
    'healthz',
    'api/shares',
    'api/people',
    'api/openapi.json',
    'internal/files/x',
    'proxy/8888',
    'liveshare/healthz',
    'custom/custom.css',
    'robots.txt',
    'favicon.ico'
  ];

  test.each(GONE)('T33 %s does not exist for a guest with every right', async path => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status } = await guest.ask(path, method, method === 'GET' ? undefined : {});
      // A kernel that isn't the share's is "not there" as well when its address is known.
      expect(status, method).toBe(404);
    }
    expect((await guest.socket(path).closed()).code).toBeOneOf([404, 4404]);
  });

  test('T33 a terminal can’t be made, a console’s session can’t be had, a setting of the owner’s isn’t read or written', async () => {
    expect((await guest.ask('api/terminals')).json()).toEqual([]);
    expect((await guest.ask('api/terminals', 'POST', {})).status).toBe(403);
    expect((await guest.socket('terminals/websocket/1').closed()).code).toBe(4403);
    await guest.ask('lab/api/settings/@jupyterlab/apputils-extension:themes', 'PUT', {
      raw: '{"theme":"Mine"}'
    });
    const owners = await site.jupyter('lab/api/settings/@jupyterlab/apputils-extension:themes');
    expect(owners.body).not.toContain('Mine');
    const twin = await book.guest(['live']);
    const theirs = await twin.ask('lab/api/settings/@jupyterlab/apputils-extension:themes');
    expect(theirs.body).not.toContain('Mine');
    expect((await guest.ask('lab/api/settings/@jupyterlab/apputils-extension:themes')).body).toContain(
      'Mine'
    );
    await guest.ask('lab/api/workspaces/default', 'PUT', { data: { mine: 1 }, metadata: { id: 'default' } });
    expect((await site.jupyter('lab/api/workspaces')).body).not.toContain('mine');
    expect((await twin.ask('lab/api/workspaces/default')).body).not.toContain('mine');
  });

  test('S20 kernels and sessions: the share’s own or none; another notebook’s are not there', async () => {
    await site.jupyter('api/sessions', 'POST', {
      path: other.path,
      name: other.name,
      type: 'notebook',
      kernel: { name: 'python3' }
    });
    const [theirs] = (await site.jupyter('api/sessions'))
      .json<{ id: string; kernel: { id: string }; path: string }[]>()
      .filter(each => each.path === other.path);
    expect((await guest.ask('api/kernels')).json()).toEqual([]);
    expect((await guest.ask('api/sessions')).json()).toEqual([]);
    expect((await guest.ask(`api/kernels/${theirs?.kernel.id}`)).status).toBe(404);
    expect((await guest.ask(`api/sessions/${theirs?.id}`)).status).toBe(404);
    expect((await guest.ask(`api/kernels/${theirs?.kernel.id}/interrupt`, 'POST')).status).toBe(404);
    expect((await guest.socket(`api/kernels/${theirs?.kernel.id}/channels`).closed()).code).toBe(4404);
    const twin = await other.guest(['live']);
    expect((await twin.ask('api/kernels')).json<{ id: string }[]>()[0]?.id).not.toBe(theirs?.kernel.id);
    expect((await twin.ask('api/kernels')).json<unknown[]>()).toHaveLength(1);
  });

  test('T33 opening and reading everything as a front end does starts no kernel and no session', async () => {
    const quiet = await site.share();
    const viewer = await quiet.guest(['static', 'live', 'edit', 'save']);
    const before = await running();
    const paths = [
      'lab',
      `doc/tree/${quiet.name}`,
      `lab/tree/${quiet.name}`,
      'api/contents?content=1',
      'api/kernels',
      'api/sessions',
      'api/kernelspecs',
      'api/status',
      'page/latest',
      'page/latest/body',
      'lab/api/settings',
      'lab/api/translations/en'
    ];
    for (const path of paths) {
      expect((await viewer.ask(path)).status, path).toBe(200);
    }
    const notebook = await Notebook.of(viewer);
    expect((await viewer.ask('api/sessions', 'POST', { path: quiet.name })).status).toBe(403);
    expect((await viewer.ask('api/kernels', 'POST', { name: 'python3' })).status).toBe(404);
    expect(await running()).toEqual(before);
    await notebook.leave();
  });
});
