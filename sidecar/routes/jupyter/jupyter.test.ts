import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notebook } from '../../testing/fakeJupyter.ts';
import { GuestDocument } from '../../testing/guestDocument.ts';
import { TestApp, type TestRequest } from '../../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
let file: string;
beforeEach(async () => {
  test = await TestApp.start();
  file = test.jupyter.put('secret folder/note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' })).id;
  test.jupyter.put('other.ipynb', notebook({ s: 'secret' }));
  share = await test.share('secret folder/note.ipynb');
});
afterEach(() => test.close());

async function guest(rights: Record<string, boolean>, more: Record<string, unknown> = {}) {
  const { auth, id } = await test.guest(share, rights, more);
  const call = (path: string, options: TestRequest = {}) =>
    test.call(`s/${share}/${path}`, { ...options, headers: { ...auth, ...options.headers } });
  return { auth, id, call, post: (path: string, json: unknown = {}) => call(path, { method: 'POST', json }) };
}
const sourceHash = (source: string) => createHash('sha256').update(source).digest('hex');
const code = (answer: { text: string }) =>
  (JSON.parse(answer.text) as { type: string }).type.replace('liveshare:', '');

describe('contents', () => {
  it('S20, T32: the root holds one notebook, without the owner’s folders', async () => {
    const { call } = await guest({ live: true });
    const root = (await call('api/contents')).json<{ content: { path: string }[]; writable: boolean }>();
    expect(root).toMatchObject({ path: '', type: 'directory', writable: false });
    expect(root.content).toHaveLength(1);
    expect(root.content[0]).toMatchObject({
      name: 'note.ipynb',
      path: 'note.ipynb',
      type: 'notebook',
      content: null
    });
    expect((await call('api/contents?content=0')).json()).toMatchObject({ content: null });
    expect((await call('api/contents/')).status).toBe(200);
  });

  it('the notebook is the live one', async () => {
    test.jupyter.room('secret folder/note.ipynb').cell('a')!.setSource('x = "live"');
    const { call } = await guest({ live: true });
    const model = (await call('api/contents/note.ipynb')).json<{
      content: { cells: { source: string }[] };
    }>();
    expect(model).toMatchObject({ format: 'json', path: 'note.ipynb' });
    expect(model.content.cells[0]?.source).toBe('x = "live"');
    expect((await call('api/contents/note.ipynb?content=0')).json()).toMatchObject({
      content: null,
      format: null
    });
  });

  it.each([
    'other.ipynb',
    'secret%20folder',
    'secret%20folder/note.ipynb',
    'note.ipynb.bak',
    'Note.ipynb',
    '.ipynb_checkpoints'
  ])('T32: %s is not there', async name => {
    const { call } = await guest({ static: true, edit: true, save: true, execute: true });
    for (const path of [
      `api/contents/${name}`,
      `files/${name}`,
      `lab/tree/${name}`,
      `doc/tree/${name}`,
      `doc/workspaces/w/tree/${name}`,
      `notebooks/${name}`
    ]) {
      expect([path, (await call(path)).status]).toEqual([path, 404]);
    }
  });

  it('S1: what the disk says of writing is said', async () => {
    const { call } = await guest({ edit: true });
    test.jupyter.files.get('secret folder/note.ipynb')!.writable = false;
    expect((await call('api/contents/note.ipynb?content=0')).json()).toMatchObject({ writable: false });
  });

  it('a download is an attachment in a sandbox, for those who may copy', async () => {
    const { call } = await guest({ live: true });
    const answer = await call('files/note.ipynb');
    expect(answer.headers['content-disposition']).toBe("attachment; filename*=UTF-8''note.ipynb");
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    expect(answer.json()).toMatchObject({ nbformat: 4 });
    const { call: without } = await guest({ live: true }, { grants: { copy: false } });
    expect([
      (await without('files/note.ipynb')).status,
      (await without('api/contents/note.ipynb')).status
    ]).toEqual([403, 200]);
  });

  it('checkpoints: none to restore; made only by who may save', async () => {
    const [saver, editor] = [await guest({ save: true }), await guest({ edit: true })];
    expect((await saver.call('api/contents/note.ipynb/checkpoints')).json()).toEqual([]);
    expect((await editor.post('api/contents/note.ipynb/checkpoints')).status).toBe(403);
    expect((await saver.post('api/contents/note.ipynb/checkpoints')).status).toBe(201);
    expect((await saver.post('api/contents/other.ipynb/checkpoints')).status).toBe(404);
    expect(test.jupyter.files.get('secret folder/note.ipynb')!.checkpoints).toBe(1);
    expect(test.jupyter.files.get('other.ipynb')!.checkpoints).toBe(0);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])('T32: %s on contents changes nothing', async method => {
    const { call } = await guest({ static: true, edit: true, save: true, execute: true });
    for (const path of ['api/contents', 'api/contents/note.ipynb', 'api/contents/new.ipynb']) {
      expect((await call(path, { method, json: { path: 'x.ipynb', type: 'notebook' } })).status).toBe(404);
    }
    expect([...test.jupyter.files.keys()]).toEqual(['secret folder/note.ipynb', 'other.ipynb']);
  });

  it('the room’s session: our file id and our history, for the one notebook', async () => {
    const { call } = await guest({ live: true });
    const put = (path: string, json: unknown) =>
      call(`api/collaboration/session/${path}`, { method: 'PUT', json });
    expect((await put('note.ipynb', { format: 'json', type: 'notebook' })).json()).toEqual({
      format: 'json',
      type: 'notebook',
      fileId: file,
      sessionId: test.app.parts.rooms.peek(share)?.lineage
    });
    expect((await put('other.ipynb', { format: 'json', type: 'notebook' })).status).toBe(404);
    expect((await put('note.ipynb', { format: 'text', type: 'file' })).status).toBe(400);
  });
});

