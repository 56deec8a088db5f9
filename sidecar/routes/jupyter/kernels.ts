/**
 * Virtual Jupyter server: the one session and the one kernel, under ids of our own; running a cell by naming it.
 * Source: Jupyter Server REST API, `sessions`, `kernels`, `kernelspecs`; jupyter-collaboration's server-side executor.
 * @module
 */
import { z } from 'zod';
import { fileName } from '../../../protocol/names.ts';
import type { Guest } from '../../access/guest.ts';
import type { VirtualKernel } from '../../kernel/about.ts';
import type { KernelRoom } from '../../kernel/room.ts';
import { mayAnswer, mayType } from '../../kernel/socketRun.ts';
import { Refusal } from '../../policy/verdict.ts';
import { CellRun } from '../schemas.ts';
import { define, type App, type Call, type RouteContext } from '../define.ts';

/** What the routes need. */
export interface KernelRouteParts {
  readonly room: (share: string) => KernelRoom;
}

const live = { who: 'guest', right: 'live' } as const;
const execute = { who: 'guest', right: 'execute' } as const;
const Execute = CellRun.extend({
  /** False: answered with 202 as soon as the run waits in the queue; its end comes as `run_ended` on the control socket. */
  wait: z.boolean().default(true),
  document_id: z.string().max(300).optional()
});

/** Declares the routes. */
export function kernelRoutes(app: App, context: RouteContext, parts: KernelRouteParts): void {
  sessionRoutes(app, context, parts);
  runRoutes(app, context, parts);
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/kernels',
    demand: live,
    summary: 'The one kernel',
    handle: async ({ c, guest }) => {
      const kernel = await parts.room(guest.shareId).look();
      return c.json(kernel === null ? [] : [showKernel(kernel)]);
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/kernels/:kernel',
    demand: live,
    summary: 'The one kernel',
    handle: async ({ c, guest, param }) => c.json(showKernel(await current(parts, guest, param('kernel'))))
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/kernelspecs',
    demand: live,
    summary: "The notebook's kernel spec, without resources",
    handle: async ({ c, guest }) => {
      const { default: name, specs } = await parts.room(guest.shareId).specs();
      const kernelspecs = Object.fromEntries(specs.map(each => [each.name, showSpec(each)]));
      return c.json({ default: name, kernelspecs });
    }
  });
}

function runRoutes(app: App, context: RouteContext, parts: KernelRouteParts): void {
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/kernels/:kernel/execute',
    demand: execute,
    summary: 'Run a cell by naming it; answers when the run has ended',
    body: Execute,
    untyped: true,
    handle: call => run(parts, call)
  });
  define(app, context, {
    method: 'delete',
    path: '/s/:share/api/kernels/:kernel/runs/:run',
    demand: execute,
    summary: 'Take a run of one’s own out of the queue; one that runs is stopped by an interrupt only',
    answers: { status: 204 },
    handle: ({ c, guest, param }) => {
      anyKernel(param('kernel'));
      parts.room(guest.shareId).runs.cancel(param('run'), guest.id);
      return c.body(null, 204);
    }
  });
  for (const action of ['interrupt', 'restart'] as const) {
    define(app, context, {
      method: 'post',
      path: `/s/:share/api/kernels/:kernel/${action}`,
      demand: { who: 'guest', right: 'execute', grant: action },
      summary: `${action === 'interrupt' ? 'Interrupt' : 'Restart'} the kernel`,
      answers: { status: action === 'interrupt' ? 204 : 200 },
      handle: async ({ c, guest, param }) => {
        const kernel = await current(parts, guest, param('kernel'));
        await parts.room(guest.shareId).control(action, guest.who);
        return action === 'interrupt' ? c.body(null, 204) : c.json(showKernel(kernel));
      }
    });
  }
}

