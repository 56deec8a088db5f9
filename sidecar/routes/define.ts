/**
 * How a route is declared: method, path, who may call it, what it takes and answers. From these declarations come the
 * handlers, the OpenAPI description, and the table that a test walks: a route that nobody classified can't be written.
 * @module
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Guest } from '../access/guest.ts';
import type { JupyterUser, Peer } from '../access/peer.ts';
import { parseJson } from '../policy/json.ts';
import { meets, sameSite, type Demand } from '../policy/request.ts';
import { enforce, Refusal } from '../policy/verdict.ts';

/** What the gate and the authentication put into the context. */
export interface Env {
  Bindings: HttpBindings;
  Variables: { peer: Peer; guest: Guest };
}

/** The app type of every resource. */
export type App = OpenAPIHono<Env>;
/** Methods in use. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A declaration. `path` is Hono's, with `:name` parameters. */
export interface Route<Body> {
  readonly method: Method;
  readonly path: string;
  readonly demand: Demand;
  /** One line for the OpenAPI description. */
  readonly summary: string;
  /** Schema of the JSON body. */
  readonly body?: z.ZodType<Body>;
  /**
   * Takes the JSON whatever its Content-Type says, as the Jupyter Server does: stock front ends name none. Cross-site callers
   * are turned away by origin before that.
   */
  readonly untyped?: true;
  /** Status of success and schema of its body. */
  readonly answers?: { readonly status?: number; readonly schema?: z.ZodType };
  readonly handle: (call: Call<Body>) => Response | Promise<Response>;
}

/** What a handler gets. */
export interface Call<Body> {
  readonly c: Context<Env>;
  readonly peer: Peer;
  readonly body: Body;
  /** A path parameter, decoded. */
  readonly param: (name: string) => string;
  /** The guest, for guests' routes. */
  readonly guest: Guest;
  /** The owner, for owner's routes. */
  readonly owner: JupyterUser;
  /** Whom Jupyter has authenticated, for accounts' routes. */
  readonly account: JupyterUser;
}

/** One row of the route table. */
export interface RouteRow {
  readonly method: Method;
  readonly path: string;
  readonly demand: Demand;
}

/** What routes need of the process. */
export interface RouteContext {
  /** Every declared route, filled while the app is built. */
  readonly table: RouteRow[];
  readonly authenticate: (c: Context<Env>, share: string) => Promise<Guest>;
  readonly allowedOrigins: readonly string[];
  readonly bodyBytes: number;
}

/** Declares a route. */
export function define<Body = undefined>(app: App, context: RouteContext, route: Route<Body>): void {
  context.table.push({ method: route.method, path: route.path, demand: route.demand });
  describe(app, route);
  app[route.method](route.path, async c => {
    const peer = c.get('peer');
    const admitted = await admit(c, context, route);
    const body =
      route.body === undefined ? undefined : await readBody(c, route.body, context.bodyBytes, route.untyped);
    const call = {
      c,
      peer,
      body: body as Body,
      param: (name: string) => c.req.param(name) ?? '',
      get guest(): Guest {
        return admitted.guest ?? missing();
      },
      get account(): JupyterUser {
        return peer.user ?? missing();
      },
      get owner(): JupyterUser {
        return admitted.owner ?? missing();
      }
    };
    return route.handle(call);
  });
}

async function admit<Body>(
  c: Context<Env>,
  context: RouteContext,
  route: Route<Body>
): Promise<{ guest?: Guest; owner?: JupyterUser }> {
  const peer = c.get('peer');
  const { demand } = route;
  if (demand.who === 'anyone') {
    if (route.method !== 'get') {
      checkSite(c, context, false);
    }
    return {};
  }
  if (demand.who === 'owner') {
    if (peer.user?.owner !== true) {
      throw new Refusal('not-owner');
    }
    return { owner: peer.user };
  }
  if (demand.who === 'account') {
    if (peer.user === null) {
      throw new Refusal('no-session', 'Log in first.');
    }
    return {};
  }
  const guest = await context.authenticate(c, c.req.param('share') ?? '');
  if (route.method !== 'get') {
    checkSite(c, context, guest.ambient);
  }
  enforce(meets(guest.access, demand.right, demand.grant));
  return { guest };
}

function checkSite(c: Context<Env>, context: RouteContext, ambient: boolean): void {
  enforce(
    sameSite({
      origin: c.req.header('origin'),
      fetchSite: c.req.header('sec-fetch-site'),
      own: c.get('peer').origin,
      allowed: context.allowedOrigins,
      ambient
    })
  );
}

async function readBody<Body>(
  c: Context<Env>,
  schema: z.ZodType<Body>,
  limit: number,
  untyped = false
): Promise<Body> {
  if (!untyped && !/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal('not-json');
  }
  if (Number(c.req.header('content-length') ?? 0) > limit) {
    throw new Refusal('too-large');
  }
  const text = await readText(c.env.incoming, limit);
  const parsed = schema.safeParse(parseJson(text === '' ? '{}' : text));
  if (!parsed.success) {
    const where = parsed.error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    throw new Refusal('bad-request', where.slice(0, 3).join('; '));
  }
  return parsed.data;
}

/** The body's text; refused as soon as it is too large, also when its length wasn't told. */
async function readText(request: IncomingMessage, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const part of body) {
    size += part.length;
    if (size > limit) {
      throw new Refusal('too-large');
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function describe<Body>(app: App, route: Route<Body>): void {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(match => match[1] ?? '');
  const status = route.answers?.status ?? 200;
  const schema = route.answers?.schema;
  app.openAPIRegistry.registerPath({
    method: route.method,
    path: route.path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}').replace('/*', '/{path}'),
    summary: route.summary,
    parameters: names.map(name => ({
      name,
      in: 'path' as const,
      required: true,
      schema: { type: 'string' as const }
    })),
    request:
      route.body === undefined ? {} : { body: { content: { 'application/json': { schema: route.body } } } },
    responses: {
      [status]: {
        description: 'Done.',
        ...(schema === undefined ? {} : { content: { 'application/json': { schema } } })
      },
      default: {
        description: 'Refused; RFC 9457.',
        content: { 'application/problem+json': { schema: { type: 'object' as const } } }
      }
    }
  });
}

function missing(): never {
  throw new Refusal('internal');
}
