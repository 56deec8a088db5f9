/**
 * Static pages: the notebook as saved, or a version of it, rendered by the Jupyter Server. The page is a bar of ours and a frame; what
 * the notebook holds is in the frame alone, sandboxed by its own headers, however it is opened (design §5, rule 7).
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { Guest } from '../access/guest.ts';
import type { ShareBook } from '../access/shares.ts';
import { granted } from '../../protocol/levels.ts';
import { fileName } from '../../protocol/names.ts';
import type { Version } from '../../protocol/versions.ts';
import { readerPage, type ReaderParts } from '../pages/reader.ts';
import { Refusal } from '../policy/verdict.ts';
import { readsVersion } from '../policy/versions.ts';
import type { ShareRow } from '../store/shares.ts';
import type { VersionBook } from '../versions/book.ts';
import type { Page, StaticPages } from '../versions/page.ts';
import { define, type App, type Env, type RouteContext } from './define.ts';
import { type FrontEnd, liveAddress } from './join.ts';
import { readNumber } from './versions.ts';

/** What the routes need. */
export interface PageRouteParts {
  readonly pages: StaticPages;
  readonly versionBook: VersionBook;
  readonly shareBook: ShareBook;
  /** Path of `B` as in a browser's address. */
  readonly prefix: string;
  readonly frontEnd: FrontEnd;
  /** Origins from which pages may load images, fonts and styles. */
  readonly pageOrigins: readonly string[];
}

/** No script, no form, an opaque origin, no request anywhere but to origins that the owner allows. Links open beside the page. */
export function bodyCsp(origins: readonly string[]): string {
  const allowed = origins.map(each => ` ${each}`).join('');
  return [
    'sandbox allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    `style-src 'unsafe-inline'${allowed}`,
    `img-src data:${allowed}`,
    `font-src data:${allowed}`,
    `media-src data:${allowed}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'"
  ].join('; ');
}

/** Declares the routes. */
export function pageRoutes(app: App, context: RouteContext, parts: PageRouteParts): void {
  const csp = bodyCsp(parts.pageOrigins);
  guestPages(app, context, parts, csp);
  ownerPages(app, context, parts, csp);
}

function guestPages(app: App, context: RouteContext, parts: PageRouteParts, csp: string): void {
  const { versionBook: book } = parts;
  const demand = { who: 'guest', right: 'static' } as const;
  /** Versions that the guest may open. */
  const readable = (guest: Guest) =>
    book.list(guest.shareId).filter(each => readsVersion(guest.access, guest.id, each));
  const find = (guest: Guest, text: string) => pick(readable(guest), text);
  define(app, context, {
    method: 'get',
    path: '/s/:share/page/:version',
    demand,
    summary: 'The notebook as last saved (`latest`) or a version of it, as a page',
    handle: ({ c, guest, param }) => {
      const { rights, grants } = guest.access;
      const version = find(guest, param('version'));
      const name = fileName(guest.share.path);
      const copies = granted('copy', rights, grants);
      const file = encodeURIComponent(name);
      const download =
        version === null ? `../files/${file}` : `../api/liveshare/versions/${version.number}?download`;
      return show(c, {
        path: `${parts.prefix}s/${guest.shareId}/page/${version?.number ?? 'latest'}`,
        name,
        owner: guest.share.owner,
        version,
        versions: readable(guest),
        download: copies ? download : null,
        live: rights.live ? `../${liveAddress(name, parts.frontEnd)}` : null
      });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/page/:version/body',
    demand,
    summary: 'What the page shows in its frame',
    handle: ({ c, guest, param }) => serve(c, parts, guest.share, find(guest, param('version')), csp)
  });
}

function ownerPages(app: App, context: RouteContext, parts: PageRouteParts, csp: string): void {
  const { versionBook: book, shareBook } = parts;
  const demand = { who: 'owner' } as const;
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/page/:version',
    demand,
    summary: 'The notebook as last saved (`latest`) or a version of it, as the page that guests read',
    handle: ({ c, param }) => {
      const share = shareBook.get(param('share'));
      const versions = book.list(share.id);
      const version = pick(versions, param('version'));
      const name = fileName(share.path);
      const path = `${parts.prefix}api/shares/${share.id}/page/${version?.number ?? 'latest'}`;
      return show(c, { path, name, owner: share.owner, version, versions, download: null, live: null });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/api/shares/:share/page/:version/body',
    demand,
    summary: 'What the page shows in its frame',
    handle: ({ c, param }) => {
      const share = shareBook.get(param('share'));
      return serve(c, parts, share, pick(book.list(share.id), param('version')), csp);
    }
  });
}

/** The version that an address names among those that may be opened; null for `latest`. */
function pick(versions: readonly Version[], text: string): Version | null {
  if (text === 'latest') {
    return null;
  }
  const number = readNumber(text);
  const found = versions.find(each => each.number === number);
  if (found === undefined) {
    throw new Refusal('not-found', 'There is no such version.');
  }
  return found;
}

function show(c: Context<Env>, parts: ReaderParts): Response | Promise<Response> {
  const { page, csp } = readerPage(parts, randomBytes(16).toString('base64'));
  c.header('content-security-policy', csp);
  c.header('cache-control', 'private, no-cache');
  return c.html(page);
}

async function serve(
  c: Context<Env>,
  { pages }: PageRouteParts,
  share: ShareRow,
  version: Version | null,
  csp: string
): Promise<Response> {
  const page: Page =
    version === null
      ? await pages.latest(share.id)
      : await pages.version(share.id, share.file, version.number);
  const tag = `"${page.tag}"`;
  // Names of other places in links: looked up when somebody goes there, not before.
  c.header('x-dns-prefetch-control', 'off');
  c.header('content-security-policy', csp);
  c.header('cache-control', 'private, no-cache');
  c.header('etag', tag);
  if (knows(c.req.header('if-none-match'), tag)) {
    // With its CSP: browsers put the headers of a 304 in place of those they kept, and the page would lose its sandbox (T45).
    return c.body(null, 304);
  }
  return c.html(await page.html());
}

/** Whether a browser has this content (RFC 9110, weak comparison). */
function knows(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some(each => each.trim().replace(/^W\//, '') === tag);
}
