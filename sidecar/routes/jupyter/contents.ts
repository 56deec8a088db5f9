/**
 * Virtual Jupyter server: contents. One notebook at the root; nothing else exists.
 * Source: Jupyter Server REST API, `contents`; jupyter-collaboration `session`.
 * @module
 */
import { z } from 'zod';
import { fileName } from '../../../protocol/names.ts';
import type { Guest } from '../../access/guest.ts';
import { meets } from '../../policy/request.ts';
import { enforce, Refusal } from '../../policy/verdict.ts';
import type { Contents } from '../../upstream/contents.ts';
import { define, type App, type RouteContext } from '../define.ts';

/** What the routes need. */
export interface ContentsRouteParts {
  readonly contents: Contents;
  /** Where a share's notebook is now. */
  readonly path: (share: string) => Promise<string>;
  /** The live notebook as nbformat JSON. */
  readonly notebook: (share: string) => Promise<Record<string, unknown>>;
  /** Id of the history that the share's document has: a client with a copy of another one has to load anew. */
  readonly lineage: (share: string) => Promise<string>;
}

const live = { who: 'guest', right: 'live' } as const;
const save = { who: 'guest', right: 'save' } as const;

/** Declares the routes. */
export function contentsRoutes(app: App, context: RouteContext, parts: ContentsRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/contents',
    demand: live,
    summary: 'The root: one notebook',
    handle: async ({ c, guest }) => {
      const entry = await describe(parts, guest);
      const root = {
        name: '',
        path: '',
        type: 'directory',
        format: 'json',
        mimetype: null,
        size: null,
        writable: false
      };
      const content = c.req.query('content') === '0' ? null : [entry];
      const { created, last_modified } = entry;
      return c.json({ ...root, format: content === null ? null : 'json', created, last_modified, content });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/contents/:file',
    demand: live,
    summary: 'The notebook as it is now',
    handle: async ({ c, guest, param }) => {
      checkFile(guest, param('file'));
      const entry = await describe(parts, guest);
      if (c.req.query('content') === '0') {
        return c.json(entry);
      }
      return c.json({ ...entry, format: 'json', content: await parts.notebook(guest.shareId) });
    }
  });
  checkpointRoutes(app, context, parts);
  fileRoutes(app, context, parts);
}

function fileRoutes(app: App, context: RouteContext, parts: ContentsRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/files/:file',
    demand: { who: 'guest', right: 'live', grant: 'copy' },
    summary: 'Download the notebook as it is now',
    handle: async ({ c, guest, param }) => {
      checkFile(guest, param('file'));
      c.header('content-security-policy', "sandbox; default-src 'none'");
      c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(param('file'))}`);
      return c.body(JSON.stringify(await parts.notebook(guest.shareId), null, 1), 200, {
        'content-type': 'application/x-ipynb+json'
      });
    }
  });
  define(app, context, {
    method: 'put',
    path: '/s/:share/api/collaboration/session/:file',
    demand: live,
    summary: 'Where the room of the notebook is',
    body: z.object({ format: z.literal('json'), type: z.literal('notebook') }),
    untyped: true,
    handle: async ({ c, guest, param }) => {
      checkFile(guest, param('file'));
      const sessionId = await parts.lineage(guest.shareId);
      return c.json({ format: 'json', type: 'notebook', fileId: guest.share.file, sessionId });
    }
  });
}

function checkpointRoutes(app: App, context: RouteContext, parts: ContentsRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/api/contents/:file/checkpoints',
    demand: live,
    summary: 'Checkpoints: none that a guest could restore',
    handle: ({ c, guest, param }) => {
      checkFile(guest, param('file'));
      return c.json([]);
    }
  });
  define(app, context, {
    method: 'post',
    path: '/s/:share/api/contents/:file/checkpoints',
    demand: save,
    summary: 'Make a checkpoint of the saved file',
    answers: { status: 201 },
    handle: async ({ c, guest, param }) => {
      checkFile(guest, param('file'));
      await parts.contents.checkpoint(await parts.path(guest.shareId));
      return c.json({ id: 'checkpoint', last_modified: new Date().toISOString() }, 201);
    }
  });
}

/** The notebook's model without content and without the owner's folders. */
async function describe(parts: ContentsRouteParts, guest: Guest): Promise<Record<string, unknown>> {
  const { created, last_modified, size, writable } = await parts.contents.notebook(
    await parts.path(guest.shareId),
    false
  );
  const name = fileName(guest.share.path);
  return {
    name,
    path: name,
    type: 'notebook',
    format: null,
    mimetype: null,
    content: null,
    created,
    last_modified,
    size: size ?? null,
    // What the disk says. What the guest may do changes while the page is open, and `api/me` says that.
    writable: writable !== false
  };
}

/** Refuses every name but the shared notebook's. */
export function checkFile(guest: Guest, name: string): void {
  enforce(meets(guest.access, 'live'));
  if (name !== fileName(guest.share.path)) {
    throw new Refusal('not-found');
  }
}
