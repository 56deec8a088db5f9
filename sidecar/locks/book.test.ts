import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import { AGAIN, AT_ONCE } from './asks.ts';
import { LEASE, LockBook, PER_PERSON, type LockTab } from './book.ts';

const START = Date.parse('2026-01-02T03:04:05Z');

class FakeTab implements LockTab {
  readonly person: string;
  readonly heard: ServerMessage[] = [];
  constructor(person: string) {
    this.person = person;
  }
  get who() {
    return { id: this.person, name: `${this.person} A`, color: '#123456' };
  }
  tell(message: ServerMessage): void {
    this.heard.push(message);
  }
}

let clock: { wall: number; mono: number };
let said: { share: string; message: ServerMessage }[];
let book: LockBook;
let ada: FakeTab;
let bob: FakeTab;
beforeEach(() => {
  clock = { wall: START, mono: 7_000 };
  said = [];
  book = new LockBook({
    monotonic: () => clock.mono,
    now: () => clock.wall,
    announce: (share, message) => said.push({ share, message })
  });
  [ada, bob] = [new FakeTab('ada'), new FakeTab('bob')];
});
const pass = (ms: number): void => {
  clock.wall += ms;
  clock.mono += ms;
};
const lock = (cell: string, tab: FakeTab | null, since?: string) => ({
  share: 's',
  message: { type: 'lock', cell, kind: 'edit', holder: tab?.who ?? null, ...(since && { since }) }
});

