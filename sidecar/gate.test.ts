import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { gate, type GateOptions } from './gate.ts';
import { refusalOf } from './testing/books.ts';

const TRUST = 'a-secret-of-sixteen';
const options: GateOptions = { trust: TRUST, publicUrl: null, prefix: '/a%20b/liveshare/', guestPort: false };
const mount = {
  'x-liveshare-trust': TRUST,
  'x-liveshare-origin': 'https://host.test',
  'x-liveshare-remote': '192.0.2.1'
};
const user = (value: unknown) => ({
  'x-liveshare-user': Buffer.from(JSON.stringify(value)).toString('base64url')
});

function request(url: string, headers: Record<string, string> = mount): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  made.url = url;
  made.headers = headers;
  return made;
}
const refused = (url: string, headers?: Record<string, string>, change: Partial<GateOptions> = {}) =>
  refusalOf(() => gate(request(url, headers), { ...options, ...change }));

describe('the gate', () => {
  it('S32: takes the prefix away and keeps the query', () => {
    expect(gate(request('/a%20b/liveshare/s/x?token=1&a=%2F..'), options)).toEqual({
      target: '/s/x?token=1&a=%2F..',
      peer: { origin: 'https://host.test', remote: '192.0.2.1', user: null, accounts: false }
    });
    expect(gate(request('/a%20b/liveshare/'), options).target).toBe('/');
  });

  it.each([
    '/a%20b/liveshare/s/abc/%2e%2e/other',
    '/a%20b/liveshare/s/abc/..%2fx',
    '/a%20b/liveshare//s/abc',
    '/a%20b/liveshare/s/%61bc',
    'http://evil.test/a%20b/liveshare/s/abc',
    '/a b/liveshare/s/abc',
    '*',
    '',
    `/a%20b/liveshare/${'x'.repeat(8_000)}`
  ])('T21, T23: %j is not in canonical form', async url => {
    expect(await refused(url)).toBe('bad-path');
  });

  it.each([
    '/',
    '/liveshare/s/x',
    '/a%20b/liveshar',
    '/a%20b/liveshare',
    '/A%20B/liveshare/s/x',
    '/other/a%20b/liveshare/x'
  ])('S32: %j is below another prefix', async url => {
    expect(await refused(url)).toBe('not-found');
  });

  it('T24: without the mount’s secret nothing passes, whatever else is sent', async () => {
    const url = '/a%20b/liveshare/s/x';
    const owner = user({ username: 'olga', owner: true });
    expect(await refused(url, {})).toBe('no-right');
    expect(await refused(url, owner)).toBe('no-right');
    expect(await refused(url, { ...mount, ...owner, 'x-liveshare-trust': `${TRUST}x` })).toBe('no-right');
    expect(await refused(url, { ...mount, ...owner, 'x-liveshare-trust': '' })).toBe('no-right');
  });

  it('T24: on the guests’ own port nobody is a user of Jupyter, and addresses are the connection’s', () => {
    const headers = {
      host: 'guests.test:8443',
      'x-liveshare-origin': 'https://evil.test',
      'x-liveshare-remote': '203.0.113.9',
      'x-forwarded-for': '203.0.113.9',
      'x-remote-user': 'olga',
      ...user({ username: 'olga', owner: true })
    };
    const { peer } = gate(request('/a%20b/liveshare/s/x', headers), { ...options, guestPort: true });
    expect(peer).toEqual({
      origin: 'http://guests.test:8443',
      remote: 'unknown',
      user: null,
      accounts: false
    });
    const { peer: known } = gate(request('/a%20b/liveshare/s/x', headers), {
      ...options,
      guestPort: true,
      publicUrl: 'https://public.test/x/'
    });
    expect(known.origin).toBe('https://public.test');
  });

  it.each([
    [{ username: 'ada' }, { username: 'ada', name: 'ada', owner: false }],
    [
      { username: 'ada', name: 'Ada L.', owner: true },
      { username: 'ada', name: 'Ada L.', owner: true }
    ],
    [
      { username: 'ada', owner: 'true' },
      { username: 'ada', name: 'ada', owner: false }
    ],
    [
      { username: 'ada', owner: 1 },
      { username: 'ada', name: 'ada', owner: false }
    ],
    [{ name: 'nobody', owner: true }, null],
    [null, null],
    ['owner', null],
    [[], null]
  ])('the mount’s word %j on the user is read as %j', (sent, found) => {
    const { peer } = gate(request('/a%20b/liveshare/', { ...mount, ...user(sent) }), options);
    expect(peer.user).toEqual(found);
  });
});
