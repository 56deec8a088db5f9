import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityPerson } from '../../protocol/resources.ts';
import { openDatabase } from '../store/database.ts';
import { Versions } from '../store/versions.ts';
import { VersionBook, type Committed, type VersionLimits } from './book.ts';
import type { Notebook } from './split.ts';

const LIMITS: VersionLimits = { versionsKept: 3, versionBytes: 1_000_000, versionsPerMinute: 100 };
const ADA: ActivityPerson = { id: 'ada', name: 'Ada', color: '#123456' };

let database: DatabaseSync;
let store: Versions;
let content: Notebook;
let now: number;
let named: Set<number>;
let shared: Set<string>;
let file: 'success' | 'failed';
let commit: ((version: { number: number }) => Committed) | null;
let changed: number;
beforeEach(() => {
  database = openDatabase(null);
  store = new Versions(database);
  content = notebook('x = 1');
  now = Date.parse('2026-03-04T05:06:07Z');
  named = new Set();
  shared = new Set(['file of s', 'file of other']);
  file = 'success';
  commit = null;
  changed = 0;
});
afterEach(() => database.close());

const open = (limits: Partial<VersionLimits> = {}) =>
  new VersionBook({
    versions: store,
    limits: { ...LIMITS, ...limits },
    now: () => now,
    file: share => `file of ${share}`,
    isShared: id => shared.has(id),
    named: () => named,
    capture: () => Promise.resolve({ content, file }),
    commit: commit === null ? null : (_, version) => Promise.resolve(commit?.(version) ?? { commit: null }),
    changed: () => (changed += 1)
  });

function notebook(...sources: string[]): Notebook {
  const cells = sources.map((source, index) => ({
    id: `c${index}`,
    cell_type: 'code',
    source,
    metadata: { tags: ['t'] },
    execution_count: index,
    outputs: [{ output_type: 'stream', name: 'stdout', text: `out of ${source}\n` }]
  }));
  return { metadata: { kernelspec: { name: 'python3' } }, nbformat: 4, nbformat_minor: 5, cells };
}

/** A text that doesn't get smaller. */
const noise = (length: number) =>
  Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);

describe('versions', () => {
  it('are numbered, signed, timed, and read back as they were', async () => {
    const book = open();
    const first = await book.save('s', null, 'the beginning');
    expect(first).toEqual({
      number: 1,
      at: '2026-03-04T05:06:07.000Z',
      person: null,
      message: 'the beginning',
      cells: 1,
      pinned: false,
      commit: null,
      file: 'success',
      dropped: [],
      commitProblem: null
    });
    const before = content;
    content = notebook('x = 2', 'y');
    await book.save('s', ADA, '');
    expect(book.list('s')).toMatchObject([
      { number: 2, person: ADA, cells: 2 },
      { number: 1, person: null }
    ]);
    expect(await book.read('s', 1)).toEqual(before);
    expect(await book.read('s', 2)).toEqual(content);
    expect(await open().read('s', 1)).toEqual(before);
    expect(changed).toBe(2);
  });

  it('what is the same is kept once, also when a room that was loaded anew has other keys first', async () => {
    const book = open();
    await book.save('s', null, '');
    const [pieces, bytes] = [count('pieces'), store.bytes];
    content = JSON.parse(
      JSON.stringify(content, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value
      )
    ) as Notebook;
    await book.save('s', null, '');
    expect([count('pieces'), store.bytes]).toEqual([pieces, bytes]);
    content = notebook('x = 1', 'x = 1');
    await book.save('s', null, '');
    expect(count('pieces')).toBe(pieces + 1); // the second cell; its outputs are those of the first
  });

  it('a number is never used again', async () => {
    const book = open();
    await book.save('s', null, '');
    await book.save('s', null, '');
    await book.remove('s', 2);
    expect(await book.save('s', null, '')).toMatchObject({ number: 3 });
    expect(book.list('s').map(each => each.number)).toEqual([3, 1]);
    expect(() => book.get('s', 2)).toThrow('There is no such version.');
    await expect(book.read('s', 2)).rejects.toThrow('There is no such version.');
  });

  it('of two files never meet', async () => {
    const book = open();
    await book.save('s', null, '');
    expect(book.list('other')).toEqual([]);
    await expect(book.read('other', 1)).rejects.toThrow('There is no such version.');
    await book.save('other', null, '');
    await book.remove('s', 1);
    expect(await book.read('other', 1)).toEqual(content);
  });
});

