import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { GRANT_NAMES, NEEDS_LIVE, RIGHTS, withImplied } from '../../protocol/levels.ts';
import type { AccessChange } from '../../protocol/resources.ts';
import {
  accessOf,
  DAY,
  FakeConnection,
  makeBooks,
  refusalOf,
  tokenOf,
  type Books
} from '../testing/books.ts';
import { applyChange, NEW_ACCESS } from './people.ts';

const flags = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map(name => [name, fc.boolean()])), { requiredKeys: [] });
const change: fc.Arbitrary<AccessChange> = fc.record(
  {
    rights: flags(RIGHTS),
    cells: fc.oneof(fc.constant('all' as const), fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 })),
    structure: fc.boolean(),
    grants: flags(GRANT_NAMES),
    expiresAt: fc.constantFrom(null, '2026-03-01T00:00:00.000Z')
  },
  { requiredKeys: [] }
);

describe('applyChange', () => {
  it('any history of changes is closed under "includes live"', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), changes => {
        let access = NEW_ACCESS;
        for (const each of changes) {
          const before = access;
          access = applyChange(access, each);
          expect(withImplied(access.rights)).toEqual(access.rights);
          for (const right of NEEDS_LIVE) {
            // A tick in the change is always what it says.
            if (each.rights?.[right] !== undefined) {
              expect(access.rights[right]).toBe(each.rights[right]);
            } else if (each.rights?.live === false) {
              expect(access.rights[right]).toBe(false);
            } else {
              expect(access.rights[right]).toBe(before.rights[right]);
            }
          }
          expect(access.rights.static).toBe(each.rights?.static ?? before.rights.static);
          expect(access.grants).toEqual({ ...before.grants, ...each.grants });
          expect(access.cells).toEqual(each.cells ?? before.cells);
          expect(access.expiresAt).toBe(each.expiresAt === undefined ? before.expiresAt : each.expiresAt);
        }
      })
    );
  });

  it('unticking live clears edit, save and execute; ticking one of them in the same change keeps it', () => {
    const all = accessOf({ rights: { static: true, edit: true, save: true, execute: true } });
    expect(applyChange(all, { rights: { live: false } }).rights).toEqual({
      ...withImplied({}),
      static: true
    });
    expect(applyChange(all, { rights: { live: false, save: true } }).rights).toEqual(
      withImplied({ static: true, save: true })
    );
  });

  it('nothing is granted by default', () => {
    expect(applyChange(NEW_ACCESS, {})).toEqual({
      rights: withImplied({}),
      cells: 'all',
      structure: true,
      grants: {},
      versions: 'all',
      expiresAt: null
    });
  });

  it('a scope of some cells takes structure, unless it is given; all cells give it back', () => {
    const some = applyChange(NEW_ACCESS, { rights: { edit: true }, cells: ['a'] });
    expect(some).toMatchObject({ cells: ['a'], structure: false });
    expect(applyChange(some, { structure: true })).toMatchObject({ cells: ['a'], structure: true });
    expect(applyChange(some, { cells: 'all' })).toMatchObject({ cells: 'all', structure: true });
    expect(applyChange(NEW_ACCESS, { cells: ['a'], structure: true }).structure).toBe(true);
  });
});

