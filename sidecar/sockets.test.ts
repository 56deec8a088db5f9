import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request as httpRequest } from 'node:http';
import { RIGHTS, withImplied } from '../protocol/levels.ts';
import { meets } from './policy/request.ts';
import { match, type SocketRoute } from './sockets.ts';
import { notebook } from './testing/fakeJupyter.ts';
import { mountHeaders, ORIGIN, TestApp, type TestAppOptions } from './testing/makeTestApp.ts';

let test: TestApp;
let share: string;
async function start(options: TestAppOptions = {}) {
  test = await TestApp.start(options);
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('note.ipynb');
}
beforeEach(() => start());
afterEach(() => test.close());

const control = () => `s/${share}/api/liveshare/control`;

describe('matching', () => {
  const routes = ['/s/:share/a', '/s/:share/a/:b', '/x'].map(path => ({ path }) as SocketRoute);

  it.each([
    ['/s/1/a', '/s/:share/a', { share: '1' }],
    ['/s/1/a?token=x/y', '/s/:share/a', { share: '1' }],
    ['/s/1/a/json:notebook:id', '/s/:share/a/:b', { share: '1', b: 'json:notebook:id' }],
    ['/s/a%20b/a', '/s/:share/a', { share: 'a b' }],
    ['/x', '/x', {}]
  ])('%s', (target, path, params) => {
    const found = match(routes, target);
    expect([found?.route.path, found?.params]).toEqual([path, params]);
  });

  it.each(['/', '/s//a', '/s/1/a/', '/s/1/a/2/3', '/s/1/A', '/X', '', 's/1/a'])('%j is no route', target => {
    expect(match(routes, target)).toBeNull();
  });
});

describe('S4, T31: every socket', () => {
  const address = (path: string) => path.slice(1).replace(':share', share).replace(/:\w+/g, 'x');

  it('closes with 4401 without a credential, with 4403 without the right, and touches nothing upstream', async () => {
    const before = test.jupyter.seen.length;
    for (const { path, demand } of test.app.sockets) {
      const stranger = await test.open(address(path)).closed;
      expect([path, stranger.code]).toEqual([path, demand.who === 'owner' ? 4403 : 4401]);
    }
    expect(test.jupyter.seen.length).toBe(before);
    for (const right of RIGHTS) {
      const { auth } = await test.guest(share, { [right]: true });
      for (const { path, demand } of test.app.sockets) {
        const may =
          demand.who === 'guest' &&
          meets(
            { rights: withImplied({ [right]: true }), grants: {}, cells: 'all' },
            demand.right,
            demand.grant
          ).allow;
        if (!may) {
          const { code } = await test.open(address(path), { headers: auth }).closed;
          expect([path, right, code]).toEqual([path, right, 4403]);
        }
      }
    }
  });

  it('T37: from a foreign page is 4403 before anything is looked up', async () => {
    const { auth } = await test.guest(share, { live: true });
    for (const { path } of test.app.sockets) {
      for (const origin of [
        'https://evil.test',
        'null',
        'http://jupyter.test',
        'https://jupyter.test.evil.test'
      ]) {
        const socket = test.open(address(path), { headers: { ...auth, origin } });
        expect([path, origin, (await socket.closed).code]).toEqual([path, origin, 4403]);
      }
    }
  });

  it('T12: of another share or of none is not found', async () => {
    test.jupyter.put('b.ipynb', notebook({}));
    const other = await test.share('b.ipynb');
    const { auth } = await test.guest(share, { live: true });
    for (const of of [other, 'no-such-share']) {
      const socket = test.open(`s/${of}/api/liveshare/control`, { headers: auth });
      await expect(socket.opened).rejects.toThrow('404');
    }
  });
});

