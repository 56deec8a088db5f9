import { describe, expect, it } from 'vitest';
import { GRANT_NAMES, GRANTS, RIGHTS, withImplied } from '../../protocol/levels.ts';
import { meets, sameSite, type Provenance } from './request.ts';

const own = 'https://jupyter.test';
const ask = (given: Partial<Provenance>) =>
  sameSite({ origin: undefined, fetchSite: undefined, own, allowed: [], ambient: false, ...given });
const pass = { allow: true };
const foreign = { allow: false, code: 'foreign-origin' };

describe('sameSite', () => {
  it.each([
    'https://evil.test',
    'null',
    'https://evil.jupyter.test',
    'https://jupyter.test.evil.test',
    'https://eviljupyter.test',
    'https://jupyter.test:8443',
    'http://jupyter.test',
    'https://JUPYTER.test',
    'https://jupyter.test/',
    'https://jupyter.test.',
    ''
  ])('T37, S16: Origin %j is refused, with a cookie and without', origin => {
    expect(ask({ origin })).toEqual(foreign);
    expect(ask({ origin, ambient: true })).toEqual(foreign);
    expect(ask({ origin, fetchSite: 'same-origin' })).toEqual(foreign);
  });

  it('T37: our own origin passes, exactly', () => {
    expect(ask({ origin: own })).toEqual(pass);
    expect(ask({ origin: own, ambient: true })).toEqual(pass);
  });

  it('S16: a proxy that ends TLS before us: https on our host passes, http for an https server does not', () => {
    expect(ask({ origin: 'https://host.test', own: 'http://host.test' })).toEqual(pass);
    expect(ask({ origin: 'http://host.test', own: 'https://host.test' })).toEqual(foreign);
    expect(ask({ origin: 'https://host.test:8888', own: 'http://host.test:8888' })).toEqual(pass);
    expect(ask({ origin: 'https://host.test', own: 'http://host.test:8888' })).toEqual(foreign);
  });

  it('T37, S16: further origins pass by exact match only', () => {
    const allowed = ['https://public.test'];
    expect(ask({ origin: 'https://public.test', allowed })).toEqual(pass);
    expect(ask({ origin: 'https://public.test.evil.test', allowed })).toEqual(foreign);
    expect(ask({ origin: 'https://public-test', allowed })).toEqual(foreign);
    expect(ask({ origin: 'https://any.test', allowed: ['*'] })).toEqual(pass);
  });

  it.each([
    ['cross-site', false, foreign],
    ['same-site', false, foreign],
    ['none', false, foreign],
    ['same-origin', false, pass],
    ['same-origin', true, pass],
    ['cross-site', true, foreign],
    ['same-site', true, foreign],
    [undefined, true, foreign],
    [undefined, false, pass]
  ] as const)('T38: Sec-Fetch-Site %j with a cookie %j', (fetchSite, ambient, verdict) => {
    expect(ask({ fetchSite, ambient })).toEqual(verdict);
  });
});

describe('meets', () => {
  const base = { grants: {}, cells: 'all' as const };

  it('S4: the matrix of right held and right asked', () => {
    for (const held of RIGHTS) {
      const access = { ...base, rights: withImplied({ [held]: true }) };
      for (const asked of RIGHTS) {
        const expected = asked === held || (asked === 'live' && held !== 'static');
        expect([held, asked, meets(access, asked).allow]).toEqual([held, asked, expected]);
      }
      expect(meets(access, 'any')).toEqual(pass);
    }
    const nothing = { ...base, rights: withImplied({}) };
    expect(meets(nothing, 'any')).toEqual(pass);
    for (const asked of RIGHTS) {
      expect(meets(nothing, asked)).toEqual({ allow: false, code: 'no-right' });
    }
  });

  it('S4: the matrix of grants: off when chosen off, on when chosen on, never without the right', () => {
    const all = withImplied({ static: true, edit: true, save: true, execute: true });
    for (const grant of GRANT_NAMES) {
      const { under } = GRANTS[grant];
      expect(meets({ ...base, rights: all, grants: { [grant]: true } }, under, grant)).toEqual(pass);
      expect(meets({ ...base, rights: all, grants: { [grant]: false } }, under, grant).allow).toBe(false);
      const without = { ...all, [under]: false };
      expect(meets({ ...base, rights: without, grants: { [grant]: true } }, under, grant).allow).toBe(false);
      expect(meets({ ...base, rights: without, grants: { [grant]: true } }, 'any', grant).allow).toBe(false);
    }
  });

  it('the scope counts: console is refused to an editor of some cells', () => {
    const rights = withImplied({ edit: true, execute: true });
    expect(meets({ rights, grants: { console: true }, cells: ['a'] }, 'execute', 'console').allow).toBe(
      false
    );
    expect(meets({ rights, grants: { console: true }, cells: 'all' }, 'execute', 'console').allow).toBe(true);
  });
});
