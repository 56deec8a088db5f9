import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientMessage, HeldLock, RunState, ServerMessage, Who } from '../../protocol/messages.ts';
import { CellLocks, PATIENCE } from './cellLocks.ts';

const me: Who = { id: 'me', name: 'Me', color: '#111111' };
const ada: Who = { id: 'ada', name: 'Ada', color: '#222222' };
const since = '2026-01-02T03:04:05Z';

/** A control socket in a test's hands. */
class Wire {
  status = { kind: 'connecting' };
  readonly sent: ClientMessage[] = [];
  readonly message = new Signal<this, ServerMessage>(this);
  readonly statusChanged = new Signal<this, unknown>(this);

  send(message: ClientMessage): boolean {
    if (this.status.kind === 'open') {
      this.sent.push(message);
    }
    return this.status.kind === 'open';
  }
  go(kind: string): void {
    this.status = { kind };
    this.statusChanged.emit(this.status);
  }
  hello(
    lockMode: 'soft' | 'exclusive' = 'soft',
    locks: readonly HeldLock[] = [],
    runs: readonly RunState[] = []
  ): void {
    this.go('open');
    const rights = { static: false, live: true, edit: true, save: false, execute: false };
    const now = { rights, cells: 'all' as const, structure: true, grants: {} };
    this.message.emit({ type: 'hello', protocol: 1, person: me, lockMode, locks, runs, ...now });
  }
  tell(message: ServerMessage): void {
    this.message.emit(message);
  }
}