describe('bounds', () => {
  it('the oldest that is neither pinned nor named makes room, and its pieces go with it', async () => {
    const book = open();
    for (const source of ['a', 'b', 'c']) {
      content = notebook(source);
      await book.save('s', null, '');
    }
    book.pin('s', 1, true);
    named.add(2);
    content = notebook('d');
    expect((await book.save('s', null, '')).dropped).toEqual([3]);
    expect(book.list('s').map(each => each.number)).toEqual([4, 2, 1]);
    expect(count('pieces')).toBe(1 + 3 * 2); // one head, and two of each version that is left
    expect(count('piece_bytes')).toBe(count('pieces'));
    book.pin('s', 1, false);
    content = notebook('e');
    expect((await book.save('s', null, '')).dropped).toEqual([1]);
    expect(await book.read('s', 2)).toEqual(notebook('b'));
  });

  it('what makes room may hold the new one’s own pieces', async () => {
    const book = open({ versionsKept: 1 });
    await book.save('s', null, '');
    expect((await book.save('s', null, '')).dropped).toEqual([1]);
    expect(await book.read('s', 2)).toEqual(content);
  });

  it('a guest pushes out guests’ versions, never the owner’s', async () => {
    const book = open();
    await book.save('s', null, '');
    await book.save('s', ADA, '');
    await book.save('s', null, '');
    expect((await book.save('s', ADA, '')).dropped).toEqual([2]);
    named.add(4);
    await expect(book.save('s', ADA, '')).rejects.toMatchObject({ code: 'too-large' });
    expect(book.list('s').map(each => each.number)).toEqual([4, 3, 1]);
    expect((await book.save('s', null, '')).dropped).toEqual([1]);
  });

  it('bytes: the oldest go until the new one fits; one that never fits is refused', async () => {
    const book = open({ versionsKept: 100, versionBytes: 10_000 });
    content = notebook(noise(4_000));
    await book.save('s', null, '');
    content = notebook(noise(4_000));
    expect((await book.save('s', null, '')).dropped).toEqual([1]);
    expect(store.bytes).toBeLessThan(10_000);
    content = notebook(noise(20_000));
    await expect(book.save('s', null, '')).rejects.toMatchObject({ code: 'too-large' });
  });

  it('versions of notebooks that nobody shares any longer go before those of one that is shared, for the owner', async () => {
    const book = open({ versionsKept: 100, versionBytes: 12_000 });
    content = notebook(noise(2_500));
    await book.save('other', null, '');
    content = notebook(noise(2_500));
    await book.save('s', null, '');
    shared.delete('file of other');
    content = notebook(noise(2_500));
    expect((await book.save('s', null, '')).dropped).toEqual([]);
    expect(book.list('other')).toEqual([]);
    expect(book.list('s')).toHaveLength(2);
  });

  it('a guest who saves too often is told to wait; the owner isn’t', async () => {
    const book = open({ versionsKept: 100, versionsPerMinute: 2 });
    await book.save('s', ADA, '');
    await book.save('s', ADA, '');
    await expect(book.save('s', ADA, '')).rejects.toMatchObject({ code: 'too-fast' });
    await book.save('s', null, '');
    now += 60_001;
    await book.save('s', ADA, '');
  });
});

describe('commits', () => {
  it('the hash is noted; nothing to commit and a failure are told, and the version is kept', async () => {
    commit = () => ({ commit: 'abc123' });
    expect(await open().save('s', null, '')).toMatchObject({ commit: 'abc123', commitProblem: null });
    expect(open().get('s', 1)).toMatchObject({ commit: 'abc123' });
    commit = () => ({ commit: null });
    expect(await open().save('s', null, '')).toMatchObject({ number: 2, commit: null, commitProblem: null });
    commit = () => ({ problem: 'merging' });
    expect(await open().save('s', null, '')).toMatchObject({ number: 3, commitProblem: 'merging' });
    expect(open().list('s')).toHaveLength(3);
  });

  it('what could not be written to disk is not committed', async () => {
    let asked = 0;
    commit = () => ({ commit: String((asked += 1)) });
    file = 'failed';
    expect(await open().save('s', null, '')).toMatchObject({ number: 1, file: 'failed', commit: null });
    expect(asked).toBe(0);
  });
});
