/**
 * Virtual Jupyter server: JupyterLab's page, its settings, themes, translations and workspaces.
 * @module
 */
import { z } from 'zod';
import { fileName } from '../../../protocol/names.ts';
import { LAB_CSP, type LabPages, type PageOptions } from '../../pages/lab.ts';
import type { NotebookPages } from '../../pages/notebook.ts';
import type { PluginSchema } from '../../pages/schemas.ts';
import { meets } from '../../policy/request.ts';
import { Refusal } from '../../policy/verdict.ts';
import type { Jupyter } from '../../upstream/jupyter.ts';
import { define, type App, type Call, type RouteContext } from '../define.ts';
import type { Belongings } from './belongings.ts';

/** What the routes need. */
export interface LabRouteParts {
  readonly pages: LabPages;
  readonly notebook: NotebookPages | null;
  readonly schemas: ReadonlyMap<string, PluginSchema>;
  readonly belongings: Belongings;
  readonly jupyter: Jupyter;
  /** Path of `B` as in a browser's address. */
  readonly prefix: string;
}

const live = { who: 'guest', right: 'live' } as const;
const Setting = z.object({ raw: z.string().max(100_000) });
const Workspace = z.object({
  data: z.record(z.string(), z.unknown()),
  metadata: z.object({ id: z.string() }).loose()
});

/** Where JupyterLab takes itself to: a second tab that finds the workspace in use goes on to one of its own. */
const PAGES = [
  'lab',
  'lab/tree/:file',
  'lab/workspaces/:workspace',
  'lab/workspaces/:workspace/tree/:file',
  'doc/tree/:file',
  'doc/workspaces/:workspace',
  'doc/workspaces/:workspace/tree/:file'
] as const;

/** Declares the routes. */
export function labRoutes(app: App, context: RouteContext, parts: LabRouteParts): void {
  const page = (call: Call<undefined>, pages: LabPages | NotebookPages) => {
    call.c.header('content-security-policy', LAB_CSP);
    return call.c.html(pages.render(optionsOf(call, parts)));
  };
  for (const path of PAGES) {
    define(app, context, {
      method: 'get',
      path: `/s/:share/${path}`,
      demand: live,
      summary: 'JupyterLab',
      handle: call => page(call, parts.pages)
    });
  }
  define(app, context, {
    method: 'get',
    path: '/s/:share/notebooks/:file',
    demand: live,
    summary: 'Jupyter Notebook, where it is installed',
    handle: call => {
      if (!parts.notebook) {
        throw new Refusal('not-found');
      }
      return page(call, parts.notebook);
    }
  });
  settingRoutes(app, context, parts);
  workspaceRoutes(app, context, parts);
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/translations/:locale?',
    demand: live,
    summary: 'Language packs of the installation',
    handle: async ({ c, param }) => {
      const locale = param('locale');
      if (!/^[A-Za-z_-]{0,20}$/.test(locale)) {
        throw new Refusal('not-found');
      }
      const found = await parts.jupyter.get(['lab', 'api', 'translations', locale]);
      return c.json(z.object({ data: z.record(z.string(), z.unknown()), message: z.string() }).parse(found));
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/listings/:listing{.+}',
    demand: live,
    summary: 'Extension listings: none',
    handle: ({ c }) => c.json({ blocked_extensions: [], allowed_extensions: [] })
  });
}

/** What differs from guest to guest. Refuses any file but the share's. */
function optionsOf({ guest, param }: Call<undefined>, { notebook, prefix }: LabRouteParts): PageOptions {
  const file = fileName(guest.share.path);
  const asked = param('file');
  if (asked !== '' && asked !== file) {
    throw new Refusal('not-found');
  }
  // The name of the workspace is in the address of a second tab; whatever else stands there is nobody's.
  const workspace = param('workspace') || 'default';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(workspace)) {
    throw new Refusal('not-found');
  }
  return {
    base: `${prefix}s/${guest.shareId}/`,
    assets: `${prefix}assets/`,
    share: guest.shareId,
    file,
    workspace,
    terminals: meets(guest.access, 'live', 'terminals').allow,
    notebook: notebook !== null
  };
}

function settingRoutes(app: App, context: RouteContext, { schemas, belongings }: LabRouteParts): void {
  const show = (person: string, { id, schema, version }: PluginSchema) => ({
    id,
    schema,
    version,
    raw: belongings.of(person).settings.get(id) ?? '{}',
    settings: {},
    created: null,
    last_modified: null
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/settings',
    demand: live,
    summary: 'Settings of all plugins',
    handle: ({ c, guest }) => {
      const all = [...schemas.values()];
      const settings =
        c.req.query('ids_only') === 'true'
          ? all.map(({ id }) => ({ id }))
          : all.map(each => show(guest.id, each));
      return c.json({ settings });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/settings/:plugin{.+}',
    demand: live,
    summary: 'Settings of one plugin',
    handle: ({ c, guest, param }) => c.json(show(guest.id, known(schemas, param('plugin'))))
  });
  define(app, context, {
    method: 'put',
    path: '/s/:share/lab/api/settings/:plugin{.+}',
    demand: live,
    summary: "The guest's own settings, kept in memory",
    body: Setting,
    untyped: true,
    answers: { status: 204 },
    handle: ({ c, guest, param, body }) => {
      belongings.of(guest.id).put('settings', known(schemas, param('plugin')).id, body.raw);
      return c.body(null, 204);
    }
  });
}

function workspaceRoutes(app: App, context: RouteContext, { belongings }: LabRouteParts): void {
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/workspaces',
    demand: live,
    summary: 'The guest’s workspaces',
    handle: ({ c, guest }) => {
      const all = [...belongings.of(guest.id).workspaces];
      const values = all.map(([, text]) => JSON.parse(text) as unknown);
      return c.json({ workspaces: { ids: all.map(([id]) => id), values } });
    }
  });
  define(app, context, {
    method: 'get',
    path: '/s/:share/lab/api/workspaces/:workspace',
    demand: live,
    summary: 'One workspace',
    handle: ({ c, guest, param }) => {
      const kept = belongings.of(guest.id).workspaces.get(param('workspace'));
      return c.json(
        kept === undefined ? { data: {}, metadata: { id: param('workspace') } } : (JSON.parse(kept) as object)
      );
    }
  });
  define(app, context, {
    method: 'put',
    path: '/s/:share/lab/api/workspaces/:workspace',
    demand: live,
    summary: "The guest's own workspace, kept in memory",
    body: Workspace,
    untyped: true,
    answers: { status: 204 },
    handle: ({ c, guest, param, body }) => {
      belongings.of(guest.id).put('workspaces', param('workspace'), JSON.stringify(body));
      return c.body(null, 204);
    }
  });
}

function known(schemas: ReadonlyMap<string, PluginSchema>, id: string): PluginSchema {
  const found = schemas.get(id);
  if (found === undefined) {
    throw new Refusal('not-found');
  }
  return found;
}
