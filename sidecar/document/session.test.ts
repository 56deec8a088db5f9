import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import type { ServerMessage } from '../../protocol/messages.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { GuestDocument } from '../testing/guestDocument.ts';
import { ORIGIN, OWNER, TestApp } from '../testing/makeTestApp.ts';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

let test: TestApp;
let share: string;
let file: string;
let room: FakeRoom;
beforeEach(async () => {
  test = await TestApp.start({ config: { limits: { roomLinger: 0.05 } } });
  file = test.jupyter.put('secret folder/note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' })).id;
  room = test.jupyter.room('secret folder/note.ipynb');
  share = await test.share('secret folder/note.ipynb');
});
afterEach(() => test.close());

const guest = (rights: Record<string, boolean>, more: Record<string, unknown> = {}) =>
  test.guest(share, rights, more);
const openSocket = (auth: Record<string, string>, at = file) =>
  test.open(`s/${share}/api/collaboration/room/json:notebook:${at}`, { headers: auth });
async function open(auth: Record<string, string>) {
  const document = new GuestDocument(openSocket(auth));
  await document.synced;
  return document;
}
const control = (auth: Record<string, string>) =>
  test.open(`s/${share}/api/liveshare/control`, { headers: auth });
const change = (person: string, json: unknown) =>
  test.owner(`api/shares/${share}/people/${person}`, { method: 'PATCH', json });
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('a guest’s document', () => {
  it('is the owner’s live state, unsaved edits included', async () => {
    room.cell('a')!.setSource('x = "not saved"');
    const { auth } = await guest({ live: true });
    const document = await open(auth);
    expect(document.source('a')).toBe('x = "not saved"');
    room.cell('b')!.setSource('y = "later"');
    await eventually(() => expect(document.source('b')).toBe('y = "later"'));
  });

  it('T29: the owner’s folders are not in it', async () => {
    const { auth } = await guest({ live: true });
    const document = await open(auth);
    expect(document.doc.getMap('state').get('path')).toBe('note.ipynb');
    room.notebook.ydoc.getMap('state').set('path', 'secret folder/elsewhere/note.ipynb');
    room.cell('a')!.setSource('marker');
    await eventually(() => expect(document.source('a')).toBe('marker'));
    expect(document.doc.getMap('state').get('path')).toBe('note.ipynb');
    expect(Buffer.from(Y.encodeStateAsUpdate(document.doc)).includes('secret folder')).toBe(false);
  });

  it('an edit reaches the owner and other guests', async () => {
    const [ada, bob] = [await guest({ edit: true }), await guest({ live: true })];
    const [first, second] = [await open(ada.auth), await open(bob.auth)];
    first.type('a', ' + 1');
    await eventually(() => {
      expect(room.source('a')).toBe('x = 1 + 1');
      expect(second.source('a')).toBe('x = 1 + 1');
    });
  });

  it('S3: an edit without the right reaches nobody; its author is told and healed', async () => {
    const [viewer, other] = [await guest({ live: true }), await guest({ live: true })];
    const [first, second] = [await open(viewer.auth), await open(other.auth)];
    const told = control(viewer.auth);
    await told.message('people');
    first.type('a', ' EVIL');
    const rejected = await told.message<Of<'rejected'>>('rejected');
    expect(rejected).toMatchObject({ reason: 'no-right', resync: false });
    await eventually(() => expect(first.source('a')).toBe('x = 1'));
    room.cell('b')!.setSource('marker');
    await eventually(() => expect(second.source('b')).toBe('marker'));
    expect(second.source('a')).toBe('x = 1');
    expect(room.source('a')).toBe('x = 1');
    expect(Buffer.concat(room.updates).includes('EVIL')).toBe(false);
  });

  it('S8: a refused edit does not come back when the right is granted', async () => {
    const viewer = await guest({ live: true });
    const first = await open(viewer.auth);
    first.type('a', ' EVIL');
    await eventually(() => expect(first.source('a')).toBe('x = 1'));
    await change(viewer.id, { rights: { edit: true } });
    first.type('a', ' + 2');
    await eventually(() => expect(room.source('a')).toBe('x = 1 + 2'));
  });

  it('S5: a right taken away counts for the next frame, a right given too', async () => {
    const ada = await guest({ edit: true });
    const first = await open(ada.auth);
    first.type('a', '1');
    await eventually(() => expect(room.source('a')).toBe('x = 11'));
    await change(ada.id, { rights: { edit: false } });
    first.type('a', '2');
    await eventually(() => expect(first.source('a')).toBe('x = 11'));
    await change(ada.id, { rights: { edit: true } });
    first.type('a', '3');
    await eventually(() => expect(room.source('a')).toBe('x = 113'));
  });

  it('an editor of some cells edits those and no others', async () => {
    const ada = await guest({ edit: true }, { cells: ['b'] });
    const first = await open(ada.auth);
    first.type('a', ' EVIL');
    first.type('b', ' + 1');
    await eventually(() => expect(room.source('b')).toBe('y = 2 + 1'));
    await eventually(() => expect(first.source('a')).toBe('x = 1'));
    expect(room.source('a')).toBe('x = 1');
  });

  it('T6: removed, its socket closes with 4403 before the owner’s call is answered, and what it sends counts for nothing', async () => {
    const [ada, bob] = [await guest({ edit: true }), await guest({ edit: true })];
    const [first, second] = [await open(ada.auth), await open(bob.auth)];
    const removal = test.owner(`api/shares/${share}/people/${ada.id}`, { method: 'DELETE' });
    for (let i = 0; i < 20; i++) {
      first.type('a', 'x');
    }
    expect((await removal).status).toBe(204);
    // What Bob writes now comes after everything of Ada's that was accepted.
    second.type('b', ' one');
    await eventually(() => expect(room.source('b')).toBe('y = 2 one'));
    const before = room.source('a');
    expect((await first.socket.closed).code).toBe(4403);
    second.type('b', ' two');
    await eventually(() => expect(room.source('b')).toBe('y = 2 one two'));
    expect(room.source('a')).toBe(before);
    expect((await openSocket(ada.auth).closed).code).toBe(4401);
  });

  it('live taken away closes it; static alone never opens it', async () => {
    const ada = await guest({ live: true, static: true });
    const first = await open(ada.auth);
    await change(ada.id, { rights: { live: false } });
    expect((await first.socket.closed).code).toBe(4403);
    expect((await openSocket(ada.auth).closed).code).toBe(4403);
  });

  it('T76: what is no frame closes it with 4400, text frames too', async () => {
    const ada = await guest({ edit: true });
    for (const frame of [new Uint8Array([9, 9]), new Uint8Array([0, 2, 5, 1]), 'text']) {
      const document = await open(ada.auth);
      document.socket.send(frame);
      expect((await document.socket.closed).code).toBe(4400);
    }
    expect(room.source('a')).toBe('x = 1');
  });

  it('T31, T12: without a credential, with another room’s name, or before the room is there', async () => {
    const ada = await guest({ live: true });
    expect((await openSocket({}).closed).code).toBe(4401);
    const other = test.jupyter.put('other.ipynb', notebook({}));
    expect((await openSocket(ada.auth, other.id).closed).code).toBe(4404);
    // Nothing upstream was opened for those.
    expect(room.sockets.size).toBe(0);
    expect(test.jupyter.seenAt('/api/collaboration/room')).toHaveLength(0);
  });
});

