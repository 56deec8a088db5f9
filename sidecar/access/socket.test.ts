import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseLimits } from '../testing/limits.ts';
import { accessOf, makeBooks, type Books } from '../testing/books.ts';
import { socketPairs, type SocketPairs } from '../testing/socketPair.ts';
import { Refusal } from '../policy/verdict.ts';
import { Guest } from './guest.ts';
import { closeWith, GuestSocket } from './socket.ts';
import { REFUSALS } from '../../protocol/refusals.ts';

let pairs: SocketPairs;
let books: Books;
let guest: Guest;
beforeEach(async () => {
  pairs = await socketPairs();
  books = await makeBooks();
  const { share } = books.shareBook.create('file', 'note.ipynb', 'Olga');
  const { person } = await books.peopleBook.invite(
    share.id,
    { name: 'Gus' },
    accessOf({ rights: { live: true } })
  );
  guest = new Guest(books.people, books.shares, person, 'session-1', true);
});
afterEach(async () => {
  vi.useRealTimers();
  await pairs.close();
});

async function open(limits: Record<string, number> = {}) {
  const { server, client } = await pairs.open();
  const socket = new GuestSocket(server, guest, 'document', parseLimits(limits));
  const received: string[] = [];
  let closed = 0;
  const listen = (message: (data: Uint8Array, binary: boolean) => void) =>
    socket.listen({ message, close: () => (closed += 1) });
  const echo = () =>
    listen(data => {
      received.push(Buffer.from(data).toString());
      socket.send(data);
    });
  return { socket, server, client, received, listen, echo, closedCount: () => closed };
}

describe('a guest’s socket', () => {
  it('hands on what comes and sends what it is given', async () => {
    const { client, echo, socket } = await open();
    echo();
    client.send('one');
    expect((await client.next()).toString()).toBe('one');
    expect(socket).toMatchObject({
      kind: 'document',
      person: guest.id,
      share: guest.shareId,
      session: 'session-1'
    });
    expect(socket.isOpen).toBe(true);
  });

  it('keeps what the client said before anybody listened', async () => {
    const { client, echo, server } = await open();
    client.send('early');
    client.send('bird');
    expect(server.isPaused).toBe(true);
    echo();
    expect((await client.next()).toString()).toBe('early');
    expect((await client.next()).toString()).toBe('bird');
  });

  it('closes with the code’s number and sentence, and looks at nothing that comes after', async () => {
    const { client, echo, socket, received, server } = await open();
    echo();
    socket.end('no-right', 'Your access has ended.');
    client.send('too late');
    expect(await client.closed).toEqual({ code: 4403, reason: 'Your access has ended.' });
    expect(received).toEqual([]);
    expect(socket.isOpen).toBe(false);
    socket.send('nothing');
    socket.end('internal');
    expect(server.readyState).not.toBe(1);
  });

  it('can be ended before anybody listened', async () => {
    const { client, socket } = await open();
    socket.end('not-found');
    expect((await client.closed).code).toBe(4404);
  });

  it('a refusal thrown by a handler is the close code', async () => {
    const { client, listen } = await open();
    listen(() => {
      throw new Refusal('too-large', 'That is too much.');
    });
    client.send('x');
    expect(await client.closed).toEqual({ code: 4413, reason: 'That is too much.' });
  });

  it('tells its handlers once that it is closed', async () => {
    const { client, echo, server, closedCount } = await open();
    echo();
    const closed = new Promise(resolve => server.once('close', resolve));
    client.terminate();
    await closed;
    expect(closedCount()).toBe(1);
  });

  it('T90: too many frames are too fast', async () => {
    const { client, echo, received } = await open({ framesPerSecond: 2 });
    echo();
    for (let i = 0; i < 30; i++) {
      client.send(String(i));
    }
    expect((await client.closed).code).toBe(4429);
    // Five seconds' worth at once, then no more.
    expect(received.length).toBeGreaterThanOrEqual(10);
    expect(received.length).toBeLessThan(15);
  });

  it('T90: too many bytes are too fast', async () => {
    const { client, echo } = await open({ bytesPerSecond: 1_000, frameBytes: 1_000 });
    echo();
    for (let i = 0; i < 5; i++) {
      client.send('x'.repeat(1_000));
    }
    expect((await client.closed).code).toBe(4429);
  });

  it('T91: a reader that is too far behind is let go instead of being buffered for', async () => {
    const { client, echo, socket, server } = await open({ backlogBytes: 100_000 });
    echo();
    client.socket.pause();
    const closed = new Promise(resolve => server.once('close', resolve));
    for (let i = 0; i < 200 && socket.isOpen; i++) {
      socket.send('x'.repeat(100_000));
    }
    expect(socket.isOpen).toBe(false);
    expect(server.bufferedAmount).toBeLessThan(5_000_000);
    await closed;
  });

  it('S45: a tab that answers no ping for 24 s counts as gone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { echo, server, client } = await open();
    echo();
    client.socket.pause();
    const closed = new Promise(resolve => server.once('close', resolve));
    vi.advanceTimersByTime(6 * 4_000);
    expect(server.readyState).toBe(1);
    vi.advanceTimersByTime(4_000);
    await closed;
  });

  it('S33, S45: one that is sent something all the time is pinged now and then, and gone as soon when it answers nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { echo, server, client, socket } = await open();
    echo();
    const pinged = vi.spyOn(server, 'ping');
    const beat = () => {
      socket.send('news');
      vi.advanceTimersByTime(4_000);
    };
    [1, 2].forEach(beat);
    expect(pinged).not.toHaveBeenCalled();
    const answered = new Promise(resolve => server.once('pong', resolve));
    beat();
    expect(pinged).toHaveBeenCalledOnce();
    await answered;
    client.socket.pause();
    const closed = new Promise(resolve => server.once('close', resolve));
    [1, 2, 3, 4, 5, 6].forEach(beat);
    expect(pinged).toHaveBeenCalledTimes(3);
    expect(server.readyState).toBe(1);
    beat();
    await closed;
  });

  it('S6, S33: one that says nothing but answers pings stays', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { echo, server } = await open();
    echo();
    for (let i = 0; i < 20; i++) {
      const answered = new Promise(resolve => server.once('pong', resolve));
      vi.advanceTimersByTime(4_000);
      await answered;
    }
    expect(server.readyState).toBe(1);
  });
});

describe('closing', () => {
  it.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])('%s reaches the client', async code => {
    const { server, client } = await pairs.open();
    closeWith(server, code);
    expect(await client.closed).toEqual({ code: REFUSALS[code].close, reason: REFUSALS[code].detail });
  });

  it('a sentence that is too long for a close frame is cut between characters', async () => {
    const { server, client } = await pairs.open();
    closeWith(server, 'internal', 'x'.repeat(119) + '😀😀😀');
    expect((await client.closed).reason).toBe('x'.repeat(119));
  });
});
