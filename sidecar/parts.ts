/**
 * Every part of the process and what it depends on. No module has state of its own: it is all here.
 * @module
 */
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Registry } from './access/authenticate.ts';
import { ActivityBook } from './activity/book.ts';
import { Changes } from './access/changes.ts';
import { Connections } from './access/connections.ts';
import { Holds } from './access/holds.ts';
import { Door } from './access/join.ts';
import { LinkBook } from './access/links.ts';
import { PeopleBook } from './access/people.ts';
import { ShareBook } from './access/shares.ts';
import { FailureLimit } from './access/throttle.ts';
import { Tokens } from './access/tokens.ts';
import type { Config } from './config.ts';
import { Hub } from './control/hub.ts';
import { Requests } from './control/requests.ts';
import { findCell, notebookMetadata, viewCell, type YCell } from './document/cells.ts';
import { KERNEL, Room } from './document/room.ts';
import { Rooms, type Bindings } from './document/rooms.ts';
import { KernelRoom } from './kernel/room.ts';
import { KernelRooms } from './kernel/rooms.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { LabPages } from './pages/lab.ts';
import { readSchemas } from './pages/schemas.ts';
import { Refusal } from './policy/verdict.ts';
import { Activities } from './store/activity.ts';
import { openDatabase, transaction } from './store/database.ts';
import { Keys } from './store/keys.ts';
import { Links } from './store/links.ts';
import { People } from './store/people.ts';
import { Sessions } from './store/sessions.ts';
import { Shares } from './store/shares.ts';
import { Contents } from './upstream/contents.ts';
import { Internal } from './upstream/internal.ts';
import { Jupyter } from './upstream/jupyter.ts';
import { Kernels } from './upstream/kernel.ts';
import { toHtml } from './upstream/nbconvert.ts';
import { StaticPages } from './versions/page.ts';

/** Path of `B` as in a browser's address. */
export function prefixOf(config: Config): string {
  return `${config.baseUrl}liveshare/`;
}

/** Everything that lives as long as the process. */
export type Parts = Awaited<ReturnType<typeof build>>;

/** Builds the parts. Throws, with words for people, when a piece of the installation is missing. */
export async function build(config: Config, log: Log, now: () => number) {
  const stored = await storage(config, now);
  const server = upstream(config);
  const unsaved = (share: string): boolean | null => live.rooms.peek(share)?.unsaved ?? null;
  const reach = access(config, now, stored, unsaved);
  const holds = new Holds(reach.shareBook, server.internal, log);
  const path = notebookPath(reach.shareBook, server.contents);
  const hub = new Hub();
  const activity = activityBook(stored, hub, now);
  const live: LiveRooms = liveRooms({ ...stored, ...server, ...reach, config, log, path, activity });
  const pages = new StaticPages({
    folder: join(config.stateDir, 'pages'),
    path,
    saved: async file => (await server.contents.notebook(file, true)).content,
    render: (name, content) => toHtml(server.jupyter, name, content)
  });
  const lab = new LabPages({ ...config.staticDirs, allowed: config.extensions });
  const schemas = readSchemas(config.staticDirs.schemas, lab.federated);
  const cell = (share: string, id: string) =>
    live.rooms.with(share, room => {
      const found = findCell(room.doc, id);
      return found === undefined ? undefined : viewCell(found);
    });
  const { people, shares, sessions } = stored;
  const registry: Registry = {
    people,
    shares,
    sessions,
    tokens: reach.tokens,
    failures: reach.failures,
    now
  };
  const own = { config, log, now, hub, activity, requests: new Requests(now), epoch: randomUUID() };
  return {
    ...stored,
    ...server,
    ...reach,
    ...live,
    ...own,
    holds,
    path,
    pages,
    lab,
    schemas,
    cell,
    registry
  };
}

/** What is on disk. */
async function storage(config: Config, now: () => number) {
  const database = openDatabase(config.stateDir);
  return {
    database,
    keys: await Keys.open(join(config.stateDir, 'keys'), now),
    shares: new Shares(database),
    links: new Links(database),
    people: new People(database),
    sessions: new Sessions(database),
    activities: new Activities(database)
  };
}
type Stored = Awaited<ReturnType<typeof storage>>;

/** The Jupyter Server. */
function upstream(config: Config) {
  const jupyter = new Jupyter(config.upstream);
  return {
    jupyter,
    contents: new Contents(jupyter),
    internal: new Internal(jupyter),
    kernels: new Kernels(jupyter)
  };
}

