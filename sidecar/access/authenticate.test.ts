import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessOf, DAY, makeBooks, refusalOf, tokenOf, type Books } from '../testing/books.ts';
import { authenticate, cookieName, credential } from './authenticate.ts';
import type { Peer } from './peer.ts';

let books: Books;
let share: string;
let other: string;
let person: string;
let token: string;
const peer: Peer = { origin: 'https://host.test', remote: '192.0.2.1', user: null, accounts: false };
const account = (username: string, owner = false): Peer => ({
  ...peer,
  user: { username, name: username, owner }
});

function request(headers: Record<string, string>, url = '/s/x/api'): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  made.url = url;
  made.headers = headers;
  return made;
}
const bearer = (value: string) => request({ authorization: `token ${value}` });
const ask = (from: IncomingMessage, at = share, who = peer) => authenticate(books.registry, from, who, at);
const refused = (from: IncomingMessage, at = share, who = peer) => refusalOf(() => ask(from, at, who));

beforeEach(async () => {
  books = await makeBooks();
  share = books.shareBook.create('file-1', 'note.ipynb', 'Olga').share.id;
  other = books.shareBook.create('file-2', 'b.ipynb', 'Olga').share.id;
  const invited = await books.peopleBook.invite(share, { name: 'Gus' }, accessOf({ rights: { live: true } }));
  const made = await books.door.enter(share, tokenOf(invited.url), { remote: '192.0.2.1' });
  person = made.person.id;
  token = made.token;
});

describe('the credential', () => {
  it('stands in the header, the query or the cookie, in that order; only the cookie is ambient', () => {
    const all = { authorization: 'token in-header', cookie: `${cookieName('x')}=in-cookie` };
    expect(credential(request(all, '/s/x?token=in-query'), 'x')).toEqual({
      token: 'in-header',
      ambient: false
    });
    expect(credential(request({ cookie: all.cookie }, '/s/x?token=in-query'), 'x')).toEqual({
      token: 'in-query',
      ambient: false
    });
    expect(credential(request({ cookie: all.cookie }), 'x')).toEqual({ token: 'in-cookie', ambient: true });
    expect(credential(request({ authorization: 'Bearer b' }), 'x')).toEqual({ token: 'b', ambient: false });
    expect(credential(request({}), 'x')).toBeNull();
    expect(credential(request({ authorization: 'Basic b' }, '/s/x?token='), 'x')).toBeNull();
  });

  it('T39, T41: of many cookies only the share’s own is looked at', () => {
    const cookie = `username-host=owners; liveshare-y=other; xliveshare-x=evil; ${cookieName('x')}=mine; _xsrf=1`;
    expect(credential(request({ cookie }), 'x')?.token).toBe('mine');
    expect(credential(request({ cookie: 'username-host=owners; _xsrf=1' }), 'x')).toBeNull();
  });
});

