/**
 * The HTTP side of the app: headers that every answer carries, one error handler, the table of routes.
 * @module
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { IncomingMessage } from 'node:http';
import { secureHeaders } from 'hono/secure-headers';
import type { Peer } from './access/peer.ts';
import type { Log } from './log.ts';
import { Refusal } from './policy/verdict.ts';
import type { App, Env } from './routes/define.ts';

/** CSP of every answer that has no other: nothing loads, nobody frames it. */
export const COMMON_CSP = "default-src 'none'; frame-ancestors 'none'";

/** What the HTTP app needs. */
export interface HttpParts {
  /** The peer that the gate found for a request. */
  readonly peerOf: (request: Env['Bindings']['incoming']) => Peer;
  readonly log: Log;
  readonly refused: (refusal: Refusal) => void;
}

/** An app with the common parts; routes are declared on it afterwards. */
export function httpApp(parts: HttpParts): App {
  const app: App = new OpenAPIHono<Env>({ strict: false });
  app.use(
    secureHeaders({
      referrerPolicy: 'no-referrer',
      crossOriginOpenerPolicy: 'same-origin',
      crossOriginResourcePolicy: 'same-origin',
      xFrameOptions: 'DENY',
      xXssProtection: false,
      // Jupyter's own pages of the same origin don't ask for it, and browsers complain about a mixture.
      originAgentCluster: false,
      // The connection's own business, not ours behind a mount.
      strictTransportSecurity: false
    })
  );
  app.use(async (c, next) => {
    c.set('peer', parts.peerOf(c.env.incoming));
    await next();
    await drained(c.env.incoming);
    if (!c.res.headers.has('cache-control')) {
      c.res.headers.set('cache-control', 'no-store');
    }
    if (!c.res.headers.has('content-security-policy')) {
      c.res.headers.set('content-security-policy', COMMON_CSP);
    }
  });
  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : new Refusal('internal');
    if (!(error instanceof Refusal)) {
      parts.log.error({ err: error, method: c.req.method, route: c.req.routePath }, 'a request failed');
    }
    parts.refused(refusal);
    return c.json(refusal.problem, refusal.status as 400, { 'content-type': 'application/problem+json' });
  });
  app.notFound(c => {
    const refusal = new Refusal('not-found');
    parts.refused(refusal);
    return c.json(refusal.problem, 404, { 'content-type': 'application/problem+json' });
  });
  return app;
}

/** Bytes and milliseconds for which the rest of a refused request is read. */
const DRAIN = { bytes: 32 * 1024 * 1024, within: 3_000 };

/**
 * Resolves when the request's body has come in, or is more than we wait for. Answering before that closes the connection
 * while the mount still writes, and the mount then reports us as away instead of giving our answer.
 */
export async function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.method === 'GET' || request.method === 'HEAD') {
    return;
  }
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, DRAIN.within);
  let bytes = 0;
  const onData = (part: Buffer) => {
    bytes += part.length;
    if (bytes > DRAIN.bytes) {
      resolve(null);
    }
  };
  request.on('data', onData).once('end', resolve).once('close', resolve).resume();
  await promise;
  clearTimeout(timer);
  request.off('data', onData).off('end', resolve).off('close', resolve);
}