describe('sessions and kernels', () => {
  it('S20: none runs, none is listed; who may not run can’t start one', async () => {
    const viewer = await guest({ live: true });
    expect((await viewer.call('api/sessions')).json()).toEqual([]);
    expect((await viewer.call('api/kernels')).json()).toEqual([]);
    expect(
      (await viewer.post('api/sessions', { path: 'note.ipynb', kernel: { name: 'python3' } })).status
    ).toBe(403);
    expect(test.jupyter.sessions).toEqual([]);
    const runner = await guest({ execute: true });
    const made = await runner.post('api/sessions', {
      path: 'other.ipynb',
      kernel: { name: 'ir' },
      type: 'console'
    });
    expect(made.status).toBe(201);
    // The notebook's own kernel, whatever was asked for.
    expect(test.jupyter.sessions.map(each => [each.path, each.kernel.name])).toEqual([
      ['secret folder/note.ipynb', 'python3']
    ]);
    expect(made.json()).toMatchObject({
      // Stock front ends look for the path that they asked under.
      path: 'other.ipynb',
      notebook: { path: 'note.ipynb' },
      type: 'notebook',
      kernel: { name: 'python3', connections: 1 }
    });
    expect((await viewer.post('api/sessions', { path: 'x' })).json()).toMatchObject({
      notebook: { path: 'note.ipynb' }
    });
    expect((await viewer.call('api/sessions')).json()).toMatchObject([{ path: 'note.ipynb' }]);
  });

  it('S20, T33: other kernels and sessions don’t exist, the owner’s ids neither', async () => {
    const real = test.jupyter.startKernel('secret folder/note.ipynb');
    const other = test.jupyter.startKernel('other.ipynb');
    const { call } = await guest({ execute: true });
    const [session] = (await call('api/sessions')).json<{ id: string; kernel: { id: string } }[]>();
    expect((await call(`api/sessions/${session!.id}`)).json()).toMatchObject({ id: session!.id });
    expect((await call(`api/kernels/${session!.kernel.id}`)).json()).toMatchObject({
      id: session!.kernel.id
    });
    for (const id of [real.id, other.id, test.jupyter.sessions[0]!.id, 'x']) {
      expect((await call(`api/kernels/${id}`)).status).toBe(404);
      expect((await call(`api/sessions/${id}`)).status).toBe(404);
    }
  });

  it('a guest changes nothing about the session', async () => {
    test.jupyter.startKernel('secret folder/note.ipynb');
    const { call } = await guest({ edit: true, execute: true });
    const [session] = (await call('api/sessions')).json<{ id: string }[]>();
    const json = { path: 'other.ipynb', name: 'x', kernel: { name: 'ir' } };
    const answer = await call(`api/sessions/${session!.id}`, { method: 'PATCH', json });
    expect(answer.json()).toMatchObject({ path: 'note.ipynb', kernel: { name: 'python3' } });
    expect((await call(`api/sessions/${session!.id}`, { method: 'DELETE' })).status).toBe(404);
    expect(test.jupyter.sessions).toHaveLength(1);
  });

  it('T66: one spec, without paths or resources', async () => {
    const { call } = await guest({ live: true });
    const specs = await call('api/kernelspecs');
    expect(specs.json()).toMatchObject({
      default: 'python3',
      kernelspecs: { python3: { resources: {}, spec: { argv: [] } } }
    });
    expect(specs.text).not.toContain('/home/owner');
    expect(Object.keys(specs.json<{ kernelspecs: object }>().kernelspecs)).toEqual(['python3']);
  });

  it('interrupt and restart are grants of their own', async () => {
    const kernel = test.jupyter.startKernel('secret folder/note.ipynb');
    const [plain, trusted, viewer] = [
      await guest({ execute: true }),
      await guest({ execute: true }, { grants: { restart: true, interrupt: false } }),
      await guest({ edit: true }, { grants: { restart: true, interrupt: true } })
    ];
    const [{ id }] = (await plain.call('api/kernels')).json<[{ id: string }]>();
    const status = async (of: typeof plain, action: string) =>
      (await of.post(`api/kernels/${id}/${action}`)).status;
    expect([await status(plain, 'interrupt'), await status(plain, 'restart')]).toEqual([204, 403]);
    expect([await status(trusted, 'interrupt'), await status(trusted, 'restart')]).toEqual([403, 200]);
    expect([await status(viewer, 'interrupt'), await status(viewer, 'restart')]).toEqual([403, 403]);
    expect(
      test.jupyter.seenAt(`/api/kernels/${kernel.id}/`).filter(each => each.method === 'POST')
    ).toHaveLength(2);
    expect((await plain.post('api/kernels/x/interrupt')).status).toBe(404);
  });
});