describe('for every frame', () => {
  it('S5: the right to see is looked up, also before its loss has closed the socket', async () => {
    const [ada, bob] = [await guest({ live: true }), await guest({ live: true })];
    const [first, second] = [await open(ada.auth), await open(bob.auth)];
    const row = test.app.parts.people.get(ada.id)!;
    test.app.parts.people.put({ ...row, rights: { ...row.rights, live: false } });
    room.cell('a')!.setSource('not for Ada');
    await eventually(() => expect(second.source('a')).toBe('not for Ada'));
    test.app.parts.people.put(row);
    const before = first.frames;
    first.send(3, () => undefined);
    room.notebook.awareness.setLocalState({ user: { name: 'Olga' } });
    await eventually(() => expect(first.frames).toBeGreaterThan(before));
    expect(first.source('a')).toBe('x = 1');
  });

  it('T82: a connection has presence for a few client ids, not for as many as it likes', async () => {
    const ada = await guest({ live: true });
    const document = await open(ada.auth);
    for (let client = 1; client <= 20; client++) {
      document.present(client, {});
    }
    expect([4403, 4413]).toContain((await document.socket.closed).code);
    await eventually(() => expect(room.notebook.awareness.getStates().size).toBe(0));
  });
});

describe('what a client says while the room is being opened', () => {
  it('is kept and counts', async () => {
    const ada = await guest({ edit: true });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    test.jupyter.gate = promise;
    const document = new GuestDocument(openSocket(ada.auth));
    await document.socket.opened;
    document.present(document.doc.clientID, { cursors: [] });
    expect(document.frames).toBe(0);
    resolve(undefined);
    await document.synced;
    await eventually(() =>
      expect([...room.notebook.awareness.getStates().keys()]).toContain(document.doc.clientID)
    );
  });

  it('T89: is bounded', async () => {
    const ada = await guest({ edit: true });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    test.jupyter.gate = promise;
    const socket = openSocket(ada.auth);
    await socket.opened;
    for (let i = 0; i < 20; i++) {
      socket.send(new Uint8Array(100_000));
    }
    expect((await socket.closed).code).toBe(4413);
    resolve(undefined);
  });
});

