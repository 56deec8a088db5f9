import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { GuestDocument } from '../testing/guestDocument.ts';
import { OWNER, TestApp } from '../testing/makeTestApp.ts';
import type { TestSocket } from '../testing/testSocket.ts';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
type Auth = Record<string, string>;

let test: TestApp;
let share: string;
let room: FakeRoom;
let file: string;
beforeEach(async () => {
  test = await TestApp.start();
  file = test.jupyter.put('note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' })).id;
  room = test.jupyter.room('note.ipynb');
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const FULL = { edit: true };
const person = (name: string, rights: Record<string, boolean> = FULL, more: Record<string, unknown> = {}) =>
  test.guest(share, rights, { name, structure: true, ...more });
async function control(auth: Auth): Promise<TestSocket> {
  const socket = test.open(`s/${share}/api/liveshare/control`, { headers: auth });
  await socket.message('people');
  return socket;
}
async function ownerControl(): Promise<TestSocket> {
  const socket = test.open(`api/shares/${share}/control`, { user: OWNER });
  await socket.message('share');
  return socket;
}
async function open(auth: Auth): Promise<GuestDocument> {
  const document = new GuestDocument(
    test.open(`s/${share}/api/collaboration/room/json:notebook:${file}`, { headers: auth })
  );
  await document.synced;
  return document;
}
const setMode = (lockMode: string) =>
  test.owner(`api/shares/${share}`, { method: 'PATCH', json: { lockMode } });
const change = (id: string, json: unknown) =>
  test.owner(`api/shares/${share}/people/${id}`, { method: 'PATCH', json });
const patch = (headers: Auth, json: unknown) =>
  test.call(`s/${share}/api/liveshare/notebook`, { method: 'PATCH', headers, json });
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
/** Asks, and waits for the answer of either kind. */
async function ask(socket: TestSocket, cell: string, type = 'lock_request') {
  socket.tell({ type, cell });
  for (;;) {
    const answer = await socket.json<ServerMessage>();
    if (answer.type === 'lock_granted' || answer.type === 'lock_refused' || answer.type === 'error') {
      return answer;
    }
  }
}
/** The next news of a cell’s lock: its holder. */
async function news(socket: TestSocket, cell: string) {
  for (;;) {
    const message = await socket.message<Of<'lock'>>('lock');
    if (message.cell === cell) {
      return message.holder?.name ?? null;
    }
  }
}

