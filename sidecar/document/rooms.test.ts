import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeLog } from '../log.ts';
import { FakeJupyter, notebook } from '../testing/fakeJupyter.ts';
import { parseLimits } from '../testing/limits.ts';
import { refusalOf } from '../testing/books.ts';
import { openDatabase } from '../store/database.ts';
import { Journals } from '../store/journal.ts';
import { Jupyter } from '../upstream/jupyter.ts';
import { Room } from './room.ts';
import { Rooms } from './rooms.ts';

const LINGER = 10_000;
let jupyter: FakeJupyter;
let rooms: Rooms;
let held: boolean;
let database: DatabaseSync;
let made: string[];
let closed: string[];
beforeEach(async () => {
  jupyter = await FakeJupyter.start();
  jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  database = openDatabase(null);
  for (const id of ['s', 't']) {
    database.exec(`INSERT INTO shares VALUES ('${id}', '${id}', 'note.ipynb', 'Olga', 'soft', 0, 'then')`);
  }
  held = false;
  made = [];
  closed = [];
  rooms = new Rooms({
    linger: LINGER,
    held: () => held,
    make: share => {
      made.push(share);
      const room = new Room({
        share,
        journals: new Journals(database),
        now: Date.now,
        replaced: () => rooms.replace(share),
        jupyter: new Jupyter(jupyter.upstream),
        limits: parseLimits(),
        log: makeLog('silent', { write: () => undefined }),
        path: () => Promise.resolve('note.ipynb'),
        held: () => held,
        announced: () => ({ kernelspec: undefined, language_info: undefined }),
        changed: () => undefined,
        lockedCells: () => new Set(),
        saved: () => undefined,
        wrote: () => undefined
      });
      room.doc.on('destroy', () => closed.push(share));
      return room;
    }
  });
});
afterEach(async () => {
  rooms.close();
  vi.useRealTimers();
  await jupyter.close();
  database.close();
});

describe('rooms', () => {
  it('S22: many who come at once share one room and one socket upstream', async () => {
    const taken = Array.from({ length: 20 }, () => rooms.take('s'));
    await Promise.all(taken.map(({ room }) => room.ready()));
    expect(made).toEqual(['s']);
    expect(jupyter.seenAt('/api/collaboration/session/')).toHaveLength(1);
    expect(jupyter.room('note.ipynb').sockets.size).toBe(1);
    expect(rooms.peek('s')).toBe(taken[0]!.room);
    expect(rooms.peek('t')).toBeUndefined();
  });

  it('a room outlives its last user by so long, and a new one keeps it open', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const first = rooms.take('s');
    const second = rooms.take('s');
    first.release();
    vi.advanceTimersByTime(2 * LINGER);
    expect(rooms.peek('s')).toBeDefined();
    second.release();
    vi.advanceTimersByTime(LINGER - 1);
    const third = rooms.take('s');
    vi.advanceTimersByTime(2 * LINGER);
    expect(rooms.peek('s')).toBe(first.room);
    third.release();
    vi.advanceTimersByTime(LINGER);
    expect(rooms.peek('s')).toBeUndefined();
    expect(closed).toEqual(['s']);
  });

  it('given back twice counts once', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const first = rooms.take('s');
    rooms.take('s');
    first.release();
    first.release();
    vi.advanceTimersByTime(2 * LINGER);
    expect(rooms.peek('s')).toBeDefined();
  });

  it('a room with changes that wait for a save stays open, until they are saved or nothing holds them', async () => {
    const { room, release } = rooms.take('s');
    await room.ready();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    held = true;
    room.doc.getMap('meta').set('nbformat_minor', 5);
    expect(room.unsaved).toBe(true);
    release();
    vi.advanceTimersByTime(10 * LINGER);
    expect(rooms.peek('s')).toBe(room);
    held = false;
    vi.advanceTimersByTime(LINGER);
    expect(rooms.peek('s')).toBeUndefined();
  });

  it('with: waits until the owner’s state is here, and gives the room back also after an exception', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect(await rooms.with('s', room => room.doc.getArray('cells').length)).toBe(1);
    await expect(
      rooms.with('s', () => {
        throw new Error('broken');
      })
    ).rejects.toThrow('broken');
    expect(made).toEqual(['s']);
    vi.advanceTimersByTime(LINGER);
    expect(rooms.peek('s')).toBeUndefined();
  });

  it('ended at once: the next one who comes gets a new room, and the old one’s users disturb it not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const first = rooms.take('s');
    rooms.end('s');
    rooms.end('nothing');
    expect(closed).toEqual(['s']);
    const second = rooms.take('s');
    expect(second.room).not.toBe(first.room);
    first.release();
    vi.advanceTimersByTime(2 * LINGER);
    expect(rooms.peek('s')).toBe(second.room);
  });

  it('a server that does not answer is said after 30 s', async () => {
    jupyter.broken.set('/api/collaboration/session/note.ipynb', 500);
    const { room } = rooms.take('s');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ready = refusalOf(() => room.ready());
    vi.advanceTimersByTime(30_000);
    expect(await ready).toBe('upstream-away');
  });
});
