/**
 * Static files of JupyterLab and of the extensions that guests load: the same for every share, cached for good. Public files
 * of the installation, read from disk; nothing of the owner's.
 * @module
 */
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import { basename } from 'node:path';
import { FRAME_CSP, FRAME_PAGE, FRAME_PATH } from '../pages/frame.ts';
import type { Federated } from '../pages/lab.ts';
import { Refusal } from '../policy/verdict.ts';
import { define, type App, type Env, type RouteContext } from './define.ts';

/** Where the files are. */
export interface AssetParts {
  readonly lab: string;
  /** Jupyter Notebook's; null where it isn't installed. */
  readonly notebook: string | null;
  readonly server: string;
  readonly themes: string;
  readonly federated: readonly Federated[];
  /** Packs what is served; one for all folders. */
  readonly pack: MiddlewareHandler<Env>;
}

const YEAR = 'public, max-age=31536000, immutable';
/** Only files whose name carries a hash of their content may be cached for good. */
const HASHED = /[.-][0-9a-f]{16,}\.|^[0-9a-f]{16,}\.|\.[0-9a-f]{20}\./;

/** Declares the routes. */
export function assetRoutes(app: App, context: RouteContext, parts: AssetParts): void {
  define(app, context, {
    method: 'get',
    path: FRAME_PATH,
    demand: { who: 'anyone' },
    summary: 'The frame in which pages show what an output brings along',
    handle: ({ c }) => {
      c.header('content-security-policy', FRAME_CSP);
      c.header('x-frame-options', 'SAMEORIGIN');
      c.header('cache-control', 'public, max-age=3600');
      return c.html(FRAME_PAGE);
    }
  });
  serveFolder(app, context, '/assets/lab', parts.lab, parts.pack);
  if (parts.notebook !== null) {
    serveFolder(app, context, '/assets/notebook', parts.notebook, parts.pack);
  }
  serveFolder(app, context, '/assets/server', parts.server, parts.pack);
  serveFolder(app, context, '/assets/themes', parts.themes, parts.pack);
  for (const { name, folder } of parts.federated) {
    serveFolder(app, context, `/assets/labextensions/${name}/static`, `${folder}/static`, parts.pack);
  }
}

/** Serves a folder's files under a path, without listing it. */
export function serveFolder(
  app: App,
  context: RouteContext,
  path: string,
  folder: string,
  pack: MiddlewareHandler<Env>
): void {
  context.table.push({ method: 'get', path: `${path}/*`, demand: { who: 'anyone' } });
  const files = serveStatic<Env>({
    root: folder,
    rewriteRequestPath: request =>
      request
        .split('/')
        .slice(path.split('/').length)
        .map(part => `/${part}`)
        .join('')
  });
  app.get(`${path}/*`, keep, pack, files, () => {
    throw new Refusal('not-found');
  });
}

/** Says how long a file may be kept: after the fact, since headers set while a file is being answered are lost. */
const keep: MiddlewareHandler<Env> = async (c, next) => {
  const name = basename(c.req.path);
  // Files have an ending; folders are not served, nor what stands for them.
  if (!name.includes('.') || c.req.path.endsWith('/')) {
    throw new Refusal('not-found');
  }
  await next();
  if (c.res.status < 400) {
    c.res.headers.set('cache-control', HASHED.test(name) ? YEAR : 'public, max-age=300');
  }
};
