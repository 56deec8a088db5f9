import * as decoding from 'lib0/decoding';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Fanout } from './fanout.ts';
import type { Member } from './member.ts';

let doc: Y.Doc;
let awareness: awarenessProtocol.Awareness;
let fanout: Fanout;
beforeEach(() => {
  vi.useFakeTimers();
  doc = new Y.Doc();
  awareness = new awarenessProtocol.Awareness(doc);
  awareness.setLocalState(null);
  fanout = new Fanout(doc, awareness);
});
afterEach(() => {
  fanout.close();
  awareness.destroy();
  vi.useRealTimers();
});

const join = (connection: string) => {
  const frames: Uint8Array[] = [];
  /** How many messages came in each write. */
  const writes: number[] = [];
  const member: Member = {
    connection,
    guest: undefined as never,
    broadcast: ({ messages }) => {
      writes.push(messages.length);
      frames.push(...messages.map(({ payload }) => payload));
    },
    startOver: () => void frames.push(new Uint8Array([99]))
  };
  fanout.add(member);
  return { frames, writes, member };
};
const write = (text: string, origin: unknown = 'owner') =>
  doc.transact(() => doc.getText('t').insert(doc.getText('t').length, text), origin);
const body = (frame: Uint8Array, type: number): Uint8Array => {
  const decoder = decoding.createDecoder(frame);
  expect(decoding.readVarUint(decoder)).toBe(type);
  if (type === 0) {
    expect(decoding.readVarUint(decoder)).toBe(2);
  }
  return decoding.readVarUint8Array(decoder);
};
const textOf = (frames: Uint8Array[]) => {
  const copy = new Y.Doc();
  frames.forEach(frame => Y.applyUpdate(copy, body(frame, 0)));
  return copy.getText('t').toString();
};
const tick = () => vi.advanceTimersByTime(16);
const setState = (client: number, state: object | null, origin: string) => {
  const one = new awarenessProtocol.Awareness(new Y.Doc());
  one.setLocalState(null);
  one.meta.set(client, { clock: (awareness.meta.get(client)?.clock ?? 0) + 1, lastUpdated: 0 });
  if (state !== null) {
    one.states.set(client, { ...state });
  }
  awarenessProtocol.applyAwarenessUpdate(
    awareness,
    awarenessProtocol.encodeAwarenessUpdate(one, [client]),
    origin
  );
  one.destroy();
};

describe('updates', () => {
  it('of one tick are one frame, the same for everybody', () => {
    const [a, b] = [join('a'), join('b')];
    for (const text of ['one ', 'two ', 'three']) {
      write(text);
    }
    expect(a.frames).toEqual([]);
    tick();
    expect(a.frames).toHaveLength(1);
    expect(b.frames[0]).toBe(a.frames[0]);
    expect(textOf(a.frames)).toBe('one two three');
    tick();
    expect(a.frames).toHaveLength(1);
  });

  it('after a pause go out at once, those that follow are gathered', () => {
    const a = join('a');
    tick();
    write('at once ');
    vi.advanceTimersByTime(1);
    expect(textOf(a.frames)).toBe('at once ');
    write('then ');
    vi.advanceTimersByTime(10);
    write('together');
    expect(a.frames).toHaveLength(1);
    vi.advanceTimersByTime(5);
    expect(a.frames).toHaveLength(2);
    expect(textOf(a.frames)).toBe('at once then together');
  });

  it.each([
    { takes: 5, pause: 40 },
    { takes: 60, pause: 100 }
  ])(
    'are gathered for $pause ms when sending takes $takes: most of the time is left for others',
    ({ takes, pause }) => {
      let spent = 0;
      const clock = performance.now.bind(performance);
      const now = vi.spyOn(performance, 'now').mockImplementation(() => clock() + spent);
      const frames: Uint8Array[] = [];
      fanout.add({
        connection: 'a',
        guest: undefined as never,
        broadcast: ({ messages }) => {
          spent += takes;
          frames.push(...messages.map(({ payload }) => payload));
        },
        startOver: () => undefined
      });
      tick();
      write('one ');
      vi.advanceTimersByTime(1);
      expect(frames).toHaveLength(1);
      write('two');
      vi.advanceTimersByTime(pause - 2);
      expect(frames).toHaveLength(1);
      vi.advanceTimersByTime(2);
      expect(textOf(frames)).toBe('one two');
      now.mockRestore();
    }
  );

  it('of one guest alone do not go back to them', () => {
    const [a, b] = [join('a'), join('b')];
    write('one ', 'a');
    write('two', 'a');
    tick();
    expect(a.frames).toEqual([]);
    expect(textOf(b.frames)).toBe('one two');
  });

  it('that the server corrected go back to their sender, once', () => {
    const [a, b] = [join('a'), join('b')];
    write('one ', 'a');
    fanout.includeSender('a');
    tick();
    expect(textOf(a.frames)).toBe('one ');
    write('two', 'a');
    tick();
    expect(a.frames).toHaveLength(1);
    expect(textOf(b.frames)).toBe('one two');
  });

  it('of several are merged and go to all of them', () => {
    const [a, b] = [join('a'), join('b')];
    write('one ', 'a');
    write('two', 'b');
    tick();
    expect([textOf(a.frames), textOf(b.frames)]).toEqual(['one two', 'one two']);
  });

  it('from before somebody came are not sent to them, what comes after is', () => {
    const a = join('a');
    write('before ');
    const late = join('late');
    expect(textOf(a.frames)).toBe('before ');
    expect(late.frames).toEqual([]);
    write('after');
    tick();
    expect(late.frames).toHaveLength(1);
    fanout.remove(late.member);
    write('gone');
    tick();
    expect(late.frames).toHaveLength(1);
    expect(fanout.size).toBe(1);
  });

  it('without a member cost nothing', () => {
    write('nobody');
    expect(vi.getTimerCount()).toBe(2); // this fan-out's renewal, awareness' own check
  });

  it('that wait are sent when the room closes', () => {
    const a = join('a');
    write('last words');
    fanout.close();
    expect(textOf(a.frames)).toBe('last words');
    write('after the end');
    tick();
    expect(a.frames).toHaveLength(1);
  });
});

