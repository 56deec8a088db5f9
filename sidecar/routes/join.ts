/**
 * The guest's way in: the door page, the session, leaving, and "what may I do".
 * @module
 */
import { randomBytes } from 'node:crypto';
import { deleteCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { cookieName } from '../access/authenticate.ts';
import type { Connections } from '../access/connections.ts';
import { fileName } from '../../protocol/names.ts';
import type { Door } from '../access/join.ts';
import type { Peer } from '../access/peer.ts';
import type { FailureLimit } from '../access/throttle.ts';
import { Guest } from '../access/guest.ts';
import { doorPage, type DoorLogin } from '../pages/door.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Shares } from '../store/shares.ts';
import { define, type App, type Call, type RouteContext } from './define.ts';
import { DoorLook, NewSession } from './schemas.ts';

/** What the routes need. */
export interface JoinRouteParts {
  readonly door: Door;
  readonly people: People;
  readonly shares: Shares;
  readonly failures: FailureLimit;
  readonly connections: Connections;
  readonly frontEnd: FrontEnd;
  /** Path of `B` as in a browser's address. */
  readonly prefix: string;
}

const anyone = { who: 'anyone' } as const;

/** Which front end a guest's link leads to. */
export type FrontEnd = 'lab' | 'notebook';

/** The live notebook in that front end, relative to the share's address. */
export function liveAddress(file: string, frontEnd: FrontEnd): string {
  return `${frontEnd === 'lab' ? 'doc/tree' : 'notebooks'}/${encodeURIComponent(file)}`;
}

/** Where a guest goes on, relative to the share's address; empty when there is nothing for them yet. */
export function nextFor(person: PersonRow, path: string, frontEnd: FrontEnd): string {
  if (person.rights.live) {
    return liveAddress(fileName(path), frontEnd);
  }
  return person.rights.static ? 'page/latest' : '';
}

/** What the door says of logging in. The owner at their own door is no stranger to it. */
function loginFor({ accounts, user }: Peer): DoorLogin {
  if (!accounts || user?.owner === true) {
    return 'none';
  }
  return user === null ? 'offer' : 'in';
}

/** Declares the routes. */
export function joinRoutes(app: App, context: RouteContext, parts: JoinRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share',
    demand: anyone,
    summary: "The guest's first page",
    handle: ({ c, peer }) => {
      const { page, csp } = doorPage(randomBytes(16).toString('base64'), loginFor(peer));
      c.header('content-security-policy', csp);
      return c.html(page);
    }
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/liveshare/door',
    demand: anyone,
    summary: 'What a link opens; uses nothing up',
    body: DoorLook,
    handle: async call => {
      const { param, body, peer } = call;
      const look = () => parts.door.look(param('share'), body.token);
      return call.c.json(await parts.failures.watch(peer.remote, look));
    }
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/liveshare/session',
    demand: anyone,
    summary: 'Trade a link token for a session: a cookie, and the same as `token` for scripts',
    body: NewSession,
    answers: { status: 201 },
    handle: call => enter(parts, call)
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/liveshare/me',
    demand: { who: 'guest', right: 'any' },
    summary: 'Person, rights, cells, grants, share',
    handle: ({ c, guest }) =>
      c.json({ ...guest.me, next: nextFor(guest.person, guest.share.path, parts.frontEnd) })
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/liveshare/leave',
    demand: { who: 'guest', right: 'any' },
    summary: 'End this session',
    body: z.strictObject({}),
    answers: { status: 204 },
    handle: ({ c, guest }) => {
      if (guest.session !== null) {
        parts.door.leave(guest.session);
        parts.connections.end(guest.id, 'no-session', 'You have left.', guest.session);
      }
      deleteCookie(c, cookieName(guest.shareId), { path: `${parts.prefix}s/${guest.shareId}` });
      return c.body(null, 204);
    }
  });
}

async function enter(parts: JoinRouteParts, call: Call<z.infer<typeof NewSession>>): Promise<Response> {
  const { c, body, peer } = call;
  const { token, expiresAt, person } = await parts.failures.watch(peer.remote, () =>
    parts.door.enter(call.param('share'), body.token, { ...body, remote: peer.remote })
  );
  const guest = new Guest(parts.people, parts.shares, person, null, false);
  setCookie(c, cookieName(person.share), token, {
    path: `${parts.prefix}s/${person.share}`,
    httpOnly: true,
    sameSite: 'Lax',
    secure: peer.origin.startsWith('https:'),
    expires: new Date(expiresAt)
  });
  return c.json(
    { token, expiresAt, me: guest.me, next: nextFor(person, guest.share.path, parts.frontEnd) },
    201
  );
}
