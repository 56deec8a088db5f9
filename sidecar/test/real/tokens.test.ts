/**
 * Tokens, links, sessions, as far as they can be tried from outside.
 * @module
 */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { Session, Share } from '../../../protocol/resources.ts';
import { Site, type Book } from './client.ts';
import { Notebook } from './notebook.ts';
import { until } from './until.ts';
import { ask } from './wire.ts';

const site = new Site(inject('server'));
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Header and payload of a token. */
function open(token: string): { header: Record<string, unknown>; payload: Record<string, unknown> } {
  const [header = '', payload = ''] = token.split('.');
  const parse = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return { header: parse(header), payload: parse(payload) };
}

/** Status of "who am I" with a token, by header, by cookie, by query, and on a socket: the same everywhere. */
async function statusOf(book: Book, token: string): Promise<number> {
  const me = book.at('api/liveshare/me');
  const all = [
    await site.ask(me, { headers: { authorization: `token ${token}` } }),
    await site.ask(me, { headers: { authorization: `Bearer ${token}` } }),
    await site.ask(me, { headers: { cookie: `liveshare-${book.id}=${token}` } }),
    await site.ask(`${me}?token=${encodeURIComponent(token)}`)
  ].map(answer => answer.status);
  const wire = site.socket(book.at('api/liveshare/control'), {
    headers: { authorization: `token ${token}` }
  });
  const seen = await until(async () =>
    wire.messages.length > 0 ? 200 : (await wire.closed(20).catch(() => null))?.code
  );
  await wire.leave();
  expect(new Set(all).size, `${all}`).toBe(1);
  expect(seen).toBe(all[0] === 200 ? 200 : 4000 + (all[0] ?? 0));
  return all[0] ?? 0;
}

