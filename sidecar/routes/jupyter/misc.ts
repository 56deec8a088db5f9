/**
 * Virtual Jupyter server: identity, and the small questions that stock front ends ask unprompted (facts.md).
 * @module
 */
import { z } from 'zod';
import { initials } from '../../../protocol/names.ts';
import type { Guest } from '../../access/guest.ts';
import { meets } from '../../policy/request.ts';
import { define, type App, type RouteContext } from '../define.ts';

const live = { who: 'guest', right: 'live' } as const;
const Asked = z.record(z.string(), z.array(z.string()));

/** Declares the routes. */
export function miscRoutes(app: App, context: RouteContext): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/api',
    demand: live,
    summary: 'API version',
    handle: ({ c }) => c.json({ version: '2.0.0' })
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/me',
    demand: { who: 'guest', right: 'any' },
    summary: "The guest's own identity and real permissions",
    handle: ({ c, guest }) => {
      const { id, name, color } = guest.who;
      const identity = {
        username: id,
        name,
        display_name: name,
        initials: initials(name),
        avatar_url: null,
        color
      };
      return c.json({ identity, permissions: permissions(guest, c.req.query('permissions')) });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/status',
    demand: live,
    summary: 'Status of the virtual server',
    handle: ({ c }) =>
      c.json({ connections: 1, kernels: 1, last_activity: new Date().toISOString(), started: null })
  });
  emptyRoutes(app, context);
}

/** What a guest's server has none of. */
function emptyRoutes(app: App, context: RouteContext): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/config/:section',
    demand: live,
    summary: 'Front-end configuration: empty',
    handle: ({ c }) => c.json({})
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/nbconvert',
    demand: live,
    summary: 'Export formats: none',
    handle: ({ c }) => c.json({})
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/lsp/status',
    demand: live,
    summary: 'Language servers: none',
    handle: ({ c }) => c.json({ version: 2, sessions: {}, specs: {} })
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/resolvePath',
    demand: live,
    summary: 'Files that a traceback names: none that a guest could open',
    handle: ({ c }) => c.json({ resolved: [] })
  });
}

/** Answers "which of these may I?" from the guest's rights; what isn't known is refused. */
function permissions(guest: Guest, query: string | undefined): Record<string, string[]> {
  const { rights } = guest.access;
  const held: Record<string, Record<string, boolean>> = {
    contents: { read: rights.live, write: rights.edit || rights.save },
    kernels: { read: rights.live, write: rights.execute, execute: rights.execute },
    sessions: { read: rights.live, write: rights.execute },
    terminals: { read: meets(guest.access, 'live', 'terminals').allow }
  };
  let asked: unknown;
  try {
    asked = JSON.parse(query ?? '{}');
  } catch {
    return {};
  }
  const parsed = Asked.safeParse(asked);
  if (!parsed.success) {
    return {};
  }
  const entries = Object.entries(parsed.data).map(([resource, actions]) => {
    const may = Object.hasOwn(held, resource) ? (held[resource] ?? {}) : {};
    return [resource, actions.filter(action => Object.hasOwn(may, action) && may[action] === true)] as const;
  });
  return Object.fromEntries(entries);
}
