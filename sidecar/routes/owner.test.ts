import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Link, Person, Share } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { ORIGIN, OWNER, TestApp, type TestRequest } from '../testing/makeTestApp.ts';

type Invited = Person & { url: string };
let test: TestApp;
let share: string;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('a folder/note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('a folder/note.ipynb');
});
afterEach(() => test.close());

const call = (method: string, path: string, json?: unknown, more: TestRequest = {}) =>
  test.owner(path === '' ? 'api/shares' : `api/shares/${path}`, {
    method,
    ...(json === undefined ? {} : { json }),
    ...more
  });
const invite = async (json: Record<string, unknown>) =>
  (await call('POST', `${share}/people`, json)).json<Invited>();
const enter = async (url: string, more: Record<string, unknown> = {}) => {
  const [where = '', token] = url.split('#');
  const path = new URL(where, 'http://x').pathname;
  return test.call(`!${path}/api/liveshare/session`, { method: 'POST', json: { token, ...more } });
};
const soon = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('shares', () => {
  it('a notebook is shared once, found, listed, changed and ended', async () => {
    const again = await call('POST', '', { path: '/a folder//note.ipynb' });
    expect([again.status, again.json<Share>().id]).toEqual([200, share]);
    test.jupyter.put('b.ipynb', notebook({}));
    const other = await call('POST', '', { path: 'b.ipynb' });
    expect(other.status).toBe(201);
    expect((await call('GET', '')).json<Share[]>().map(each => each.path)).toEqual([
      'a folder/note.ipynb',
      'b.ipynb'
    ]);
    const changed = await call('PATCH', share, { lockMode: 'exclusive', holdSaves: true });
    expect(changed.json()).toMatchObject({ lockMode: 'exclusive', holdSaves: true, unsaved: null });
    expect((await call('GET', share)).json()).toMatchObject({ lockMode: 'exclusive' });
    expect((await call('DELETE', share)).status).toBe(204);
    expect((await call('GET', share)).status).toBe(404);
    expect((await call('DELETE', share)).status).toBe(404);
  });

  it.each(['a.txt', '../a.ipynb', 'x/../a.ipynb', './a.ipynb', '', 'a.ipynb/', 'a.ipynb/..'])(
    'T32: %j is no notebook’s path, and the server is not even asked',
    async path => {
      const before = test.jupyter.seen.length;
      expect((await call('POST', '', { path })).status).toBe(400);
      expect(test.jupyter.seen.length).toBe(before);
    }
  );

  it('a notebook that is not there cannot be shared', async () => {
    expect((await call('POST', '', { path: 'missing.ipynb' })).status).toBe(404);
    expect((await call('GET', '')).json<Share[]>()).toHaveLength(1);
  });

  it.each(['A%20B.ipynb', 'a#b?c&d.ipynb', 'a:b.ipynb', 'ü/日本.ipynb', 'it\'s "quoted".ipynb', '😀.ipynb'])(
    'S30: %j can be shared, opened and read',
    async path => {
      test.jupyter.put(path, notebook({ a: 'x = 1' }));
      const id = await test.share(path);
      const { auth } = await test.guest(id, { static: true, live: true });
      const name = encodeURIComponent(path.split('/').at(-1)!);
      const me = await test.call(`s/${id}/api/liveshare/me`, { headers: auth });
      expect(me.json()).toMatchObject({ next: `doc/tree/${name}`, share: { name: path.split('/').at(-1) } });
      const file = await test.call(`s/${id}/api/contents/${name}`, { headers: auth });
      expect(file.status).toBe(200);
      expect((await test.call(`s/${id}/page/latest/body`, { headers: auth })).text).toContain('x = 1');
    }
  );

  it('T7: ending one ends its sessions, at once', async () => {
    const { auth } = await test.guest(share, { live: true });
    const socket = test.open(`s/${share}/api/liveshare/control`, { headers: auth });
    await socket.json();
    await call('DELETE', share);
    expect((await socket.closed).code).toBe(4403);
    const answer = await test.call(`s/${share}/api/liveshare/me`, { headers: auth });
    expect([answer.status, answer.json<{ type: string }>().type]).toEqual([410, 'liveshare:share-ended']);
  });
});