describe('running a cell', () => {
  const sent = () =>
    test.jupyter.sessions
      .flatMap(each => each.kernel.received)
      .filter(each => each.header.msg_type === 'execute_request');

  it('S19, T59: what runs is the cell as it stands, whatever else is sent', async () => {
    const { post } = await guest({ execute: true });
    const answer = await post('api/kernels/current/execute', {
      cell_id: 'a',
      code: 'import os',
      source: 'evil',
      user_expressions: { a: '1' }
    });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok', execution_count: 1 });
    expect(sent().map(each => each.content)).toEqual([
      {
        code: 'x = 1',
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: false
      }
    ]);
  });

  it('S35: outputs, count and state are in the owner’s document, also when nobody stays connected', async () => {
    const { post } = await guest({ execute: true });
    await post('api/kernels/current/execute', { cell_id: 'a' });
    const room = test.jupyter.room('secret folder/note.ipynb');
    await vi.waitFor(() =>
      expect(room.cell('a')!.toJSON()).toMatchObject({
        execution_count: 1,
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'x = 1' }]
      })
    );
  });

  it('runs the edit that came before it', async () => {
    const { auth, post } = await guest({ edit: true, execute: true });
    const document = new GuestDocument(
      test.open(`s/${share}/api/collaboration/room/json:notebook:${file}`, { headers: auth })
    );
    await document.synced;
    document.type('a', ' + 41');
    await vi.waitFor(() =>
      expect(test.jupyter.room('secret folder/note.ipynb').source('a')).toBe('x = 1 + 41')
    );
    await post('api/kernels/current/execute', { cell_id: 'a' });
    expect(sent()[0]?.content['code']).toBe('x = 1 + 41');
    await vi.waitFor(() =>
      expect(document.notebook.cells[0]?.toJSON()).toMatchObject({ outputs: [{ text: 'x = 1 + 41' }] })
    );
  });

  it('S19, T60: a cell that changed since the click is not run', async () => {
    const { post } = await guest({ execute: true });
    const run = (source: string) =>
      post('api/kernels/current/execute', { cell_id: 'a', source_hash: sourceHash(source) });
    const changed = await run('x = 2');
    expect([changed.status, code(changed)]).toEqual([409, 'changed-meanwhile']);
    expect(sent()).toEqual([]);
    expect((await run('x = 1')).status).toBe(200);
  });

  it('T60: 1,000 clicks while the cell changes: what runs is what was looked at, or nothing', async () => {
    const room = test.jupyter.room('secret folder/note.ipynb');
    const { post } = await guest({ execute: true });
    const click = (source: string) =>
      post('api/kernels/current/execute', { cell_id: 'a', source_hash: sourceHash(source), wait: false });
    const ran: string[] = [];
    const counts = new Map<number, number>();
    let looked = 'x = 1';
    for (let n = 0; n < 1_000; n++) {
      const next = `x = 1 + ${n}`;
      const change = () => room.notebook.cells[0]?.setSource(next);
      // Right before the click, right behind it, or not at all.
      if (n % 3 === 0) {
        change();
      }
      const clicked = click(looked);
      if (n % 3 === 1) {
        change();
      }
      const { status } = await clicked;
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status === 202) {
        ran.push(looked);
      }
      looked = n % 3 === 2 ? looked : next;
    }
    expect([...counts.keys()].sort()).toEqual([202, 409]);
    expect([...counts.values()].every(count => count > 50)).toBe(true);
    const looks = new Set(ran);
    await vi.waitFor(() => expect(sent().length).toBeGreaterThan(0));
    for (const { content } of sent()) {
      expect(looks).toContain((content as { code: string }).code);
    }
    expect(sent().length).toBeLessThanOrEqual(ran.length);
  }, 60_000);

  it('T60: no such cell, a markdown cell, an id twice: nothing is run', async () => {
    const room = test.jupyter.room('secret folder/note.ipynb');
    room.notebook.insertCell(0, { cell_type: 'markdown', id: 'm', source: '# hi', metadata: {} } as never);
    room.notebook.insertCell(0, { cell_type: 'code', id: 'b', source: 'twin', metadata: {} } as never);
    const { post } = await guest({ execute: true });
    for (const cell of ['nothing', 'm', 'b', '__proto__']) {
      expect([cell, (await post('api/kernels/current/execute', { cell_id: cell })).status]).toEqual([
        cell,
        404
      ]);
    }
    expect(sent()).toEqual([]);
  });

  it.each([
    {},
    { cell_id: '' },
    { cell_id: 5 },
    { cell_id: 'x'.repeat(129) },
    { cell_id: 'a', source_hash: 'x' }
  ])('%j is no request', async json => {
    const { post } = await guest({ execute: true });
    expect((await post('api/kernels/current/execute', json)).status).toBe(400);
  });

  it('S42, S4: without execute nothing is run, whatever else is held', async () => {
    test.jupyter.startKernel('secret folder/note.ipynb');
    const { post } = await guest({ static: true, edit: true, save: true });
    const answer = await post('api/kernels/current/execute', { cell_id: 'a' });
    expect([answer.status, code(answer)]).toEqual([403, 'no-right']);
    expect(sent()).toEqual([]);
  });

  it('T8: the right taken away while the notebook was being opened counts', async () => {
    const { post, id } = await guest({ execute: true });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    test.jupyter.gate = promise;
    const run = post('api/kernels/current/execute', { cell_id: 'a' });
    const before = test.jupyter.seen.length;
    await vi.waitFor(() => expect(test.jupyter.seen.length).toBeGreaterThan(before));
    const person = test.app.parts.people.get(id)!;
    test.app.parts.people.put({ ...person, rights: { ...person.rights, execute: false } });
    resolve(undefined);
    expect((await run).status).toBe(403);
    expect(sent()).toEqual([]);
  });
});

