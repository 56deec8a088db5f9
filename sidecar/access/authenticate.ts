/**
 * Request -> guest, or a refusal. A token stands in `Authorization: token …`, in the share's cookie, or, for Jupyter clients
 * that know no other way, in `?token=`. Somebody with an account is known by what the Jupyter Server says of them.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../policy/verdict.ts';
import type { People } from '../store/people.ts';
import type { Sessions } from '../store/sessions.ts';
import type { Shares } from '../store/shares.ts';
import { Guest } from './guest.ts';
import type { Peer } from './peer.ts';
import { digest } from './secrets.ts';
import type { FailureLimit } from './throttle.ts';
import type { Tokens } from './tokens.ts';

/** What authentication looks things up in. */
export interface Registry {
  readonly people: People;
  readonly shares: Shares;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly failures: FailureLimit;
  readonly now: () => number;
}

/** Name of the cookie that holds a share's session. */
export function cookieName(share: string): string {
  return `liveshare-${share}`;
}

/** The credential of a request to a share, and whether browsers send it by themselves. */
export function credential(
  request: IncomingMessage,
  share: string
): { token: string; ambient: boolean } | null {
  const sent = /^(?:token|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '');
  if (sent?.[1] !== undefined) {
    return { token: sent[1], ambient: false };
  }
  const query = new URL(request.url ?? '/', 'http://sidecar').searchParams.get('token');
  if (query !== null && query !== '') {
    return { token: query, ambient: false };
  }
  const prefix = `${cookieName(share)}=`;
  const cookie = (request.headers.cookie ?? '').split(/; */).find(part => part.startsWith(prefix));
  return cookie === undefined ? null : { token: cookie.slice(prefix.length), ambient: true };
}

/**
 * Authenticates a request to a share. Refuses with `no-session` without a credential, with the token's own refusal for a bad
 * one, with `not-found` for one of another share (the same answer as for a share that doesn't exist), with `share-ended` or
 * `no-session` for a person who is gone, and with `too-fast` a bad token from an address that sent too many of them.
 */
export async function authenticate(
  registry: Registry,
  request: IncomingMessage,
  peer: Peer,
  share: string
): Promise<Guest> {
  const found = credential(request, share);
  if (found === null) {
    return byAccount(registry, peer, share);
  }
  const claims = await registry.failures.watch(peer.remote, () =>
    registry.tokens.verify(found.token, ['session'], registry.now())
  );
  return bySession(registry, claims, share, found.ambient);
}

function bySession(
  registry: Registry,
  claims: { share: string; subject: string; id: string },
  share: string,
  ambient: boolean
): Guest {
  if (claims.share !== share) {
    throw new Refusal('not-found');
  }
  if (registry.shares.get(share) === undefined) {
    throw new Refusal('share-ended');
  }
  const id = digest(claims.id);
  const session = registry.sessions.get(id);
  const person = registry.people.get(claims.subject);
  if (
    session === undefined ||
    person === undefined ||
    session.person !== person.id ||
    person.share !== share
  ) {
    throw new Refusal('no-session', 'Your access has ended.');
  }
  checkExpiry(person.expiresAt, registry.now());
  return new Guest(registry.people, registry.shares, person, id, ambient);
}

function byAccount(registry: Registry, peer: Peer, share: string): Guest {
  const person = peer.user === null ? undefined : registry.people.account(share, peer.user.username);
  if (person === undefined) {
    throw new Refusal('no-session');
  }
  checkExpiry(person.expiresAt, registry.now());
  return new Guest(registry.people, registry.shares, person, null, true);
}

/** Refuses with `token-expired` after a person's or link's time. */
export function checkExpiry(expiresAt: string | null, now: number): void {
  if (expiresAt !== null && Date.parse(expiresAt) <= now) {
    throw new Refusal('token-expired', 'Your access has expired. Ask for more time.');
  }
}
