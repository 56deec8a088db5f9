import { beforeEach, describe, expect, it } from 'vitest';
import { AccountTable } from '../store/accounts.ts';
import { accessOf, DAY, makeBooks, refusalOf, type Books } from '../testing/books.ts';
import { AccountBook, type Directory } from './accounts.ts';

let books: Books;
let book: AccountBook;
let table: AccountTable;
const directory: { -readonly [K in keyof Directory]: Directory[K] } = {
  people: () => Promise.resolve({ users: [], groups: [] }),
  group: () => Promise.resolve(null)
};
beforeEach(async () => {
  books = await makeBooks();
  table = new AccountTable(books.database);
  directory.people = () => Promise.resolve({ users: [], groups: [] });
  directory.group = () => Promise.resolve(null);
  book = new AccountBook({ accounts: table, people: books.people, directory, now: () => books.clock.now });
});
const user = (username: string, name = username, owner = false) => ({ username, name, owner });

describe('accounts', () => {
  it('are found by a part of name or username, beginnings first, the owner’s own never', async () => {
    for (const each of [
      user('bo', 'Bo Ada'),
      user('ada', 'Ada Lovelace'),
      user('x1', 'Grace'),
      user('ada2')
    ]) {
      book.saw(each);
    }
    expect(await book.find('ADA', 'ada2')).toEqual([
      { username: 'ada', name: 'Ada Lovelace' },
      { username: 'bo', name: 'Bo Ada' }
    ]);
    expect(await book.find('x1', 'olga')).toEqual([{ username: 'x1', name: 'Grace' }]);
    expect(await book.find('  ', 'olga')).toEqual([]);
  });

  it('of the hub stand beside those who were here and those invited elsewhere, each once', async () => {
    const { id } = books.shareBook.create('f', 'a.ipynb', 'Olga').share;
    await books.peopleBook.invite(id, { username: 'adam', name: 'Adam' }, accessOf({}));
    book.saw(user('ada', 'Ada Lovelace'));
    directory.people = query =>
      Promise.resolve({
        users: [user('ada'), user('adele')],
        groups: [{ group: `${query} group`, members: 2 }]
      });
    expect(await book.find('ad', 'olga')).toEqual([
      { username: 'ada', name: 'Ada Lovelace' },
      { username: 'adam', name: 'Adam' },
      { username: 'adele', name: 'adele' },
      { group: 'ad group', members: 2 }
    ]);
  });

  it('are written down once a day, under the name they go by now; visitors and the owner never', () => {
    book.saw(user('ada', 'Ada'));
    const first = table.get('ada');
    books.clock.now += DAY / 2;
    book.saw(user('ada', 'Ada'));
    expect(table.get('ada')).toEqual(first);
    book.saw(user('ada', 'Ada L.'));
    expect(table.get('ada')).toMatchObject({ name: 'Ada L.' });
    books.clock.now += DAY;
    book.saw(user('ada', 'Ada L.'));
    expect(table.get('ada')?.seenAt).toBe(new Date(books.clock.now).toISOString());
    book.saw(user('olga', 'Olga', true));
    book.saw(user('2b7c', 'Anonymous Io'));
    book.saw(user('eve\u202e', 'Eve'));
    expect(table.all().map(({ id }) => id)).toEqual(['ada']);
    book.saw(user('eve', 'E\u202eve'));
    expect(table.get('eve')?.name).toBe('eve');
  });

  it('a group’s members go by the names they were seen with; one that isn’t there is refused', async () => {
    book.saw(user('ada', 'Ada Lovelace'));
    directory.group = name => Promise.resolve(name === 'physics' ? [user('ada'), user('bo')] : null);
    expect(await book.members('physics')).toEqual([
      { username: 'ada', name: 'Ada Lovelace' },
      { username: 'bo', name: 'bo' }
    ]);
    expect(await refusalOf(() => book.members('none'))).toBe('not-found');
  });
});
