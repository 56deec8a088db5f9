/**
 * What a browser brings along: origins, cookies, frames.
 * @module
 */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { until } from './until.ts';
import { ask, type Answer } from './wire.ts';

const site = new Site(inject('server'));
const { port, base, token: ownersToken } = site.server;
const own = `http://127.0.0.1:${port}`;
const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130' };
let book: Book;
let guest: Guest;
let cookie: string;

beforeAll(async () => {
  book = await site.share();
  guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
  cookie = `liveshare-${book.id}=${guest.token}`;
});

/** Close code of a socket with these headers; 0 for one that speaks. */
async function knock(path: string, headers: Record<string, string>): Promise<number> {
  const wire = site.socket(path, { headers });
  const code = await until(async () => {
    await wire.opened;
    return wire.frames.length > 0 ? -1 : (await wire.closed(20).catch(() => null))?.code;
  });
  await wire.leave();
  return code === -1 ? 0 : code;
}

const FOREIGN = [
  'http://evil.example',
  'null',
  `http://127.0.0.1:${port + 1}`,
  'http://127.0.0.1',
  `http://evil127.0.0.1:${port}`,
  `http://127.0.0.1.evil.example:${port}`,
  `http://127.0.0.1:${port}.evil.example`,
  `http://127.0.0.1:${port}@evil.example`,
  `http://127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}0`,
  `ftp://127.0.0.1:${port}`,
  `ws://127.0.0.1:${port}`,
  `chrome-extension://127.0.0.1:${port}`,
  `http://localhost:${port}`,
  `HTTP://127.0.0.1:${port}`,
  `http://127.0.0.1:${port} http://evil.example`,
  ''
];

describe('T37 S16 sockets and where their page comes from', () => {
  test.each(FOREIGN)('T37 a socket from %j is refused, by cookie and by token', async origin => {
    const credentials: Record<string, string>[] = [{ cookie }, { authorization: `token ${guest.token}` }];
    for (const credential of credentials) {
      for (const path of ['api/liveshare/control', 'api/events/subscribe', await guest.room()]) {
        const code = await knock(book.at(path), { ...credential, ...BROWSER, origin });
        expect(code, path).toBe(4403);
      }
    }
  });

  test('T37 a browser, or a cookie, without an Origin is refused; a script with a token needs none', async () => {
    const control = book.at('api/liveshare/control');
    expect(await knock(control, { cookie, ...BROWSER })).toBe(4403);
    expect(await knock(control, { cookie })).toBe(4403);
    expect(await knock(control, { authorization: `token ${guest.token}`, ...BROWSER })).toBe(4403);
    expect(
      await knock(control, { authorization: `token ${guest.token}`, 'sec-fetch-mode': 'websocket' })
    ).toBe(4403);
    expect(await knock(control, { authorization: `token ${guest.token}` })).toBe(0);
    expect(await knock(`${control}?token=${guest.token}`, {})).toBe(0);
  });

  test('T37 S16 from our own page it opens: http as it stands, https when a proxy ends it', async () => {
    const control = book.at('api/liveshare/control');
    expect(await knock(control, { cookie, ...BROWSER, origin: own })).toBe(0);
    expect(await knock(control, { cookie, ...BROWSER, origin: own.replace('http:', 'https:') })).toBe(0);
  });

  test('T37 the owner’s control socket: a foreign page is refused, our own and a script are not', async () => {
    const control = `api/shares/${book.id}/control`;
    const jupyter = await login();
    expect(await knock(control, { cookie: jupyter, ...BROWSER, origin: own })).toBe(0);
    expect(await knock(control, { authorization: `token ${ownersToken}` })).toBe(0);
    for (const origin of ['http://evil.example', `http://127.0.0.1:${port + 1}`, 'null']) {
      expect(await knock(control, { cookie: jupyter, ...BROWSER, origin }), origin).toBeOneOf([403, 4403]);
    }
    expect(await knock(control, { cookie, ...BROWSER, origin: own })).toBe(403);
  });
});

/** Jupyter's own cookies, as a browser gets them by the owner's link. */
async function login(): Promise<string> {
  const answer = await ask(port, `${base}lab?token=${ownersToken}`);
  return (answer.headers['set-cookie'] ?? []).map(each => each.split(';')[0]).join('; ');
}