let wire: Wire;
let locks: CellLocks;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
  wire = new Wire();
  locks = new CellLocks(wire);
});
afterEach(() => {
  locks.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const granted = (cell: string): void => wire.tell({ type: 'lock_granted', cell, lease: 25_000 });
const holds = (cell: string, holder: Who | null): void =>
  wire.tell({ type: 'lock', cell, kind: 'edit', holder, ...(holder && { since }) });

describe('a cell’s lock in this page', () => {
  it('opens the cell when it is granted, and not before', () => {
    wire.hello();
    expect(locks.access('a')).toBe('waiting');
    locks.want('a');
    locks.want('a');
    expect(wire.sent).toEqual([{ type: 'lock_request', cell: 'a' }]);
    expect(locks.access('a')).toBe('waiting');
    granted('a');
    holds('a', me);
    expect(locks.access('a')).toBe('open');
    expect(locks.other('a')).toBeNull();
    locks.leave('a');
    expect(wire.sent.at(-1)).toEqual({ type: 'lock_release', cell: 'a' });
    expect(locks.access('a')).toBe('waiting');
  });

  it('of somebody else closes the cell until it is free', () => {
    wire.hello('soft', [{ cell: 'a', kind: 'edit', holder: ada, since }]);
    expect([locks.access('a'), locks.other('a')?.holder.name]).toEqual(['closed', 'Ada']);
    holds('a', null);
    expect(locks.access('a')).toBe('waiting');
    const refused: string[] = [];
    locks.refused.connect((_, cell) => refused.push(cell));
    locks.want('a');
    wire.tell({ type: 'lock_refused', cell: 'a', holder: ada });
    expect([locks.access('a'), refused]).toEqual(['closed', ['a']]);
  });

  it('taken over, or run out, is lost', () => {
    wire.hello();
    locks.want('a');
    granted('a');
    wire.tell({ type: 'lock_refused', cell: 'a', holder: ada });
    expect(locks.access('a')).toBe('closed');
    locks.want('b');
    granted('b');
    holds('b', null);
    expect(locks.access('b')).toBe('waiting');
  });

  it('S45 that goes on in another tab of mine closes nothing here', () => {
    wire.hello();
    locks.want('a');
    granted('a');
    const refused: string[] = [];
    locks.refused.connect((_, cell) => refused.push(cell));
    wire.tell({ type: 'lock_refused', cell: 'a', holder: me });
    expect([locks.access('a'), locks.other('a'), refused]).toEqual(['waiting', null, []]);
  });

  it('asked for, given back and asked for again counts with the last answer alone', () => {
    wire.hello();
    locks.want('a');
    locks.leave('a');
    locks.want('a');
    granted('a');
    expect(locks.access('a')).toBe('waiting');
    holds('a', me);
    holds('a', null);
    granted('a');
    expect(locks.access('a')).toBe('open');
  });

  it('given back before the answer is not held when it comes', () => {
    wire.hello();
    locks.want('a');
    locks.leave('a');
    granted('a');
    expect(locks.access('a')).toBe('waiting');
    expect(locks.has('a')).toBe(false);
  });

  it('that the server gives nobody is not asked for again, until rights change', () => {
    wire.hello();
    locks.want('a');
    wire.tell({ type: 'error', reason: 'no-right', detail: '', cell: 'a' });
    expect(locks.access('a')).toBe('closed');
    locks.want('a');
    expect(wire.sent).toHaveLength(1);
    const rights = { static: false, live: true, edit: true, save: false, execute: false };
    wire.tell({ type: 'rights', rights, cells: 'all', structure: true, grants: {} });
    expect(locks.access('a')).toBe('waiting');
  });

  it('that the server gives nobody says why, and may be had by who comes back to it', () => {
    wire.hello();
    locks.want('a');
    const why = { reason: 'too-fast', detail: 'You are in too many cells at once.' } as const;
    wire.tell({ type: 'error', ...why, cell: 'a' });
    expect(locks.denied.of('a')).toEqual(why);
    locks.leave('a');
    expect([locks.denied.of('a'), locks.access('a')]).toEqual([null, 'waiting']);
    locks.want('a');
    granted('a');
    expect(locks.access('a')).toBe('open');
  });
});

describe('asking to let go', () => {
  it('is known for a while, until the cell changes hands', () => {
    wire.hello('soft', [{ cell: 'a', kind: 'edit', holder: ada, since }]);
    const asked: string[] = [];
    locks.asks.asked.connect((_, cell) => asked.push(cell));
    locks.asks.ask('a');
    expect(wire.sent).toEqual([{ type: 'lock_ask', cell: 'a' }]);
    expect(locks.asks.hasAsked('a')).toBe(false);
    wire.tell({ type: 'lock_asked', cell: 'a' });
    expect([locks.asks.hasAsked('a'), locks.asks.hasAsked('b'), asked]).toEqual([true, false, ['a']]);
    vi.advanceTimersByTime(20_000);
    expect(locks.asks.hasAsked('a')).toBe(false);
    wire.tell({ type: 'lock_asked', cell: 'a' });
    holds('a', { ...ada, id: 'grace' });
    expect(locks.asks.hasAsked('a')).toBe(false);
  });

  it('is heard by who is asked', () => {
    wire.hello();
    const wishes: object[] = [];
    locks.asks.wanted.connect((_, wish) => wishes.push(wish));
    wire.tell({ type: 'lock_wanted', cell: 'a', by: ada });
    expect(wishes).toMatchObject([{ cell: 'a', by: ada }]);
  });
});

describe('without an answer', () => {
  it('soft locks keep nobody from typing: away, or too long in coming', () => {
    expect(locks.access('a')).toBe('open');
    wire.hello();
    locks.want('a');
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(locks.access('a')).toBe('waiting');
    vi.advanceTimersByTime(1);
    expect(locks.access('a')).toBe('open');
    wire.go('away');
    expect(locks.access('b')).toBe('open');
  });

  it('exclusive ones do, but what was asked for still waits', () => {
    wire.hello('exclusive');
    locks.want('a');
    vi.advanceTimersByTime(PATIENCE);
    expect(locks.access('a')).toBe('waiting');
    wire.go('away');
    expect([locks.access('a'), locks.access('b')]).toEqual(['waiting', 'closed']);
    wire.hello('exclusive');
    expect(wire.sent.at(-1)).toEqual({ type: 'lock_request', cell: 'a' });
    wire.tell({ type: 'lock_mode', lockMode: 'soft' });
    wire.go('away');
    expect(locks.access('b')).toBe('open');
  });

  it('what was held is asked for again when the connection is back', () => {
    wire.hello();
    locks.want('a');
    granted('a');
    wire.go('away');
    wire.hello('soft', [{ cell: 'b', kind: 'edit', holder: ada, since }]);
    expect(wire.sent).toHaveLength(2);
    expect([locks.access('a'), locks.access('b')]).toEqual(['waiting', 'closed']);
    granted('a');
    expect(locks.access('a')).toBe('open');
  });
});

describe('runs', () => {
  const run = (cell: string, state: 'running' | 'queued') => ({
    run: cell,
    cell,
    person: ada,
    state,
    since
  });

  it('are known by cell, with their place in the line', () => {
    wire.hello();
    wire.tell({ type: 'runs', runs: [run('a', 'running'), run('b', 'queued')] });
    wire.tell({ type: 'lock', cell: 'a', kind: 'execute', holder: ada, since });
    expect(locks.run('b')).toMatchObject({ before: 1, run: { state: 'queued' } });
    expect([...locks.cells]).toEqual(['a', 'b']);
    expect(locks.other('a')).toBeNull();
    expect(locks.access('a')).toBe('waiting');
    wire.tell({ type: 'runs', runs: [] });
    wire.tell({ type: 'lock', cell: 'a', kind: 'execute', holder: null });
    expect([...locks.cells]).toEqual([]);
  });

  it('of before are known to who comes later, and those that ended while the connection was away are gone', () => {
    wire.hello(
      'soft',
      [{ cell: 'a', kind: 'execute', holder: ada, since }],
      [run('a', 'running'), run('b', 'queued')]
    );
    expect(locks.run('a')).toMatchObject({ before: 0, run: { state: 'running', person: ada } });
    expect(locks.run('b')).toMatchObject({ before: 1, run: { state: 'queued' } });
    wire.go('away');
    wire.hello('soft', [], [run('b', 'running')]);
    expect([...locks.cells]).toEqual(['b']);
    expect(locks.run('b')).toMatchObject({ before: 0, run: { state: 'running' } });
  });
});
