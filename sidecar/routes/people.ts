/**
 * The owner's side: people, links, requests.
 * @module
 */
import type { z } from 'zod';
import type { Access, Link } from '../../protocol/resources.ts';
import { absolute } from '../access/address.ts';
import type { LinkBook } from '../access/links.ts';
import { applyChange, NEW_ACCESS, type PeopleBook } from '../access/people.ts';
import type { Peer } from '../access/peer.ts';
import type { ShareBook } from '../access/shares.ts';
import type { Hub } from '../control/hub.ts';
import type { Requests } from '../control/requests.ts';
import { Refusal } from '../policy/verdict.ts';
import type { LinkRow } from '../store/links.ts';
import type { PersonRow } from '../store/people.ts';
import { asChange, checkFuture } from './change.ts';
import { define, type App, type RouteContext } from './define.ts';
import { LinkChange, LinkShown, NewPerson, PersonChange, PersonShown, RequestAnswer } from './schemas.ts';

/** What the routes need. */
export interface PeopleRouteParts {
  readonly shareBook: ShareBook;
  readonly peopleBook: PeopleBook;
  readonly linkBook: LinkBook;
  readonly requests: Requests;
  readonly hub: Hub;
  /** Resolves when saves are held as the shares now demand. */
  readonly settle: () => Promise<void>;
}

const demand = { who: 'owner' } as const;

/** Declares the routes. */
export function peopleRoutes(app: App, context: RouteContext, parts: PeopleRouteParts): void {
  personRoutes(app, context, parts);
  linkRoutes(app, context, parts);
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/requests/:request',
    demand,
    summary: "Answer a guest's request for rights",
    body: RequestAnswer,
    answers: { status: 204 },
    handle: async ({ c, param, body }) => {
      const share = parts.shareBook.get(param('share'));
      const request = parts.requests.take(share.id, param('request'));
      const { id } = request.person;
      if ('rights' in body) {
        const person = parts.peopleBook.get(share.id, id);
        parts.peopleBook.change(share.id, person.id, applyChange(person, { rights: body.rights }));
        await parts.settle();
      }
      const { rights } = parts.peopleBook.get(share.id, id);
      parts.hub.toGuest(id, {
        type: 'asked',
        waiting: parts.requests.waiting(id),
        refused: request.rights.filter(right => !rights[right])
      });
      return c.body(null, 204);
    }
  });
}

function personRoutes(app: App, context: RouteContext, parts: PeopleRouteParts): void {
  const { shareBook, peopleBook, settle } = parts;
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/people',
    demand,
    summary: 'Invite a person: by account, or by name with a link of their own',
    body: NewPerson,
    answers: { status: 201, schema: PersonShown },
    handle: async ({ c, peer, param, body }) => {
      const share = shareBook.get(param('share'));
      const who =
        'username' in body
          ? { username: body.username, name: body.name ?? body.username }
          : { name: body.name };
      const access = applyChange(NEW_ACCESS, asChange(body));
      checkFuture(access.expiresAt);
      const { person, url } = await peopleBook.invite(share.id, who, access);
      await settle();
      return c.json(
        {
          ...shareBook.showPerson(person),
          ...(url === undefined ? {} : { url: absolute(url, peer.origin) })
        },
        201
      );
    }
  });
  personChangeRoutes(app, context, parts);
}

function personChangeRoutes(app: App, context: RouteContext, parts: PeopleRouteParts): void {
  const { shareBook, peopleBook, linkBook, settle } = parts;
  /** What somebody who waits is let in with; null for everybody else. */
  const letIn = (person: PersonRow, { waiting }: z.infer<typeof PersonChange>): Access | null => {
    if (!person.waiting) {
      return null;
    }
    if (waiting === undefined) {
      throw new Refusal('bad-request', 'This person waits at the door: let them in first.');
    }
    return person.link === null ? person : linkBook.get(person.share, person.link);
  };
  define(app, context, {
    method: 'patch',
    path: '/api/shares/:share/people/:person',
    demand,
    summary: 'Change what a person may do; in force before the reply',
    body: PersonChange,
    answers: { schema: PersonShown },
    handle: async ({ c, peer, param, body }) => {
      const share = shareBook.get(param('share'));
      const before = peopleBook.get(share.id, param('person'));
      const access = applyChange(letIn(before, body) ?? before, asChange(body));
      if (body.expiresAt !== undefined) {
        checkFuture(access.expiresAt);
      }
      const person = before.waiting
        ? peopleBook.admit(share.id, before.id, access)
        : peopleBook.change(share.id, before.id, access, body.name);
      await settle();
      if (body.renewLink === undefined) {
        return c.json(shareBook.showPerson(person));
      }
      if (person.kind !== 'invited') {
        throw new Refusal('bad-request', 'Only an invited person has a link of their own.');
      }
      const { person: renewed, url } = await peopleBook.renewLink(share.id, person.id);
      return c.json({ ...shareBook.showPerson(renewed), url: absolute(url, peer.origin) });
    }
  });
  define(app, context, {
    method: 'delete',
    path: '/api/shares/:share/people/:person',
    demand,
    summary: 'Remove a person; their sockets are closed before the reply',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      const share = shareBook.get(param('share'));
      parts.requests.forget(param('person'));
      peopleBook.remove(share.id, param('person'));
      await settle();
      return c.body(null, 204);
    }
  });
}

function linkRoutes(app: App, context: RouteContext, parts: PeopleRouteParts): void {
  const { shareBook, linkBook, settle } = parts;
  const show = async (link: LinkRow, peer: Peer): Promise<Link> => {
    const shown = await linkBook.show(link);
    return { ...shown, url: absolute(shown.url, peer.origin) };
  };
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/links',
    demand,
    summary: 'Make an "anyone with the link" link',
    body: LinkChange,
    answers: { status: 201, schema: LinkShown },
    handle: async ({ c, peer, param, body }) => {
      const share = shareBook.get(param('share'));
      const access = applyChange(NEW_ACCESS, asChange(body));
      checkFuture(access.expiresAt);
      const link = linkBook.create(share.id, access, body);
      await settle();
      return c.json(await show(link, peer), 201);
    }
  });
  define(app, context, {
    method: 'patch',
    path: '/api/shares/:share/links/:link',
    demand,
    summary: 'Change a link',
    body: LinkChange,
    answers: { schema: LinkShown },
    handle: async ({ c, peer, param, body }) => {
      const share = shareBook.get(param('share'));
      const before = linkBook.get(share.id, param('link'));
      const access = applyChange(before, asChange(body));
      if (body.expiresAt !== undefined) {
        checkFuture(access.expiresAt);
      }
      const link = linkBook.change(share.id, before.id, access, body);
      await settle();
      return c.json(await show(link, peer));
    }
  });
  define(app, context, {
    method: 'delete',
    path: '/api/shares/:share/links/:link',
    demand,
    summary: 'Revoke a link and everybody who came by it',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      const share = shareBook.get(param('share'));
      linkBook.remove(share.id, param('link'));
      await settle();
      return c.body(null, 204);
    }
  });
}
