import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { makeLog } from '../log.ts';
import { FakeJupyter, notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { UpstreamDocument, UPSTREAM } from './document.ts';
import { Jupyter } from './jupyter.ts';

let fake: FakeJupyter;
let room: FakeRoom;
let doc: Y.Doc;
let awareness: Awareness;
let upstream: UpstreamDocument;
let states: string[];
let told: string[];
let goesOn: boolean;
beforeEach(async () => {
  fake = await FakeJupyter.start();
  fake.put('note.ipynb', notebook({ a: 'x = 1' }));
  room = fake.room('note.ipynb');
  doc = new Y.Doc();
  awareness = new Awareness(doc);
  awareness.setLocalState(null);
  states = [];
  told = [];
  goesOn = true;
  doc.on('update', () => queueMicrotask(() => upstream.flush()));
  upstream = open();
  await vi.waitFor(() => expect(upstream.synced).toBe(true));
});
afterEach(async () => {
  vi.useRealTimers();
  upstream.close();
  awareness.destroy();
  await fake.close();
});
const open = () => {
  const mine = states;
  return new UpstreamDocument({
    jupyter: new Jupyter(fake.upstream),
    doc,
    awareness,
    apply: update => Y.applyUpdate(doc, update, UPSTREAM),
    log: makeLog('silent', { write: () => undefined }),
    path: () => Promise.resolve('note.ipynb'),
    onState: state => mine.push(state),
    arrive: state => {
      Y.applyUpdate(doc, state, UPSTREAM);
      return goesOn;
    },
    onSaved: () => told.push('saved'),
    onFailed: reason => told.push(reason),
    onOverwrite: state => told.push(state === null ? 'overwriting' : 'overwritten')
  });
};
const source = () => doc.getArray<Y.Map<unknown>>('cells').get(0).get('source') as Y.Text;

describe('the room upstream', () => {
  it('is joined with its session, and its state comes with our origin', async () => {
    const [opened] = fake.seenAt('/api/collaboration/room/');
    expect(opened?.target).toMatch(
      /^\/api\/collaboration\/room\/json:notebook:[0-9a-f-]+\?sessionId=session-of-the-room$/
    );
    expect(source().toString()).toBe('x = 1');
    expect(states).toEqual(['live']);
    const origins: unknown[] = [];
    doc.on('update', (_, origin) => origins.push(origin));
    room.cell('a')!.setSource('x = 2');
    await vi.waitFor(() => expect(source().toString()).toBe('x = 2'));
    expect(origins).toEqual(origins.map(() => UPSTREAM));
  });

  it('gets what we write, and not what came from it', async () => {
    source().insert(5, ' + 1');
    await vi.waitFor(() => expect(room.source('a')).toBe('x = 1 + 1'));
    const before = room.updates.length;
    room.cell('a')!.setSource('x = 3');
    await vi.waitFor(() => expect(source().toString()).toBe('x = 3'));
    source().insert(0, '# ');
    await vi.waitFor(() => expect(room.source('a')).toBe('# x = 3'));
    expect(room.updates.length).toBe(before + 1);
  });

  it('T99: a message that is malformed harms nothing', async () => {
    for (const socket of room.sockets) {
      socket.send(new Uint8Array([0, 2, 200, 1, 2, 3]));
      socket.send(new Uint8Array([9]));
      socket.send(new Uint8Array([]));
      socket.send(new Uint8Array([2, 3, 0x6e, 0x6f, 0x21]));
    }
    room.cell('a')!.setSource('after');
    await vi.waitFor(() => expect(source().toString()).toBe('after'));
  });

  it('saves, and says what became of it', async () => {
    expect(await upstream.save()).toBe('success');
    room.answer = 'skipped';
    expect(await upstream.save()).toBe('skipped');
    room.answer = 'failed';
    expect(await upstream.save()).toBe('failed');
    expect(room.saves).toBe(3);
  });

  it('several saves at once are answered each', async () => {
    expect(await Promise.all([upstream.save(), upstream.save(), upstream.save()])).toEqual(
      Array(3).fill('success')
    );
  });

  it('T108: a save without an answer fails after 30 s', async () => {
    room.answer = 'nothing';
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const saved = upstream.save();
    vi.advanceTimersByTime(30_000);
    expect(await saved).toBe('failed');
  });

  it('T107: cut, saves under way fail at once, later ones too until it is back', async () => {
    room.answer = 'nothing';
    const saved = upstream.save();
    await vi.waitFor(() => expect(room.saves).toBe(1));
    room.cut();
    expect(await saved).toBe('failed');
    expect(upstream.synced).toBe(false);
    expect(await upstream.save()).toBe('failed');
    room.answer = 'success';
    await vi.waitFor(() => expect(upstream.synced).toBe(true));
    expect(states).toEqual(['live', 'away', 'live']);
    expect(await upstream.save()).toBe('success');
  });

  it('T107: what both sides wrote while it was cut is there on both after', async () => {
    room.cut();
    await vi.waitFor(() => expect(states).toContain('away'));
    source().insert(5, ' # ours');
    room.notebook.setMetadata('theirs', true);
    await vi.waitFor(() => {
      expect(room.source('a')).toBe('x = 1 # ours');
      expect((doc.getMap('meta').get('metadata') as Y.Map<unknown>).get('theirs')).toBe(true);
    });
  });

  it('T108: a save that never reached the disk has failed, though the room says otherwise', async () => {
    const saved = upstream.save();
    room.tell({ event: 'failed', reason: 'full' });
    expect(await saved).toBe('failed');
    expect(await upstream.save()).toBe('success');
    expect(told).toEqual(['full', 'saved', 'saved']);
  });

  it('T102: to another room nothing is sent before what it has was taken, and nothing at all when that can’t be', async () => {
    source().insert(5, ' # old');
    await vi.waitFor(() => expect(room.source('a')).toBe('x = 1 # old'));
    fake.rooms.clear();
    fake.put('note.ipynb', notebook({ a: 'x = 2' }));
    goesOn = false;
    room.cut();
    await vi.waitFor(() => expect(fake.room('note.ipynb').sockets.size).toBe(0));
    await vi.waitFor(() => expect(states).toEqual(['live', 'away']));
    await vi.waitFor(() => expect(doc.getArray('cells').length).toBe(2));
    expect(fake.room('note.ipynb').updates).toEqual([]);
    expect(upstream.synced).toBe(false);
  });

  it('T104: that the file overwrites the room is heard before and after', async () => {
    await room.overwrite(notebook({ a: 'x = 5' }));
    await vi.waitFor(() => expect(told).toEqual(['overwriting', 'overwritten']));
    expect(source().toString()).toBe('x = 5');
  });

  it('closed, it leaves and does not come back', async () => {
    upstream.close();
    await vi.waitFor(() => expect(room.sockets.size).toBe(0));
    const before = fake.seen.length;
    source().insert(0, 'unheard');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    expect(fake.seen.length).toBe(before);
    expect(room.source('a')).toBe('x = 1');
  });

  it('closed while it is being opened, it never joins', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    upstream.close();
    await vi.waitFor(() => expect(room.sockets.size).toBe(0));
    fake.gate = promise;
    const before = fake.seenAt('/api/collaboration/session').length;
    const second = open();
    await vi.waitFor(() => expect(fake.seenAt('/api/collaboration/session').length).toBe(before + 1));
    second.close();
    resolve(undefined);
    // Each is a way there and back: time enough for a socket to have been opened.
    for (let i = 0; i < 5; i++) {
      await new Jupyter(fake.upstream).call(['api', 'sessions']);
    }
    expect(fake.seenAt('/api/collaboration/room')).toHaveLength(1);
  });
});