/** Who may come in, and who is here. */
function access(
  config: Config,
  now: () => number,
  stored: Stored,
  unsaved: (share: string) => boolean | null
) {
  const changes = new Changes();
  const tokens = new Tokens(stored.keys);
  const connections = new Connections((share, person) => {
    changes.emit('share', [share]);
    changes.emit('presence', [share, person]);
  });
  const open = () => connections.people().reduce((sum, person) => sum + connections.count(person), 0);
  const address = (share: string): string =>
    config.publicUrl === null ? `${prefixOf(config)}s/${share}` : `${config.publicUrl}liveshare/s/${share}`;
  const common = { ...stored, tokens, connections, changes, now, address };
  const failures = new FailureLimit(config.limits.failuresPerMinute, now);
  const peopleBook = new PeopleBook(common);
  const linkBook = new LinkBook(common);
  return {
    changes,
    tokens,
    connections,
    peopleBook,
    linkBook,
    metrics: new Metrics(open),
    failures,
    shareBook: new ShareBook({ ...common, linkBook, unsaved }),
    door: new Door({ ...common, peopleBook, failures })
  };
}

/** Who did what: written down, and told to the owner's pages. */
function activityBook({ activities, shares, database }: Stored, hub: Hub, now: () => number): ActivityBook {
  return new ActivityBook({
    activities,
    now,
    exists: share => shares.get(share) !== undefined,
    atOnce: work => transaction(database, work),
    announce: (share, latest) => hub.toOwner(share, { type: 'activity', latest })
  });
}

/** Where a share's notebook is now: the share follows the file through renames. */
function notebookPath(shareBook: ShareBook, contents: Contents): (share: string) => Promise<string> {
  return async share => {
    const row = shareBook.get(share);
    const found = await contents.pathOf(row.file);
    if (found === null) {
      throw new Refusal('not-found', 'The notebook file is gone.');
    }
    shareBook.moved(share, found);
    return found;
  };
}

interface LiveRooms {
  readonly rooms: Rooms;
  readonly kernelRooms: KernelRooms;
}

interface LiveRoomParts {
  readonly config: Config;
  readonly log: Log;
  readonly shares: Shares;
  readonly shareBook: ShareBook;
  readonly jupyter: Jupyter;
  readonly kernels: Kernels;
  readonly changes: Changes;
  readonly people: People;
  readonly activity: ActivityBook;
  readonly path: (share: string) => Promise<string>;
}

/** The live notebooks and their kernels, which reach each other only by the functions handed in here. */
function liveRooms(parts: LiveRoomParts): LiveRooms {
  const { config, log, shares, shareBook, jupyter, kernels, changes, path, people, activity } = parts;
  const held = (share: string): boolean => {
    const row = shares.get(share);
    return row !== undefined && shareBook.holdsSaves(row);
  };
  const makeRoom = (share: string, bindings: Bindings) =>
    new Room({
      share,
      bindings,
      jupyter,
      limits: config.limits,
      log: log.child({ share }),
      path: () => path(share),
      held: () => held(share),
      announced: () => ({ kernelspec: undefined, language_info: kernelRooms.peek(share)?.languageInfo }),
      changed: () => changes.emit('share', [share]),
      wrote: (id, cells) => {
        const person = id === null ? null : people.get(id);
        if (person !== undefined) {
          activity.noteCells(share, person, cells);
        }
      }
    });
  const rooms: Rooms = new Rooms({ linger: config.limits.roomLinger * 1000, held, make: makeRoom });
  const write = (share: string, id: string, change: (cell: YCell) => void) => {
    const doc = rooms.peek(share)?.doc;
    doc?.transact(() => {
      const cell = findCell(doc, id);
      if (cell !== undefined) {
        change(cell);
      }
    }, KERNEL);
  };
  const makeKernelRoom = (share: string) =>
    new KernelRoom({
      share,
      kernels,
      log: log.child({ share }),
      path: () => path(share),
      metadata: key => {
        const room = rooms.peek(share);
        return room === undefined ? undefined : notebookMetadata(room.doc, key);
      },
      write: (id, change) => write(share, id, change)
    });
  const kernelRooms: KernelRooms = new KernelRooms(makeKernelRoom);
  return { rooms, kernelRooms };
}
