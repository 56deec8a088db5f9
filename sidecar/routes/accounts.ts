/**
 * Accounts: whom the owner can invite, groups at once, and what is shared with the account that asks.
 * @module
 */
import { z } from 'zod';
import type { AccountBook } from '../access/accounts.ts';
import { absolute } from '../access/address.ts';
import { applyChange, NEW_ACCESS, type PeopleBook } from '../access/people.ts';
import type { ShareBook } from '../access/shares.ts';
import { fileName } from '../../protocol/names.ts';
import type { SharedWithMe } from '../../protocol/resources.ts';
import type { People } from '../store/people.ts';
import { define, type App, type RouteContext } from './define.ts';
import { asChange, checkFuture } from './change.ts';
import { NewGroup, PersonShown, SharedShown } from './schemas.ts';

/** What the routes need. */
export interface AccountRouteParts {
  readonly accountBook: AccountBook;
  readonly shareBook: ShareBook;
  readonly peopleBook: PeopleBook;
  readonly people: People;
  readonly now: () => number;
  /** Address of a share, without a token. */
  readonly address: (share: string) => string;
  /** Resolves when saves are held as the shares now demand. */
  readonly settle: () => Promise<void>;
}

const owner = { who: 'owner' } as const;
const account = z.object({ username: z.string(), name: z.string() });
const group = z.object({ group: z.string(), members: z.number() });

/** Declares the routes. */
export function accountRoutes(app: App, context: RouteContext, parts: AccountRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/api/people',
    demand: owner,
    summary: 'Accounts that can be invited, and groups of them',
    answers: { schema: z.array(z.union([account, group])) },
    handle: async ({ c, owner: me }) =>
      c.json(await parts.accountBook.find((c.req.query('query') ?? '').slice(0, 200), me.username))
  });
  define(app, context, {
    method: 'get',
    path: '/api/shared-with-me',
    demand: { who: 'account' },
    summary: 'Notebooks shared with the account that asks',
    answers: { schema: z.array(SharedShown) },
    handle: ({ c, peer, account: me }) => c.json(sharedWith(parts, me.username, peer.origin))
  });
  groupRoute(app, context, parts);
}

function groupRoute(app: App, context: RouteContext, parts: AccountRouteParts): void {
  const { accountBook, shareBook, peopleBook, people, settle } = parts;
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/groups',
    demand: owner,
    summary: 'Invite the members that a group has now; those on the list stay as they are',
    body: NewGroup,
    answers: { status: 201, schema: z.object({ people: z.array(PersonShown) }) },
    handle: async ({ c, param, body, owner: me }) => {
      const share = shareBook.get(param('share'));
      const access = applyChange(NEW_ACCESS, asChange(body));
      checkFuture(access.expiresAt);
      const members = await accountBook.members(body.group);
      const invited = [];
      for (const who of members) {
        if (who.username !== me.username && people.account(share.id, who.username) === undefined) {
          invited.push((await peopleBook.invite(share.id, who, access)).person);
        }
      }
      await settle();
      return c.json({ people: invited.map(person => shareBook.showPerson(person)) }, 201);
    }
  });
}

function sharedWith(parts: AccountRouteParts, username: string, origin: string): SharedWithMe[] {
  const { people, shareBook, address, now } = parts;
  const mine = people.all().filter(person => person.username === username);
  const open = mine.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now());
  return open.map(({ share, rights, expiresAt }) => {
    const { path, owner: by } = shareBook.get(share);
    return { name: fileName(path), owner: by, rights, expiresAt, url: absolute(address(share), origin) };
  });
}