describe('the book of locks', () => {
  it('tells the asker, and everybody who edits the cell now and since when', () => {
    book.request('s', ada, 'a');
    expect(ada.heard).toEqual([{ type: 'lock_granted', cell: 'a', lease: LEASE }]);
    expect(said).toEqual([lock('a', ada, '2026-01-02T03:04:05.000Z')]);
    pass(5_000);
    book.request('s', bob, 'a');
    expect(bob.heard).toEqual([{ type: 'lock_refused', cell: 'a', holder: ada.who }]);
    book.request('s', ada, 'a');
    expect(said).toHaveLength(1);
    expect(book.held('s')).toEqual([
      { cell: 'a', kind: 'edit', holder: ada.who, since: '2026-01-02T03:04:05.000Z' }
    ]);
  });

  it('of two shares has nothing to do with each other', () => {
    book.request('s', ada, 'a');
    book.request('t', bob, 'a');
    expect(bob.heard).toMatchObject([{ type: 'lock_granted' }]);
    expect(book.isOthers('s', 'a', 'bob')).toBe(true);
    expect(book.isOthers('t', 'a', 'bob')).toBe(false);
    expect(book.isOthers('s', 'a', 'ada')).toBe(false);
    expect(book.isOthers('none', 'a', 'ada')).toBe(false);
    expect(book.held('none')).toEqual([]);
  });

  it('T84 frees a cell when it is left, when its tab is gone, and when nothing is heard of it', () => {
    book.request('s', ada, 'a');
    book.release('s', bob, 'a');
    expect(said).toHaveLength(1);
    book.release('s', ada, 'a');
    expect(said.at(-1)).toEqual(lock('a', null));
    book.request('s', ada, 'a');
    book.disconnect('s', ada);
    expect(said.at(-1)).toEqual(lock('a', null));
    book.request('s', ada, 'a');
    book.request('s', bob, 'b');
    pass(LEASE - 1);
    book.heartbeat('s', bob);
    book.expire();
    expect(said.at(-1)).toEqual(lock('b', bob, expect.any(String) as string));
    pass(1);
    book.expire();
    expect(said.at(-1)).toEqual(lock('a', null));
    expect(book.held('s').map(held => held.cell)).toEqual(['b']);
  });

  it('S45 in a second tab goes on there: the first is told, others see no change', () => {
    const second = new FakeTab('ada');
    book.request('s', ada, 'a');
    book.request('s', second, 'a');
    expect(second.heard).toMatchObject([{ type: 'lock_granted' }]);
    expect(ada.heard.at(-1)).toEqual({ type: 'lock_refused', cell: 'a', holder: ada.who });
    expect(said).toHaveLength(1);
    book.disconnect('s', ada);
    expect(book.isOthers('s', 'a', 'bob')).toBe(true);
  });

  it('taken over is told to who had it and to all', () => {
    const owner = new FakeTab('owner');
    book.request('s', ada, 'a');
    book.take('s', owner, 'a');
    expect(ada.heard.at(-1)).toEqual({ type: 'lock_refused', cell: 'a', holder: owner.who });
    expect(owner.heard).toMatchObject([{ type: 'lock_granted', cell: 'a' }]);
    expect(said.at(-1)?.message).toMatchObject({ type: 'lock', holder: { id: 'owner' } });
  });

  it('frees what may not be held any longer, and what was deleted', () => {
    ['a', 'b', 'c'].forEach(cell => book.request('s', ada, cell));
    book.request('s', bob, 'd');
    book.review('s', 'ada', cell => cell !== 'a');
    expect(book.held('s').map(held => held.cell)).toEqual(['b', 'c', 'd']);
    book.forget('s', ['c', 'd', 'never']);
    expect(book.held('s').map(held => held.cell)).toEqual(['b']);
    book.end('s');
    expect(book.held('s')).toEqual([]);
  });

  it('nobody takes the whole notebook: too many are refused, with a word', () => {
    for (let i = 0; i <= PER_PERSON; i++) {
      book.request('s', ada, `cell ${i}`);
    }
    expect(ada.heard.at(-1)).toMatchObject({ type: 'error', reason: 'too-fast', cell: `cell ${PER_PERSON}` });
    expect(book.held('s')).toHaveLength(PER_PERSON);
  });

  it('who holds a cell is asked to let go, and decides', () => {
    book.request('s', ada, 'a');
    book.ask('s', bob, 'a');
    expect(ada.heard.at(-1)).toEqual({ type: 'lock_wanted', cell: 'a', by: bob.who });
    expect(bob.heard).toEqual([{ type: 'lock_asked', cell: 'a' }]);
    expect(book.isOthers('s', 'a', 'bob')).toBe(true);
  });

  it('nobody is asked for a cell that is free, one’s own, or in another share', () => {
    book.request('s', ada, 'a');
    const heard = ada.heard.length;
    book.ask('s', bob, 'b');
    book.ask('t', bob, 'a');
    book.ask('s', new FakeTab('ada'), 'a');
    pass(LEASE);
    book.ask('s', bob, 'a');
    expect([ada.heard.length, bob.heard]).toEqual([heard, []]);
  });

  it('T91 asking is bounded: once a while for a cell, so many cells at once, each for themselves', () => {
    for (let cell = 0; cell <= AT_ONCE; cell++) {
      book.request('s', ada, `${cell}`);
    }
    const asked = (): number => ada.heard.filter(each => each.type === 'lock_wanted').length;
    book.ask('s', bob, '0');
    book.ask('s', bob, '0');
    expect(bob.heard.at(-1)).toMatchObject({ type: 'error', reason: 'too-fast' });
    expect(bob.heard.at(-1)).not.toHaveProperty('cell');
    for (let cell = 1; cell <= AT_ONCE; cell++) {
      book.ask('s', bob, `${cell}`);
    }
    expect(asked()).toBe(AT_ONCE);
    book.ask('s', new FakeTab('eve'), '0');
    expect(asked()).toBe(AT_ONCE + 1);
    pass(AGAIN);
    [...Array(AT_ONCE + 1).keys()].forEach(cell => book.request('s', ada, `${cell}`));
    book.ask('s', bob, '0');
    expect(asked()).toBe(AT_ONCE + 2);
    book.end('s');
    book.request('s', ada, '0');
    book.ask('s', bob, '0');
    expect(asked()).toBe(AT_ONCE + 3);
  });

  it('T110 leases run by a clock of their own: the wall clock set an hour on, or back, frees and keeps nothing', () => {
    book.request('s', ada, 'a');
    clock.wall += 3_600_000;
    book.expire();
    expect(book.isOthers('s', 'a', 'bob')).toBe(true);
    clock.wall -= 7_200_000;
    clock.mono += LEASE;
    book.expire();
    expect(book.isOthers('s', 'a', 'bob')).toBe(false);
  });
});