describe('credentials and origins', () => {
  it('S16: a cookie needs our own origin; a token needs none, unless a browser sends it', async () => {
    const { token, auth } = await test.guest(share, { live: true });
    const cookie = `liveshare-${share}=${token}`;
    const hello = async (headers: Record<string, string>, query = '') =>
      (await test.open(control() + query, { headers }).json())['type'];
    const closed = async (headers: Record<string, string>, query = '') =>
      (await test.open(control() + query, { headers }).closed).code;
    expect(await hello({ cookie, origin: ORIGIN })).toBe('hello');
    expect(await closed({ cookie })).toBe(4403);
    expect(await hello(auth)).toBe('hello');
    expect(await hello({}, `?token=${token}`)).toBe('hello');
    expect(await closed({ ...auth, 'user-agent': 'Mozilla/5.0 (X11)' })).toBe(4403);
    expect(await closed({ ...auth, 'sec-fetch-mode': 'websocket' })).toBe(4403);
    expect(await hello({ ...auth, origin: ORIGIN, 'user-agent': 'Mozilla/5.0' })).toBe('hello');
    expect(test.lines.join('')).not.toContain(token);
  });

  it('S16: allow_origin is honoured, exactly', async () => {
    await test.close();
    await start({ config: { allowOrigin: 'https://portal.test' } });
    const { auth } = await test.guest(share, { live: true });
    const open = (origin: string) => test.open(control(), { headers: { ...auth, origin } });
    expect((await open('https://portal.test').json())['type']).toBe('hello');
    expect((await open('https://portal.test.evil.test').closed).code).toBe(4403);
  });

  it('T24: without the mount’s secret an upgrade is refused; the guests’ port needs none', async () => {
    const { auth } = await test.guest(share, { live: true });
    const fake = test.open(control(), { headers: { ...auth, 'x-liveshare-trust': 'wrong' } });
    expect((await fake.closed).code).toBe(4403);
    expect((await test.open(control(), { bare: true, headers: auth }).json())['type']).toBe('hello');
    const owner = test.open(`api/shares/${share}/control`, {
      bare: true,
      headers: { ...mountHeaders({ username: 'olga', owner: true }), 'x-liveshare-trust': '' }
    });
    expect((await owner.closed).code).toBe(4403);
  });
});

describe('bounds', () => {
  it('T90: so many sockets a person, and no more', async () => {
    await test.close();
    await start({ config: { limits: { socketsPerPerson: 2 } } });
    const [ada, bob] = [await test.guest(share, { live: true }), await test.guest(share, { live: true })];
    const open = (of: typeof ada) => test.open(control(), { headers: of.auth });
    const first = [open(ada), open(ada)];
    await Promise.all(first.map(each => each.json()));
    expect((await open(ada).closed).code).toBe(4429);
    expect((await open(bob).json())['type']).toBe('hello');
    first[0]!.close();
    await first[0]!.closed;
    expect((await open(ada).json())['type']).toBe('hello');
  });

  it('T79: a frame that is one byte too large ends the socket, and nobody else’s', async () => {
    await test.close();
    await start({ config: { limits: { frameBytes: 1_000 } } });
    const { auth } = await test.guest(share, { live: true });
    const [socket, other] = [
      test.open(control(), { headers: auth }),
      test.open(control(), { headers: auth })
    ];
    await Promise.all([socket.json(), other.json()]);
    const padded = (length: number) => JSON.stringify({ type: 'heartbeat' }).padEnd(length, ' ');
    socket.send(padded(1_000));
    socket.send(padded(1_001));
    expect([1006, 1009]).toContain((await socket.closed).code);
    expect(other.isClosed).toBe(false);
  });

  it('T89: what is sent before it is known who sends is not looked at', async () => {
    const socket = test.open(control());
    await socket.opened;
    for (let i = 0; i < 100; i++) {
      socket.send(new Uint8Array(10_000));
    }
    expect((await socket.closed).code).toBe(4401);
  });

  it('T79: nothing is compressed', async () => {
    const { auth } = await test.guest(share, { live: true });
    const socket = test.open(control(), { headers: auth });
    await socket.json();
    expect(socket.socket.extensions).toBe('');
  });
});

describe('addresses', () => {
  it.each([
    ['!/base/liveshare/nothing', 404],
    ['!/base/liveshare/s/x/../y', 400],
    ['!/elsewhere', 404],
    ['!/base/liveshare/s/%61/api/liveshare/control', 400]
  ])('T21: an upgrade of %s is answered %i', async (target, status) => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest({
        socketPath: test.address(false),
        path: target.slice(1),
        headers: {
          ...mountHeaders(null),
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ=='
        }
      });
      sent.on('response', response => resolve(response.statusCode));
      sent.on('upgrade', () => reject(new Error('upgraded')));
      sent.on('error', reject);
      sent.end();
    });
    expect(answered).toBe(status);
  });
});
