/**
 * Signed tokens: EdDSA JWTs (RFC 7519, RFC 8037) that say who, never what. Algorithm, type, issuer, audience, subject, id
 * and expiry are all demanded (RFC 8725).
 * @module
 */
import { errors, jwtVerify, SignJWT } from 'jose';
import { Refusal } from '../policy/verdict.ts';
import type { Keys } from '../store/keys.ts';

/** What a token is for; its `typ` header. */
export type TokenKind = 'invitation' | 'link' | 'session';

/** What a token says. */
export interface Claims {
  /** Share id (`aud`). */
  readonly share: string;
  /** Person id, or link id for `link` tokens (`sub`). */
  readonly subject: string;
  /** Token id (`jti`). */
  readonly id: string;
}

const ISSUER = 'jupyter-liveshare';
/** Seconds a clock may be off (situations S14). */
const TOLERANCE = 60;
/** Longest token that is looked at, in characters. */
const MAX_LENGTH = 2_000;

/** Signs and verifies. Time is an argument. */
export class Tokens {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** Signs a token that ends at `expiresAt` (milliseconds since the epoch). */
  async sign(kind: TokenKind, claims: Claims, now: number, expiresAt: number): Promise<string> {
    const key = await this.#keys.signing();
    return new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', typ: typ(kind), kid: key.kid })
      .setIssuer(ISSUER)
      .setAudience(claims.share)
      .setSubject(claims.subject)
      .setJti(claims.id)
      .setIssuedAt(seconds(now))
      .setNotBefore(seconds(now))
      .setExpirationTime(seconds(expiresAt))
      .sign(key.privateKey);
  }

  /**
   * Verifies a token of one of the kinds. Refuses with `token-expired` or `token-invalid`; `share`, when given, must be
   * its audience.
   */
  async verify(
    token: string,
    kinds: readonly TokenKind[],
    now: number,
    share?: string
  ): Promise<Claims & { kind: TokenKind }> {
    if (token.length > MAX_LENGTH) {
      throw new Refusal('token-invalid');
    }
    try {
      const { payload, protectedHeader } = await jwtVerify(token, header => this.#publicKey(header.kid), {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        ...(share === undefined ? {} : { audience: share }),
        requiredClaims: ['aud', 'sub', 'jti', 'exp', 'nbf', 'iat'],
        clockTolerance: TOLERANCE,
        currentDate: new Date(now)
      });
      const kind = kinds.find(each => typ(each) === protectedHeader.typ);
      const { aud, sub, jti } = payload as Record<string, unknown>;
      if (kind === undefined || !isText(aud) || !isText(sub) || !isText(jti)) {
        throw new Refusal('token-invalid');
      }
      return { kind, share: aud, subject: sub, id: jti };
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw new Refusal('token-expired');
      }
      throw new Refusal('token-invalid');
    }
  }

  #publicKey(kid: string | undefined): CryptoKey {
    const key = kid === undefined ? undefined : this.#keys.find(kid);
    if (key === undefined) {
      throw new Refusal('token-invalid');
    }
    return key.publicKey;
  }
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string';
}

function typ(kind: TokenKind): string {
  return `liveshare-${kind}+jwt`;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
