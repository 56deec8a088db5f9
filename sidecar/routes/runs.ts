/**
 * The owner's side of the run queue: run a cell through the sidecar, take a run out that waits.
 * @module
 */
import { z } from 'zod';
import type { ShareBook } from '../access/shares.ts';
import { OWNER_ID, ownerAs } from '../../protocol/messages.ts';
import type { KernelRoom } from '../kernel/room.ts';
import { CellRun } from './schemas.ts';
import { define, type App, type RouteContext } from './define.ts';

/** What the routes need. */
export interface RunRouteParts {
  readonly shareBook: ShareBook;
  readonly kernelRoom: (share: string) => KernelRoom;
}

const demand = { who: 'owner' } as const;

/** Declares the routes. */
export function runRoutes(app: App, context: RouteContext, parts: RunRouteParts): void {
  define(app, context, {
    method: 'post',
    path: '/api/shares/:share/runs',
    demand,
    summary:
      'Run a cell through the sidecar: it goes on when every browser is closed. Its end comes as `run_ended`',
    body: CellRun,
    answers: { status: 202, schema: z.object({ run: z.string() }) },
    handle: async ({ c, param, body }) => {
      const { id, owner } = parts.shareBook.get(param('share'));
      const { run } = await parts.kernelRoom(id).runs.order({
        person: ownerAs(owner),
        cell: body.cell_id,
        hash: body.source_hash,
        after: body.after,
        check: () => void parts.shareBook.get(id),
        types: () => true,
        answers: () => true,
        single: true
      });
      return c.json({ run }, 202);
    }
  });
  define(app, context, {
    method: 'delete',
    path: '/api/shares/:share/runs/:run',
    demand,
    summary: 'Take anybody’s run out of the queue; one that runs is stopped by an interrupt only',
    answers: { status: 204 },
    handle: ({ c, param }) => {
      const { id } = parts.shareBook.get(param('share'));
      parts.kernelRoom(id).runs.cancel(param('run'), OWNER_ID);
      return c.body(null, 204);
    }
  });
}