describe('saving', () => {
  it('by somebody who may', async () => {
    const ada = await guest({ save: true });
    const document = await open(ada.auth);
    document.save(7);
    await eventually(() =>
      expect(document.answers.map(each => JSON.parse(each) as unknown)).toEqual([
        { type: 'save', responseTo: 7, status: 'success' }
      ])
    );
    expect(room.saves).toBe(1);
  });

  it('S3: by somebody who may not: answered as failed, told why, and nothing is saved', async () => {
    const ada = await guest({ edit: true });
    const told = control(ada.auth);
    const document = await open(ada.auth);
    document.save(8);
    expect(await told.message<Of<'rejected'>>('rejected')).toMatchObject({
      reason: 'no-right',
      resync: false
    });
    await eventually(() =>
      expect(JSON.parse(document.answers[0] ?? '{}')).toMatchObject({ status: 'failed' })
    );
    expect(room.saves).toBe(0);
  });

  it('T108: a save that fails is told as failed', async () => {
    const ada = await guest({ save: true });
    const document = await open(ada.auth);
    room.answer = 'failed';
    document.save(9);
    await eventually(() =>
      expect(JSON.parse(document.answers[0] ?? '{}')).toMatchObject({ status: 'failed' })
    );
  });
});

describe('a copy that can’t be mended in place', () => {
  it('is left in a stock front end’s own words when the page has no plugin of ours', async () => {
    const viewer = await guest({ live: true });
    const cookie = `liveshare-${share}=${viewer.token}`;
    const document = await open({ cookie, origin: ORIGIN, 'user-agent': 'Mozilla/5.0' });
    document.notebook.deleteCell(0);
    const { code, reason } = await document.socket.closed;
    expect(code).toBe(1003);
    expect(JSON.parse(reason)).toMatchObject({ reason: 'unknown_session', reloadable: true });
    expect(room.source('a')).toBe('x = 1');
  });

  it('is told to our plugin, which starts over by itself, and to scripts by the close code', async () => {
    const viewer = await guest({ live: true });
    const told = control(viewer.auth);
    await told.message<Of<'hello'>>('hello');
    const document = await open(viewer.auth);
    document.notebook.deleteCell(0);
    expect(await told.message<Of<'rejected'>>('rejected')).toMatchObject({ resync: true });
    // Not as after a new history: what was refused isn't to be put into the next copy.
    expect(await document.socket.closed).toEqual({ code: 4409, reason: REFUSALS['resync-needed'].detail });
    expect(document.answers).toEqual([]);
    const again = await open(viewer.auth);
    expect(again.source('a')).toBe('x = 1');
  });
});

describe('cells of one’s own', () => {
  it('T74 a guest with a scope is told which cells they inserted, at once and after a reload', async () => {
    const ada = await guest({ live: true, edit: true }, { structure: true, cells: ['b'] });
    const told = control(ada.auth);
    await told.message<Of<'hello'>>('hello');
    const document = await open(ada.auth);
    document.notebook.insertCell(0, { cell_type: 'code', id: 'mine', source: '' });
    await eventually(() => expect(room.source('mine')).toBe(''));
    const again = control(ada.auth);
    expect(await again.message<Of<'own'>>('own')).toEqual({ type: 'own', cells: ['mine'] });
    await eventually(async () => expect((await told.message<Of<'own'>>('own')).cells).toEqual(['mine']));
  });
});

