/**
 * Builds every part, hands it its dependencies, mounts everything. Read first.
 * @module
 */
import { getRequestListener } from '@hono/node-server';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticate } from './access/authenticate.ts';
import type { Peer } from './access/peer.ts';
import type { Config } from './config.ts';
import { gate } from './gate.ts';
import { COMMON_CSP, drained, httpApp } from './http.ts';
import type { Log } from './log.ts';
import { Refusal } from './policy/verdict.ts';
import type { RouteContext, RouteRow } from './routes/define.ts';
import { mountRoutes } from './routes/mount.ts';
import { Sockets, type SocketRoute } from './sockets.ts';
import { socketRoutes } from './socketRoutes.ts';
import { watchChanges } from './watch.ts';
import { prefixOf } from './parts/access.ts';
import { build, type Parts } from './parts/index.ts';

/** The running app. */
export interface App {
  /** A server for the mount (`guestPort` false) or for guests on a port of their own. */
  readonly server: (guestPort: boolean) => Server;
  readonly routes: readonly RouteRow[];
  /** Every handler there is, declared as a route or not: what the test compares the table with. */
  readonly handlers: readonly { readonly method: string; readonly path: string }[];
  readonly sockets: readonly SocketRoute[];
  readonly parts: Parts;
  close(): void;
}

/** Before a request is read: Node looks at the deadlines only so often, every 30 s if nobody says otherwise. */
const BOUNDS = {
  headersTimeout: 5_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 32_768
} as const;

/** Builds the app. */
export async function makeApp(config: Config, log: Log, now: () => number = Date.now): Promise<App> {
  const parts = await build(config, log, now);
  const { registry, connections, metrics, holds } = parts;
  const peers = new WeakMap<IncomingMessage, Peer>();
  const allowedOrigins = config.allowOrigin === '' ? [] : [config.allowOrigin];
  const refused = (refusal: Refusal) => metrics.refused(refusal.code);
  const app = httpApp({
    log,
    refused,
    peerOf: request => peers.get(request) ?? { origin: 'null', remote: '', user: null, accounts: false }
  });
  const context: RouteContext = {
    table: [],
    allowedOrigins,
    bodyBytes: config.limits.bodyBytes,
    authenticate: (c, share) => authenticate(registry, c.env.incoming, c.get('peer'), share)
  };
  mountRoutes(app, context, parts);
  const sockets = socketRoutes(parts);
  const stopWatching = watchChanges(parts);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });

  const server = (guestPort: boolean): Server => {
    const options = { trust: config.trust, publicUrl: config.publicUrl, prefix: prefixOf(config), guestPort };
    const served = new Sockets({
      routes: sockets,
      gate: request => gate(request, options),
      authenticate: (request, peer, share) => authenticate(registry, request, peer, share),
      ...{ connections, limits: config.limits, allowedOrigins, log, refused }
    });
    const http = createServer(BOUNDS, (request, response) => {
      try {
        const { peer, target } = gate(request, options);
        peers.set(request, peer);
        if (peer.user !== null) {
          parts.accountBook.saw(peer.user);
        }
        request.url = target;
        void listener(request, response);
      } catch (error) {
        const refusal = error instanceof Refusal ? error : new Refusal('internal');
        refused(refusal);
        void drained(request).then(() => turnAway(response, refusal));
      }
    });
    http.on('upgrade', (request, socket, head) => served.upgrade(request, socket, head));
    return http;
  };

  const close = (): void => {
    stopWatching();
    holds.close();
    parts.kernelRooms.close();
    parts.terminals.close();
    parts.rooms.close();
    parts.database.close();
  };
  return { server, routes: context.table, handlers: app.routes, sockets, parts, close };
}

/** The answer to what the gate doesn't let through; it carries the headers of every other answer. */
function turnAway(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-security-policy': COMMON_CSP,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff'
  });
  response.end(JSON.stringify(refusal.problem));
}
