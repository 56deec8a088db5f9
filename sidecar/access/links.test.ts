import { beforeEach, describe, expect, it } from 'vitest';
import {
  accessOf,
  DAY,
  FakeConnection,
  makeBooks,
  refusalOf,
  tokenOf,
  type Books
} from '../testing/books.ts';
import { NEW_ACCESS } from './people.ts';

let books: Books;
let share: string;
const remote = '192.0.2.1';
const live = () => accessOf({ rights: { live: true } });
beforeEach(async () => {
  books = await makeBooks();
  share = books.shareBook.create('file-1', 'a/note.ipynb', 'Olga').share.id;
});
const comeBy = async (link: string, name?: string, passphrase?: string) => {
  const { url } = await books.linkBook.show(books.linkBook.get(share, link));
  return (await books.door.enter(share, tokenOf(url), { name, passphrase, remote })).person;
};

describe('links', () => {
  it('shows everything but the passphrase, signed anew each time', async () => {
    const link = books.linkBook.create(share, live(), { maxPeople: 2, passphrase: 'open sesame' });
    const shown = await books.linkBook.show(link);
    expect(shown).toMatchObject({ hasPassphrase: true, maxPeople: 2, uses: 0, rights: { live: true } });
    expect(JSON.stringify(shown)).not.toContain('open sesame');
    expect(JSON.stringify(shown)).not.toContain(link.passphrase);
    expect(JSON.stringify(books.database.prepare('SELECT * FROM links').all())).not.toContain('open sesame');
    books.clock.now += 300 * DAY;
    const { url } = await books.linkBook.show(link);
    books.clock.now += 300 * DAY;
    expect(await refusalOf(() => books.door.look(share, tokenOf(url)))).toBeNull();
  });

  it('T7: revoking one throws out exactly those who came by it, before the call returns', async () => {
    const first = books.linkBook.create(share, live(), {});
    const second = books.linkBook.create(share, live(), {});
    const [a, b, c] = [await comeBy(first.id), await comeBy(first.id), await comeBy(second.id)];
    const { person: invited } = await books.peopleBook.invite(share, { name: 'Gus' }, live());
    const { url } = await books.linkBook.show(first);
    const sockets = [a, b, c, invited].map(({ id }) => new FakeConnection(id, share));
    sockets.forEach(each => books.connections.add(each));
    books.linkBook.remove(share, first.id);
    expect(sockets.map(each => each.ends.map(({ code }) => code))).toEqual([
      ['no-right'],
      ['no-right'],
      [],
      []
    ]);
    expect(books.people.ofShare(share).map(({ id }) => id)).toEqual([c.id, invited.id]);
    expect(books.sessions.all().map(each => each.person)).toEqual([c.id]);
    expect(await refusalOf(() => books.door.enter(share, tokenOf(url), { remote }))).toBe('token-invalid');
    expect(await comeBy(second.id)).toBeDefined();
  });

  it('a change reaches those who came by it, and each is told', async () => {
    const link = books.linkBook.create(share, live(), {});
    const other = books.linkBook.create(share, live(), {});
    const [a, b] = [await comeBy(link.id), await comeBy(other.id)];
    const told: string[] = [];
    books.changes.on('person', row => told.push(row.id));
    const access = accessOf({ rights: { edit: true }, cells: ['x'], expiresAt: '2027-01-01T00:00:00.000Z' });
    books.linkBook.change(share, link.id, access, {});
    expect(books.people.get(a.id)).toMatchObject({ ...access, name: a.name });
    expect(books.people.get(b.id)).toMatchObject(live());
    expect(told).toEqual([a.id]);
  });

  it('settings left out keep their value, null takes them away', () => {
    const { id, passphrase } = books.linkBook.create(share, live(), { maxPeople: 2, passphrase: 'x' });
    expect(books.linkBook.change(share, id, live(), {})).toMatchObject({ maxPeople: 2, passphrase });
    const changed = books.linkBook.change(share, id, live(), { passphrase: 'y' });
    expect(changed.passphrase).not.toBe(passphrase);
    expect(changed.maxPeople).toBe(2);
    expect(books.linkBook.change(share, id, live(), { maxPeople: null, passphrase: null })).toMatchObject({
      maxPeople: null,
      passphrase: null
    });
  });

  it('T12: a link of another share is not found', async () => {
    const other = books.shareBook.create('file-2', 'b.ipynb', 'Olga').share.id;
    const link = books.linkBook.create(other, live(), {});
    for (const work of [
      () => books.linkBook.get(share, link.id),
      () => books.linkBook.change(share, link.id, NEW_ACCESS, {}),
      () => books.linkBook.remove(share, link.id)
    ]) {
      expect(await refusalOf(work)).toBe('not-found');
    }
    expect(books.links.get(link.id)).toEqual(link);
  });
});
