import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Version, VersionList, VersionSaved } from '../../protocol/versions.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { TestApp } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
let room: FakeRoom;
beforeEach(async () => {
  test = await TestApp.start({ config: { limits: { roomLinger: 0.05 }, commitVersions: true } });
  test.jupyter.put('deep/note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' }));
  room = test.jupyter.room('deep/note.ipynb');
  share = await test.share('deep/note.ipynb');
});
afterEach(() => test.close());

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const owner = (below = '', method = 'GET', json?: unknown) =>
  test.owner(`api/shares/${share}/versions${below}`, { method, ...(json === undefined ? {} : { json }) });
const guest = (headers: Record<string, string>, below = '', method = 'GET', json?: unknown) =>
  test.call(`s/${share}/api/liveshare/versions${below}`, {
    method,
    headers,
    ...(json === undefined ? {} : { json })
  });
const save = async (message: string) =>
  (await owner('', 'POST', { message })).json<VersionSaved & { detail?: string }>();
const edit = async (cell: string, source: string) => {
  room.cell(cell)?.setSource(source);
  const { auth } = await test.guest(share, { live: true });
  await vi.waitFor(async () =>
    expect((await test.call(`s/${share}/api/contents/note.ipynb`, { headers: auth })).text).toContain(source)
  );
};

describe('the owner’s versions', () => {
  it('are saved to disk too, listed, read, pinned, removed', async () => {
    expect(await save('  first\r\nline ')).toMatchObject({
      number: 1,
      message: 'first\nline',
      file: 'success'
    });
    expect(room.saves).toBe(1);
    await edit('a', 'x = 100');
    await save('');
    const list = (await owner()).json<VersionList>();
    expect(list.items.map(each => each.number)).toEqual([2, 1]);
    expect((await owner('/1')).text).toContain('x = 1"');
    expect((await owner('/2')).text).toContain('x = 100');
    expect((await owner('/1', 'PATCH', { pinned: true })).json()).toMatchObject({ number: 1, pinned: true });
    expect((await owner('/1', 'DELETE')).status).toBe(204);
    for (const number of ['1', '0', '-1', '2x', '99999999999']) {
      expect((await owner(`/${number}`)).status, number).toBe(404);
    }
  });

  it('T48 a message is one text without controls and direction overrides', async () => {
    for (const message of ['a\u0000b', 'a\u202eb', 'x'.repeat(2_001), 5, null]) {
      expect((await owner('', 'POST', { message })).status, String(message)).toBe(400);
    }
    expect(await save('<b>"\'&')).toMatchObject({ message: '<b>"\'&' });
  });

  it('going back brings new changes: the owner’s room has them, and a second version keeps what was', async () => {
    await save('one');
    await edit('a', 'x = 100');
    room.notebook.insertCell(2, { cell_type: 'code', source: 'z', id: 'c' } as never);
    await save('two');
    const answer = await owner('/1/restore', 'POST', {});
    expect(answer.json()).toEqual({ changed: 2 });
    await eventually(() => expect(room.notebook.cells.map(cell => cell.id)).toEqual(['a', 'b']));
    expect(room.source('a')).toBe('x = 1');
    expect((await owner('/2/restore', 'POST', {})).status).toBe(200);
    await eventually(() => expect(room.source('a')).toBe('x = 100'));
    expect(room.notebook.cells.map(cell => cell.id)).toEqual(['a', 'b', 'c']);
    // What came back goes on being edited by who may: the filter knows the cells.
    const { auth } = await test.guest(share, { edit: true }, { cells: ['c'] });
    const patch = (cell: string) =>
      test.call(`s/${share}/api/liveshare/notebook`, {
        method: 'PATCH',
        headers: auth,
        json: [{ op: 'edit', cell, source: 'w' }]
      });
    expect((await patch('a')).status).toBe(403);
    expect((await patch('c')).status).toBe(200);
    await eventually(() => expect(room.source('c')).toBe('w'));
  });

  it('compare: the older side first, now last, nothing when nothing changed; images by their hash', async () => {
    await save('one');
    expect((await owner('/1/diff')).json()).toEqual({ from: 1, to: 'now', text: '' });
    await edit('a', 'x = 100');
    room.cell('b')?.setSource('y');
    await save('two');
    const back = (await owner('/2/diff?with=1')).json<{ from: number; to: number; text: string }>();
    expect([back.from, back.to]).toEqual([1, 2]);
    expect(back.text).toContain('"before"');
    expect(back.text.indexOf('x = 1"')).toBeLessThan(back.text.indexOf('x = 100'));
    expect((await owner('/2/diff?with=9')).status).toBe(404);
    expect((await owner('/2/diff?with=then')).status).toBe(404);
  });

  it('a version is a commit of the file by its author; why git refused is told to the owner alone', async () => {
    const asked: object[] = [];
    test.jupyter.committed = each => {
      asked.push(each);
      return asked.length === 1 ? { commit: 'c0ffee' } : { problem: '/home/owner: merging' };
    };
    expect(await save('message')).toMatchObject({ commit: 'c0ffee', commitProblem: null });
    const ada = await test.guest(share, { save: true });
    const answer = await guest(ada.auth, '', 'POST', { message: '' });
    expect(answer.json()).toMatchObject({
      commit: null,
      commitProblem: 'The version could not be committed.'
    });
    expect(await save('x')).toMatchObject({ commitProblem: '/home/owner: merging' });
    expect(asked).toEqual([
      { path: 'deep/note.ipynb', message: 'message', author: null },
      {
        path: 'deep/note.ipynb',
        message: 'Version 2',
        author: expect.objectContaining({ name: 'Gus Guest' })
      },
      { path: 'deep/note.ipynb', message: 'x', author: null }
    ]);
  });
});

