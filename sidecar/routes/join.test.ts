import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link, Session } from '../../protocol/resources.ts';
import { readPeer } from '../access/peer.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { mountHeaders, ORIGIN, TestApp } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
beforeEach(async () => {
  test = await TestApp.start({ config: { limits: { failuresPerMinute: 5 } } });
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
  test.call(`s/${share}/api/liveshare/${path}`, { method: 'POST', json, headers });
const invitation = async (rights: Record<string, boolean> = { live: true }) => {
  const answer = await test.owner(`api/shares/${share}/people`, {
    method: 'POST',
    json: { name: 'Gus', rights }
  });
  return answer.json<{ url: string }>().url.split('#')[1]!;
};
const linkToken = async (json: Record<string, unknown>) =>
  (await test.owner(`api/shares/${share}/links`, { method: 'POST', json })).json<Link>().url.split('#')[1]!;

describe('the way in', () => {
  it('T13, S12: a cookie that scripts can’t read, for this share’s path alone, and the same as a token', async () => {
    const answer = await post('session', { token: await invitation() }, { origin: ORIGIN });
    expect(answer.status).toBe(201);
    const session = answer.json<Session>();
    expect(session).toMatchObject({
      next: 'doc/tree/note.ipynb',
      me: { person: { name: 'Gus' }, rights: { live: true } }
    });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie.startsWith(`liveshare-${share}=${session.token};`)).toBe(true);
    const attributes = cookie
      .split('; ')
      .slice(1)
      .map(each => each.split('=')[0]);
    expect(attributes.sort()).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite', 'Secure']);
    expect(cookie).toContain(`Path=/base/liveshare/s/${share}`);
    expect(cookie).toContain('SameSite=Lax');
    expect(answer.headers.location).toBeUndefined();
    const ways: Record<string, string>[] = [
      { cookie: `liveshare-${share}=${session.token}` },
      { authorization: `token ${session.token}` },
      { authorization: `Bearer ${session.token}` }
    ];
    for (const headers of ways) {
      expect((await test.call(`s/${share}/api/liveshare/me`, { headers })).status).toBe(200);
    }
    const query = await test.call(`s/${share}/api/liveshare/me?token=${session.token}`);
    expect(query.status).toBe(200);
  });

  it('T39: over plain http the cookie is not marked Secure, or the browser would drop it', async () => {
    const token = await invitation();
    const answer = await post(
      'session',
      { token },
      { ...mountHeaders(null), 'x-liveshare-origin': 'http://localhost:8888' }
    );
    expect(answer.headers['set-cookie']?.[0]).not.toContain('Secure');
  });

  it('T14, S13: GET, HEAD and looking at the door use nothing up', async () => {
    const token = await invitation();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const page = await test.call(`s/${share}`, {
        method,
        headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' }
      });
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect((await post('door', { token })).json()).toMatchObject({
      notebook: 'note.ipynb',
      owner: 'Olga Owner',
      name: 'Gus'
    });
    expect((await post('session', { token })).status).toBe(201);
    expect((await post('door', { token })).status).toBe(410);
  });

  it('the door page is the same for a share that doesn’t exist', async () => {
    const strip = (text: string) => text.replace(/nonce="[^"]*"/g, '');
    const [here, nowhere] = [await test.call(`s/${share}`), await test.call('s/nothing')];
    expect(strip(here.text)).toBe(strip(nowhere.text));
    expect(here.text).not.toBe((await test.call(`s/${share}`)).text);
  });

  it.each([
    [{ static: true }, 'page/latest'],
    [{ live: true }, 'doc/tree/note.ipynb'],
    [{}, '']
  ])('where %j goes on: %j', async (rights, next) => {
    const answer = await post('session', { token: await invitation(rights) });
    expect(answer.json<Session>().next).toBe(next);
  });

  it.each([
    ['notebook', 'notebooks/note.ipynb'],
    ['lab', 'doc/tree/note.ipynb']
  ])('a server that shows guests %s sends them to %s', async (guestInterface, next) => {
    const other = await TestApp.start({ config: { guestInterface } });
    try {
      other.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
      const id = await other.share('note.ipynb');
      const { auth } = await other.guest(id, { static: true, live: true });
      const me = await other.call(`s/${id}/api/liveshare/me`, { headers: auth });
      expect(me.json()).toMatchObject({ next });
      const page = await other.call(`s/${id}/page/latest`, { headers: auth });
      expect(page.text).toContain(`href="../${next}"`);
    } finally {
      await other.close();
    }
  });

  it.each([
    {},
    { token: 5 },
    { token: 'x'.repeat(2_001) },
    { token: 'x', name: 'x'.repeat(1_001) },
    { token: 'x', more: 1 }
  ])('%j is no request', async json => {
    expect((await post('session', json)).status).toBe(400);
  });

  it('T38: a foreign page can’t bring anybody in', async () => {
    const token = await invitation();
    expect((await post('session', { token }, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await post('session', { token }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('session', { token })).status).toBe(201);
  });

  it('T18: guessed tokens wait; a good one from the same address still opens', async () => {
    for (let i = 0; i < 5; i++) {
      expect((await post('session', { token: `guess-${i}` })).status).toBe(401);
    }
    expect((await post('door', { token: 'guess' })).status).toBe(429);
    expect((await post('session', { token: await invitation() })).status).toBe(201);
  });

  it('T18: guessed passphrases wait, whatever is sent then', async () => {
    const token = await linkToken({ rights: { live: true }, passphrase: 'sesame' });
    for (let i = 0; i < 5; i++) {
      expect((await post('session', { token, name: 'Eve', passphrase: `guess ${i}` })).status).toBe(401);
    }
    const answer = await post('session', { token, name: 'Eve', passphrase: 'sesame' });
    expect([answer.status, answer.json<{ type: string }>().type]).toEqual([429, 'liveshare:too-fast']);
    test.clock.now += 60_000;
    expect((await post('session', { token, name: 'Eve', passphrase: 'sesame' })).status).toBe(201);
  });

  it('T9: of ten who open an invitation at once, one comes in', async () => {
    const token = await invitation();
    const all = await Promise.all(Array.from({ length: 10 }, () => post('session', { token })));
    expect(all.map(each => each.status).sort()).toEqual([201, ...(Array(9).fill(410) as number[])]);
  });

  it('maxPeople holds when everybody comes at once', async () => {
    const token = await linkToken({ rights: { live: true }, maxPeople: 3 });
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => post('session', { token, name: `p${i}` }))
    );
    expect(all.filter(each => each.status === 201)).toHaveLength(3);
  });
});

describe('leaving', () => {
  it('ends this session and its sockets, not the person’s others', async () => {
    const token = await linkToken({ rights: { live: true } });
    const first = (await post('session', { token, name: 'Ada' })).json<Session>();
    const person = test.app.parts.people.get(first.me.person.id)!;
    const second = await test.app.parts.door.open(person);
    const auth = (session: { token: string }) => ({ authorization: `token ${session.token}` });
    const sockets = [first, second].map(each =>
      test.open(`s/${share}/api/liveshare/control`, { headers: auth(each) })
    );
    await Promise.all(sockets.map(each => each.json()));
    const answer = await post('leave', {}, auth(first));
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^liveshare-${share}=; Max-Age=0; Path=/base/liveshare/s/${share}`)
    );
    expect((await sockets[0]!.closed).code).toBe(4401);
    expect(sockets[1]!.isClosed).toBe(false);
    const me = (session: { token: string }) =>
      test.call(`s/${share}/api/liveshare/me`, { headers: auth(session) });
    expect([(await me(first)).status, (await me(second)).status]).toEqual([401, 200]);
  });
});

describe('somebody with an account', () => {
  it('is led to the login where there is one, unless they are logged in or came by the guests’ own port', async () => {
    const door = async (user: { username: string; owner?: boolean } | null, accounts: boolean) => {
      const headers: Record<string, string> = accounts ? { 'x-liveshare-accounts': 'yes' } : {};
      const { text } = await test.call(`s/${share}`, { user, headers });
      return /data-login="(\w+)"/.exec(text)?.[1];
    };
    expect(await door(null, true)).toBe('offer');
    expect(await door(null, false)).toBe('none');
    expect(await door({ username: 'eve' }, true)).toBe('in');
    expect(await door({ username: 'olga', owner: true }, true)).toBe('none');
    const request = { headers: { 'x-liveshare-accounts': 'yes', host: 'guests.test' } } as unknown;
    const options = { trust: 'secret', publicUrl: null, guestPort: true };
    const socket = { remoteAddress: '192.0.2.1' };
    expect(readPeer({ ...(request as object), socket } as IncomingMessage, options)?.accounts).toBe(false);
  });

  it('needs no link, from the owner’s own origin, and only when invited', async () => {
    await test.owner(`api/shares/${share}/people`, {
      method: 'POST',
      json: { username: 'ada', rights: { live: true } }
    });
    const me = await test.call(`s/${share}/api/liveshare/me`, { user: { username: 'ada' } });
    expect(me.json()).toMatchObject({ person: { name: 'ada' }, rights: { live: true } });
    expect((await test.call(`s/${share}/api/liveshare/me`, { user: { username: 'eve' } })).status).toBe(401);
    expect(
      (await test.call(`s/${share}/api/liveshare/me`, { user: { username: 'root', owner: true } })).status
    ).toBe(401);
  });
});
