/**
 * Versions: saved, listed, read, compared, restored; by the owner, and by guests as far as their rights reach.
 * @module
 */
import type { Context } from 'hono';
import type { ShareBook } from '../access/shares.ts';
import type { Guest } from '../access/guest.ts';
import type { ActivityBook } from '../activity/book.ts';
import { toNotebook } from '../document/cells.ts';
import { planRestore } from '../document/restorePlan.ts';
import type { Rooms } from '../document/rooms.ts';
import { fileName } from '../../protocol/names.ts';
import { meets } from '../policy/request.ts';
import { enforce, Refusal } from '../policy/verdict.ts';
import { seesVersion } from '../policy/versions.ts';
import type { VersionBook } from '../versions/book.ts';
import type { Comparison } from '../versions/compare.ts';
import type { Notebook } from '../versions/split.ts';
import { define, type App, type Env, type RouteContext } from './define.ts';
import {
  NewVersion,
  VersionChange,
  VersionContentShown,
  VersionDiffShown,
  VersionRestoredShown,
  VersionSavedShown,
  VersionShown,
  VersionsShown
} from './versionSchemas.ts';

/** What the routes need. */
export interface VersionRouteParts {
  readonly shareBook: ShareBook;
  readonly versionBook: VersionBook;
  readonly comparison: Comparison;
  readonly rooms: Rooms;
  readonly activity: ActivityBook;
}

/** Path of the owner's versions, and of a guest's. */
const OWNERS = '/api/shares/:share/versions';
const GUESTS = '/s/:share/api/liveshare/versions';

/** Declares the routes. */
export function versionRoutes(app: App, context: RouteContext, parts: VersionRouteParts): void {
  ownerLists(app, context, parts);
  ownerOne(app, context, parts);
  guestLists(app, context, parts);
  guestOne(app, context, parts);
}

function ownerLists(app: App, context: RouteContext, parts: VersionRouteParts): void {
  const { shareBook, versionBook: book, activity } = parts;
  const demand = { who: 'owner' } as const;
  define(app, context, {
    method: 'get',
    path: OWNERS,
    demand,
    summary: 'List the versions, newest first',
    answers: { schema: VersionsShown },
    handle: ({ c, param }) => c.json({ items: book.list(shareBook.get(param('share')).id), kept: book.kept })
  });
  define(app, context, {
    method: 'post',
    path: OWNERS,
    demand,
    summary: 'Write the notebook to disk and keep it as a version',
    body: NewVersion,
    answers: { status: 201, schema: VersionSavedShown },
    handle: async ({ c, param, body }) => {
      const { id } = shareBook.get(param('share'));
      const saved = await book.save(id, null, body.message);
      activity.note(id, null, 'version');
      return c.json(saved, 201);
    }
  });
}

function ownerOne(app: App, context: RouteContext, parts: VersionRouteParts): void {
  const { shareBook, versionBook: book } = parts;
  const demand = { who: 'owner' } as const;
  const path = `${OWNERS}/:version`;
  define(app, context, {
    method: 'get',
    path,
    demand,
    summary: 'A version with its notebook (nbformat JSON)',
    answers: { schema: VersionContentShown },
    handle: async ({ c, param }) => {
      const [{ id }, number] = [shareBook.get(param('share')), readNumber(param('version'))];
      return c.json({ ...book.get(id, number), content: await book.read(id, number) });
    }
  });
  define(app, context, {
    method: 'patch',
    path,
    demand,
    summary: 'Pin a version: it stays when the oldest make room',
    body: VersionChange,
    answers: { schema: VersionShown },
    handle: ({ c, param, body }) =>
      c.json(book.pin(shareBook.get(param('share')).id, readNumber(param('version')), body.pinned))
  });
  define(app, context, {
    method: 'delete',
    path,
    demand,
    summary: 'Remove a version',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      await book.remove(shareBook.get(param('share')).id, readNumber(param('version')));
      return c.body(null, 204);
    }
  });
  ownerActs(app, context, parts);
}

function ownerActs(app: App, context: RouteContext, parts: VersionRouteParts): void {
  const { shareBook, versionBook: book, rooms, activity } = parts;
  const demand = { who: 'owner' } as const;
  const path = `${OWNERS}/:version`;
  define(app, context, {
    method: 'post',
    path: `${path}/restore`,
    demand,
    summary: 'Bring the notebook back to a version, as new changes; outputs come back too',
    answers: { schema: VersionRestoredShown },
    handle: async ({ c, param }) => {
      const { id } = shareBook.get(param('share'));
      const content = await book.read(id, readNumber(param('version')));
      const changed = await rooms.with(id, room => room.restore(content));
      activity.note(id, null, 'restored');
      return c.json({ changed });
    }
  });
  define(app, context, {
    method: 'get',
    path: `${path}/diff`,
    demand,
    summary: 'What changed between a version and another (`with=<n>`), or the notebook as it is (`with=now`)',
    answers: { schema: VersionDiffShown },
    handle: async ({ c, param }) => {
      const { id } = shareBook.get(param('share'));
      return c.json(
        await compare(c, parts, id, readNumber(param('version')), number => book.get(id, number))
      );
    }
  });
}

