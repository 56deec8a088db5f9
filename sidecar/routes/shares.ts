/**
 * The owner's side: `api/shares`.
 * @module
 */
import { withOrigin } from '../access/address.ts';
import type { Peer } from '../access/peer.ts';
import type { ShareBook } from '../access/shares.ts';
import { Refusal } from '../policy/verdict.ts';
import type { ShareRow } from '../store/shares.ts';
import type { Contents } from '../upstream/contents.ts';
import { define, type App, type RouteContext } from './define.ts';
import { NewShare, ShareChange, ShareShown } from './schemas.ts';

/** What the routes need. */
export interface ShareRouteParts {
  readonly shareBook: ShareBook;
  readonly contents: Contents;
  /** Resolves when saves are held as the shares now demand. */
  readonly settle: () => Promise<void>;
  /** Saves or discards what is unsaved, as the owner wishes; refuses with `unsaved-changes` when they haven't said. */
  readonly beforeEnd: (share: string, wish: string | undefined) => Promise<void>;
}

const demand = { who: 'owner' } as const;

/** Declares the routes. */
export function shareRoutes(app: App, context: RouteContext, parts: ShareRouteParts): void {
  const { shareBook, contents, settle } = parts;
  const show = async (share: ShareRow, peer: Peer) => withOrigin(await shareBook.show(share), peer.origin);
  define(app, context, {
    method: 'get',
    path: '/api/shares',
    demand,
    summary: 'List the shared notebooks',
    answers: { schema: ShareShown.array() },
    handle: async ({ c, peer }) => c.json(await Promise.all(shareBook.all().map(share => show(share, peer))))
  });
  define(app, context, {
    method: 'post',
    path: '/api/shares',
    demand,
    summary: 'Share a notebook; the existing share if there is one',
    body: NewShare,
    answers: { status: 201, schema: ShareShown },
    handle: async ({ c, peer, body, owner }) => {
      const path = plainPath(body.path);
      await contents.notebook(path, false);
      const { share, created } = shareBook.create(await contents.fileId(path), path, owner.name);
      return c.json(await show(share, peer), created ? 201 : 200);
    }
  });
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share',
    demand,
    summary: 'One share',
    answers: { schema: ShareShown },
    handle: async ({ c, peer, param }) => c.json(await show(shareBook.get(param('share')), peer))
  });
  define(app, context, {
    method: 'patch',
    path: '/api/shares/:share',
    demand,
    summary: 'Change settings',
    body: ShareChange,
    answers: { schema: ShareShown },
    handle: async ({ c, peer, param, body }) => {
      const share = shareBook.change(param('share'), body);
      await settle();
      return c.json(await show(share, peer));
    }
  });
  endRoute(app, context, parts);
}

function endRoute(app: App, context: RouteContext, { shareBook, settle, beforeEnd }: ShareRouteParts): void {
  define(app, context, {
    method: 'delete',
    path: '/api/shares/:share',
    demand,
    summary:
      'End a share: all its sockets close at once. `unsaved` (save or discard) says what becomes of unsaved changes',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      await beforeEnd(shareBook.get(param('share')).id, c.req.query('unsaved'));
      shareBook.end(param('share'));
      await settle();
      return c.body(null, 204);
    }
  });
}

/** A notebook's path from the server's root. */
function plainPath(path: string): string {
  const parts = path.split('/').filter(part => part !== '');
  if (parts.some(part => part === '.' || part === '..') || !path.endsWith('.ipynb')) {
    throw new Refusal('bad-request', 'That is not the path of a notebook.');
  }
  return parts.join('/');
}