describe('locks over the control socket', () => {
  it('are told to everybody with live, the owner and late joiners included', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob', { live: true })];
    const reader = await person('Rea', { static: true });
    const [a, b, owner] = [await control(ada.auth), await control(bob.auth), await ownerControl()];
    const page = test.open(`s/${share}/api/liveshare/control`, { headers: reader.auth });
    await page.json();
    expect(await ask(a, 'a')).toMatchObject({ type: 'lock_granted', cell: 'a', lease: 25_000 });
    for (const socket of [b, owner]) {
      expect(await socket.message<Of<'lock'>>('lock')).toMatchObject({
        cell: 'a',
        kind: 'edit',
        holder: { id: ada.id, name: 'Ada' },
        since: expect.stringMatching(/^\d{4}-.*Z$/) as string
      });
    }
    const late = test.open(`s/${share}/api/liveshare/control`, { headers: bob.auth });
    expect((await late.json<Of<'hello'>>()).locks).toMatchObject([{ cell: 'a', holder: { name: 'Ada' } }]);
    const lateOwner = test.open(`api/shares/${share}/control`, { user: OWNER });
    expect((await lateOwner.json<Of<'hello'>>()).locks).toHaveLength(1);
    a.tell({ type: 'lock_release', cell: 'a' });
    expect(await news(b, 'a')).toBeNull();
    expect(page.pending).toEqual([]);
  });

  it('T84 a race of many sockets: one is granted, the others are told by whom', async () => {
    const people = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => (await person(`Racer ${i}`)).auth)
    );
    const sockets = await Promise.all(people.flatMap(auth => [control(auth), control(auth)]));
    for (const cell of ['a', 'b']) {
      const answers = await Promise.all(sockets.map(socket => ask(socket, cell)));
      const winner = await test
        .open(`s/${share}/api/liveshare/control`, { headers: people[0]! })
        .json<Of<'hello'>>();
      const holder = winner.locks.find(lock => lock.cell === cell)?.holder.id;
      const refused = answers.filter(answer => answer.type === 'lock_refused');
      expect(new Set(refused.map(answer => answer.holder.id))).toEqual(new Set([holder]));
      // The winner's own two tabs may both have been granted, one after the other.
      expect(refused.length).toBeGreaterThanOrEqual(22);
      expect(refused.length).toBeLessThan(24);
    }
  });

  it('T84 freed when the tab goes, at once', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    await ask(a, 'a');
    expect(await ask(b, 'a')).toMatchObject({ type: 'lock_refused', holder: { name: 'Ada' } });
    a.terminate();
    expect(await news(b, 'a')).toBeNull();
    expect((await ask(b, 'a')).type).toBe('lock_granted');
  });

  it('T84 a cell that one may not edit is not locked, and that closes nothing; one’s own is', async () => {
    const ada = await person('Ada', FULL, { cells: ['a'], structure: false });
    const viewer = await person('Vi', { live: true }, { structure: false });
    await open(ada.auth);
    const [a, v] = [await control(ada.auth), await control(viewer.auth)];
    expect(await ask(a, 'b')).toMatchObject({ type: 'error', reason: 'no-right', cell: 'b' });
    expect(await ask(v, 'a')).toMatchObject({ type: 'error', reason: 'no-right', cell: 'a' });
    expect((await ask(a, 'a')).type).toBe('lock_granted');
    expect([a.isClosed, v.isClosed]).toEqual([false, false]);
  });

  it('S5 T84 a lock goes with the right to edit, with the scope, and with its person', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    await ask(a, 'a');
    await ask(a, 'b');
    await change(ada.id, { cells: ['b'] });
    expect(await news(b, 'a')).toBe('Ada');
    expect(await news(b, 'a')).toBeNull();
    expect((await ask(b, 'b')).type).toBe('lock_refused');
    await change(ada.id, { rights: { edit: false } });
    expect(await news(b, 'b')).toBeNull();
    expect(await ask(a, 'b')).toMatchObject({ type: 'error', reason: 'no-right' });
    await change(ada.id, { rights: { edit: true } });
    expect((await ask(a, 'b')).type).toBe('lock_granted');
    expect(await news(b, 'b')).toBe('Ada');
    await test.owner(`api/shares/${share}/people/${ada.id}`, { method: 'DELETE' });
    expect(await news(b, 'b')).toBeNull();
  });

  it('a lock goes with its cell, and stays when the cell is moved', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    await open(ada.auth);
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    await ask(a, 'a');
    await ask(a, 'b');
    room.notebook.moveCell(0, 1);
    room.notebook.deleteCell(room.notebook.cells.findIndex(cell => cell.id === 'b'));
    expect(await news(b, 'b')).toBe('Ada');
    expect(await news(b, 'b')).toBeNull();
    expect((await ask(b, 'a')).type).toBe('lock_refused');
    expect(await ask(b, 'b')).toMatchObject({ type: 'error', reason: 'not-found' });
  });

  it('S45 in a second tab of the same person goes on there', async () => {
    const ada = await person('Ada');
    const [one, two] = [await control(ada.auth), await control(ada.auth)];
    await ask(one, 'a');
    expect((await ask(two, 'a')).type).toBe('lock_granted');
    expect(await one.message<Of<'lock_refused'>>('lock_refused')).toMatchObject({ holder: { id: ada.id } });
    one.terminate();
    await one.closed;
    const bob = await control((await person('Bob')).auth);
    expect((await ask(bob, 'a')).type).toBe('lock_refused');
  });

  it('the owner asks like anybody, and alone may take over', async () => {
    const ada = await person('Ada');
    const [a, owner] = [await control(ada.auth), await ownerControl()];
    await ask(a, 'a');
    expect(await ask(owner, 'a')).toMatchObject({ type: 'lock_refused', holder: { name: 'Ada' } });
    expect((await ask(owner, 'a', 'lock_take')).type).toBe('lock_granted');
    expect(await a.message('lock_refused')).toMatchObject({ cell: 'a', holder: { id: 'owner' } });
    a.tell({ type: 'lock_take', cell: 'a' });
    expect((await a.closed).code).toBe(4400);
    owner.tell({ type: 'lock_release', cell: 'a' });
    expect((await ask(await control(ada.auth), 'a')).type).toBe('lock_granted');
  });

  it('T84 who may edit the cell may ask its holder to let go; nobody else, and nothing but who asks is told', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    const scoped = await person('Sue', FULL, { cells: ['b'], structure: false });
    const viewer = await person('Vi', { live: true }, { structure: false });
    await open(ada.auth);
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    await ask(a, 'a');
    for (const { auth } of [scoped, viewer]) {
      const socket = await control(auth);
      socket.tell({ type: 'lock_ask', cell: 'a' });
      expect(await socket.message('error')).toMatchObject({ reason: 'no-right' });
      expect(socket.isClosed).toBe(false);
    }
    b.tell({ type: 'lock_ask', cell: 'a', note: '<b>EVIL</b>', by: { id: 'owner', name: 'Olga' } });
    expect(await a.message('lock_wanted')).toEqual({
      type: 'lock_wanted',
      cell: 'a',
      by: { id: bob.id, name: 'Bob', color: expect.any(String) as string }
    });
    expect(await b.message('lock_asked')).toEqual({ type: 'lock_asked', cell: 'a' });
    b.tell({ type: 'lock_ask', cell: 'a' });
    expect(await b.message('error')).toMatchObject({ reason: 'too-fast' });
    a.tell({ type: 'lock_release', cell: 'a' });
    expect((await ask(b, 'a')).type).toBe('lock_granted');
  });

  it('the owner is asked like anybody who holds a cell', async () => {
    const ada = await person('Ada');
    const [a, owner] = [await control(ada.auth), await ownerControl()];
    await ask(owner, 'a');
    a.tell({ type: 'lock_ask', cell: 'a' });
    expect(await owner.message('lock_wanted')).toMatchObject({ cell: 'a', by: { id: ada.id, name: 'Ada' } });
  });

  it.each([
    '{"type":"lock_ask"}',
    '{"type":"lock_request"}',
    '{"type":"lock_request","cell":""}',
    '{"type":"lock_release","cell":7}'
  ])('%s is no message: 4400', async text => {
    const socket = await control((await person('Ada')).auth);
    socket.send(text);
    expect((await socket.closed).code).toBe(4400);
  });

  it('T91 the id of a cell is bounded', async () => {
    const socket = await control((await person('Ada')).auth);
    expect((await ask(socket, 'x'.repeat(256))).type).toBe('lock_granted');
    socket.tell({ type: 'lock_request', cell: 'x'.repeat(257) });
    expect((await socket.closed).code).toBe(4400);
  });
});

