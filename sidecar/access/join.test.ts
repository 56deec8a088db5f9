import { checkExpiry } from './authenticate.ts';
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
        approval: false,
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
    expect([first.person.name, second.person.name]).toEqual(['Ada', 'Guest 1']);
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
    const elsewhere = { name: 'Ben', passphrase: 'open sesame', remote: '198.51.100.9' };
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

describe('T48 a name that a guest of a link gives', () => {
  it.each([
    ['the owner’s', 'Olga'],
    ['the owner’s in other letters', 'Оlgа'],
    ['an invited person’s', 'gus'],
    ['that of somebody with an account', 'Grace  Hopper'],
    ['their account', 'GRACE'],
    ['that of an account known here', 'Linus'],
    ['the owner’s with a number', 'Olga (2)']
  ])('can’t be %s', async (_, name) => {
    await invite();
    await books.peopleBook.invite(share, { username: 'grace', name: 'Grace Hopper' }, live());
    books.accounts.push('linus');
    const { token } = await linkToken();
    await enter(token, 'Ada');
    const before = books.people.ofShare(share).length;
    expect(await refusalOf(() => enter(token, name))).toBe('name-taken');
    expect(books.people.ofShare(share)).toHaveLength(before);
    expect(await refusalOf(() => enter(token, `${name} the Second`))).toBeNull();
  });

  it('may be another guest’s: a number tells them apart, for everybody', async () => {
    const { token } = await linkToken();
    const names = [];
    for (const name of ['Anna', 'ANNA', 'Аnnа', 'Anna (2)', 'Anna B.', 'Hanna']) {
      names.push((await enter(token, name)).person.name);
    }
    expect(names).toEqual(['Anna', 'ANNA (2)', 'Аnnа (3)', 'Anna (4)', 'Anna B.', 'Hanna']);
    expect(books.people.ofShare(share).map(person => person.name)).toEqual(names);
    // One who was invited meanwhile keeps the plain name to themselves.
    await books.peopleBook.invite(share, { name: 'Anna' }, live());
    expect(await refusalOf(() => enter(token, 'Anna'))).toBe('name-taken');
  });

  it('with a number is never longer than a name may be, nor one that is vouched for', async () => {
    const { token } = await linkToken();
    await enter(token, 'x'.repeat(100));
    const second = (await enter(token, 'x'.repeat(100))).person.name;
    expect(second).toBe(`${'x'.repeat(96)} (2)`);
    await enter(token, 'Bo');
    books.accounts.push('bo2');
    expect((await enter(token, 'Bo')).person.name).toBe('Bo (3)');
  });

  it('T90 is found at once in a full house', async () => {
    const { token } = await linkToken();
    const start = books.people.ofShare(share).length;
    for (let i = 0; i < 300; i++) {
      await enter(token, i % 2 === 0 ? undefined : 'Anna');
    }
    const made = books.people.ofShare(share).slice(start);
    expect(new Set(made.map(person => person.name)).size).toBe(300);
    expect(made.slice(-2).map(person => person.name)).toEqual(['Guest 150', 'Anna (150)']);
  });

  it('is free again when its person was removed, and in every other share', async () => {
    const { token } = await linkToken();
    const { person } = await enter(token, 'Ada');
    const elsewhere = books.linkBook.create(other, live(), {});
    const there = tokenOf((await books.linkBook.show(elsewhere)).url);
    expect(await refusalOf(() => enter(there, 'Ada', undefined, other))).toBeNull();
    books.peopleBook.remove(share, person.id);
    expect(await refusalOf(() => enter(token, 'Ada'))).toBeNull();
  });

  it('can’t be one that turns what stands beside it around, or that nobody sees', async () => {
    const { token } = await linkToken();
    for (const name of ['\u202eadA', 'A\u0000da', 'Ada\u3164', 'x'.repeat(101)]) {
      expect(await refusalOf(() => enter(token, name))).toBe('bad-request');
    }
    expect(books.people.ofShare(share)).toEqual([]);
    expect((await enter(token, '  Ada   Lovelace ')).person.name).toBe('Ada Lovelace');
    expect((await enter(token, '   ')).person.name).toBe('Guest 1');
  });
});

describe('a link with approval', () => {
  const all = accessOf({ rights: { edit: true, execute: true } });
  const knock = async (more: { maxPeople?: number } = {}) => {
    const link = books.linkBook.create(share, all, { approval: true, ...more });
    return { link, token: tokenOf((await books.linkBook.show(link)).url) };
  };

  it('makes somebody who waits and holds nothing, whatever happens to the link', async () => {
    const { link, token } = await knock();
    expect(await books.door.look(share, token)).toMatchObject({ approval: true, rights: all.rights });
    const { person } = await enter(token, 'Linus');
    expect(person).toMatchObject({ waiting: true, rights: accessOf({}).rights, joinedAt: null });
    expect((await books.linkBook.show(link)).uses).toBe(0);
    books.linkBook.change(share, link.id, accessOf({ rights: { save: true } }), { approval: false });
    expect(books.people.get(person.id)).toMatchObject({ waiting: true, rights: accessOf({}).rights });
    expect(books.shareBook.holdsSaves(books.shareBook.get(share))).toBe(false);
    expect((await enter(token, 'Ada')).person).toMatchObject({ waiting: false, rights: { save: true } });
  });

  it('counts those who were let in against the maximum, not those who wait', async () => {
    const { link, token } = await knock({ maxPeople: 1 });
    const first = await enter(token, 'Linus');
    await enter(token, 'Ada');
    books.peopleBook.admit(share, first.person.id, link);
    expect(await refusalOf(() => enter(token, 'Grace'))).toBe('link-full');
    expect((await books.linkBook.show(link)).uses).toBe(1);
  });

  it('T90 lets no crowd gather at the door, and forgets those who have gone', async () => {
    const { token } = await knock();
    for (let i = 0; i < 100; i++) {
      await enter(token);
    }
    expect(await refusalOf(() => enter(token, 'Ada'))).toBe('too-fast');
    const [patient] = books.people.ofShare(share);
    const leave = books.connections.add(new FakeConnection(patient!.id, share, 'control'));
    books.clock.now += 8 * DAY;
    expect(await refusalOf(() => enter(token, 'Ada'))).toBeNull();
    expect(books.people.ofShare(share).map(person => person.name)).toEqual([patient!.name, 'Ada']);
    leave();
  });

  it('somebody who is refused was not let in: no session is left, nothing is written down', async () => {
    const { token } = await knock();
    const { person } = await enter(token, 'Linus');
    const told: unknown[] = [];
    books.changes.on('removed', (_, reason) => told.push(reason));
    books.changes.on('owner', did => told.push(did));
    const socket = new FakeConnection(person.id, share, 'control');
    books.connections.add(socket);
    books.peopleBook.remove(share, person.id);
    expect(told).toEqual(['not-admitted']);
    expect(socket.ends).toMatchObject([{ code: 'not-admitted' }]);
    expect(books.sessions.all()).toEqual([]);
  });
});
