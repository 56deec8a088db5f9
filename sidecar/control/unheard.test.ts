import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notebook } from '../testing/fakeJupyter.ts';
import { GuestDocument } from '../testing/guestDocument.ts';
import { TestApp } from '../testing/makeTestApp.ts';
import type { TestSocket } from '../testing/testSocket.ts';
import { Hub } from './hub.ts';
import { MOST, Unheard, type Rejected } from './unheard.ts';

const refusal = (cell: string): Rejected => ({
  type: 'rejected',
  cells: [cell],
  reason: 'no-right',
  detail: 'No.',
  resync: false
});

describe('refusals that nobody has heard', () => {
  it('wait for a minute, as many as are bounded, and are told once', () => {
    let now = 0;
    const unheard = new Unheard(() => now);
    Array.from({ length: MOST + 2 }, (_, n) => unheard.keep('p', refusal(String(n))));
    expect(unheard.take('p').map(each => each.cells[0])).toEqual(
      Array.from({ length: MOST }, (_, n) => String(n + 2))
    );
    expect(unheard.take('p')).toEqual([]);
    unheard.keep('p', refusal('old'));
    now = 59_999;
    unheard.keep('p', refusal('new'));
    expect(unheard.take('q')).toEqual([]);
    now = 60_000;
    expect(unheard.take('p').map(each => each.cells[0])).toEqual(['new']);
  });

  it('the hub keeps them, and nothing else, for a person without a tab', () => {
    const hub = new Hub(() => 0);
    hub.toGuest('p', { type: 'versions', latest: 1 });
    hub.toGuest('p', refusal('a'));
    const remove = hub.addGuest('q', { tell: () => undefined });
    hub.toGuest('q', refusal('b'));
    expect([hub.missed('p'), hub.missed('q')]).toEqual([[refusal('a')], []]);
    remove();
  });
});

describe('S9 a guest whose connection broke', () => {
  let test: TestApp;
  let share: string;
  let file: string;
  beforeEach(async () => {
    test = await TestApp.start();
    file = test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' })).id;
    share = await test.share('note.ipynb');
  });
  afterEach(() => test.close());

  const control = (auth: Record<string, string>): TestSocket =>
    test.open(`s/${share}/api/liveshare/control`, { headers: auth });
  /** A viewer types all the same; the copy is as before once it was refused. */
  async function typeInVain(auth: Record<string, string>): Promise<void> {
    const socket = test.open(`s/${share}/api/collaboration/room/json:notebook:${file}`, { headers: auth });
    const document = new GuestDocument(socket);
    await document.synced;
    document.type('a', ' EVIL');
    await vi.waitFor(() => expect(document.source('a')).toBe('x = 1'));
  }
  /** What a control socket is told from its start to the answer to a first request, which is refused. */
  async function told(socket: TestSocket): Promise<string[]> {
    socket.socket.on('open', () => socket.socket.send('{"type":"lock_request","cell":"a"}'));
    const types: string[] = [];
    for (;;) {
      const { type } = await socket.json<{ type: string }>();
      types.push(type);
      if (type === 'error') {
        return types;
      }
    }
  }

  it('and whose notebook was there before the control socket is told what was refused, once', async () => {
    const { auth } = await test.guest(share, { live: true });
    await typeInVain(auth);
    const types = await told(control(auth));
    expect(types[0]).toBe('hello');
    expect(types).toContain('rejected');
    expect(await told(control(auth))).not.toContain('rejected');
  });

  it('and whose control socket was dead without anybody knowing is told by the next one', async () => {
    const { auth } = await test.guest(share, { live: true });
    const dead = control(auth);
    await dead.message('people');
    await typeInVain(auth);
    dead.socket.terminate();
    await dead.closed;
    await vi.waitFor(async () => expect(await told(control(auth))).toContain('rejected'));
  });

  it('but not what a tab has answered since', async () => {
    const { auth } = await test.guest(share, { live: true });
    const alive = control(auth);
    await alive.message('people');
    await typeInVain(auth);
    await alive.message('rejected');
    alive.socket.send('{"type":"heartbeat"}');
    alive.socket.send('{"type":"ask","rights":["edit"]}');
    await alive.message('asked');
    alive.socket.terminate();
    await alive.closed;
    expect(await told(control(auth))).not.toContain('rejected');
  });
});
