/**
 * Virtual Jupyter server: the owner's open terminals, to look at. None can be made or ended by a guest.
 * Source: jupyter_server_terminals, REST `api/terminals`.
 * @module
 */
import type { Guest } from '../../access/guest.ts';
import { meets } from '../../policy/request.ts';
import { Refusal } from '../../policy/verdict.ts';
import type { TerminalBook } from '../../terminals/terminals.ts';
import { define, type App, type RouteContext } from '../define.ts';

const live = { who: 'guest', right: 'live' } as const;

/** Declares the routes. */
export function terminalRoutes(app: App, context: RouteContext, terminals: TerminalBook): void {
  const listed = async (guest: Guest): Promise<string[]> =>
    meets(guest.access, 'live', 'terminals').allow ? terminals.list() : [];
  const show = (name: string) => ({ name, last_activity: new Date().toISOString() });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/terminals',
    demand: live,
    summary: "The owner's open terminals, for people with the grant `terminals`; none for others",
    handle: async ({ c, guest }) => c.json((await listed(guest)).map(show))
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/terminals',
    demand: live,
    summary: 'Refused: a terminal is the whole computer',
    handle: () => {
      throw new Refusal('no-right', 'Guests can’t start terminals.');
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/terminals/:name',
    demand: live,
    summary: 'One open terminal',
    handle: async ({ c, guest, param }) => {
      if (!(await listed(guest)).includes(param('name'))) {
        throw new Refusal('not-found');
      }
      return c.json(show(param('name')));
    }
  });
  define(app, context, {
    method: 'delete',
    path: '/s/:share/api/terminals/:name',
    demand: live,
    summary: 'Refused: a guest ends nothing',
    handle: async ({ guest, param }) => {
      const open = (await listed(guest)).includes(param('name'));
      throw open ? new Refusal('no-right', 'Guests can’t end terminals.') : new Refusal('not-found');
    }
  });
}
