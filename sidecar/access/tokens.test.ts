import { createHmac, generateKeyPairSync } from 'node:crypto';
import { exportSPKI, SignJWT, exportJWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Keys } from '../store/keys.ts';
import { refusalOf } from '../testing/books.ts';
import { Tokens, type TokenKind } from './tokens.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const claims = { share: 'share-1', subject: 'person-1', id: 'token-1' };
let keys: Keys;
let tokens: Tokens;
beforeEach(async () => {
  keys = await Keys.open(null, () => NOW);
  tokens = new Tokens(keys);
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const verify = (token: string, kinds: TokenKind[] = ['session'], now = NOW, share?: string) =>
  refusalOf(() => tokens.verify(token, kinds, now, share));
const sign = (kind: TokenKind = 'session', ends = NOW + 3_600_000) => tokens.sign(kind, claims, NOW, ends);

/** A token signed with the ring's own key, with a header and payload of the test's. */
function forge(header: Record<string, unknown>, payload: Record<string, unknown>): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'liveshare-session+jwt', kid: keys.current.kid, ...header })
    .sign(keys.current.privateKey);
}
const seconds = Math.floor(NOW / 1000);
const good = {
  iss: 'jupyter-liveshare',
  aud: 'share-1',
  sub: 'person-1',
  jti: 'token-1',
  iat: seconds,
  nbf: seconds,
  exp: seconds + 3600
};

