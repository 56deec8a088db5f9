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
import type { Journals } from '../store/journal.ts';
import { define, type App, type RouteContext } from './define.ts';

/** What the routes need. */
export interface UnsavedRouteParts {
  readonly shareBook: ShareBook;
  readonly rooms: Rooms;
  readonly journals: Journals;
  readonly unsavedBook: UnsavedBook;
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
const Decision = z.object({ choose: z.enum(['mine', 'theirs', 'both']) }).strict();

/** Declares the routes. */
export function unsavedRoutes(app: App, context: RouteContext, parts: UnsavedRouteParts): void {
  const { shareBook, unsavedBook } = parts;
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
  conflictRoutes(app, context, parts);
}

function conflictRoutes(app: App, context: RouteContext, parts: UnsavedRouteParts): void {
  const { shareBook, rooms, journals, unsavedBook, decided } = parts;
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
    method: 'post',
    path: '/api/shares/:share/conflicts/:conflict',
    demand,
    summary: 'Decide a conflict: mine, theirs, or both, one behind the other',
    body: Decision,
    answers: { status: 204 },
    handle: async ({ c, param, body }) => {
      const share = shareBook.get(param('share')).id;
      const conflict = journals.conflicts(share).find(({ id }) => String(id) === param('conflict'));
      if (conflict === undefined) {
        throw new Refusal('not-found');
      }
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
