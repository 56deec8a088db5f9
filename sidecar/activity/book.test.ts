import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Activities } from '../store/activity.ts';
import { openDatabase, transaction } from '../store/database.ts';
import { ActivityBook } from './book.ts';
import { PAUSE } from './activity.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const ann = { id: 'p', name: 'Ann', color: '#112233' };
const row = (id: string) => `INSERT INTO shares VALUES ('${id}', 'f${id}', 'p', 'o', 'soft', 0, 'now')`;

let clock: number;
let told: [string, number][];
let ended: Set<string>;
let writes: number;
let activities: Activities;
let database: ReturnType<typeof openDatabase>;
let book: ActivityBook;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [clock, told, ended, writes] = [NOW, [], new Set(), 0];
  database = openDatabase(null);
  database.exec(`${row('s')}; ${row('t')}`);
  activities = new Activities(database);
  book = new ActivityBook({
    activities,
    now: () => clock,
    exists: share => !ended.has(share),
    atOnce: work => {
      writes += 1;
      transaction(database, work);
    },
    announce: (share, latest) => told.push([share, latest])
  });
});
afterEach(() => {
  book.close();
  database.close();
  vi.useRealTimers();
});

describe('the book', () => {
  it('a thousand keystrokes a second are one row, one write and one message', () => {
    for (let n = 0; n < 1_000; n++) {
      clock += 1;
      book.note('s', ann, 'edited', { cell: 'a' });
    }
    expect([writes, told]).toEqual([0, []]);
    vi.advanceTimersByTime(1_000);
    expect([writes, told]).toEqual([1, [['s', 1]]]);
    clock += 1_000;
    book.note('s', ann, 'edited', { cell: 'a' });
    vi.advanceTimersByTime(1_000);
    expect([writes, told]).toEqual([
      2,
      [
        ['s', 1],
        ['s', 1]
      ]
    ]);
    expect(book.page('s', null, 10)).toEqual({
      items: [
        {
          id: 1,
          at: '2026-01-02T03:04:05.001Z',
          until: '2026-01-02T03:04:07.000Z',
          person: ann,
          kind: 'edited',
          cell: 'a',
          about: null,
          count: 1_001
        }
      ],
      next: null
    });
    vi.advanceTimersByTime(10_000);
    expect(writes).toBe(2);
  });

  it('is read with what has just happened, newest first, page by page, share by share', () => {
    for (const cell of ['a', 'b', 'c', 'd', 'e']) {
      book.note('s', null, 'deleted', { cell });
      book.note('t', ann, 'ran', { cell });
    }
    const cells: unknown[] = [];
    const sizes: number[] = [];
    for (let before: number | null = null; ;) {
      const { items, next } = book.page('s', before, 2);
      cells.push(...items.map(item => item.cell));
      sizes.push(items.length);
      if (next === null) {
        break;
      }
      before = Number(next);
    }
    expect([cells, sizes]).toEqual([
      ['e', 'd', 'c', 'b', 'a'],
      [2, 2, 1]
    ]);
    expect(book.page('t', null, 50).items.every(item => item.person?.id === 'p')).toBe(true);
    expect(book.page('nothing', null, 50)).toEqual({ items: [], next: null });
  });

  it('an entry that begins again after a pause is another row', () => {
    book.note('s', ann, 'edited', { cell: 'a' });
    book.flush();
    clock += PAUSE + 1;
    book.note('s', ann, 'edited', { cell: 'a' });
    expect(book.page('s', null, 10).items.map(item => item.count)).toEqual([1, 1]);
  });

  it('T98 keeps of a person only who they are', () => {
    const whole = { ...ann, invitation: 'secret', rights: {} };
    book.note('s', whole, 'joined');
    book.note('s', null, 'invited', { about: whole });
    expect(JSON.stringify(book.page('s', null, 10))).not.toContain('secret');
    expect(JSON.stringify(database.prepare('SELECT * FROM activity').all())).not.toContain('secret');
  });

  it('a share that ended takes its activity with it, also what wasn’t written yet', () => {
    book.note('s', ann, 'saved');
    book.flush();
    book.note('s', ann, 'edited', { cell: 'a' });
    book.note('t', ann, 'edited', { cell: 'a' });
    database.exec("DELETE FROM shares WHERE id = 's'");
    ended.add('s');
    book.end('s');
    book.note('s', ann, 'edited', { cell: 'b' });
    vi.advanceTimersByTime(1_000);
    expect(database.prepare('SELECT share FROM activity').all()).toEqual([{ share: 't' }]);
  });

  it('closed, it has written down everything and takes nothing more', () => {
    book.note('s', ann, 'edited', { cell: 'a' });
    book.close();
    book.note('s', ann, 'edited', { cell: 'b' });
    vi.advanceTimersByTime(10_000);
    expect(activities.page('s', 100, 10).map(each => each.cell)).toEqual(['a']);
  });

  it('what waits is bounded: a flood is written at once', () => {
    for (let n = 0; n < 2_500; n++) {
      book.note('s', ann, 'inserted', { cell: `c${n}` });
    }
    expect(writes).toBe(2);
  });
});

describe('the table', () => {
  it('keeps the newest of a share, and never uses an id again', () => {
    const entry = {
      at: 'now',
      until: 'now',
      person: null,
      kind: 'saved',
      cell: null,
      about: null,
      count: 1
    } as const;
    const ids = Array.from({ length: 10 }, () => activities.add('s', entry));
    const other = activities.add('t', entry);
    activities.tidy('s', 4);
    expect(activities.page('s', 1_000, 100).map(each => each.id)).toEqual(ids.slice(6).reverse());
    expect(activities.page('t', 1_000, 100).map(each => each.id)).toEqual([other]);
    activities.tidy('s', 4);
    expect(activities.page('s', 1_000, 100)).toHaveLength(4);
    database.exec('DELETE FROM activity');
    expect(activities.add('s', entry)).toBeGreaterThan(other);
  });
});