describe('the small questions', () => {
  it('api/me: identity and permissions from the rights; what is not known is refused', async () => {
    const { call, id } = await guest({ save: true }, { name: 'Ada Lovelace' });
    const ask = async (query: unknown) =>
      (
        await call(
          `api/me?permissions=${encodeURIComponent(typeof query === 'string' ? query : JSON.stringify(query))}`
        )
      ).json<{
        identity: object;
        permissions: unknown;
      }>();
    const found = await ask({
      contents: ['read', 'write', 'admin'],
      kernels: ['read', 'execute'],
      terminals: ['read'],
      __proto__: ['x'],
      constructor: ['name']
    });
    expect(found.identity).toMatchObject({
      username: id,
      name: 'Ada Lovelace',
      initials: 'AL',
      avatar_url: null
    });
    expect(found.permissions).toEqual({
      contents: ['read', 'write'],
      kernels: ['read'],
      terminals: [],
      constructor: []
    });
    for (const broken of ['{', '[]', '{"a":5}', '"x"']) {
      expect((await ask(broken)).permissions).toEqual({});
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['api', { version: '2.0.0' }],
    ['api/config/notebook', {}],
    ['api/nbconvert', {}],
    ['api/terminals', []],
    ['lsp/status', { version: 2, sessions: {}, specs: {} }],
    ['api/resolvePath?path=%2Fetc%2Fpasswd', { resolved: [] }],
    ['lab/api/listings/x/y.json', { blocked_extensions: [], allowed_extensions: [] }]
  ])('%s', async (path, expected) => {
    const { call } = await guest({ live: true });
    expect((await call(path)).json()).toEqual(expected);
  });

  it('translations come from the installation, by a name that is one', async () => {
    const { call } = await guest({ live: true });
    expect((await call('lab/api/translations/de_DE')).json()).toEqual({ data: {}, message: '' });
    expect((await call('lab/api/translations')).status).toBe(200);
    for (const locale of ['..', 'de%20DE', 'x'.repeat(21), '%252e']) {
      expect((await call(`lab/api/translations/${locale}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect(test.jupyter.seenAt('/lab/api/translations')).toHaveLength(2);
  });
});

describe('JupyterLab’s page and what it keeps', () => {
  it('Jupyter Notebook’s page is for those who may see the notebook live', async () => {
    const { call } = await guest({ live: true });
    const page = await call('notebooks/note.ipynb');
    expect(page.status).toBe(200);
    expect(page.text).toContain('"notebookPage":"notebooks"');
    expect(page.headers['content-security-policy']).toBe(
      (await call('lab')).headers['content-security-policy']
    );
    expect((await test.call('assets/notebook/main.4567cdef.js')).text).toBe('window.notebook = 1;');
    const { auth } = await test.guest(share, { static: true });
    expect((await test.call(`s/${share}/notebooks/note.ipynb`, { headers: auth })).status).toBe(403);
  });

  it.each([
    'lab/workspaces/auto-B',
    'lab/workspaces/auto-B/tree/note.ipynb',
    'doc/workspaces/auto-B',
    'doc/workspaces/auto-B/tree/note.ipynb'
  ])('S45: %s is the page of a second tab, which stays there', async path => {
    const { call } = await guest({ live: true });
    const page = await call(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('"workspace":"auto-B"');
    for (const odd of ['%3Cscript%3E', 'a%20b', 'x'.repeat(65)]) {
      expect((await call(path.replace('auto-B', odd))).status).toBe(404);
    }
    const { auth } = await test.guest(share, { static: true });
    expect((await test.call(`s/${share}/${path}`, { headers: auth })).status).toBe(403);
  });

  it.each(['lab', 'lab/tree/note.ipynb', 'doc/tree/note.ipynb', 'lab/workspaces/default'])(
    '%s is the page',
    async path => {
      const { call } = await guest({ live: true });
      const page = await call(path);
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain("script-src 'self'");
      expect(page.text).toContain(`"baseUrl":"/base/liveshare/s/${share}/"`);
      expect(page.text).toContain('"token":""');
      const { auth } = await test.guest(share, { static: true });
      expect((await test.call(`s/${share}/${path}`, { headers: auth })).status).toBe(403);
    }
  );

  it('settings and workspaces are each guest’s own', async () => {
    const [ada, bob] = [await guest({ live: true }), await guest({ live: true })];
    const plugin = 'lab/api/settings/@jupyterlab/notebook-extension:tracker';
    expect((await ada.call(plugin, { method: 'PUT', json: { raw: '{"a":1}' } })).status).toBe(204);
    expect((await ada.call(plugin)).json()).toMatchObject({ raw: '{"a":1}', schema: { title: 'Notebook' } });
    expect((await bob.call(plugin)).json()).toMatchObject({ raw: '{}' });
    const all = (await ada.call('lab/api/settings')).json<{ settings: { id: string }[] }>();
    expect(all.settings.map(each => each.id).sort()).toEqual([
      '@jupyterlab/notebook-extension:tracker',
      'ext-allowed:plugin'
    ]);
    expect(
      (await ada.call('lab/api/settings?ids_only=true')).json<{ settings: object[] }>().settings[0]
    ).toEqual({
      id: '@jupyterlab/notebook-extension:tracker'
    });
    expect((await ada.call('lab/api/settings/un:known')).status).toBe(404);
    expect((await ada.call('lab/api/settings/un:known', { method: 'PUT', json: { raw: '{}' } })).status).toBe(
      404
    );
    const space = { data: { layout: 1 }, metadata: { id: 'w' } };
    expect((await ada.call('lab/api/workspaces/w', { method: 'PUT', json: space })).status).toBe(204);
    expect((await ada.call('lab/api/workspaces/w')).json()).toEqual(space);
    expect((await ada.call('lab/api/workspaces')).json()).toEqual({
      workspaces: { ids: ['w'], values: [space] }
    });
    expect((await bob.call('lab/api/workspaces/w')).json()).toEqual({ data: {}, metadata: { id: 'w' } });
    // None of it reaches the owner's server.
    expect(test.jupyter.seenAt('/lab')).toEqual([]);
  });

  it('T83: a workspace with forbidden keys is refused, at any depth', async () => {
    const { call } = await guest({ live: true });
    const body = '{"data":{"a":{"\\u005f_proto__":{"x":1}}},"metadata":{"id":"w"}}';
    const headers = { 'content-type': 'application/json' };
    expect((await call('lab/api/workspaces/w', { method: 'PUT', body, headers })).status).toBe(400);
  });

  it('are gone with their guest', async () => {
    const ada = await guest({ live: true });
    await ada.call('lab/api/workspaces/w', { method: 'PUT', json: { data: {}, metadata: { id: 'w' } } });
    await test.owner(`api/shares/${share}/people/${ada.id}`, { method: 'DELETE' });
    expect((await ada.call('lab/api/workspaces/w')).status).toBe(401);
  });
});

describe('the static page', () => {
  it('T44, T45, S10: is sandboxed by its header, without script, whatever the notebook holds', async () => {
    test.jupyter.files.get('secret folder/note.ipynb')!.content = notebook({
      a: '<script>alert(1)</script>'
    });
    const { call } = await guest({ static: true });
    const page = await call('page/latest/body');
    expect(page.status).toBe(200);
    const csp = String(page.headers['content-security-policy']).split('; ');
    // Links open beside it, out of the sandbox; nothing else is allowed.
    expect(csp[0]).toBe('sandbox allow-popups allow-popups-to-escape-sandbox');
    expect(csp).toContain("default-src 'none'");
    expect(csp.join(';')).not.toContain('script-src');
    expect(page.headers['cache-control']).toBe('private, no-cache');
  });

  it('is the saved notebook, not the live one; the same page is not sent twice', async () => {
    test.jupyter.room('secret folder/note.ipynb').cell('a')!.setSource('not saved');
    const { call } = await guest({ static: true });
    const page = await call('page/latest/body');
    expect(page.text).toContain('x = 1');
    expect(page.text).not.toContain('not saved');
    const again = await call('page/latest/body', { headers: { 'if-none-match': String(page.headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['content-security-policy']).toContain('sandbox');
    expect(test.jupyter.seenAt('/nbconvert')).toHaveLength(1);
  });

  it('live alone is not enough for it, and it opens no room', async () => {
    const { call } = await guest({ edit: true, save: true, execute: true });
    expect((await call('page/latest/body')).status).toBe(403);
    const reader = await guest({ static: true });
    await reader.call('page/latest/body');
    expect(test.jupyter.seenAt('/api/collaboration/room')).toEqual([]);
  });
});