function guestLists(app: App, context: RouteContext, parts: VersionRouteParts): void {
  const { versionBook: book, activity } = parts;
  define(app, context, {
    method: 'get',
    path: GUESTS,
    demand: { who: 'guest', right: 'any' },
    summary: 'List the versions that the guest may see, newest first',
    answers: { schema: VersionsShown },
    handle: ({ c, guest }) => {
      const items = book.list(guest.shareId).filter(each => seesVersion(guest.access, guest.id, each));
      return c.json({ items, kept: book.kept });
    }
  });
  define(app, context, {
    method: 'post',
    path: GUESTS,
    demand: { who: 'guest', right: 'save' },
    summary: 'Write the notebook to disk and keep it as a version',
    body: NewVersion,
    answers: { status: 201, schema: VersionSavedShown },
    handle: async ({ c, guest, body }) => {
      const saved = await book.save(guest.shareId, guest.who, body.message);
      activity.note(guest.shareId, guest.who, 'version');
      // Why git refused may name the owner's folders.
      const commitProblem = saved.commitProblem === null ? null : 'The version could not be committed.';
      return c.json({ ...saved, commitProblem }, 201);
    }
  });
}

function guestOne(app: App, context: RouteContext, parts: VersionRouteParts): void {
  const { versionBook: book, rooms, activity } = parts;
  const path = `${GUESTS}/:version`;
  const any = { who: 'guest', right: 'any' } as const;
  define(app, context, {
    method: 'get',
    path,
    demand: { who: 'guest', right: 'live', grant: 'copy' },
    summary: 'A version with its notebook (nbformat JSON); `download` names it as a file',
    answers: { schema: VersionContentShown },
    handle: async ({ c, guest, param }) => {
      const version = seen(book, guest, readNumber(param('version')));
      const content = await book.read(guest.shareId, version.number);
      if (c.req.query('download') === undefined) {
        return c.json({ ...version, content });
      }
      const name = fileName(guest.share.path).replace(/\.ipynb$/, ` (version ${version.number}).ipynb`);
      return download(c, name, content);
    }
  });
  define(app, context, {
    method: 'post',
    path: `${path}/restore`,
    demand: { who: 'guest', right: 'edit' },
    summary: 'Bring the notebook back to a version, as changes of the guest’s own; outputs stay as they are',
    answers: { schema: VersionRestoredShown },
    handle: async ({ c, guest, param }) => {
      const { cells, structure } = guest.access;
      if (cells !== 'all' || !structure) {
        throw new Refusal('no-right', 'Going back to a version takes the right to edit the whole notebook.');
      }
      const { number } = seen(book, guest, readNumber(param('version')));
      const content = await book.read(guest.shareId, number);
      const result = await rooms.with(guest.shareId, room => {
        const operations = planRestore(toNotebook(room.doc), content);
        return operations.length === 0 ? { cells: [], inserted: [] } : room.patch(guest, operations);
      });
      activity.note(guest.shareId, guest.who, 'restored');
      return c.json({ changed: result.cells.length + result.inserted.length });
    }
  });
  define(app, context, {
    method: 'get',
    path: `${path}/diff`,
    demand: any,
    summary: 'What changed between two versions that the guest may see; `with=now` takes `live`',
    answers: { schema: VersionDiffShown },
    handle: async ({ c, guest, param }) => {
      const read = (number: number) => seen(book, guest, number);
      read(readNumber(param('version')));
      if ((c.req.query('with') ?? 'now') === 'now') {
        enforce(meets(guest.access, 'live'));
      }
      return c.json(await compare(c, parts, guest.shareId, readNumber(param('version')), read));
    }
  });
}

/** A version that a guest may see; for any other, the answer is the same as when there is none. */
function seen(book: VersionBook, guest: Guest, number: number) {
  const version = book.get(guest.shareId, number);
  if (!seesVersion(guest.access, guest.id, version)) {
    throw new Refusal('not-found', 'There is no such version.');
  }
  return version;
}

/** Compares a version with what the query names; the older is the side that changes come from. */
async function compare(
  c: Context<Env>,
  { versionBook, comparison, rooms }: VersionRouteParts,
  share: string,
  number: number,
  admit: (number: number) => unknown
) {
  const asked = c.req.query('with') ?? 'now';
  const other = asked === 'now' ? null : readNumber(asked);
  admit(number);
  if (other !== null) {
    admit(other);
  }
  const [from, to] = other !== null && other < number ? [other, number] : [number, other];
  const before = await versionBook.read(share, from);
  const after: Notebook =
    to === null ? await rooms.with(share, room => toNotebook(room.doc)) : await versionBook.read(share, to);
  return { from, to: to ?? 'now', text: await comparison.compare(share, before, after) };
}

function download(c: Context<Env>, name: string, content: Notebook): Response {
  c.header('content-security-policy', "sandbox; default-src 'none'");
  c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  return c.body(JSON.stringify(content, null, 1), 200, { 'content-type': 'application/x-ipynb+json' });
}

/** Number of a version, from an address. */
export function readNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new Refusal('not-found', 'There is no such version.');
  }
  return Number(text);
}