describe('a token', () => {
  it('says who and what it is for, and no right', async () => {
    expect(await tokens.verify(await sign(), ['session'], NOW, 'share-1')).toEqual({
      kind: 'session',
      ...claims
    });
    const [header, payload] = (await sign())
      .split('.')
      .map(each => (each.startsWith('eyJ') ? decode(each) : {}));
    expect(header).toEqual({ alg: 'EdDSA', typ: 'liveshare-session+jwt', kid: keys.current.kid });
    expect(Object.keys(payload!).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub']);
  });

  it('the forger of these tests makes good tokens too', async () => {
    expect(await verify(await forge({}, good))).toBeNull();
  });
});

describe('T1: algorithms', () => {
  it('none is refused, with and without a signature', async () => {
    const [, payload, signature] = (await sign()).split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = encode({ alg, typ: 'liveshare-session+jwt', kid: keys.current.kid });
      expect(await verify(`${header}.${payload}.`)).toBe('token-invalid');
      expect(await verify(`${header}.${payload}.${signature}`)).toBe('token-invalid');
    }
  });

  it('HS256 with the public key as its secret is refused', async () => {
    const { kid, publicKey } = keys.current;
    const secrets = [
      await exportSPKI(publicKey),
      (await exportJWK(publicKey)).x ?? '',
      Buffer.from((await exportJWK(publicKey)).x ?? '', 'base64url')
    ];
    for (const secret of secrets) {
      const body = `${encode({ alg: 'HS256', typ: 'liveshare-session+jwt', kid })}.${encode(good)}`;
      const signature = createHmac('sha256', secret).update(body).digest('base64url');
      expect(await verify(`${body}.${signature}`)).toBe('token-invalid');
    }
  });

  it('another key, a key that the token brings along, and unknown algorithms are refused', async () => {
    const foreign = await Keys.open(null, () => NOW);
    const { privateKey, publicKey } = foreign.current;
    const { kid } = keys.current;
    const jwk = await exportJWK(publicKey);
    const stranger = (header: Record<string, unknown>) =>
      new SignJWT(good)
        .setProtectedHeader({ alg: 'EdDSA', typ: 'liveshare-session+jwt', ...header })
        .sign(privateKey);
    expect(await verify(await stranger({ kid }))).toBe('token-invalid');
    expect(await verify(await stranger({ kid: foreign.current.kid, jwk }))).toBe('token-invalid');
    expect(
      await verify(await stranger({ kid, jwk, x5u: 'https://evil.test', jku: 'https://evil.test' }))
    ).toBe('token-invalid');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = await new SignJWT(good)
      .setProtectedHeader({ alg: 'RS256', typ: 'liveshare-session+jwt', kid })
      .sign(rsa.privateKey);
    expect(await verify(rs256)).toBe('token-invalid');
  });

  it('a changed payload, header or signature is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await sign()).split('.');
    const other = encode({ ...decode(payload), sub: 'person-2' });
    expect(await verify(`${header}.${other}.${signature}`)).toBe('token-invalid');
    const flipped = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`;
    expect(await verify(`${header}.${payload}.${flipped}`)).toBe('token-invalid');
  });

  it.each(['', '.', '..', 'a.b.c', 'x'.repeat(2_001), 'ey'.repeat(500), '{}', '\u0000'])(
    '%j is no token',
    async token => {
      expect(await verify(token)).toBe('token-invalid');
    }
  );
});

describe('T2: claims', () => {
  it.each(['aud', 'sub', 'jti', 'exp', 'nbf', 'iat', 'iss'])('one without %s is refused', async claim => {
    const payload: Record<string, unknown> = { ...good };
    Reflect.deleteProperty(payload, claim);
    expect(await verify(await forge({}, payload))).toBe('token-invalid');
  });

  it.each([
    ['a wrong issuer', { iss: 'somebody' }],
    ['several audiences', { aud: ['share-1', 'share-2'] }],
    ['a number for its id', { jti: 5 }],
    ['text for its expiry', { exp: '9999999999' }]
  ])('one with %s is refused', async (_, change) => {
    expect(await verify(await forge({}, { ...good, ...change }))).not.toBeNull();
  });

  it('a wrong audience is refused where one is demanded', async () => {
    expect(await verify(await sign(), ['session'], NOW, 'share-2')).toBe('token-invalid');
    expect(await verify(await sign(), ['session'], NOW, 'share-1')).toBeNull();
  });

  it('a kind stands for no other kind', async () => {
    const kinds: TokenKind[] = ['invitation', 'link', 'session'];
    for (const made of kinds) {
      for (const asked of kinds) {
        expect(await verify(await sign(made), [asked])).toBe(made === asked ? null : 'token-invalid');
      }
    }
  });

  it.each([
    { typ: undefined },
    { typ: 'JWT' },
    { typ: 'LIVESHARE-SESSION+JWT' },
    { kid: undefined },
    { kid: 'other' }
  ])('a header with %j is refused', async change => {
    expect(await verify(await forge(change, good))).toBe('token-invalid');
  });
});

describe('T4, S14: time', () => {
  it('after its end 59 s are tolerated, 61 s are not', async () => {
    const ends = NOW + 3_600_000;
    const token = await sign('session', ends);
    expect(await verify(token, ['session'], ends - 1)).toBeNull();
    expect(await verify(token, ['session'], ends + 59_000)).toBeNull();
    expect(await verify(token, ['session'], ends + 61_000)).toBe('token-expired');
    expect(await verify(token, ['session'], ends + 400_000)).toBe('token-expired');
  });

  it('before its time 59 s are tolerated, 61 s are not', async () => {
    const token = await sign();
    expect(await verify(token, ['session'], NOW - 59_000)).toBeNull();
    expect(await verify(token, ['session'], NOW - 61_000)).toBe('token-invalid');
  });

  it('a forged token that is expired as well is invalid, not expired: its end says nothing', async () => {
    const stranger = new Tokens(await Keys.open(null, () => NOW));
    const token = await stranger.sign('session', claims, NOW - 7_200_000, NOW - 3_600_000);
    expect(await verify(token)).toBe('token-invalid');
  });
});

describe('T5: rotation', () => {
  it('the old key verifies through its grace; new tokens carry the new key', async () => {
    const old = await sign();
    const before = keys.current.kid;
    await keys.rotate();
    expect(await verify(old)).toBeNull();
    expect(decode((await sign()).split('.')[0])['kid']).toBe(keys.current.kid);
    expect(keys.current.kid).not.toBe(before);
    keys.remove(before);
    expect(await verify(old)).toBe('token-invalid');
    expect(await verify(await sign())).toBeNull();
  });
});
