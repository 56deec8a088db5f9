/**
 * A refused update in a real room: its author is told and starts again, nobody else notices, and nothing waits in the room.
 * @module
 */
import { afterEach, describe, expect, inject, test } from 'vitest';
import * as Y from 'yjs';
import { isPending } from '../../testing/replica.ts';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(leave => leave()))));

async function notebookOf(who: Guest | Book): Promise<Notebook> {
  const notebook = await ('room' in who ? Notebook.of(who) : Notebook.owner(who));
  open.push(() => notebook.leave());
  return notebook;
}

/** The guest's control socket. */
async function controlOf(guest: Guest): Promise<Wire> {
  const wire = guest.socket('api/liveshare/control');
  open.push(() => wire.leave());
  await wire.message('hello');
  return wire;
}

/** Makes an update that deletes a whole cell, as a stock client would. */
function deletion(me: Notebook, index: number): Uint8Array {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(me.doc));
  const before = Y.encodeStateVector(copy);
  copy.getArray('cells').delete(index, 1);
  return Y.encodeStateAsUpdate(copy, before);
}

describe('T86 T73 a refused update', () => {
  test('T86 its author is told, by name of the cells, and closed to start again; others see nothing and stay; the same edit with the right passes', async () => {
    const book = await site.share();
    const owner = await notebookOf(book);
    const guest = await book.guest(['edit', 'save']);
    const [me, other] = [await notebookOf(guest), await notebookOf(await book.guest(['edit', 'save']))];
    const control = await controlOf(guest);
    await book.tick(guest, ['live']);
    await control.message('rights');
    const count = owner.cells.length;
    me.update(deletion(me, 0));
    const told = await control.message('rejected');
    expect(told).toMatchObject({ reason: 'no-right', resync: true, cells: ['first'] });
    expect((await me.wire.closed()).code).toBe(4409);
    other.type('last', ' # others go on');
    await until(() => owner.source('last').endsWith('go on'));
    expect(owner.cells.length).toBe(count);
    expect(other.cells.length).toBe(count);
    expect(other.wire.isOpen && owner.wire.isOpen).toBe(true);
    // a new copy, under a new client id, agrees
    const again = await notebookOf(guest);
    expect(again.doc.clientID).not.toBe(me.doc.clientID);
    expect(again.doc.getArray('cells').toJSON()).toEqual(owner.doc.getArray('cells').toJSON());
    await book.tick(guest, ['edit', 'save']);
    await until(() => control.messages.filter(({ type }) => type === 'rights').length === 2);
    again.update(deletion(again, 0));
    await until(() => owner.cells.length === count - 1 && other.cells.length === count - 1);
    expect(control.messages.filter(({ type }) => type === 'rejected')).toHaveLength(1);
  });

  test('S9 refused before the control socket is there: it is told then, to one tab, once', async () => {
    const book = await site.share();
    const guest = await book.guest(['live']);
    const me = await notebookOf(guest);
    me.update(deletion(me, 0));
    await me.wire.closed();
    const [first, second] = [await controlOf(guest), await controlOf(guest)];
    expect(await first.message('rejected')).toMatchObject({ reason: 'no-right', cells: ['first'] });
    await second.message('people');
    expect(second.messages.filter(({ type }) => type === 'rejected')).toEqual([]);
  });

  test('T86 a client that comes back at once with the same update, over and over, disturbs nobody', async () => {
    const book = await site.share();
    const owner = await notebookOf(book);
    const guest = await book.guest(['live']);
    const other = await notebookOf(await book.guest(['edit', 'save']));
    for (let n = 0; n < 8; n++) {
      const me = await notebookOf(guest);
      me.update(deletion(me, 0));
      expect((await me.wire.closed()).code).toBe(4409);
      other.type('last', String(n));
    }
    await until(() => owner.source('last').endsWith('01234567'));
    expect(other.wire.isOpen).toBe(true);
  });

  test('T73 gaps in structs and deletions never reach the room: neither side keeps anything for later', async () => {
    const book = await site.share();
    const owner = await notebookOf(book);
    const other = await notebookOf(await book.guest(['edit', 'save']));
    const guest = await book.guest(['edit', 'save']);
    const ahead = (me: Notebook): Y.Doc => {
      const copy = new Y.Doc();
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(me.doc));
      return copy;
    };
    const gaps: ((me: Notebook) => Uint8Array)[] = [
      me => {
        const copy = ahead(me);
        copy.getMap('state').set('dirty', true);
        const before = Y.encodeStateVector(copy);
        copy.getMap('state').set('dirty', false);
        return Y.encodeStateAsUpdate(copy, before);
      },
      me => {
        // deletes what nobody has written
        const copy = ahead(me);
        const text = copy.getArray<Y.Map<unknown>>('cells').get(0).get('source') as Y.Text;
        text.insert(0, 'ahead');
        const before = Y.encodeStateVector(copy);
        text.delete(0, 5);
        return Y.encodeStateAsUpdate(copy, before);
      }
    ];
    for (const gap of gaps) {
      const me = await notebookOf(guest);
      me.update(gap(me));
      expect((await me.wire.closed()).code).toBeOneOf([4400, 4409]);
      other.type('first', '0');
      await until(() => owner.source('first') === other.source('first'));
      const witness = await notebookOf(await book.guest(['live']));
      for (const { doc } of [owner, other, witness]) {
        expect(isPending(doc)).toBe(false);
        expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(owner.doc));
      }
    }
  });
});
