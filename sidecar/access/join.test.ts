import { checkExpiry } from './authenticate.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessOf, DAY, makeBooks, refusalOf, tokenOf, type Books } from '../testing/books.ts';
import { digest } from './secrets.ts';

let books: Books;
let share: string;
let other: string;
const remote = '192.0.2.1';
const live = () => accessOf({ rights: { live: true } });
beforeEach(async () => {
  books = await makeBooks();
  share = books.shareBook.create('file-1', 'folder of the owner/note.ipynb', 'Olga').share.id;
  other = books.shareBook.create('file-2', 'b.ipynb', 'Olga').share.id;
});
const invite = async (access = live()) => {
  const { person, url } = await books.peopleBook.invite(share, { name: 'Gus' }, access);
  return { person, token: tokenOf(url) };
};
const linkToken = async (settings: { maxPeople?: number; passphrase?: string } = {}, access = live()) => {
  const link = books.linkBook.create(share, access, settings);
  return { link, token: tokenOf((await books.linkBook.show(link)).url) };
};
const enter = (token: string, name?: string, passphrase?: string, at = share) =>
  books.door.enter(at, token, { name, passphrase, remote });
const isRefused = (settled: PromiseSettledResult<unknown>) => settled.status === 'rejected';

describe('an invitation', () => {
  it('lets its person in once', async () => {
    const { person, token } = await invite();
    const made = await enter(token);
    expect(made.person).toMatchObject({ id: person.id, invitation: null });
    expect(made.person.joinedAt).toBe(new Date(books.clock.now).toISOString());
    const session = await books.tokens.verify(made.token, ['session'], books.clock.now, share);
    expect(session.subject).toBe(person.id);
    expect(books.sessions.get(digest(session.id))?.person).toBe(person.id);
  });

  it('T9: is used up: a second time it is refused, and still says so after that', async () => {
    const { token } = await invite();
    await enter(token);
    expect(await refusalOf(() => enter(token))).toBe('link-used');
    expect(await refusalOf(() => books.door.look(share, token))).toBe('link-used');
    expect(books.sessions.all()).toHaveLength(1);
  });

  it('T9: of twenty openings at once, exactly one comes in', async () => {
    const { token } = await invite();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => enter(token)));
    expect(all.filter(isRefused)).toHaveLength(19);
    expect(books.sessions.all()).toHaveLength(1);
    expect(books.people.ofShare(share)).toHaveLength(1);
  });

  it('T14, S13: looking uses nothing up', async () => {
    const { token } = await invite();
    for (let i = 0; i < 3; i++) {
      expect(await books.door.look(share, token)).toEqual({
        notebook: 'note.ipynb',
        owner: 'Olga',
        name: 'Gus',
        passphrase: false,
        rights: live().rights,
        cells: 'all'
      });
    }
    expect(await refusalOf(() => enter(token))).toBeNull();
  });

  it('the name is the owner’s word, not the guest’s', async () => {
    const { token } = await invite();
    expect((await enter(token, 'Olga Owner')).person.name).toBe('Gus');
  });

  it('of a person who was removed, or whose time is over, opens nothing', async () => {
    const { person, token } = await invite();
    books.peopleBook.remove(share, person.id);
    expect(await refusalOf(() => enter(token))).toBe('token-invalid');
    const late = await invite(accessOf({ expiresAt: new Date(books.clock.now + DAY).toISOString() }));
    books.peopleBook.change(
      share,
      late.person.id,
      accessOf({ expiresAt: new Date(books.clock.now + 1).toISOString() })
    );
    books.clock.now += 1;
    expect(await refusalOf(() => enter(late.token))).toBe('token-expired');
  });
});