describe('presence', () => {
  const guest = (client: number, state: object) => {
    awareness.meta.set(client, {
      clock: (awareness.meta.get(client)?.clock ?? 0) + 1,
      lastUpdated: Date.now()
    });
    awareness.states.set(client, { ...state });
    awareness.emit('change', [{ added: [client], updated: [], removed: [] }, 'guest']);
  };

  it('of guests reaches the room, of the room’s people reaches us', async () => {
    guest(5, { user: { name: 'Ada' } });
    await vi.waitFor(() =>
      expect(room.notebook.awareness.getStates().get(5)).toEqual({ user: { name: 'Ada' } })
    );
    room.notebook.awareness.setLocalState({ user: { name: 'Olga' } });
    const { clientID } = room.notebook.awareness;
    await vi.waitFor(() => expect(awareness.getStates().get(clientID)).toEqual({ user: { name: 'Olga' } }));
  });

  it('is said again after a cut', async () => {
    guest(5, { user: { name: 'Ada' } });
    await vi.waitFor(() => expect(room.notebook.awareness.getStates().has(5)).toBe(true));
    room.notebook.awareness.states.delete(5);
    room.notebook.awareness.meta.delete(5);
    room.cut();
    await vi.waitFor(() => expect(room.notebook.awareness.getStates().has(5)).toBe(true));
  });
});