describe('the people of a share', () => {
  let books: Books;
  let share: string;
  let other: string;
  beforeEach(async () => {
    books = await makeBooks();
    share = books.shareBook.create('file-1', 'a/note.ipynb', 'Olga').share.id;
    other = books.shareBook.create('file-2', 'b/note.ipynb', 'Olga').share.id;
  });

  it('one with an account needs no link and can be invited once', async () => {
    const { person, url } = await books.peopleBook.invite(
      share,
      { username: 'ada', name: 'Ada' },
      NEW_ACCESS
    );
    expect(url).toBeUndefined();
    expect(person).toMatchObject({ kind: 'account', username: 'ada', invitation: null, joinedAt: null });
    const again = () => books.peopleBook.invite(share, { username: 'ada', name: 'Ada' }, NEW_ACCESS);
    expect(await refusalOf(again)).toBe('changed-meanwhile');
    expect(
      await refusalOf(() => books.peopleBook.invite(other, { username: 'ada', name: 'Ada' }, NEW_ACCESS))
    ).toBeNull();
  });

  it('T16: an invitation is stored as a digest; the link holds the token in its fragment alone', async () => {
    const { person, url = '' } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    expect(url).toMatch(new RegExp(`^/base/liveshare/s/${share}#ey`));
    const claims = await books.tokens.verify(tokenOf(url), ['invitation'], books.clock.now, share);
    expect(claims.subject).toBe(person.id);
    const stored = JSON.stringify(books.database.prepare('SELECT * FROM people').all());
    expect(stored).not.toContain(claims.id);
    expect(stored).not.toContain(tokenOf(url));
    expect(person.invitation).toMatch(/^[0-9a-f]{64}$/);
  });

  it('an invitation lasts 30 days, or as long as the person’s own expiry', async () => {
    const { url } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    const start = books.clock.now;
    books.clock.now = start + 30 * DAY - 1_000;
    expect(await refusalOf(() => books.door.look(share, tokenOf(url)))).toBeNull();
    books.clock.now = start + 30 * DAY + 61_000;
    expect(await refusalOf(() => books.door.look(share, tokenOf(url)))).toBe('token-expired');
    const access = accessOf({ expiresAt: new Date(books.clock.now + 60 * DAY).toISOString() });
    const long = await books.peopleBook.invite(share, { name: 'Gil' }, access);
    books.clock.now += 59 * DAY;
    expect(await refusalOf(() => books.door.look(share, tokenOf(long.url)))).toBeNull();
  });

  it('a renewed link ends the one before', async () => {
    const { person, url: first } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    const { url: second } = await books.peopleBook.renewLink(share, person.id);
    expect(await refusalOf(() => books.door.enter(share, tokenOf(first), { remote: 'r' }))).toBe('link-used');
    expect(await refusalOf(() => books.door.enter(share, tokenOf(second), { remote: 'r' }))).toBeNull();
  });

  it('T12: a person of another share is not found, whatever is asked of them', async () => {
    const { person } = await books.peopleBook.invite(other, { name: 'Gus' }, NEW_ACCESS);
    const before = books.people.get(person.id);
    for (const work of [
      () => books.peopleBook.get(share, person.id),
      () => books.peopleBook.change(share, person.id, accessOf({ rights: { edit: true } })),
      () => books.peopleBook.renewLink(share, person.id),
      () => books.peopleBook.remove(share, person.id),
      () => books.peopleBook.get(share, 'nobody')
    ]) {
      expect(await refusalOf(work)).toBe('not-found');
    }
    expect(books.people.get(person.id)).toEqual(before);
  });

  it('T6: a removed person’s sockets are closed before the call returns, and nobody else’s', async () => {
    const { person } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    const { person: twin } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    const { token } = await books.door.open(person);
    const kinds = ['control', 'document', 'kernel', 'other'] as const;
    const sockets = kinds.map(kind => new FakeConnection(person.id, share, kind));
    const kept = new FakeConnection(twin.id, share);
    [...sockets, kept].forEach(each => books.connections.add(each));
    const events: string[] = [];
    books.changes.on('removed', (row, reason) =>
      events.push(`${row.id} ${reason} ${sockets[0]!.ends.length}`)
    );
    books.peopleBook.remove(share, person.id);
    expect(sockets.map(each => each.ends.map(({ code }) => code))).toEqual(kinds.map(() => ['no-right']));
    expect(kept.ends).toEqual([]);
    // Told first, so that a control socket can still say why.
    expect(events).toEqual([`${person.id} no-right 0`]);
    expect(books.people.get(person.id)).toBeUndefined();
    expect(books.sessions.all()).toEqual([]);
    expect(await refusalOf(() => books.tokens.verify(token, ['session'], books.clock.now))).toBeNull();
  });

  it('a change is told before the call returns, with the row as it is now', async () => {
    const { person } = await books.peopleBook.invite(share, { name: 'Gus' }, NEW_ACCESS);
    const seen: unknown[] = [];
    books.changes.on('person', row =>
      seen.push([row.id, row.rights.edit, books.people.get(row.id)?.rights.edit])
    );
    const changed = books.peopleBook.change(share, person.id, accessOf({ rights: { edit: true } }), 'Gustav');
    expect(seen).toEqual([[person.id, true, true]]);
    expect(changed).toMatchObject({ name: 'Gustav', invitation: person.invitation });
  });

  it('colours go round and are ours', () => {
    const add = (name: string) =>
      books.peopleBook.add(share, { kind: 'link', name, username: null, link: null }, NEW_ACCESS).color;
    const colors = Array.from({ length: 9 }, (_, i) => add(`p${i}`));
    expect(new Set(colors).size).toBe(8);
    expect(colors[8]).toBe(colors[0]);
    expect(colors.every(color => /^#[0-9a-f]{6}$/.test(color))).toBe(true);
  });
});