describe('T38 S15 calls that change something', () => {
  const body = { data: {}, metadata: { id: 'default' } };
  const put = (headers: Record<string, string>, more: object = body): Promise<Answer> =>
    site.ask(book.at('lab/api/workspaces/default'), { method: 'PUT', headers, body: more });

  test('T38 by cookie only from our own page: cross-site, sibling and headerless calls are refused', async () => {
    expect((await put({ cookie, origin: own })).status).toBe(204);
    expect((await put({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(204);
    for (const origin of FOREIGN.filter(each => each !== '')) {
      expect((await put({ cookie, origin })).status, origin).toBe(403);
    }
    for (const site of ['cross-site', 'same-site', 'none', 'x']) {
      expect((await put({ cookie, 'sec-fetch-site': site })).status, site).toBe(403);
    }
    expect((await put({ cookie })).status).toBe(403);
    expect((await put({ authorization: `token ${guest.token}` })).status).toBe(204);
    expect((await put({ authorization: `token ${guest.token}`, origin: 'http://evil.example' })).status).toBe(
      403
    );
  });

  test('T38 running, entering and leaving as a foreign form would: refused, and the invitation is still good', async () => {
    const { token } = await book.invite(['live']);
    const enter = book.at('api/liveshare/session');
    const text = JSON.stringify({ token });
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
    for (const type of types) {
      const headers = { 'content-type': type, origin: own };
      expect((await site.ask(enter, { method: 'POST', headers, body: text })).status).toBeOneOf([400, 415]);
    }
    const foreign = { origin: 'http://evil.example' };
    expect((await site.ask(enter, { method: 'POST', headers: foreign, body: { token } })).status).toBe(403);
    const run = {
      method: 'POST',
      headers: { cookie, 'content-type': 'text/plain' },
      body: '{"cell_id":"first"}'
    };
    expect((await site.ask(book.at('api/kernels/current/execute'), run)).status).toBe(403);
    const leave = { method: 'POST', headers: { cookie, ...foreign }, body: {} };
    expect((await site.ask(book.at('api/liveshare/leave'), leave)).status).toBe(403);
    expect((await site.ask(book.at('api/liveshare/me'), { headers: { cookie } })).status).toBe(200);
    expect((await book.enter(token)).status).toBe(201);
  });

  test('S15 the owner’s API: a cookie needs Jupyter’s XSRF token, and is told so; a token needs nothing', async () => {
    const jupyter = await login();
    const xsrf = /_xsrf=([^;]+)/.exec(jupyter)?.[1] ?? '';
    const path = site.path(`api/shares/${book.id}`);
    const patch = (headers: Record<string, string>) =>
      ask(port, path, { method: 'PATCH', headers, body: { lockMode: 'soft' } });
    const bare = await patch({ cookie: jupyter });
    expect(bare.status).toBe(403);
    expect(bare.body).toMatch(/xsrf/i);
    expect((await patch({ cookie: jupyter, 'x-xsrftoken': 'wrong' })).status).toBe(403);
    expect((await patch({ cookie: jupyter, 'x-xsrftoken': xsrf })).status).toBe(200);
    expect((await patch({ authorization: `token ${ownersToken}` })).status).toBe(200);
    const origin = 'http://evil.example';
    expect((await patch({ cookie: jupyter, 'x-xsrftoken': xsrf, origin })).status).toBeOneOf([403, 404]);
    expect((await ask(port, path, { headers: { cookie: jupyter } })).status).toBe(200);
  });
});

describe('T39 T41 cookies', () => {
  test('T39 the session cookie: named for its share, HttpOnly, SameSite, for the share’s path alone, with an end; gone on leaving', async () => {
    const { token } = await book.invite(['live']);
    const entered = await book.enter(token);
    const [set = '', ...more] = entered.headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    expect(set.startsWith(`liveshare-${book.id}=`)).toBe(true);
    expect(set).toMatch(/; HttpOnly/i);
    expect(set).toMatch(/; SameSite=(Lax|Strict)/);
    expect(set).toMatch(/; Expires=/);
    expect(set).toContain(`; Path=${base}liveshare/s/${book.id};`);
    expect(set).not.toMatch(/Domain=/i);
    const mine = { cookie: set.split(';')[0] ?? '' };
    expect((await site.ask(book.at('api/liveshare/me'), { headers: mine })).status).toBe(200);
    const left = await site.ask(book.at('api/liveshare/leave'), {
      method: 'POST',
      headers: { ...mine, origin: own },
      body: {}
    });
    expect(left.status).toBe(204);
    expect(left.headers['set-cookie']?.[0]).toMatch(/Max-Age=0/);
    expect((await site.ask(book.at('api/liveshare/me'), { headers: mine })).status).toBe(401);
  });

  test('T41 Jupyter’s cookie of the owner on a guest’s address opens nothing, changes nothing, comes back nowhere', async () => {
    const jupyter = await login();
    const anonymous = await site.ask(book.at('api/liveshare/me'), { headers: { cookie: jupyter } });
    expect(anonymous.status).toBe(401);
    const both = await site.ask(book.at('api/liveshare/me'), {
      headers: { cookie: `${jupyter}; ${cookie}` }
    });
    expect(both.json()).toMatchObject({ person: { id: guest.id } });
    for (const answer of [anonymous, both, await site.ask(book.at(), { headers: { cookie: jupyter } })]) {
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const alien = `liveshare-AAAAAAAAAAAAAAAAAAAAAA=${guest.token}`;
    expect((await site.ask(book.at('api/liveshare/me'), { headers: { cookie: alien } })).status).toBe(401);
  });
});

describe('T43 T42 frames and openers', () => {
  test('T43 nothing may be framed by others, nor read across origins; the page by our own pages alone', async () => {
    const paths = [
      '',
      'lab',
      `doc/tree/${book.name}`,
      'api/contents',
      'api/liveshare/me',
      'nothing',
      'api/kernels/x',
      'page/latest',
      'page/latest/body',
      `files/${book.name}`,
      'x//y'
    ];
    for (const path of paths) {
      const answer = await guest.ask(path);
      const csp = String(answer.headers['content-security-policy']);
      const page = path === 'page/latest/body';
      if (path.startsWith('files/')) {
        expect(csp).toContain('sandbox');
      } else {
        expect(csp, path).toContain(`frame-ancestors ${page ? "'self'" : "'none'"}`);
      }
      expect(answer.headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer'
      });
      expect(answer.headers['access-control-allow-origin'], path).toBeUndefined();
      if (path !== 'x//y') {
        expect(answer.headers, path).toMatchObject({
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin'
        });
      }
    }
    const preflight = await site.ask(book.at('api/liveshare/session'), {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    });
    expect(preflight.status).toBe(404);
    expect(Object.keys(preflight.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});
