/**
 * Static files, gzipped once and kept in memory: JupyterLab's are some 15 MB, a quarter of that on the wire, and the same for
 * every guest.
 * @module
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import type { Env } from './define.ts';

const pack = promisify(gzip);
const TEXT = /^(?:text\/|application\/(?:javascript|json|wasm|xml)|image\/svg\+xml)/;
/** Below this the header costs more than it saves, bytes. */
const WORTH_IT = 1_024;

interface Packed {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/** A middleware that keeps up to `limit` bytes of packed files, the one asked for longest ago going first. */
export function packed(limit: number): MiddlewareHandler<Env> {
  const kept = new Map<string, Packed>();
  let size = 0;

  const keep = (path: string, file: Packed): void => {
    kept.set(path, file);
    size += file.body.length;
    for (const [oldest, { body }] of kept) {
      if (size <= limit) {
        return;
      }
      kept.delete(oldest);
      size -= body.length;
    }
  };

  return async (c, next) => {
    const accepts =
      /\bgzip\b/.test(c.req.header('accept-encoding') ?? '') && c.req.header('range') === undefined;
    const found = accepts ? kept.get(c.req.path) : undefined;
    if (found !== undefined) {
      kept.delete(c.req.path);
      kept.set(c.req.path, found);
      return new Response(found.body, { headers: found.headers });
    }
    await next();
    const { res } = c;
    if (res.status !== 200 || !TEXT.test(res.headers.get('content-type') ?? '')) {
      return;
    }
    res.headers.set('vary', 'Accept-Encoding');
    if (!accepts || c.req.method === 'HEAD' || res.headers.has('content-encoding')) {
      return;
    }
    const plain = new Uint8Array(await res.arrayBuffer());
    const headers = new Headers(res.headers);
    if (plain.length < WORTH_IT) {
      c.res = new Response(plain, { headers });
      return;
    }
    const body = new Uint8Array(await pack(plain));
    headers.set('content-encoding', 'gzip');
    headers.delete('content-length');
    keep(c.req.path, { body, headers });
    // Hono carries the headers of the answer before over to the new one, its length included.
    c.res = undefined;
    c.res = new Response(body, { headers });
  };
}
