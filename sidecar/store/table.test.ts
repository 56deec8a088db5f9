import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GRANT_NAMES, RIGHTS, withImplied } from '../../protocol/levels.ts';
import { decodeAccess, encodeAccess } from './access.ts';
import { openDatabase } from './database.ts';
import { Links, type LinkRow } from './links.ts';
import { People, type PersonRow } from './people.ts';
import { Sessions } from './sessions.ts';
import { Shares, type ShareRow } from './shares.ts';

const access = {
  rights: withImplied({ edit: true }),
  cells: ['a', "b'); DROP TABLE people; --"],
  structure: false,
  grants: { copy: false },
  versions: [1, 3],
  expiresAt: '2026-02-01T00:00:00.000Z'
};
const share = (id: string, more: Partial<ShareRow> = {}): ShareRow => ({
  id,
  file: `file of ${id}`,
  path: `folder/${id}.ipynb`,
  owner: 'Olga',
  lockMode: 'exclusive',
  holdSaves: true,
  createdAt: '2026-01-02T03:04:05.000Z',
  ...more
});
const link = (id: string, of: string): LinkRow => ({
  ...access,
  id,
  share: of,
  maxPeople: 3,
  passphrase: 'salt:hash',
  approval: true,
  createdAt: '2026-01-02T03:04:05.000Z'
});
const person = (id: string, of: string, more: Partial<PersonRow> = {}): PersonRow => ({
  ...access,
  id,
  share: of,
  kind: 'invited',
  name: 'Gus',
  username: null,
  color: '#123456',
  link: null,
  invitation: 'digest',
  waiting: true,
  joinedAt: null,
  createdAt: '2026-01-02T03:04:05.000Z',
  ...more
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lst-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open() {
  const database = openDatabase(folder);
  return {
    database,
    shares: new Shares(database),
    links: new Links(database),
    people: new People(database),
    sessions: new Sessions(database)
  };
}

describe('tables', () => {
  it('every field of every row is there again after a restart', () => {
    const first = open();
    first.shares.put(share('s1'));
    first.shares.put(share('s2', { lockMode: 'soft', holdSaves: false }));
    first.links.put(link('l1', 's1'));
    first.links.put({
      ...link('l2', 's1'),
      maxPeople: null,
      passphrase: null,
      expiresAt: null,
      cells: 'all'
    });
    first.people.put(person('p1', 's1', { kind: 'link', link: 'l1', joinedAt: '2026-01-03T00:00:00.000Z' }));
    first.people.put(person('p2', 's1', { kind: 'account', username: 'ada', invitation: null }));
    first.sessions.put({ id: 'x', person: 'p1', expiresAt: '2026-02-01T00:00:00.000Z' });
    const rows = (parts: ReturnType<typeof open>) =>
      [parts.shares, parts.links, parts.people, parts.sessions].map(table => table.all());
    const before = rows(first);
    first.database.close();
    const again = open();
    expect(rows(again)).toEqual(before);
    expect(before[0]).toHaveLength(2);
    expect(again.shares.get('s2')?.lockMode).toBe('soft');
    again.database.close();
  });

  it('a row that the database refuses is not in memory either', () => {
    const { shares, people, database } = open();
    expect(() => people.put(person('p1', 'no such share'))).toThrow();
    expect(people.get('p1')).toBeUndefined();
    shares.put(share('s1'));
    people.put(person('p1', 's1', { kind: 'account', username: 'ada' }));
    expect(() => people.put(person('p2', 's1', { kind: 'account', username: 'ada' }))).toThrow();
    expect(people.all().map(({ id }) => id)).toEqual(['p1']);
    database.close();
  });

  it('putting again changes the row and keeps its place', () => {
    const { shares, database } = open();
    shares.put(share('s1'));
    shares.put(share('s2'));
    shares.put(share('s1', { path: 'moved.ipynb' }));
    expect(shares.all().map(({ id }) => id)).toEqual(['s1', 's2']);
    expect(database.prepare("SELECT path FROM shares WHERE id = 's1'").get()).toEqual({
      path: 'moved.ipynb'
    });
    expect(shares.ofFile('file of s1')?.path).toBe('moved.ipynb');
    expect(shares.ofFile('nothing')).toBeUndefined();
    database.close();
  });

  it('delete says whether there was one', () => {
    const { shares, database } = open();
    shares.put(share('s1'));
    expect(shares.delete('s1')).toBe(true);
    expect(shares.delete('s1')).toBe(false);
    expect(database.prepare('SELECT * FROM shares').all()).toEqual([]);
    database.close();
  });

  it('what the database deletes with a share, a link or a person, memory forgets too', () => {
    const { shares, links, people, sessions, database } = open();
    for (const id of ['s1', 's2']) {
      shares.put(share(id));
      links.put(link(`l-${id}`, id));
      people.put(person(`p-${id}`, id));
      people.put(person(`pl-${id}`, id, { kind: 'link', link: `l-${id}` }));
      sessions.put({ id: `x-${id}`, person: `p-${id}`, expiresAt: '9' });
      sessions.put({ id: `xl-${id}`, person: `pl-${id}`, expiresAt: '9' });
    }
    const onDisk = (table: string) =>
      database
        .prepare(`SELECT id FROM ${table}`)
        .all()
        .map(row => row['id']);
    links.delete('l-s1');
    people.cascade('l-s1');
    sessions.cascade(id => people.get(id) !== undefined);
    expect(people.all().map(({ id }) => id)).toEqual(['p-s1', 'p-s2', 'pl-s2']);
    expect(onDisk('people')).toEqual(['p-s1', 'p-s2', 'pl-s2']);
    expect(sessions.all().map(({ id }) => id)).toEqual(onDisk('sessions'));
    expect(sessions.get('xl-s1')).toBeUndefined();
    shares.delete('s2');
    people.cascade('s2');
    links.cascade('s2');
    sessions.cascade(id => people.get(id) !== undefined);
    expect(people.all().map(({ id }) => id)).toEqual(['p-s1']);
    expect(links.all()).toEqual([]);
    expect(sessions.all().map(({ id }) => id)).toEqual(['x-s1']);
    for (const [table, rows] of [
      ['people', people.all()],
      ['links', links.all()],
      ['sessions', sessions.all()]
    ] as const) {
      expect(onDisk(table)).toEqual(rows.map(({ id }) => id));
    }
    database.close();
  });

  it('people are found by share and account', () => {
    const { shares, people, database } = open();
    shares.put(share('s1'));
    shares.put(share('s2'));
    people.put(person('p1', 's1', { kind: 'account', username: 'ada' }));
    people.put(person('p2', 's2', { kind: 'account', username: 'ada' }));
    expect(people.account('s1', 'ada')?.id).toBe('p1');
    expect(people.account('s2', 'ada')?.id).toBe('p2');
    expect(people.account('s1', 'ADA')).toBeUndefined();
    expect(people.ofShare('s1').map(({ id }) => id)).toEqual(['p1']);
    database.close();
  });

  it('sessions that ended before a time are pruned', () => {
    const { shares, people, sessions, database } = open();
    shares.put(share('s1'));
    people.put(person('p1', 's1'));
    sessions.put({ id: 'old', person: 'p1', expiresAt: '2026-01-01T00:00:00.000Z' });
    sessions.put({ id: 'new', person: 'p1', expiresAt: '2026-01-03T00:00:00.000Z' });
    sessions.prune('2026-01-02T00:00:00.000Z');
    expect(sessions.all().map(({ id }) => id)).toEqual(['new']);
    database.close();
  });

  it('T97: texts with quotes and statements are values, nothing else', () => {
    const { shares, people, database } = open();
    shares.put(share('s1'));
    const evil = 'Robert\'); DROP TABLE people; -- " \u0000';
    people.put(person('p1', 's1', { name: evil }));
    expect(people.get('p1')?.name).toBe(evil);
    expect(database.prepare('SELECT count(*) AS n FROM people').get()).toEqual({ n: 1 });
    expect(readFileSync(join(folder, 'liveshare.sqlite')).length).toBeGreaterThan(0);
    database.close();
  });
});

describe('access as stored', () => {
  const flags = (names: readonly string[]) =>
    fc.record(Object.fromEntries(names.map(name => [name, fc.boolean()])), { requiredKeys: [] });

  it('comes back as it was, rights closed under implication', () => {
    const stored = fc.record({
      rights: flags(RIGHTS).map(each => withImplied(each)),
      cells: fc.oneof(fc.constant('all' as const), fc.array(fc.string())),
      structure: fc.boolean(),
      grants: flags(GRANT_NAMES),
      versions: fc.oneof(fc.constant('all' as const), fc.array(fc.integer({ min: 1 })))
    });
    fc.assert(
      fc.property(stored, value => {
        expect(decodeAccess(encodeAccess(value))).toEqual(value);
      })
    );
  });

  it('anything else in the column gives no right that it does not name', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const found = decodeAccess(JSON.stringify(value));
        expect(Object.keys(found.rights)).toEqual([...RIGHTS]);
        expect(withImplied(found.rights)).toEqual(found.rights);
        expect(found.cells === 'all' || Array.isArray(found.cells)).toBe(true);
      })
    );
    expect(decodeAccess('{}')).toEqual({
      rights: withImplied({}),
      cells: [],
      structure: false,
      grants: {},
      versions: 'all'
    });
    expect(decodeAccess('{"rights":{"edit":1,"admin":true},"cells":5,"structure":"yes"}')).toEqual({
      rights: withImplied({}),
      cells: [],
      structure: false,
      grants: {},
      versions: 'all'
    });
    // What is written there but can't be read gives no version.
    expect(decodeAccess('{"versions":"some"}').versions).toEqual([]);
  });
});