describe('exclusive locks', () => {
  it('T84 S25 keep others out of the cell, in the document and in patches, until they are released', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    const document = await open(bob.auth);
    await ask(a, 'a');
    // The allowed twin: soft locks only show.
    document.type('a', ' soft');
    await eventually(() => expect(room.source('a')).toBe('x = 1 soft'));
    expect((await patch(bob.auth, [{ op: 'edit', cell: 'a', source: 'x = 2' }])).status).toBe(200);

    expect((await setMode('exclusive')).status).toBe(200);
    expect(await b.message('lock_mode')).toMatchObject({ lockMode: 'exclusive' });
    document.type('a', ' EVIL');
    expect(await b.message('rejected')).toMatchObject({ cells: ['a'], reason: 'locked', resync: false });
    await eventually(() => expect(document.source('a')).toBe('x = 2'));
    for (const operation of [
      { op: 'edit', cell: 'a', source: 'EVIL' },
      { op: 'metadata', cell: 'a', set: { tags: ['EVIL'] } },
      { op: 'move', cell: 'a', after: 'b' },
      { op: 'type', cell: 'a', cell_type: 'raw' },
      { op: 'delete', cell: 'a' }
    ]) {
      const answer = await patch(bob.auth, [operation]);
      expect([operation.op, answer.status, answer.json()['type']]).toEqual([
        operation.op,
        423,
        'liveshare:locked'
      ]);
    }
    expect(Buffer.concat(room.updates).includes('EVIL')).toBe(false);
    // Of another cell, and by who holds it, everything passes.
    document.type('b', ' + 1');
    await eventually(() => expect(room.source('b')).toBe('y = 2 + 1'));
    expect((await patch(ada.auth, [{ op: 'edit', cell: 'a', source: 'x = 3' }])).status).toBe(200);
    // The owner is never filtered.
    room.cell('a')!.setSource('x = "owner"');
    await eventually(() => expect(document.source('a')).toBe('x = "owner"'));

    a.tell({ type: 'lock_release', cell: 'a' });
    await eventually(() => expect(test.app.parts.locks.held(share)).toEqual([]));
    document.type('a', ' free');
    await eventually(() => expect(room.source('a')).toBe('x = "owner" free'));
  });

  it('T84 a locked cell is neither moved nor deleted; its author is told so, and free it is', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')];
    await setMode('exclusive');
    const [a, b] = [await control(ada.auth), await control(bob.auth)];
    await ask(a, 'a');
    for (const act of ['moveCell', 'deleteCell'] as const) {
      const document = await open(bob.auth);
      if (act === 'moveCell') {
        document.notebook.moveCell(0, 1);
      } else {
        document.notebook.deleteCell(0);
      }
      expect(await b.message('rejected')).toMatchObject({ cells: ['a'], reason: 'locked' });
      document.socket.close();
    }
    expect(room.notebook.cells.map(cell => cell.id)).toEqual(['a', 'b']);
    a.tell({ type: 'lock_release', cell: 'a' });
    await eventually(() => expect(test.app.parts.locks.held(share)).toEqual([]));
    (await open(bob.auth)).notebook.deleteCell(0);
    await eventually(() => expect(room.notebook.cells.map(cell => cell.id)).toEqual(['b']));
  });

  it('T84 the owner’s lock keeps guests out as well, and who never had the right is told that', async () => {
    const [ada, vi_] = [await person('Ada'), await person('Vi', { live: true })];
    await setMode('exclusive');
    const [a, v, owner] = [await control(ada.auth), await control(vi_.auth), await ownerControl()];
    const [document, viewed] = [await open(ada.auth), await open(vi_.auth)];
    await ask(owner, 'a');
    document.type('a', ' EVIL');
    expect(await a.message('rejected')).toMatchObject({ cells: ['a'], reason: 'locked' });
    viewed.type('a', ' EVIL');
    expect(await v.message('rejected')).toMatchObject({ cells: ['a'], reason: 'no-right' });
    await setMode('soft');
    expect(await a.message('lock_mode')).toMatchObject({ lockMode: 'soft' });
    document.type('a', ' soft');
    await eventually(() => expect(room.source('a')).toBe('x = 1 soft'));
  });
});