describe('presence', () => {
  it('T82, S7: reaches the owner with the guest’s own name, without autosave, whatever was sent', async () => {
    const ada = await guest({ live: true }, { name: 'Ada' });
    const document = await open(ada.auth);
    const client = document.doc.clientID;
    document.present(client, { user: { name: 'Olga Owner', username: 'olga' }, autosave: true, cursors: [] });
    await eventually(() => expect(room.notebook.awareness.getStates().get(client)).toBeDefined());
    expect(room.notebook.awareness.getStates().get(client)).toMatchObject({
      user: { name: 'Ada', username: ada.id },
      autosave: false,
      cursors: []
    });
  });

  it('T82, S6: of somebody else’s client id is left aside, as stock clients echo it, and disturbs them not', async () => {
    const [ada, eve] = [
      await guest({ live: true }, { name: 'Ada' }),
      await guest({ live: true }, { name: 'Eve' })
    ];
    const [first, second] = [await open(ada.auth), await open(eve.auth)];
    const client = first.doc.clientID;
    first.present(client, { cursors: [] });
    await eventually(() => expect(second.others[client]).toBeDefined());
    second.present(client, null, 2 ** 31);
    second.present(second.doc.clientID, {});
    await eventually(() => expect(first.others[second.doc.clientID]).toBeDefined());
    expect(room.notebook.awareness.getStates().get(client)).toMatchObject({ user: { name: 'Ada' } });
    first.present(client, { cursors: [{ a: 1 }] }, 2);
    await eventually(() =>
      expect(room.notebook.awareness.getStates().get(client)).toMatchObject({ cursors: [{ a: 1 }] })
    );
  });

  it('goes with its socket', async () => {
    const [ada, bob] = [await guest({ live: true }), await guest({ live: true })];
    const [first, second] = [await open(ada.auth), await open(bob.auth)];
    const client = first.doc.clientID;
    first.present(client, {});
    await eventually(() => expect(second.others[client]).toBeDefined());
    first.socket.close();
    await eventually(() => {
      expect(second.others[client]).toBeUndefined();
      expect(room.notebook.awareness.getStates().get(client)).toBeUndefined();
    });
  });

  it('is told to who asks', async () => {
    const [ada, bob] = [await guest({ live: true }), await guest({ live: true })];
    const [first, second] = [await open(ada.auth), await open(bob.auth)];
    first.present(first.doc.clientID, {});
    await eventually(() => expect(second.others[first.doc.clientID]).toBeDefined());
    const before = second.frames;
    second.send(3, () => undefined);
    await eventually(() => expect(second.frames).toBe(before + 1));
  });
});

describe('the room upstream', () => {
  it('T102: cut, it is joined again, and what guests wrote meanwhile arrives', async () => {
    const ada = await guest({ edit: true });
    const document = await open(ada.auth);
    room.cut();
    document.type('a', ' + 1');
    await eventually(() => expect(room.source('a')).toBe('x = 1 + 1'));
    room.cell('b')!.setSource('after');
    await eventually(() => expect(document.source('b')).toBe('after'));
  });

  it('S24: follows the file to its new name', async () => {
    const ada = await guest({ live: true });
    const document = await open(ada.auth);
    test.jupyter.rename('secret folder/note.ipynb', 'moved/other.ipynb');
    room.cut();
    await eventually(() =>
      expect(test.jupyter.seenAt('/api/collaboration/session/moved/other.ipynb')).toHaveLength(1)
    );
    await eventually(() => expect(room.sockets.size).toBe(1));
    room.cell('b')!.setSource('after');
    await eventually(() => expect(document.source('b')).toBe('after'));
  });

  it('T119: a save while it is away fails instead of waiting', async () => {
    const ada = await guest({ save: true });
    const document = await open(ada.auth);
    test.jupyter.broken.set('/api/collaboration/session/secret folder/note.ipynb', 503);
    test.jupyter.broken.set('/api/collaboration/session/secret%20folder/note.ipynb', 503);
    room.cut();
    await eventually(() => expect(room.sockets.size).toBe(0));
    await eventually(() => expect(test.app.parts.rooms.peek(share)).toBeDefined());
    document.save(1);
    await eventually(() => expect(document.answers).toHaveLength(1));
    expect(JSON.parse(document.answers[0]!)).toMatchObject({ status: 'failed' });
  });

  it('closes after the last guest', async () => {
    const ada = await guest({ live: true });
    const document = await open(ada.auth);
    expect(room.sockets.size).toBe(1);
    document.socket.close();
    await eventually(() => expect(room.sockets.size).toBe(0));
  });

  it('S16: a document socket of a foreign page is closed, our own page’s is not', async () => {
    const ada = await guest({ live: true });
    const at = `s/${share}/api/collaboration/room/json:notebook:${file}`;
    const evil = test.open(at, { headers: { ...ada.auth, origin: 'https://evil.test' } });
    expect((await evil.closed).code).toBe(4403);
    const own = new GuestDocument(
      test.open(at, { headers: { ...ada.auth, origin: 'https://jupyter.test' } })
    );
    await own.synced;
    expect(own.source('a')).toBe('x = 1');
    // The owner has no business on a guest's socket.
    const owner = test.open(at, { user: OWNER });
    expect((await owner.closed).code).toBe(4401);
  });
});