describe('who is it', () => {
  it('a session lets its person in, with what they may do now', async () => {
    const guest = await ask(bearer(token));
    expect(guest).toMatchObject({ id: person, shareId: share, ambient: false });
    expect(guest.me).toMatchObject({
      person: { id: person, name: 'Gus' },
      rights: { live: true, edit: false },
      share: { id: share, name: 'note.ipynb', owner: 'Olga' }
    });
    books.peopleBook.change(share, person, accessOf({ rights: { edit: true } }));
    expect(guest.access.rights.edit).toBe(true);
    const cookie = request({ cookie: `${cookieName(share)}=${token}` });
    expect((await ask(cookie)).ambient).toBe(true);
  });

  it('T12: a session of one share is nothing on another: the same answer as for no share at all', async () => {
    expect(await refused(bearer(token), other)).toBe('not-found');
    expect(await refused(bearer(token), 'no-such-share')).toBe('not-found');
  });

  it('T2, T19: an invitation, a link and a foreign token are no sessions', async () => {
    const invited = await books.peopleBook.invite(share, { name: 'Gil' }, accessOf({}));
    expect(await refused(bearer(tokenOf(invited.url)))).toBe('token-invalid');
    const link = await books.linkBook.show(books.linkBook.create(share, accessOf({}), {}));
    expect(await refused(bearer(tokenOf(link.url)))).toBe('token-invalid');
    expect(await refused(bearer('the-owners-own-jupyter-token'))).toBe('token-invalid');
  });

  it('T12: a session of one person is none of another’s, nor on a share that isn’t theirs', async () => {
    const { person: twin } = await books.peopleBook.invite(share, { name: 'Gil' }, accessOf({}));
    const { id } = await books.tokens.verify(token, ['session'], books.clock.now);
    const sign = (of: string, subject: string) =>
      books.tokens.sign('session', { share: of, subject, id }, books.clock.now, books.clock.now + DAY);
    expect(await refused(bearer(await sign(share, person)))).toBeNull();
    expect(await refused(bearer(await sign(share, twin.id)))).toBe('no-session');
    expect(await refused(bearer(await sign(other, person)), other)).toBe('no-session');
  });

  it('T7: a session ends with its person, its share or when it is left', async () => {
    books.peopleBook.remove(share, person);
    expect(await refused(bearer(token))).toBe('no-session');
    books.shareBook.end(share);
    expect(await refused(bearer(token))).toBe('share-ended');
  });

  it('T7: a session that was left is none, also when its person is still there', async () => {
    const guest = await ask(bearer(token));
    books.door.leave(guest.session ?? '');
    expect(await refused(bearer(token))).toBe('no-session');
    expect(guest.person.id).toBe(person);
  });

  it('T4: the person’s own expiry counts to the millisecond', async () => {
    const ends = books.clock.now + DAY;
    books.peopleBook.change(share, person, accessOf({ expiresAt: new Date(ends).toISOString() }));
    books.clock.now = ends - 1;
    expect(await refused(bearer(token))).toBeNull();
    books.clock.now = ends;
    expect(await refused(bearer(token))).toBe('token-expired');
  });

  it('somebody with an account is known by it, on their share alone', async () => {
    await books.peopleBook.invite(share, { username: 'ada', name: 'Ada' }, accessOf({}));
    const guest = await ask(request({}), share, account('ada'));
    expect(guest.person).toMatchObject({ username: 'ada', kind: 'account' });
    expect(guest).toMatchObject({ session: null, ambient: true });
    expect(await refused(request({}), other, account('ada'))).toBe('no-session');
    expect(await refused(request({}), share, account('eve'))).toBe('no-session');
    expect(await refused(request({}), share, account('Ada'))).toBe('no-session');
    expect(await refused(request({}))).toBe('no-session');
  });

  it('the owner is no guest of their own share, unless invited', async () => {
    expect(await refused(request({}), share, account('olga', true))).toBe('no-session');
  });

  it('T18: bad tokens wait after a while; a good one from the same address still comes in', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await refused(bearer(`bad-${i}`))).toBe('token-invalid');
    }
    expect(await refused(bearer('bad'))).toBe('too-fast');
    expect(await refused(bearer(token))).toBeNull();
    expect(await refused(bearer('bad'), share, { ...peer, remote: '198.51.100.9' })).toBe('token-invalid');
  });

  it('T18: the dead tab of somebody who was removed counts as no failure', async () => {
    const guest = await ask(bearer(token));
    books.door.leave(guest.session ?? '');
    for (let i = 0; i < 50; i++) {
      expect(await refused(bearer(token))).toBe('no-session');
    }
    expect(await refused(bearer('bad'))).toBe('token-invalid');
  });

  it('a guest object outlives neither its person nor its share', async () => {
    const guest = await ask(bearer(token));
    books.peopleBook.remove(share, person);
    expect(await refusalOf(() => guest.access)).toBe('no-session');
    books.shareBook.end(share);
    expect(await refusalOf(() => guest.share)).toBe('share-ended');
  });
});
