/**
 * Bounds before and after authentication, the guests' own port, a base URL with a space, a forced error. On a server of its own.
 * @module
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../../protocol/resources.ts';
import { Site, type Book } from './client.ts';
import { leaksIn } from './leaks.ts';
import { Notebook } from './notebook.ts';
import { startServer, type RealServer } from './server.ts';
import { Wire } from './socket.ts';
import { until } from './until.ts';
import { ask, bytes } from './wire.ts';

let server: RealServer;
let stop: (() => Promise<void>) | undefined;
let site: Site;
let book: Book;

beforeAll(async () => {
  ({ server, stop } = await startServer({ base: '/a%20b/jup/', guests: true }));
  site = new Site(server);
  book = await site.share();
});
afterAll(() => stop?.());

/** A request to the guests' own port. */
function direct(below: string, what: Parameters<typeof ask>[2] = {}) {
  return ask(server.guestPort, site.path(below), what);
}

describe('S32 a base URL with a space', () => {
  test('S32 everything is below it: link, cookie, next page, assets, sockets', async () => {
    const invited = await book.owner('people', 'POST', { name: 'P', rights: { edit: true, save: true } });
    const { url } = invited.json<{ url: string }>();
    const [address = '', token = ''] = url.split('#');
    site.issued(token);
    expect(address).toBe(`http://127.0.0.1:${server.port}/a%20b/jup/liveshare/s/${book.id}`);
    const entered = await book.enter(token);
    expect(entered.headers['set-cookie']?.[0]).toContain(`; Path=/a%20b/jup/liveshare/s/${book.id};`);
    const guest = book.come(entered);
    const page = await guest.ask(entered.json<Session>().next);
    expect(page.body).toContain(`"baseUrl":"/a%20b/jup/liveshare/s/${book.id}/"`);
    const main = /src="(\/a%20b\/jup\/liveshare\/assets\/lab\/main[^"]+)"/.exec(page.body)?.[1] ?? '';
    const asset = await ask(server.port, main);
    expect(asset.status).toBe(200);
    expect(asset.headers['cache-control']).toContain('immutable');
    const notebook = await Notebook.of(guest);
    notebook.type('first', '1');
    expect(await notebook.save()).toBe('success');
    await notebook.leave();
    expect((await ask(server.port, `/liveshare/s/${book.id}`)).status).toBe(404);
    expect(
      (await bytes(server.port, `GET /a b/jup/liveshare/healthz HTTP/1.1\r\nHost: x\r\n\r\n`, 2_000)).status
    ).not.toBe(200);
  });
});

