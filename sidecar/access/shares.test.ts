import { beforeEach, describe, expect, it } from 'vitest';
import { accessOf, FakeConnection, makeBooks, refusalOf, type Books } from '../testing/books.ts';
import { NEW_ACCESS } from './people.ts';

let books: Books;
beforeEach(async () => {
  books = await makeBooks();
});
const make = (file = 'file-1', path = 'a/note.ipynb') => books.shareBook.create(file, path, 'Olga');

describe('shares', () => {
  it('a file is shared once; sharing it again finds the share, at its new path', () => {
    const { share, created } = make();
    expect(created).toBe(true);
    expect(make()).toEqual({ share, created: false });
    expect(make('file-1', 'b/moved.ipynb')).toEqual({
      share: { ...share, path: 'b/moved.ipynb' },
      created: false
    });
    expect(make('file-2').share.id).not.toBe(share.id);
    expect(share.id).toMatch(/^[\w-]{22}$/);
  });

  it('settings change one by one', () => {
    const { share } = make();
    expect(share).toMatchObject({ lockMode: 'soft', holdSaves: false });
    expect(books.shareBook.change(share.id, { lockMode: 'exclusive' })).toMatchObject({
      lockMode: 'exclusive',
      holdSaves: false
    });
    expect(books.shareBook.change(share.id, { holdSaves: true })).toMatchObject({
      lockMode: 'exclusive',
      holdSaves: true
    });
  });

  it('S24: a moved file is noted, and told once', () => {
    const { share } = make();
    const told: string[] = [];
    books.changes.on('share', id => told.push(id));
    books.shareBook.moved(share.id, 'b/other.ipynb');
    books.shareBook.moved(share.id, 'b/other.ipynb');
    expect(books.shares.get(share.id)?.path).toBe('b/other.ipynb');
    expect(told).toEqual([share.id]);
  });

  it('T7: ending one closes everybody of it before the call returns, and leaves the other alone', async () => {
    const { share } = make();
    const { share: other } = make('file-2', 'b.ipynb');
    const { person } = await books.peopleBook.invite(share.id, { name: 'Gus' }, NEW_ACCESS);
    const { person: kept } = await books.peopleBook.invite(other.id, { name: 'Gil' }, NEW_ACCESS);
    await books.door.open(person);
    await books.door.open(kept);
    books.linkBook.create(share.id, NEW_ACCESS, {});
    const [gone, stays] = [new FakeConnection(person.id, share.id), new FakeConnection(kept.id, other.id)];
    books.connections.add(gone);
    books.connections.add(stays);
    const events: string[] = [];
    books.changes.on('removed', (row, reason) => events.push(`removed ${row.id} ${reason}`));
    books.changes.on('ended', id => events.push(`ended ${id} ${gone.ends.length}`));
    books.shareBook.end(share.id);
    expect(gone.ends.map(({ code }) => code)).toEqual(['share-ended']);
    expect(stays.ends).toEqual([]);
    expect(events).toEqual([`removed ${person.id} share-ended`, `ended ${share.id} 1`]);
    expect(books.shares.all().map(({ id }) => id)).toEqual([other.id]);
    expect(books.links.all()).toEqual([]);
    expect(books.people.all().map(({ id }) => id)).toEqual([kept.id]);
    expect(books.sessions.all().map(each => each.person)).toEqual([kept.id]);
  });

  it('T12: an id that does not exist is not found, whatever is asked', async () => {
    for (const work of [
      () => books.shareBook.get('x'),
      () => books.shareBook.change('x', {}),
      () => books.shareBook.end('x'),
      () => books.shareBook.moved('x', 'y'),
      () => books.shareBook.get('__proto__')
    ]) {
      expect(await refusalOf(work)).toBe('not-found');
    }
  });

  it('saves are held while somebody, or a link, has edit without save, or when the owner asks', async () => {
    const { share } = make();
    const held = () => books.shareBook.holdsSaves(books.shareBook.get(share.id));
    expect(held()).toBe(false);
    const { person } = await books.peopleBook.invite(
      share.id,
      { name: 'G' },
      accessOf({ rights: { edit: true } })
    );
    expect(held()).toBe(true);
    books.peopleBook.change(share.id, person.id, accessOf({ rights: { edit: true, save: true } }));
    expect(held()).toBe(false);
    const link = books.linkBook.create(share.id, accessOf({ rights: { edit: true } }), {});
    expect(held()).toBe(true);
    books.linkBook.remove(share.id, link.id);
    expect(held()).toBe(false);
    books.shareBook.change(share.id, { holdSaves: true });
    expect(held()).toBe(true);
    const { share: other } = make('file-2');
    expect(books.shareBook.holdsSaves(other)).toBe(false);
  });

  it('is shown with its people, their tabs and its links, and no secret', async () => {
    const { share } = make();
    const { person } = await books.peopleBook.invite(
      share.id,
      { name: 'Gus' },
      accessOf({ rights: { live: true } })
    );
    books.linkBook.create(share.id, NEW_ACCESS, { passphrase: 'open sesame' });
    for (const kind of ['control', 'document', 'document', 'kernel', 'other'] as const) {
      books.connections.add(new FakeConnection(person.id, share.id, kind));
    }
    const shown = await books.shareBook.show(share);
    expect(shown).toMatchObject({ path: 'a/note.ipynb', name: 'note.ipynb', unsaved: null });
    expect(shown.people).toHaveLength(1);
    expect(shown.people[0]).toMatchObject({ name: 'Gus', tabs: 2, rights: { live: true } });
    expect(Object.keys(shown.people[0]!)).not.toContain('invitation');
    expect(shown.links[0]?.hasPassphrase).toBe(true);
    expect(JSON.stringify(shown)).not.toContain(person.invitation);
  });
});
