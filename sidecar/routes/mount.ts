/**
 * All routes of the process, in one place.
 * @module
 */
import { toNotebook } from '../document/cells.ts';
import { serveFolder, assetRoutes } from './assets.ts';
import { accountRoutes, type AccountRouteParts } from './accounts.ts';
import { activityRoutes } from './activity.ts';
import { commentRoutes } from './comments.ts';
import { define, type App, type RouteContext } from './define.ts';
import { healthRoutes } from './health.ts';
import { joinRoutes } from './join.ts';
import { Belongings } from './jupyter/belongings.ts';
import { contentsRoutes } from './jupyter/contents.ts';
import { kernelRoutes } from './jupyter/kernels.ts';
import { miscRoutes } from './jupyter/misc.ts';
import { labRoutes } from './jupyter/page.ts';
import { terminalRoutes } from './jupyter/terminals.ts';
import { notebookRoutes } from './notebook.ts';
import { packed } from './packed.ts';
import { pageRoutes } from './pages.ts';
import { peopleRoutes, type PeopleRouteParts } from './people.ts';
import { runRoutes } from './runs.ts';
import { shareRoutes, type ShareRouteParts } from './shares.ts';
import { unsavedRoutes } from './unsaved.ts';
import { versionRoutes } from './versions.ts';
import type { ActivityBook } from '../activity/book.ts';
import type { CommentBook } from '../comments/book.ts';
import type { Connections } from '../access/connections.ts';
import type { Door } from '../access/join.ts';
import type { FailureLimit } from '../access/throttle.ts';
import type { Config } from '../config.ts';
import type { Rooms } from '../document/rooms.ts';
import type { UnsavedBook } from '../document/unsavedBook.ts';
import type { CellView } from '../document/cells.ts';
import type { KernelRooms } from '../kernel/rooms.ts';
import type { Metrics } from '../metrics.ts';
import type { LabPages } from '../pages/lab.ts';
import type { NotebookPages } from '../pages/notebook.ts';
import type { PluginSchema } from '../pages/schemas.ts';
import type { Holds } from '../access/holds.ts';
import type { Changes } from '../access/changes.ts';
import type { People } from '../store/people.ts';
import type { Journals } from '../store/journal.ts';
import type { Shares } from '../store/shares.ts';
import type { Jupyter } from '../upstream/jupyter.ts';
import type { TerminalBook } from '../terminals/terminals.ts';
import type { Comparison } from '../versions/compare.ts';
import type { VersionBook } from '../versions/book.ts';
import type { StaticPages } from '../versions/page.ts';

/** What the routes need of the process. */
export interface MountParts extends Omit<
  PeopleRouteParts & ShareRouteParts & AccountRouteParts,
  'settle' | 'beforeEnd'
> {
  readonly config: Config;
  readonly holds: Holds;
  readonly changes: Changes;
  readonly door: Door;
  readonly people: People;
  readonly shares: Shares;
  readonly failures: FailureLimit;
  readonly connections: Connections;
  readonly metrics: Metrics;
  readonly pages: StaticPages;
  readonly versionBook: VersionBook;
  readonly comparison: Comparison;
  readonly lab: LabPages;
  readonly notebook: NotebookPages | null;
  readonly schemas: ReadonlyMap<string, PluginSchema>;
  readonly jupyter: Jupyter;
  readonly path: (share: string) => Promise<string>;
  readonly cell: (share: string, id: string) => Promise<CellView | undefined>;
  readonly rooms: Rooms;
  readonly kernelRooms: KernelRooms;
  readonly terminals: TerminalBook;
  readonly activity: ActivityBook;
  readonly journals: Journals;
  readonly unsavedBook: UnsavedBook;
  readonly commentBook: CommentBook;
}

/** Declares every route. */
export function mountRoutes(app: App, context: RouteContext, parts: MountParts): void {
  const { config, holds, rooms, kernelRooms, lab, metrics, notebook } = parts;
  const prefix = `${config.baseUrl}liveshare/`;
  const settle = () => holds.settle();
  // 64 MB hold JupyterLab's files several times over.
  const pack = packed(64 * 1024 * 1024);
  healthRoutes(app, context, metrics.registry);
  assetRoutes(app, context, { ...config.staticDirs, federated: lab.federated, pack });
  const beforeEnd = (share: string, wish: string | undefined) => parts.unsavedBook.beforeEnd(share, wish);
  shareRoutes(app, context, { ...parts, settle, beforeEnd });
  unsavedRoutes(app, context, { ...parts, decided: share => parts.changes.emit('share', [share]) });
  peopleRoutes(app, context, { ...parts, settle });
  accountRoutes(app, context, { ...parts, settle });
  activityRoutes(app, context, parts);
  commentRoutes(app, context, parts);
  const frontEnd = config.guestInterface === 'notebook' && notebook ? 'notebook' : 'lab';
  joinRoutes(app, context, { ...parts, frontEnd, prefix });
  versionRoutes(app, context, parts);
  pageRoutes(app, context, { ...parts, frontEnd, prefix, pageOrigins: config.pageOrigins });
  notebookRoutes(app, context, rooms);
  const belongings = new Belongings();
  parts.changes.on('removed', person => belongings.forget(person.id));
  labRoutes(app, context, { ...parts, pages: lab, belongings, prefix });
  serveFolder(app, context, '/s/:share/lab/api/themes', config.staticDirs.themes, pack);
  miscRoutes(app, context);
  terminalRoutes(app, context, parts.terminals);
  contentsRoutes(app, context, {
    contents: parts.contents,
    path: parts.path,
    lineage: share => rooms.with(share, room => room.lineage),
    notebook: share => rooms.with(share, room => toNotebook(room.doc))
  });
  kernelRoutes(app, context, { room: share => kernelRooms.of(share) });
  runRoutes(app, context, { shareBook: parts.shareBook, kernelRoom: share => kernelRooms.of(share) });
  openApi(app, context);
}

/** The OpenAPI description, generated from the declarations above. */
function openApi(app: App, context: RouteContext): void {
  define(app, context, {
    method: 'get',
    path: '/api/openapi.json',
    demand: { who: 'owner' },
    summary: 'This description',
    handle: ({ c }) =>
      c.json(
        app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'jupyter-liveshare', version: '0.1.0' } })
      )
  });
}
