/**
 * Static pages: the notebook as saved, rendered by the Jupyter Server, sandboxed by header (design §5, rule 7).
 * @module
 */
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import type { StaticPages } from '../versions/page.ts';
import { define, type App, type RouteContext } from './define.ts';

/** No script, no form, no request anywhere, an opaque origin. */
export const PAGE_CSP = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'"
].join('; ');

/** Declares the routes. */
export function pageRoutes(app: App, context: RouteContext, pages: StaticPages): void {
  // Browsers put the headers of a 304 in place of those they kept: without the page's own CSP it would lose its sandbox (T45).
  const retainedHeaders = [...RETAINED_304_HEADERS, 'content-security-policy'];
  app.use('/s/:share/page/*', etag({ retainedHeaders }));
  define(app, context, {
    method: 'get',
    path: '/s/:share/page/latest',
    demand: { who: 'guest', right: 'static' },
    summary: 'The notebook as last saved, as a page',
    handle: async ({ c, guest }) => {
      c.header('content-security-policy', PAGE_CSP);
      c.header('cache-control', 'private, no-cache');
      return c.html(await pages.latest(guest.share));
    }
  });
}
