/**
 * The notebook for scripts: operations that name cells by id, judged like changes that come from a page.
 * @module
 */
import type { NotebookOperation } from '../../protocol/resources.ts';
import { atOperation } from '../document/patch.ts';
import type { Rooms } from '../document/rooms.ts';
import { define, type App, type RouteContext } from './define.ts';
import { Operation, Operations, Patched } from './schemas.ts';

/** Declares the route. */
export function notebookRoutes(app: App, context: RouteContext, rooms: Rooms): void {
  define(app, context, {
    method: 'patch',
    path: '/s/:share/api/liveshare/notebook',
    demand: { who: 'guest', right: 'edit' },
    summary: 'Change cells by id: all operations, or none; a refusal names the first that failed',
    body: Operations.openapi({ type: 'array', items: { $ref: '#/components/schemas/NotebookOperation' } }),
    answers: { schema: Patched },
    handle: async ({ c, guest, body }) => {
      const operations = body.map(readOperation);
      return c.json(await rooms.with(guest.shareId, room => room.patch(guest, operations)));
    }
  });
  app.openAPIRegistry.register('NotebookOperation', Operation);
}

function readOperation(value: unknown, index: number): NotebookOperation {
  const parsed = Operation.safeParse(value);
  if (!parsed.success) {
    const op = typeof value === 'object' && value !== null && 'op' in value ? value.op : undefined;
    const known = typeof op === 'string' && /^[a-z]{1,20}$/.test(op) ? `"${op}"` : 'that';
    throw atOperation('bad-request', `As ${known} it is not well formed.`, index);
  }
  return parsed.data;
}