describe('people', () => {
  it('one by name gets a link once, one by account none', async () => {
    const gus = await invite({ name: '  Gus  ', rights: { edit: true }, cells: ['a'] });
    expect(gus).toMatchObject({
      kind: 'invited',
      name: 'Gus',
      username: null,
      rights: { live: true, edit: true },
      cells: ['a'],
      structure: false,
      tabs: 0
    });
    expect(gus.url).toContain(`/base/liveshare/s/${share}#ey`);
    expect((await call('GET', share)).text).not.toContain('#ey');
    const ada = await call('POST', `${share}/people`, { username: 'ada', rights: { live: true } });
    expect(ada.status).toBe(201);
    expect(ada.json()).toMatchObject({ kind: 'account', name: 'ada', username: 'ada' });
    expect(ada.json()).not.toHaveProperty('url');
    const twice = await call('POST', `${share}/people`, { username: 'ada' });
    expect([twice.status, twice.json<{ type: string }>().type]).toEqual([409, 'liveshare:changed-meanwhile']);
  });

  it.each([
    { name: '' },
    { name: '   ' },
    { name: 'x'.repeat(101) },
    { name: 'a\u202eb' },
    { name: 'a\nb' },
    { name: 'a\u0000b' },
    { name: 'Gus', rights: { admin: true } },
    { name: 'Gus', rights: { edit: 'yes' } },
    { name: 'Gus', grants: { sudo: true } },
    { name: 'Gus', cells: 'some' },
    { name: 'Gus', cells: [''] },
    { name: 'Gus', cells: ['x'.repeat(129)] },
    { name: 'Gus', expiresAt: 'tomorrow' },
    { name: 'Gus', expiresAt: '2020-01-01T00:00:00Z' },
    { name: 'Gus', username: 'gus', kind: 'owner' },
    { rights: { edit: true } },
    {}
  ])('T48: %j is refused', async json => {
    expect((await call('POST', `${share}/people`, json)).status).toBe(400);
    expect(test.app.parts.people.ofShare(share)).toEqual([]);
  });

  it('T48: markup in a name is a name', async () => {
    const name = '<img src=x onerror=alert(1)>';
    expect((await invite({ name })).name).toBe(name);
  });

  it('what is left out of a change stays; live taken away takes what needs it', async () => {
    const { id } = await invite({
      name: 'Gus',
      rights: { edit: true, save: true },
      cells: ['a'],
      grants: { copy: false }
    });
    const change = (json: unknown) => call('PATCH', `${share}/people/${id}`, json);
    expect((await change({ rights: { execute: true } })).json()).toMatchObject({
      rights: { static: false, live: true, edit: true, save: true, execute: true },
      cells: ['a'],
      grants: { copy: false }
    });
    expect((await change({ rights: { live: false } })).json()).toMatchObject({
      rights: { static: false, live: false, edit: false, save: false, execute: false }
    });
    expect((await change({ name: 'Gustav', expiresAt: soon(1) })).json()).toMatchObject({ name: 'Gustav' });
    expect((await change({ expiresAt: null })).json()).toMatchObject({ expiresAt: null });
    expect((await change({ expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(400);
  });

  it('T9: a renewed link opens once, the one before no more; accounts have none', async () => {
    const gus = await invite({ name: 'Gus' });
    const renewed = await call('PATCH', `${share}/people/${gus.id}`, { renewLink: true });
    expect((await enter(gus.url)).status).toBe(410);
    expect((await enter(renewed.json<Invited>().url)).status).toBe(201);
    expect((await enter(renewed.json<Invited>().url)).status).toBe(410);
    const ada = await invite({ username: 'ada' });
    expect((await call('PATCH', `${share}/people/${ada.id}`, { renewLink: true })).status).toBe(400);
  });

  it('T12: ids of another share are not found, and nothing is changed', async () => {
    test.jupyter.put('b.ipynb', notebook({}));
    const other = await test.share('b.ipynb');
    const { id } = await invite({ name: 'Gus' });
    const link = (await call('POST', `${share}/links`, { rights: { live: true } })).json<Link>();
    for (const [method, path, json] of [
      ['PATCH', `people/${id}`, { rights: { edit: true } }],
      ['DELETE', `people/${id}`, undefined],
      ['PATCH', `links/${link.id}`, { rights: { edit: true } }],
      ['DELETE', `links/${link.id}`, undefined],
      ['POST', 'requests/x', { refuse: true }]
    ] as const) {
      expect([path, (await call(method, `${other}/${path}`, json)).status]).toEqual([path, 404]);
      expect([path, (await call(method, `nothing/${path}`, json)).status]).toEqual([path, 404]);
    }
    expect(test.app.parts.people.get(id)?.rights.edit).toBe(false);
    expect(test.app.parts.links.get(link.id)?.rights.edit).toBe(false);
  });

  it('saves are held at the Jupyter Server before a call that demands it is answered', async () => {
    const file = test.jupyter.files.get('a folder/note.ipynb')!.id;
    const { id } = await invite({ name: 'Gus', rights: { edit: true } });
    expect(test.jupyter.held).toEqual([file]);
    await call('PATCH', `${share}/people/${id}`, { rights: { save: true } });
    expect(test.jupyter.held).toEqual([]);
    await call('PATCH', `${share}/people/${id}`, { rights: { save: false } });
    expect(test.jupyter.held).toEqual([file]);
    await call('DELETE', `${share}/people/${id}`);
    expect(test.jupyter.held).toEqual([]);
    await call('PATCH', share, { holdSaves: true });
    expect(test.jupyter.held).toEqual([file]);
    await call('DELETE', share);
    expect(test.jupyter.held).toEqual([]);
  });

  it('accounts are asked of the server, with a bounded query', async () => {
    test.jupyter.accounts = [{ username: 'ada', name: 'Ada' }];
    expect((await test.owner('api/people?query=da')).json()).toEqual(test.jupyter.accounts);
    const answer = await test.owner(`api/people?query=${'a'.repeat(500)}`);
    expect(answer.json()).toEqual([]);
    expect(test.jupyter.seenAt('/liveshare/internal/people')[1]?.target).toHaveLength(
      '/liveshare/internal/people?query='.length + 200
    );
  });
});

describe('links', () => {
  it('are made, followed, changed for those who came, and revoked with them', async () => {
    const made = await call('POST', `${share}/links`, {
      rights: { live: true },
      maxPeople: 2,
      passphrase: 'sesame'
    });
    expect(made.status).toBe(201);
    const link = made.json<Link>();
    expect(link).toMatchObject({ uses: 0, maxPeople: 2, hasPassphrase: true });
    expect(made.text).not.toContain('sesame');
    expect((await enter(link.url, { name: 'Ada' })).status).toBe(401);
    const session = await enter(link.url, { name: 'Ada', passphrase: 'sesame' });
    expect(session.status).toBe(201);
    const auth = { authorization: `token ${session.json<{ token: string }>().token}` };
    await call('PATCH', `${share}/links/${link.id}`, { rights: { edit: true } });
    const me = () => test.call(`s/${share}/api/liveshare/me`, { headers: auth });
    expect((await me()).json()).toMatchObject({ rights: { edit: true }, person: { name: 'Ada' } });
    expect((await call('GET', share)).json<Share>().links[0]).toMatchObject({ uses: 1 });
    expect((await call('DELETE', `${share}/links/${link.id}`)).status).toBe(204);
    expect((await me()).status).toBe(401);
    expect((await enter(link.url, { passphrase: 'sesame' })).status).toBe(401);
  });

  it.each([
    { maxPeople: 0 },
    { maxPeople: 1.5 },
    { maxPeople: 5_001 },
    { passphrase: '' },
    { passphrase: 5 },
    { uses: 3 },
    { expiresAt: '2020-01-01T00:00:00Z' }
  ])('%j is refused', async json => {
    expect((await call('POST', `${share}/links`, json)).status).toBe(400);
  });
});

describe('around the shares', () => {
  it('health is for anybody, metrics are the owner’s and hold no ids', async () => {
    expect((await test.call('healthz')).json()).toEqual({ status: 'ok' });
    await invite({ name: 'Gus Guest' });
    await test.call('nothing');
    const metrics = await test.owner('metrics');
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.text).toContain('liveshare_refusals_total{code="not-found"} 1');
    expect(metrics.text).not.toContain(share);
    expect(metrics.text).not.toContain('Gus');
  });

  it('T24: headers that only the mount may set count for nothing on the guests’ own port', async () => {
    const answer = await test.call('api/shares', {
      bare: true,
      headers: {
        'x-liveshare-user': Buffer.from(JSON.stringify(OWNER)).toString('base64url'),
        'x-liveshare-origin': ORIGIN
      }
    });
    expect(answer.status).toBe(403);
    expect((await test.call('healthz', { bare: true })).status).toBe(200);
  });

  it('the file follows a rename: the share shows its new path, guests its new name (S24)', async () => {
    const { auth } = await test.guest(share, { live: true });
    test.jupyter.rename('a folder/note.ipynb', 'b/other.ipynb');
    await test.call(`s/${share}/api/contents`, { headers: auth });
    await vi.waitFor(async () => expect((await call('GET', share)).json<Share>().path).toBe('b/other.ipynb'));
    expect((await test.call(`s/${share}/api/contents/other.ipynb`, { headers: auth })).status).toBe(200);
    expect((await test.call(`s/${share}/api/contents/note.ipynb`, { headers: auth })).status).toBe(404);
  });

  it('T105: a file that is gone is said to be gone', async () => {
    const { auth } = await test.guest(share, { live: true, static: true });
    test.jupyter.files.clear();
    for (const path of ['api/contents', 'page/latest/body']) {
      const answer = await test.call(`s/${share}/${path}`, { headers: auth });
      expect([answer.status, answer.json<{ detail: string }>().detail]).toEqual([
        404,
        'The notebook file is gone.'
      ]);
    }
  });
});