describe('a link', () => {
  it('makes a person for everybody who comes, with a name of theirs or a number', async () => {
    const { link, token } = await linkToken();
    const first = await enter(token, 'Ada');
    const second = await enter(token);
    expect([first.person.name, second.person.name]).toEqual(['Ada', 'Guest 2']);
    expect(first.person.id).not.toBe(second.person.id);
    expect(first.person).toMatchObject({ kind: 'link', link: link.id, ...live() });
    expect((await books.linkBook.show(link)).uses).toBe(2);
  });

  it('takes so many people and no more, also all at once', async () => {
    const { link, token } = await linkToken({ maxPeople: 3 });
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => enter(token, `p${i}`)));
    expect(all.filter(isRefused)).toHaveLength(7);
    expect(books.people.ofShare(share)).toHaveLength(3);
    expect(await refusalOf(() => enter(token))).toBe('link-full');
    books.linkBook.change(share, link.id, live(), { maxPeople: 4 });
    expect(await refusalOf(() => enter(token))).toBeNull();
    books.peopleBook.remove(share, books.people.ofShare(share)[0]!.id);
    expect(await refusalOf(() => enter(token))).toBeNull();
  });

  it('asks for its passphrase, and a wrong one makes nobody', async () => {
    const { token } = await linkToken({ passphrase: 'open sesame' });
    expect((await books.door.look(share, token)).passphrase).toBe(true);
    expect(await refusalOf(() => enter(token, 'Ada'))).toBe('passphrase-wrong');
    expect(await refusalOf(() => enter(token, 'Ada', 'Open sesame'))).toBe('passphrase-wrong');
    expect(books.people.ofShare(share)).toEqual([]);
    expect(await refusalOf(() => enter(token, 'Ada', 'open sesame'))).toBeNull();
  });

  it('T18: guessing at a passphrase waits, and keeps nobody from another link', async () => {
    const { token } = await linkToken({ passphrase: 'open sesame' });
    const { token: free } = await linkToken({ passphrase: 'other' });
    for (let i = 0; i < 5; i++) {
      expect(await refusalOf(() => enter(token, 'Eve', `guess ${i}`))).toBe('passphrase-wrong');
    }
    expect(await refusalOf(() => enter(token, 'Eve', 'open sesame'))).toBe('too-fast');
    expect(await refusalOf(() => enter(free, 'Ada', 'other'))).toBeNull();
    const elsewhere = { name: 'Ada', passphrase: 'open sesame', remote: '198.51.100.9' };
    expect(await refusalOf(() => books.door.enter(share, token, elsewhere))).toBeNull();
    books.clock.now += 60_000;
    expect(await refusalOf(() => enter(token, 'Eve', 'open sesame'))).toBeNull();
  });

  it('whose time is over lets nobody in, though its token is good', async () => {
    const { link, token } = await linkToken({}, accessOf({ expiresAt: '2027-01-01T00:00:00.000Z' }));
    books.linkBook.change(
      share,
      link.id,
      accessOf({ expiresAt: new Date(books.clock.now).toISOString() }),
      {}
    );
    expect(await refusalOf(() => enter(token))).toBe('token-expired');
    expect(await refusalOf(() => books.door.look(share, token))).toBe('token-expired');
  });
});

describe('the door', () => {
  it('T12: a token of one share opens no other, nor one that does not exist', async () => {
    const { token } = await invite();
    expect(await refusalOf(() => enter(token, undefined, undefined, other))).toBe('token-invalid');
    expect(await refusalOf(() => enter(token, undefined, undefined, 'no-such-share'))).toBe('token-invalid');
    expect(await refusalOf(() => enter(token))).toBeNull();
  });

  it('T12: a token that names a person or link of another share opens nothing, though it is ours', async () => {
    const { person } = await invite();
    const { link } = await linkToken();
    const ends = books.clock.now + DAY;
    for (const [kind, subject] of [
      ['invitation', person.id],
      ['link', link.id]
    ] as const) {
      const token = await books.tokens.sign(
        kind,
        { share: other, subject, id: subject },
        books.clock.now,
        ends
      );
      expect(await refusalOf(() => books.door.look(other, token))).toBe('token-invalid');
    }
  });

  it('T2: a session token is no invitation', async () => {
    const { token } = await invite();
    const made = await enter(token);
    expect(await refusalOf(() => enter(made.token))).toBe('token-invalid');
  });

  it('a share that has ended says so', async () => {
    const { token } = await invite();
    books.shareBook.end(share);
    expect(await refusalOf(() => books.door.look(share, token))).toBe('share-ended');
    expect(await refusalOf(() => enter(token))).toBe('share-ended');
  });

  it('a session lasts 30 days; how long a person may stay is theirs, and can be moved', async () => {
    const { token } = await invite();
    expect((await enter(token)).expiresAt).toBe(new Date(books.clock.now + 30 * DAY).toISOString());
    const expiresAt = new Date(books.clock.now + 2 * DAY).toISOString();
    const short = await invite(accessOf({ expiresAt }));
    const made = await enter(short.token);
    books.clock.now += 3 * DAY;
    await books.tokens.verify(made.token, ['session'], books.clock.now);
    expect(await refusalOf(() => checkExpiry(made.person.expiresAt, books.clock.now))).toBe('token-expired');
    const later = new Date(books.clock.now + DAY).toISOString();
    const { id, share } = made.person;
    const moved = books.peopleBook.change(share, id, { ...accessOf({}), expiresAt: later });
    expect(await refusalOf(() => checkExpiry(moved.expiresAt, books.clock.now))).toBe(null);
    await books.tokens.verify(made.token, ['session'], books.clock.now);
  });

  it('leaving ends one session of several; old sessions are cleared away', async () => {
    const { person } = await invite();
    const first = await books.door.open(person);
    await books.door.open(person);
    const { id } = await books.tokens.verify(first.token, ['session'], books.clock.now);
    books.door.leave(digest(id));
    expect(books.sessions.all()).toHaveLength(1);
    books.clock.now += 31 * DAY;
    await books.door.open(person);
    expect(books.sessions.all()).toHaveLength(1);
  });

  it('T16: session tokens are not stored', async () => {
    const { token } = await invite();
    const made = await enter(token);
    const { id } = await books.tokens.verify(made.token, ['session'], books.clock.now);
    const stored = JSON.stringify(books.database.prepare('SELECT * FROM sessions').all());
    expect(stored).not.toContain(id);
    expect(stored).toContain(digest(id));
  });
});