describe('T1 T2 T4 T5 forged and alien tokens', () => {
  test('T1 a session token as issued works; alg none, HS256 by any known key, a key of one’s own, a changed part do not', async () => {
    const book = await site.share();
    const { token } = await book.guest(['live']);
    const { header, payload } = open(token);
    expect(header['alg']).toBe('EdDSA');
    expect(await statusOf(book, token)).toBe(200);
    const [head = '', body = '', signature = ''] = token.split('.');
    const mac = (key: string) => {
      const text = `${b64({ ...header, alg: 'HS256' })}.${body}`;
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    const keys = generateKeyPairSync('ed25519');
    const own = (what: object) => {
      const text = `${b64(what)}.${body}`;
      return `${text}.${sign(null, Buffer.from(text), keys.privateKey).toString('base64url')}`;
    };
    const jwk = keys.publicKey.export({ format: 'jwk' });
    const forged = [
      `${b64({ ...header, alg: 'none' })}.${body}.`,
      `${b64({ ...header, alg: 'None' })}.${body}.${signature}`,
      mac(''),
      mac(String(header['kid'])),
      own(header),
      own({ ...header, jwk }),
      own({ ...header, kid: '../../../dev/null' }),
      own({ ...header, kid: '__proto__' }),
      own({ ...header, crit: ['exp'] }),
      `${head}.${b64({ ...payload, sub: 'owner' })}.${signature}`,
      `${head}.${b64({ ...payload, exp: 9_999_999_999 })}.${signature}`,
      `${head}.${body}.${signature.slice(0, -2)}AA`,
      `${head}.${body}.`,
      'x'.repeat(5_000),
      '..',
      createHash('sha256').update(token).digest('hex')
    ];
    for (const each of forged) {
      expect(await statusOf(book, each), each.slice(0, 60)).toBe(401);
    }
  });

  test('T2 each kind of token does its own thing alone: no link or invitation is a session, no session an invitation', async () => {
    const book = await site.share();
    const [invited, link, guest] = [
      await book.invite(['live']),
      await book.link(['live']),
      await book.guest(['live'])
    ];
    expect(await statusOf(book, invited.token)).toBe(401);
    expect(await statusOf(book, link.token)).toBe(401);
    expect((await book.enter(guest.token)).status).toBe(401);
    expect(open(guest.token).header['typ']).not.toBe(open(link.token).header['typ']);
    expect((await book.enter(invited.token)).status).toBe(201);
    expect((await book.enter(link.token, { name: 'N' })).status).toBe(201);
    const headers = { authorization: `token ${guest.token}` };
    expect((await site.ask('api/shares', { headers })).status).toBe(403);
    expect((await ask(site.server.port, `${site.server.base}api/contents`, { headers })).status).toBe(403);
  });

  test('T4 a person whose time is over is out: open sockets 4401, calls 401, link 401; one with time left stays', async () => {
    const book = await site.share();
    const soon = new Date(Date.now() + 2_000).toISOString();
    const guest = await book.guest(['live'], { expiresAt: soon });
    const late = await book.invite(['live'], { expiresAt: soon });
    const twin = await book.guest(['live'], { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const [notebook, other] = [await Notebook.of(guest), await Notebook.of(twin)];
    expect((await notebook.wire.closed(5_000)).code).toBe(4401);
    expect((await guest.ask('api/liveshare/me')).status).toBe(401);
    expect((await book.enter(late.token)).status).toBe(401);
    expect(other.wire.isOpen).toBe(true);
    expect((await twin.ask('api/liveshare/me')).status).toBe(200);
    await other.leave();
  });

  test('T12 a token of share A opens nothing of share B: the same answer as for a share that does not exist', async () => {
    const [a, b] = [await site.share(), await site.share()];
    const guest = await a.guest(['static', 'live', 'edit', 'save', 'execute']);
    await b.guest(['execute']);
    const headers = { authorization: `token ${guest.token}` };
    for (const path of [
      'api/liveshare/me',
      'api/contents',
      `api/contents/${b.name}`,
      'api/kernels',
      'page/latest',
      'lab'
    ]) {
      const alien = await site.ask(b.at(path), { headers });
      const nothing = await site.ask(`s/AAAAAAAAAAAAAAAAAAAAAA/${path}`, { headers });
      expect([alien.status, alien.body], path).toEqual([404, nothing.body]);
      expect(nothing.status).toBe(404);
    }
    for (const path of ['api/liveshare/control', await guest.room(), 'api/kernels/x/channels']) {
      const wire = site.socket(b.at(path), { headers });
      expect((await wire.closed()).code, path).toBeOneOf([404, 4404]);
    }
    const invited = await a.invite(['live']);
    const tried = await b.enter(invited.token);
    const nowhere = await site.ask('s/AAAAAAAAAAAAAAAAAAAAAA/api/liveshare/session', {
      method: 'POST',
      body: { token: invited.token }
    });
    expect([tried.status, tried.body]).toEqual([401, nowhere.body]);
    expect((await a.enter(invited.token)).status).toBe(201);
  });

  test('T19 the owner’s own token on a guest’s address is worth nothing, and is nowhere in the answer', async () => {
    const book = await site.share();
    const guest = await book.guest(['live']);
    const { token } = site.server;
    expect(await statusOf(book, token)).toBe(401);
    expect((await site.ask(`${book.at('api/contents')}?token=${token}`)).status).toBe(401);
    expect((await guest.ask(`api/contents?token=${token}`)).status).toBe(200);
    expect((await guest.ask(`doc/tree/${book.name}?token=${token}`)).status).toBe(200);
  });
});

describe('T9 T13 T14 S12 S13 invitations and links', () => {
  test('T9 an invitation works once: the second use is 410; of twenty at the same moment exactly one wins', async () => {
    const book = await site.share();
    const invited = await book.invite(['live']);
    expect((await book.enter(invited.token)).status).toBe(201);
    expect((await book.enter(invited.token)).status).toBe(410);
    const raced = await book.invite(['live']);
    const answers = await Promise.all(Array.from({ length: 20 }, () => book.enter(raced.token)));
    expect(answers.map(each => each.status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 410)]);
    const renewed = await book.owner(`people/${raced.person}`, 'PATCH', { renewLink: true });
    const again = renewed.json<{ url: string }>().url.split('#')[1] ?? '';
    site.issued(again);
    expect((await book.enter(raced.token)).status).toBe(410);
    expect((await book.enter(again)).status).toBe(201);
  });

  test('T9 an open link counts who came: beyond maxPeople 410, also of many at once; more room, and it opens again', async () => {
    const book = await site.share();
    const { link, token } = await book.link(['live'], { maxPeople: 3 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => book.enter(token, { name: `P${i}` }))
    );
    expect(answers.filter(each => each.status === 201)).toHaveLength(3);
    expect(answers.filter(each => each.status === 410)).toHaveLength(5);
    const share = (await book.owner('')).json<Share>();
    expect(share.links[0]?.uses).toBe(3);
    await book.owner(`links/${link}`, 'PATCH', { maxPeople: 4 });
    expect((await book.enter(token, { name: 'Four' })).status).toBe(201);
    expect((await book.enter(token, { name: 'Five' })).status).toBe(410);
  });

  test('T9 a link with a passphrase opens with it alone', async () => {
    const book = await site.share();
    const { token } = await book.link(['live'], { passphrase: 'öpen sesame' });
    site.issued('öpen sesame');
    expect((await book.enter(token, { name: 'A' })).status).toBe(401);
    expect((await book.enter(token, { name: 'A', passphrase: 'open sesame' })).status).toBe(401);
    expect((await book.enter(token, { name: 'A', passphrase: 'öpen sesame'.normalize('NFD') })).status).toBe(
      201
    );
  });

  test('T14 S13 GET and HEAD by previews, scanners and curl use nothing up, whatever they name; the person comes in', async () => {
    const book = await site.share();
    const { token } = await book.invite(['live']);
    const agents = [
      'Slackbot-LinkExpanding 1.0',
      'facebookexternalhit/1.1',
      'Mozilla/5.0 (compatible; Outlook SafeLink)',
      'curl/8'
    ];
    for (const agent of agents) {
      for (const method of ['GET', 'HEAD']) {
        for (const path of [
          '',
          `?token=${token}`,
          `api/liveshare/session?token=${token}`,
          'api/liveshare/door'
        ]) {
          const below = path.startsWith('?') ? `${book.at()}${path}` : book.at(path);
          const answer = await site.ask(below, {
            method,
            headers: { 'user-agent': agent, accept: 'text/html' }
          });
          expect(answer.status, `${method} ${path}`).toBe(path === '' || path.startsWith('?') ? 200 : 404);
          expect(answer.headers['set-cookie']).toBeUndefined();
          expect(answer.body).not.toContain(token);
        }
      }
    }
    const looked = await site.ask(book.at('api/liveshare/door'), { method: 'POST', body: { token } });
    expect(looked.json()).toMatchObject({ notebook: book.name });
    expect((await book.enter(token)).status).toBe(201);
  });

  test('T13 S12 the first page: no token in its address, nothing cached, no referrer, the same page whoever asks', async () => {
    const [book, other] = [await site.share(), await site.share()];
    const { token } = await book.link(['live']);
    const page = await site.ask(book.at());
    expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(page.body).toContain("history.replaceState(null, '', location.pathname)");
    expect(page.body.replace(/nonce="[^"]*"/g, '')).toBe(
      (await site.ask(other.at())).body.replace(/nonce="[^"]*"/g, '')
    );
    const session = await book.enter(token, { name: 'A' });
    expect(session.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(session.headers.location).toBeUndefined();
    expect(session.json<Session>().next).not.toMatch(/[?#]/);
    const shown = (await book.owner('')).json<Share>();
    for (const { url } of shown.links) {
      expect(new URL(url).search).toBe('');
      expect(new URL(url).hash.length).toBeGreaterThan(50);
    }
  });
});

describe('T16 what is stored', () => {
  test('T16 the database and everything beside it hold none of the tokens handed out, nor a passphrase', async () => {
    const book = await site.share();
    await book.link(['live'], { passphrase: 'correct horse' });
    site.issued('correct horse');
    await book.guest(['live']);
    const issued = readFileSync(site.server.issued, 'utf8').split('\n').filter(Boolean);
    expect(issued.length).toBeGreaterThan(20);
    const stored = readdirSync(site.server.state, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
      .join('\n');
    const secrets = [...issued, ...issued.map(each => each.split('.')[2] ?? each), site.server.token];
    expect(secrets.filter(secret => stored.includes(Buffer.from(secret).toString('latin1')))).toEqual([]);
    // The ids that make invitations and sessions good are there as digests only.
    const ids = issued.filter(each => each.includes('.')).map(each => open(each));
    const bare = ids.filter(({ header }) => header['typ'] !== 'liveshare-link+jwt');
    expect(bare.filter(({ payload }) => stored.includes(String(payload['jti'])))).toEqual([]);
  });
});