describe('guests’ versions', () => {
  const numbers = async (auth: Record<string, string>) =>
    (await guest(auth)).json<VersionList>().items.map(each => each.number);

  it('S4 seen by who has static or save, as far as they were given, and one’s own always', async () => {
    await save('one');
    await save('two');
    expect(await numbers((await test.guest(share, { static: true })).auth)).toEqual([2, 1]);
    expect(await numbers((await test.guest(share, { save: true })).auth)).toEqual([2, 1]);
    for (const right of ['live', 'edit', 'execute']) {
      expect(await numbers((await test.guest(share, { [right]: true })).auth), right).toEqual([]);
    }
    const ada = await test.guest(share, { static: true, save: true }, { versions: [1] });
    expect(await numbers(ada.auth)).toEqual([1]);
    await guest(ada.auth, '', 'POST', { message: 'hers' });
    expect(await numbers(ada.auth)).toEqual([3, 1]);
    await test.owner(`api/shares/${share}/people/${ada.id}`, { method: 'PATCH', json: { versions: [] } });
    expect(await numbers(ada.auth)).toEqual([3]);
  });

  it('a version that one may not see answers like one that isn’t there', async () => {
    await save('one');
    await save('two');
    const { auth } = await test.guest(
      share,
      { static: true, edit: true },
      { versions: [1], structure: true }
    );
    const told = async (below: string, method = 'GET') => {
      const answer = await guest(auth, below, method, method === 'POST' ? {} : undefined);
      return [answer.status, answer.text];
    };
    for (const [below, method] of [
      ['', 'GET'],
      ['/diff', 'GET'],
      ['/restore', 'POST']
    ] as const) {
      expect((await told(`/1${below}`, method))[0]).toBe(200);
      expect((await told(`/2${below}`, method))[0]).toBe(404);
      expect(await told(`/2${below}`, method)).toEqual(await told(`/7${below}`, method));
    }
    expect((await told('/1/diff?with=2'))[0]).toBe(404);
  });

  it('saving takes save, with the verified name on it', async () => {
    const may = await test.guest(share, { save: true });
    const mayNot = await test.guest(share, { edit: true, execute: true });
    const saved = (await guest(may.auth, '', 'POST', { message: 'm' })).json<Version>();
    expect(saved.person).toMatchObject({ id: may.id, name: 'Gus Guest' });
    expect((await guest(mayNot.auth, '', 'POST', { message: 'm' })).status).toBe(403);
    expect((await guest(may.auth, '', 'POST', { message: 'm', person: null })).status).toBe(400);
  });

  it('going back takes the right to edit the whole notebook with structure; outputs stay', async () => {
    await save('one');
    await edit('a', 'x = 100');
    const rights = { static: true, edit: true };
    const whole = await test.guest(share, rights);
    for (const less of [{ cells: ['a', 'b'] }, { structure: false }, { cells: ['a'], structure: true }]) {
      const { auth } = await test.guest(share, rights, less);
      expect((await guest(auth, '/1/restore', 'POST', {})).status, JSON.stringify(less)).toBe(403);
    }
    const { auth } = await test.guest(share, { static: true, save: true });
    expect((await guest(auth, '/1/restore', 'POST', {})).status).toBe(403);
    expect((await guest(whole.auth, '/1/restore', 'POST', {})).json()).toEqual({ changed: 1 });
    await eventually(() => expect(room.source('a')).toBe('x = 1'));
    expect((await guest(whole.auth, '/1/restore', 'POST', {})).json()).toEqual({ changed: 0 });
  });

  it('a version’s JSON is a copy: refused without the grant, and to those who only see pages', async () => {
    await save('one');
    const may = await test.guest(share, { static: true, live: true });
    const without = await test.guest(share, { static: true, live: true }, { grants: { copy: false } });
    const pages = await test.guest(share, { static: true });
    const file = await guest(may.auth, '/1?download');
    expect(file.status).toBe(200);
    expect(file.headers['content-disposition']).toContain('note%20(version%201).ipynb');
    expect((await guest(may.auth, '/1')).status).toBe(200);
    for (const { auth } of [without, pages]) {
      expect((await guest(auth, '/1')).status).toBe(403);
      expect((await guest(auth, '/1?download')).status).toBe(403);
    }
  });

  it('comparing with now takes live', async () => {
    await save('one');
    const pages = await test.guest(share, { static: true });
    const live = await test.guest(share, { static: true, live: true });
    expect((await guest(pages.auth, '/1/diff')).status).toBe(403);
    expect((await guest(pages.auth, '/1/diff?with=1')).status).toBe(200);
    expect((await guest(live.auth, '/1/diff')).status).toBe(200);
  });

  it('those who see it are told of a new version, the others aren’t', async () => {
    const sees = await test.guest(share, { save: true });
    const blind = await test.guest(share, { live: true });
    const [told, not] = [sees, blind].map(({ auth }) =>
      test.open(`s/${share}/api/liveshare/control`, { headers: auth })
    );
    await told?.message('people');
    await not?.message('people');
    await save('one');
    expect(await told?.message('versions')).toEqual({ type: 'versions', latest: 1 });
    await test.owner(`api/shares/${share}/people/${blind.id}`, { method: 'PATCH', json: { name: 'Other' } });
    // A later message has come: one about the version would have come before it.
    const kinds: string[] = [];
    while (kinds.at(-1) !== 'rights') {
      kinds.push((await not?.json<{ type: string }>())?.type ?? 'rights');
    }
    expect(kinds).not.toContain('versions');
  });
});
