import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { FakeRoom } from '../testing/fakeRoom.ts';
import type { GuestDocument } from '../testing/guestDocument.ts';
import type { TestApp } from '../testing/makeTestApp.ts';
import { quiet } from '../testing/quiet.ts';
import { SharedNotebook } from '../testing/sharedNotebook.ts';

quiet();

const shared = new SharedNotebook({ a: 'x', b: 'y' });
let test: TestApp;
let share: string;
let file: SharedNotebook['file'];
beforeEach(() => {
  ({ app: test, share, file } = shared);
});

const room = () => shared.room;
const stored = () => Y.encodeStateAsUpdate(room().notebook.ydoc);
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 10 });
const open: SharedNotebook['open'] = (auth, copy) => shared.open(auth, copy);
/** Leaves, and waits until our room is closed: the next who comes opens it from the journal. */
const leave = async (document: GuestDocument) => {
  document.socket.socket.close();
  await eventually(() => expect(test.app.parts.rooms.peek(share)).toBeUndefined());
};
/** The Jupyter Server was killed: its room is made again of what its store had. */
const rebuild = (update: Uint8Array) => {
  const old = room();
  test.jupyter.rooms.set(file.id, new FakeRoom(file, update));
  old.cut();
};

describe('T99 T102 a room upstream that lost what we met there', () => {
  it('what was accepted on top of it comes back with it', async () => {
    const ada = await test.guest(share, { edit: true, save: true });
    const first = await open(ada.auth);
    first.type('a', '1');
    await eventually(() => expect(room().source('a')).toBe('x1'));
    await leave(first);
    const before = stored();
    room().cell('a')!.setSource('x1 by the owner');
    const again = await open(ada.auth, first.notebook);
    expect(again.source('a')).toBe('x1 by the owner');
    again.type('a', ', 2');
    await eventually(() => expect(room().source('a')).toBe('x1 by the owner, 2'));
    await leave(again);
    rebuild(before);
    const last = await open(ada.auth, again.notebook);
    await eventually(() => expect(room().source('a')).toBe('x1 by the owner, 2'));
    last.type('a', ', 3');
    await eventually(() => expect(room().source('a')).toBe('x1 by the owner, 2, 3'));
    expect(last.socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('what rests on something that nobody has is dropped, and harms nobody', async () => {
    const ada = await test.guest(share, { edit: true, save: true });
    const whole = new Y.Doc();
    Y.applyUpdate(whole, stored());
    const text = whole.getArray<Y.Map<unknown>>('cells').get(1).get('source') as Y.Text;
    text.insert(1, 'lost');
    const after = Y.encodeStateVector(whole);
    text.insert(5, ' rests on it');
    rebuild(Y.mergeUpdates([stored(), Y.encodeStateAsUpdate(whole, after)]));
    expect(room().notebook.ydoc.store.pendingStructs).not.toBeNull();
    const first = await open(ada.auth);
    expect(first.doc.store.pendingStructs).toBeNull();
    first.type('a', '1');
    await eventually(() => expect(room().source('a')).toBe('x1'));
    first.socket.socket.terminate();
    first.type('a', '2');
    const again = await open(ada.auth, first.notebook);
    again.type('a', '3');
    await eventually(() => expect(room().source('a')).toBe('x123'));
    expect(again.socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('S21: the file set on top of its store is another history: what an older copy deletes isn’t what stands there', async () => {
    const lineage = () => test.app.parts.rooms.peek(share)!.lineage;
    const ada = await test.guest(share, { edit: true, save: true });
    const first = await open(ada.auth);
    first.type('a', '1');
    await eventually(() => expect(room().source('a')).toBe('x1'));
    const before = lineage();
    await leave(first);
    // The same, and in step with the file.
    rebuild(stored());
    await leave(await open(ada.auth, first.notebook));
    const again = await open(ada.auth, first.notebook);
    expect(lineage()).toBe(before);
    await leave(again);
    const behind = new FakeRoom(file, stored());
    behind.cell('a')!.setSource('y');
    behind.cell('a')!.setSource('x1');
    test.jupyter.rooms.set(file.id, behind);
    const last = await open(ada.auth);
    expect(last.source('a')).toBe('x1');
    expect(lineage()).not.toBe(before);
  });
});