describe('the journal', () => {
  it('T99: what isn’t on disk is not sent; it is tried again every second', () => {
    const commits: number[] = [];
    let works = false;
    const strict = new Fanout(doc, awareness, () => {
      commits.push(Date.now());
      if (!works) {
        throw new Error('full');
      }
    });
    const frames: Uint8Array[] = [];
    strict.add({
      connection: 'a',
      guest: undefined as never,
      broadcast: ({ messages }) => void frames.push(...messages.map(({ payload }) => payload)),
      startOver: () => undefined
    });
    write('kept');
    vi.advanceTimersByTime(2_016);
    expect(frames).toEqual([]);
    expect(commits).toHaveLength(3);
    works = true;
    vi.advanceTimersByTime(1_000);
    expect(textOf(frames)).toBe('kept');
    strict.close();
  });

  it('T102: everybody is told to start again', () => {
    const [a, b] = [join('a'), join('b')];
    fanout.sendAway();
    expect([a.frames, b.frames]).toEqual([[new Uint8Array([99])], [new Uint8Array([99])]]);
  });
});

describe('presence', () => {
  const states = (frame: Uint8Array) => {
    const copy = new awarenessProtocol.Awareness(new Y.Doc());
    copy.setLocalState(null);
    awarenessProtocol.applyAwarenessUpdate(copy, body(frame, 1), 'test');
    const found = Object.fromEntries(copy.getStates());
    copy.destroy();
    return found;
  };

  it('of one tick is one frame, and not for who it came from alone', () => {
    const [a, b] = [join('a'), join('b')];
    setState(7, { at: 1 }, 'a');
    setState(7, { at: 2 }, 'a');
    tick();
    expect(a.frames).toEqual([]);
    expect(b.frames).toHaveLength(1);
    expect(states(b.frames[0]!)).toEqual({ 7: { at: 2 } });
    setState(8, { at: 3 }, 'b');
    setState(7, { at: 4 }, 'a');
    tick();
    expect(states(a.frames[0]!)).toEqual({ 7: { at: 4 }, 8: { at: 3 } });
  });

  it('goes in one write with the change it belongs to, to each what they don’t have', () => {
    const [a, b, c] = [join('a'), join('b'), join('c')];
    write('typed', 'a');
    setState(7, { at: 1 }, 'a');
    setState(8, { at: 2 }, 'b');
    tick();
    expect([a.writes, b.writes, c.writes]).toEqual([[1], [2], [2]]);
    expect(states(a.frames[0]!)).toEqual({ 7: { at: 1 }, 8: { at: 2 } });
    expect(textOf(c.frames.slice(0, 1))).toBe('typed');
    expect(states(c.frames[1]!)).toEqual({ 7: { at: 1 }, 8: { at: 2 } });
  });

  it('of somebody who left is taken away for the others', () => {
    const [, b] = [join('a'), join('b')];
    setState(7, { at: 1 }, 'a');
    tick();
    awarenessProtocol.removeAwarenessStates(awareness, [7], 'a');
    tick();
    const copy = new awarenessProtocol.Awareness(new Y.Doc());
    copy.setLocalState(null);
    b.frames.forEach(frame => awarenessProtocol.applyAwarenessUpdate(copy, body(frame, 1), 'test'));
    expect([...copy.getStates().keys()]).toEqual([]);
    copy.destroy();
  });

  it('S6: is renewed every 12 s for everybody, also when nobody is there, so that no client lets go', () => {
    const a = join('a');
    vi.advanceTimersByTime(12_000);
    expect(a.frames).toHaveLength(1);
    expect(states(a.frames[0]!)).toEqual({});
    setState(7, { at: 1 }, 'a');
    vi.advanceTimersByTime(12_000);
    expect(states(a.frames.at(-1)!)).toEqual({ 7: { at: 1 } });
  });
});
