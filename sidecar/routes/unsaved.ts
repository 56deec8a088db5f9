/**
 * The owner's side: what waits for a save, and cells that were changed both here and in the file.
 * @module
 */
import { z } from '@hono/zod-openapi';
import type { ShareBook } from '../access/shares.ts';
import { settle } from '../document/settle.ts';
import type { Rooms } from '../document/rooms.ts';
import type { UnsavedBook } from '../document/unsavedBook.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Journals, StoredConflict } from '../store/journal.ts';
import type { Comparison } from '../versions/compare.ts';
import { define, type App, type RouteContext } from './define.ts';

/** What the routes need. */
export interface UnsavedRouteParts {
  readonly shareBook: ShareBook;
  readonly rooms: Rooms;
  readonly journals: Journals;
  readonly unsavedBook: UnsavedBook;
  readonly comparison: Comparison;
  /** Called when a conflict was decided. */
  readonly decided: (share: string) => void;
}

const demand = { who: 'owner' } as const;
const Side = z.unknown().nullable();
const ConflictShown = z
  .object({
    id: z.number().int(),
    cell: z.string().nullable(),
    base: Side,
    mine: Side,
    theirs: Side,
    at: z.string()
  })
  .openapi('Conflict');
const Changes = z.object({ text: z.string() }).openapi('UnsavedChanges');
const Decision = z.object({ choose: z.enum(['mine', 'theirs', 'both']) }).strict();

/** Declares the routes. */
export function unsavedRoutes(app: App, context: RouteContext, parts: UnsavedRouteParts): void {
  const { comparison, shareBook, unsavedBook } = parts;
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/save',
    demand,
    summary: 'Save the notebook as it is now',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      await unsavedBook.save(shareBook.get(param('share')).id);
      return c.body(null, 204);
    }
  });
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/discard',
    demand,
    summary: 'Take back what is not saved',
    answers: { status: 204 },
    handle: async ({ c, param }) => {
      await unsavedBook.discard(shareBook.get(param('share')).id);
      return c.body(null, 204);
    }
  });
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/unsaved/diff',
    demand,
    summary: 'What is not saved, as text: the changes since the last save',
    answers: { schema: Changes },
    handle: async ({ c, param }) => {
      const share = shareBook.get(param('share')).id;
      const changes = unsavedBook.changes(share);
      return c.json({
        text: changes === null ? '' : await comparison.compare(share, changes.before, changes.after)
      });
    }
  });
  conflictRoutes(app, context, parts);
  decisionRoute(app, context, parts);
}

function conflictRoutes(app: App, context: RouteContext, parts: UnsavedRouteParts): void {
  const { comparison, shareBook, unsavedBook } = parts;
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/conflicts',
    demand,
    summary: 'Cells that were changed both here and in the file, as each has them',
    answers: { schema: ConflictShown.array() },
    handle: ({ c, param }) => {
      const found = unsavedBook.conflicts(shareBook.get(param('share')).id);
      const read = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
      return c.json(
        found.map(({ base, mine, theirs, ...rest }) => ({
          ...rest,
          ...{ base: read(base), mine: read(mine), theirs: read(theirs) }
        }))
      );
    }
  });
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/conflicts/:conflict/diff',
    demand,
    summary: 'What choosing mine would change in the notebook as it is now, as text',
    answers: { schema: Changes },
    handle: async ({ c, param }) => {
      const share = shareBook.get(param('share')).id;
      const { before, after } = await unsavedBook.conflict(
        share,
        conflictOf(parts, share, param('conflict'))
      );
      return c.json({ text: await comparison.compare(share, before, after) });
    }
  });
}

/** An open conflict; refuses with `not-found`. */
function conflictOf({ journals }: UnsavedRouteParts, share: string, id: string): StoredConflict {
  const found = journals.conflicts(share).find(each => String(each.id) === id);
  if (found === undefined) {
    throw new Refusal('not-found');
  }
  return found;
}

function decisionRoute(app: App, context: RouteContext, parts: UnsavedRouteParts): void {
  const { shareBook, rooms, journals, decided } = parts;
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/conflicts/:conflict',
    demand,
    summary: 'Decide a conflict: mine, theirs, or both, one behind the other',
    body: Decision,
    answers: { status: 204 },
    handle: async ({ c, param, body }) => {
      const share = shareBook.get(param('share')).id;
      const conflict = conflictOf(parts, share, param('conflict'));
      await rooms.with(share, room => {
        settle(room.doc, conflict, body.choose);
        room.backing.commit();
      });
      journals.solve(share, conflict.id);
      decided(share);
      return c.body(null, 204);
    }
  });
}
