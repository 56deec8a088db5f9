/**
 * Addresses in every disguise, as raw bytes; forged headers.
 * @module
 */
import { describe, expect, inject, test, beforeAll } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { leaksIn } from './leaks.ts';
import { ask, bytes } from './wire.ts';

const site = new Site(inject('server'));
const { port, base } = site.server;
let book: Book;
let other: Book;
let guest: Guest;

beforeAll(async () => {
  [book, other] = [await site.share(), await site.share()];
  guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
  await other.guest(['live']);
});

/** A raw request with the guest's token; the target stands on the line as given. */
async function raw(target: string, headers = '', method = 'GET'): Promise<{ status: number; all: string }> {
  const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n`;
  const answer = await bytes(port, `${head}Authorization: token ${guest.token}\r\n${headers}\r\n`);
  expect(leaksIn(site.server, answer.all)).toEqual([]);
  return answer;
}

/** Ways to write "up", "nothing" and "slash" that a careless router takes for what they stand for. */
const TRICKS = [
  '..',
  '.%2e',
  '%2e.',
  '%2e%2e',
  '%2E%2E',
  '%252e%252e',
  '.%252e',
  '..%00',
  '%00..',
  '..;',
  '..;x',
  ';/..',
  '..%3b',
  '..\\',
  '..%5c',
  '%5c..',
  '%255c..',
  '\\..\\',
  '..%2f',
  '..%2F',
  '%2f..',
  '..%252f',
  '.',
  '%2e',
  '%252e',
  '',
  '%00',
  '%0a',
  '%0d%0a',
  '%09',
  '%20..',
  '..%20',
  '..%c0%af',
  '%c0%ae%c0%ae',
  '%e0%80%ae%e0%80%ae',
  '%c0%2e',
  '%uff0e%uff0e',
  '%ef%bc%8e%ef%bc%8e',
  '%ef%bc%8f',
  '%E2%80%A5',
  '%e2%80%8b..',
  '....',
  '...',
  '..%ff',
  '%80',
  '%',
  '%2',
  '%zz',
  '~',
  '%7e',
  '..?',
  '..#'
];

describe('T21 F20 disguised addresses', () => {
  test.each(TRICKS)('T21 %j between share and what it asks for leads nowhere else', async trick => {
    const targets = [
      `${base}liveshare/s/${book.id}/${trick}/${other.id}/api/contents`,
      `${base}liveshare/s/${book.id}/${trick}/api/contents`,
      `${base}liveshare/s/${other.id}/${trick}/${book.id}/api/contents`,
      `${base}liveshare/s/${trick}/${book.id}/api/contents`,
      `${base}liveshare/${trick}/s/${book.id}/api/contents`,
      `${base}liveshare/s/${book.id}/api/contents/${trick}/${book.name}`,
      `${base}liveshare/s/${book.id}/${trick}/${trick}/${trick}/api/contents`,
      `${base}liveshare/s/${book.id}/${trick}/${trick}/api/shares`
    ];
    const answers = await Promise.all(targets.map(async target => ({ target, ...(await raw(target)) })));
    for (const { target, status, all } of answers) {
      // `..?` and `..#` end the path: what is left is the door's own address, or nothing.
      const ends = /[?#]/.test(trick);
      expect([400, 403, 404, 505, ...(ends ? [200] : [])], `${status} for ${target}`).toContain(status);
      expect(all).not.toContain(other.name);
      expect(all).not.toContain('"type":"directory"');
    }
  });

  test.each([
    ['a letter in hex', (b: Book) => `s/${encodeAll(b.id.slice(0, 1))}${b.id.slice(1)}/api/contents`],
    ['the segment in hex', (b: Book) => `%73/${b.id}/api/contents`],
    ['the mount in capitals', (b: Book) => `../LIVESHARE/s/${b.id}/api/contents`],
    ['the segment in capitals', (b: Book) => `S/${b.id}/api/contents`],
    ['api in hex', (b: Book) => `s/${b.id}/%61pi/contents`],
    ['api in capitals', (b: Book) => `s/${b.id}/API/contents`],
    ['a doubled slash', (b: Book) => `s/${b.id}//api/contents`],
    ['a doubled slash in front', (b: Book) => `/s/${b.id}/api/contents`],
    ['a dot behind', (b: Book) => `s/${b.id}./api/contents`],
    ['a parameter', (b: Book) => `s/${b.id};x=1/api/contents`],
    ['an encoded slash', (b: Book) => `s/${b.id}%2fapi/contents`],
    ['a NUL behind', (b: Book) => `s/${b.id}%00/api/contents`],
    ['a space behind', (b: Book) => `s/${b.id}%20/api/contents`]
  ])('T21 the share with %s is not the share', async (_, make) => {
    const { status, all } = await raw(`${base}liveshare/${make(book)}`);
    expect([400, 401, 403, 404]).toContain(status);
    expect(all).not.toContain(book.name);
  });

  test('T21 the twin: the plain address answers, with a slash behind it, too', async () => {
    expect((await raw(`${base}liveshare/s/${book.id}/api/contents`)).status).toBe(200);
    expect((await raw(`${base}liveshare/s/${book.id}/api/contents/`)).status).toBe(200);
    expect((await raw(`${base}liveshare/s/${book.id}/`)).status).toBe(200);
  });

  test.each(['..', '%2e%2e', '..%2f', '%5c', '', '%00', '..;'])(
    'T21 T31 a socket at %j is refused before anything upstream is asked',
    async trick => {
      const key =
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
      for (const target of [
        `s/${book.id}/${trick}/api/liveshare/control`,
        `s/${trick}/${book.id}/api/liveshare/control`
      ]) {
        const head = `GET ${base}liveshare/${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${key}`;
        const sent = `${head}Authorization: token ${guest.token}\r\n\r\n`;
        const answer = await bytes(port, sent, 2_000, /\r\n\r\n/);
        expect([400, 403, 404], target).toContain(answer.status);
      }
    }
  );

  test('T21 an address of 9,000 characters, a header of 100,000, two lengths, a length and chunks: refused', async () => {
    expect((await raw(`${base}liveshare/s/${book.id}/api/contents/${'a'.repeat(9_000)}`)).status).toBe(400);
    expect(
      (await raw(`${base}liveshare/s/${book.id}/api`, `X-A: ${'a'.repeat(100_000)}\r\n`)).status
    ).not.toBe(200);
    const line = `POST ${base}liveshare/s/${book.id}/api/liveshare/door HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`;
    const smuggled = `GET ${base}liveshare/s/${book.id}/api/contents HTTP/1.1\r\nHost: x\r\nAuthorization: token ${guest.token}\r\n\r\n`;
    for (const lengths of [
      'Content-Length: 2\r\nContent-Length: 200\r\n',
      'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n',
      'Transfer-Encoding: chunked, identity\r\n',
      'Transfer-Encoding: xchunked\r\n',
      'Content-Length: +2\r\n',
      'Content-Length: 0x2\r\n'
    ]) {
      const { all } = await bytes(port, `${line}${lengths}\r\n{}0\r\n\r\n${smuggled}`, 2_000);
      expect(all, lengths).not.toContain(book.name);
    }
  });
});