describe('the guests’ own port', () => {
  test('T24 T31 guests’ routes are there, owner’s are refused, whatever a client says about itself', async () => {
    const { token } = await book.invite(['edit', 'save']);
    const entered = await direct(book.at('api/liveshare/session'), { method: 'POST', body: { token } });
    expect(entered.status).toBe(201);
    const session = entered.json<Session>();
    site.issued(session.token);
    const headers = { authorization: `token ${session.token}` };
    expect((await direct(book.at('api/contents'), { headers })).status).toBe(200);
    expect((await direct(book.at())).status).toBe(200);
    expect((await direct('healthz')).status).toBe(200);
    const user = Buffer.from('{"username":"owner","name":"o","owner":true}').toString('base64url');
    const forged = {
      'x-liveshare-user': user,
      'x-liveshare-trust': 'x'.repeat(43),
      'x-liveshare-remote': '6.6.6.6',
      'x-liveshare-origin': 'http://evil.example'
    };
    for (const path of ['api/shares', 'metrics', 'api/people', 'api/openapi.json', `api/shares/${book.id}`]) {
      expect((await direct(path)).status, path).toBe(403);
      expect((await direct(path, { headers: forged })).status, path).toBe(403);
      expect((await direct(path, { headers: { authorization: `token ${server.token}` } })).status, path).toBe(
        403
      );
      expect((await direct(path, { headers })).status, path).toBe(403);
    }
    const at = (below: string) => `ws://127.0.0.1:${server.guestPort}${site.path(below)}`;
    const control = new Wire(at(`api/shares/${book.id}/control`), { headers: forged });
    expect((await control.closed()).code).toBe(4403);
    const own = new Wire(at(book.at('api/liveshare/control')), {
      headers: { ...headers, origin: `http://127.0.0.1:${server.guestPort}`, 'user-agent': 'Mozilla/5.0' }
    });
    await own.message('hello');
    await own.leave();
    const evil = new Wire(at(book.at('api/liveshare/control')), {
      headers: { ...headers, ...forged, origin: 'http://evil.example' }
    });
    expect((await evil.closed()).code).toBe(4403);
  });

  test('T21 T23 the same forms of address are refused there', async () => {
    for (const trick of ['..', '%2e%2e', '..%2f', '%5c', '', '%00', '..;x', '%c0%ae']) {
      const target = `${server.base}liveshare/s/${book.id}/${trick}/api/contents`;
      const { status } = await bytes(
        server.guestPort,
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      );
      expect(status, trick).toBeOneOf([400, 404]);
    }
    const absolute = `http://evil.example${server.base}liveshare/s/${book.id}`;
    expect(
      (await bytes(server.guestPort, `GET ${absolute} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
        .status
    ).toBe(400);
  });

  test('T89 a connection that says nothing, or too slowly, is closed within 8 s; meanwhile others are served', async () => {
    const begun = Date.now();
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    const upgrade = `Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`;
    const control = site.path(book.at('api/liveshare/control'));
    const unanswered = bytes(server.guestPort, `GET ${control} HTTP/1.1\r\n${upgrade}`, 12_000);
    const silent = bytes(server.guestPort, '', 12_000);
    const slow = new Promise<number>(resolve => {
      const socket = connect(server.guestPort, '127.0.0.1', () =>
        socket.write(`GET ${site.path('healthz')} HTTP/1.1\r\n`)
      );
      const drip = setInterval(() => socket.write('X-A: b\r\n'), 300);
      const give = setTimeout(() => socket.destroy(), 12_000);
      socket.on('error', () => undefined);
      socket.resume().on('close', () => {
        clearInterval(drip);
        clearTimeout(give);
        resolve(Date.now() - begun);
      });
    });
    expect((await direct('healthz')).status).toBe(200);
    expect((await silent).closed).toBe(true);
    expect((await unanswered).closed).toBe(true);
    expect(Date.now() - begun).toBeLessThan(8_000);
    expect(await slow).toBeLessThan(8_000);
  });

  test('S17 T89 a body without end before authentication is cut off; so is a socket that floods, or sends 20 MB', async () => {
    const path = site.path(book.at('api/liveshare/door'));
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(0x100000, 'a'),
      Buffer.from('\r\n')
    ]);
    const answer = await bytes(
      server.guestPort,
      Buffer.concat([Buffer.from(head), ...Array.from({ length: 40 }, () => chunk)]),
      10_000,
      /\r\n\r\n/
    );
    expect(answer.status === 413 || answer.closed).toBe(true);
    for (const port of [server.port, server.guestPort]) {
      const wire = new Wire(`ws://127.0.0.1:${port}${site.path(book.at('api/liveshare/control'))}`);
      await wire.opened;
      for (let i = 0; i < 10_000 && wire.isOpen; i++) {
        wire.ws.send('x');
      }
      expect((await wire.closed()).code).toBe(4401);
      const big = new Wire(`ws://127.0.0.1:${port}${site.path(book.at('api/liveshare/control'))}`);
      await big.opened;
      big.ws.send(Buffer.alloc(20 * 1024 * 1024), () => undefined);
      expect((await big.closed()).code).toBeOneOf([4401, 1006, 1009]);
    }
    const large = await site.ask(book.at('api/liveshare/door'), {
      method: 'POST',
      body: { token: 'x'.repeat(3_000_000) }
    });
    expect(large.status).toBe(413);
    const { token } = await book.invite(['live']);
    expect((await book.enter(token)).status).toBe(201);
  });
});

describe('T18 guessing', () => {
  test('T18 wrong passphrases are slowed down for that link alone: then the right one waits, too', async () => {
    const [guarded, other] = [
      await book.link(['live'], { passphrase: 'right' }),
      await book.link(['live'], { passphrase: 'right' })
    ];
    const tries = Array.from({ length: 60 }, (_, i) =>
      book.enter(guarded.token, { name: 'Passphrase Guesser', passphrase: `wrong ${i}` })
    );
    const seen = (await Promise.all(tries)).map(each => each.status);
    expect(seen.filter(each => each === 401).length).toBeLessThan(40);
    expect(seen.filter(each => each === 429).length).toBeGreaterThan(20);
    // Behind some more wrong ones: a slow machine has earned a try by now.
    const last = await Promise.all(
      [...Array.from({ length: 20 }, (_, i) => `wrong again ${i}`), 'right'].map(passphrase =>
        book.enter(guarded.token, { name: 'Passphrase Guesser', passphrase })
      )
    );
    expect(last.at(-1)?.status).toBe(429);
    expect((await book.enter(other.token, { name: 'Passphrase Guesser', passphrase: 'right' })).status).toBe(
      201
    );
  });

  test('T18 500 wrong tokens from one address: slowed down; guests behind the same address go on, and new ones come in', async () => {
    const guest = await book.guest(['live']);
    const { token } = await book.invite(['live']);
    const wrong = (i: number) =>
      site.ask(book.at('api/liveshare/me'), { headers: { authorization: `token wrong-${i}` } });
    const seen: number[] = [];
    for (let i = 0; i < 500; i += 50) {
      const batch = await Promise.all(Array.from({ length: 50 }, (_, j) => wrong(i + j)));
      seen.push(...batch.map(each => each.status));
      expect((await guest.ask('api/contents')).status).toBe(200);
    }
    expect(seen.filter(each => each === 401).length).toBeLessThan(60);
    expect(seen.filter(each => each === 429).length).toBeGreaterThan(400);
    expect((await book.enter(token)).status).toBe(201);
    expect((await book.enter('wrong')).status).toBe(429);
    const notebook = await Notebook.of(guest);
    await notebook.leave();
  });

  test('T90 one person’s sockets are counted; the next one too many is closed, and a twin is not concerned', async () => {
    const [guest, twin] = [await book.guest(['live']), await book.guest(['live'])];
    const wires = Array.from({ length: 45 }, () => guest.socket('api/events/subscribe'));
    await Promise.all(wires.map(each => each.opened));
    await until(() => wires.filter(each => !each.isOpen).length >= 5);
    expect(wires.filter(each => each.isOpen).length).toBeLessThanOrEqual(40);
    const theirs = twin.socket('api/liveshare/control');
    await theirs.message('hello');
    await Promise.all([...wires, theirs].map(each => each.leave()));
  });
});

describe('T15 T29 errors', () => {
  test('T15 a forced 500 says nothing, to the guest or in the log, of tokens, paths or cells', async () => {
    const guest = await book.guest(['static', 'live']);
    const pages = join(server.state, 'pages');
    renameSync(pages, `${pages}.away`);
    writeFileSync(pages, 'in the way');
    try {
      for (const answer of [
        await guest.ask('page/latest/body'),
        await site.ask(`${book.at('page/latest/body')}?token=${guest.token}`)
      ]) {
        expect(answer.status).toBe(500);
        expect(answer.json()).toMatchObject({ type: 'liveshare:internal' });
        expect(leaksIn(server, answer.all)).toEqual([]);
      }
    } finally {
      rmSync(pages);
      renameSync(`${pages}.away`, pages);
    }
    mkdirSync(pages, { recursive: true });
    expect((await guest.ask('page/latest/body')).status).toBe(200);
    await until(() => readFileSync(server.log, 'utf8').includes('a request failed'));
  });

  test('T15 the log of all this holds no token, passphrase, or source', () => {
    const log = readFileSync(server.log, 'utf8');
    const secrets = readFileSync(server.issued, 'utf8')
      .split('\n')
      .filter(each => each.length > 8);
    const made = readFileSync(server.made, 'utf8').split('\n').filter(Boolean);
    expect(secrets.length).toBeGreaterThan(10);
    expect([server.token, ...secrets, ...made].filter(each => log.includes(each))).toEqual([]);
    expect(log).not.toMatch(/x = 1|# Words/);
  });
});
