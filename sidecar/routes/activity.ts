/**
 * The owner's side: who did what to which cell.
 * @module
 */
import type { ShareBook } from '../access/shares.ts';
import type { ActivityBook } from '../activity/book.ts';
import { Refusal } from '../policy/verdict.ts';
import { define, type App, type RouteContext } from './define.ts';
import { ActivityShown } from './schemas.ts';

/** What the route needs. */
export interface ActivityRouteParts {
  readonly shareBook: ShareBook;
  readonly activity: ActivityBook;
}

const USUAL = 50;
const MOST = 200;

/** Declares the route. */
export function activityRoutes(app: App, context: RouteContext, parts: ActivityRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/activity',
    demand: { who: 'owner' },
    summary:
      'Who did what to which cell, newest first: `limit` (at most 200) entries before the cursor `before`',
    answers: { schema: ActivityShown },
    handle: ({ c, param }) => {
      const share = parts.shareBook.get(param('share'));
      const before = c.req.query('before');
      const limit = readNumber(c.req.query('limit') ?? String(USUAL));
      const page = parts.activity.page(
        share.id,
        before === undefined ? null : readNumber(before),
        Math.min(MOST, limit)
      );
      return c.json(page);
    }
  });
}

function readNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new Refusal('bad-request', 'A cursor, or a number of entries, is a whole number above zero.');
  }
  return Number(text);
}