describe('T23 T24 what a client says about itself', () => {
  const evil = [
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-For: 6.6.6.6',
    'X-Forwarded-Prefix: /evil',
    'Forwarded: for=6.6.6.6;host=evil.example;proto=https',
    'X-Real-IP: 6.6.6.6',
    'X-Original-URL: /api/contents',
    'X-Rewrite-URL: /api/contents'
  ];

  test('T23 forwarded names and an absolute target change no link, cookie or address; a foreign Host is refused', async () => {
    const invited = await book.invite(['live']);
    const headers = Object.fromEntries(evil.map(each => each.split(/: (.*)/) as [string, string]));
    const entered = await site.ask(book.at('api/liveshare/session'), {
      method: 'POST',
      headers,
      body: { token: invited.token }
    });
    expect(entered.status).toBe(201);
    site.issued(entered.json<{ token: string }>().token);
    expect(entered.all).not.toContain('evil');
    expect(entered.headers['set-cookie']?.[0]).not.toContain('Secure');
    const shown = await ask(port, site.path(`api/shares/${book.id}/links`), {
      method: 'POST',
      headers: { ...headers, authorization: `token ${site.server.token}` },
      body: { rights: { live: true } }
    });
    expect(shown.status).toBe(201);
    expect(shown.all).not.toContain('evil');
    const path = `${base}liveshare/s/${book.id}/api/contents`;
    const absolute = await raw(`http://evil.example${path}`);
    expect([200, 400, 403, 404]).toContain(absolute.status);
    expect(absolute.all).not.toContain('evil');
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'evil@127.0.0.1']) {
      const answer = await bytes(
        port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: token ${guest.token}\r\n\r\n`
      );
      expect(answer.status, host).toBeOneOf([400, 403]);
    }
  });

  test('T24 headers that name a user, or that only the mount may set, are worth nothing on either side', async () => {
    const owner = Buffer.from('{"username":"owner","name":"Owner","owner":true}').toString('base64url');
    const forged: Record<string, string> = {
      'X-Liveshare-User': owner,
      'X-Liveshare-Trust': 'x'.repeat(43),
      'X-Liveshare-Origin': 'https://evil.example',
      'X-Liveshare-Remote': '6.6.6.6',
      'X-Remote-User': 'owner',
      'X-Forwarded-User': 'owner',
      'Remote-User': 'owner',
      'X-JupyterHub-User': 'owner',
      'X-Liveshare_User': owner
    };
    expect((await site.ask('api/shares', { headers: forged })).status).toBe(403);
    expect(
      (await guest.ask('api/contents', 'GET', undefined, { origin: 'https://evil.example' })).status
    ).toBe(200);
    expect((await site.ask(book.at('api/liveshare/me'), { headers: forged })).status).toBe(401);
    const me = await guest.ask('api/liveshare/me', 'GET', undefined, forged);
    expect(me.json()).toMatchObject({ person: { id: guest.id, name: guest.name } });
    const origin = { ...forged, origin: 'https://evil.example', authorization: `token ${guest.token}` };
    const wire = site.socket(book.at('api/liveshare/control'), { headers: origin });
    expect((await wire.closed()).code).toBeOneOf([403, 4403]);
    const headers = { authorization: `token ${site.server.token}` };
    expect((await site.ask('healthz', { headers: forged })).status).toBe(200);
    expect((await ask(port, site.path('api/shares'), { headers })).status).toBe(200);
  });
});

function encodeAll(text: string): string {
  return [...Buffer.from(text)].map(byte => `%${byte.toString(16)}`).join('');
}