function sessionRoutes(app: App, context: RouteContext, parts: KernelRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/sessions',
    demand: live,
    summary: 'The one session',
    handle: async ({ c, guest }) => {
      const kernel = await parts.room(guest.shareId).look();
      return c.json(kernel === null ? [] : [showSession(guest, kernel)]);
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/sessions/:session',
    demand: live,
    summary: 'The one session',
    handle: async ({ c, guest, param }) =>
      c.json(showSession(guest, await bySession(parts, guest, param('session'))))
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/sessions',
    demand: live,
    summary: 'The running session; starts it only for somebody who may run cells',
    body: z.object({ path: z.string().max(300) }).loose(),
    untyped: true,
    answers: { status: 201 },
    handle: async ({ c, guest, body }) => {
      const room = parts.room(guest.shareId);
      const running = await room.look();
      if (running === null && !guest.access.rights.execute) {
        throw new Refusal('no-right', 'No kernel is running, and you have no right to start one.');
      }
      // Stock front ends ask under a path of their own making, look for it in the answer, and then rename the session.
      return c.json(
        { ...showSession(guest, running ?? (await room.ensure(guest.who))), path: body.path },
        201
      );
    }
  });
  define(app, context, {
    method: 'patch',
    path: '/s/:share/api/sessions/:session',
    demand: live,
    summary: 'Answers with the session as it is: a guest changes nothing about it',
    body: z.object({}).loose(),
    untyped: true,
    handle: async ({ c, guest, param }) =>
      c.json(showSession(guest, await bySession(parts, guest, param('session'))))
  });
}

async function run(
  parts: KernelRouteParts,
  { c, guest, param, body }: Call<z.infer<typeof Execute>>
): Promise<Response> {
  anyKernel(param('kernel'));
  const room = parts.room(guest.shareId);
  const { run: id, done } = await room.runs.order({
    person: guest.who,
    cell: body.cell_id,
    hash: body.source_hash,
    after: body.after,
    check: () => {
      if (!guest.access.rights.execute) {
        throw new Refusal('no-right');
      }
    },
    types: () => mayType(guest, body.cell_id),
    answers: () => mayAnswer(guest),
    // A client that names what it saw is not a stock one, and sends what belongs together without waiting.
    single: body.source_hash !== undefined
  });
  if (!body.wait) {
    return c.json({ run: id }, 202);
  }
  const { error: _, ...result } = await done;
  const kernel = await room.look();
  return c.json({ ...result, kernel: kernel?.kernel ?? null });
}

/** A kernel that was replaced meanwhile is still "the kernel of this notebook" to a page that hasn't noticed. */
function anyKernel(id: string): void {
  if (!/^[0-9a-f-]{36}$/.test(id) && id !== 'current') {
    throw new Refusal('not-found');
  }
}

async function current(parts: KernelRouteParts, guest: Guest, id: string): Promise<VirtualKernel> {
  const kernel = await parts.room(guest.shareId).look();
  if (kernel?.kernel !== id) {
    throw new Refusal('not-found');
  }
  return kernel;
}

async function bySession(parts: KernelRouteParts, guest: Guest, id: string): Promise<VirtualKernel> {
  const kernel = await parts.room(guest.shareId).look();
  if (kernel?.session !== id) {
    throw new Refusal('not-found');
  }
  return kernel;
}

function showKernel(kernel: VirtualKernel): Record<string, unknown> {
  const last = new Date().toISOString();
  return {
    id: kernel.kernel,
    name: kernel.name,
    last_activity: last,
    execution_state: kernel.state,
    connections: 1
  };
}

function showSession(guest: Guest, kernel: VirtualKernel): Record<string, unknown> {
  const name = fileName(guest.share.path);
  return {
    id: kernel.session,
    path: name,
    name,
    type: 'notebook',
    kernel: showKernel(kernel),
    notebook: { path: name, name }
  };
}

function showSpec(spec: { name: string; displayName: string; language: string }): Record<string, unknown> {
  const { name, displayName, language } = spec;
  const shown = {
    argv: [],
    env: {},
    display_name: displayName,
    language,
    interrupt_mode: 'signal',
    metadata: {}
  };
  return { name, spec: shown, resources: {} };
}
