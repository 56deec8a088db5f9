/**
 * Every part of the process and what it depends on. No module has state of its own: it is all here.
 * @module
 */
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Registry } from './access/authenticate.ts';
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
import { findCell, notebookMetadata, viewCell } from './document/cells.ts';
import { KERNEL, Room } from './document/room.ts';
import { Rooms } from './document/rooms.ts';
import { KernelRoom } from './kernel/room.ts';
import { KernelRooms } from './kernel/rooms.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { LabPages } from './pages/lab.ts';
import { readSchemas } from './pages/schemas.ts';
import { Refusal } from './policy/verdict.ts';
import { fileName } from '../protocol/names.ts';
import { openDatabase } from './store/database.ts';
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
  const database = openDatabase(config.stateDir);
  const keys = await Keys.open(join(config.stateDir, 'keys'), now);
  const shares = new Shares(database);
  const links = new Links(database);
  const people = new People(database);
  const sessions = new Sessions(database);
  const tokens = new Tokens(keys);
  const changes = new Changes();
  const hub = new Hub();
  const requests = new Requests(now);
  const failures = new FailureLimit(config.limits.failuresPerMinute, now);
  const jupyter = new Jupyter(config.upstream);
  const contents = new Contents(jupyter);
  const internal = new Internal(jupyter);
  const connections = new Connections(share => changes.emit('share', [share]));
  const metrics = new Metrics(() =>
    connections.people().reduce((sum, person) => sum + connections.count(person), 0)
  );
  const address = (share: string): string =>
    config.publicUrl === null ? `${prefixOf(config)}s/${share}` : `${config.publicUrl}liveshare/s/${share}`;
  const access = { people, sessions, tokens, connections, changes, now, address };
  const peopleBook = new PeopleBook(access);
  const linkBook = new LinkBook({ ...access, links });
  const unsaved = (share: string): boolean | null => rooms.peek(share)?.unsaved ?? null;
  const shareBook = new ShareBook({
    shares,
    people,
    links,
    sessions,
    linkBook,
    connections,
    changes,
    now,
    unsaved
  });
  const door = new Door({ shares, people, links, sessions, tokens, peopleBook, changes, now });
  const holds = new Holds(shareBook, internal, log);

  /** Where a share's notebook is now: the share follows the file through renames. */
  const path = async (share: string): Promise<string> => {
    const row = shareBook.get(share);
    const found = await contents.pathOf(row.file);
    if (found === null) {
      throw new Refusal('not-found', 'The notebook file is gone.');
    }
    shareBook.moved(share, found);
    return found;
  };
  const held = (share: string): boolean => {
    const row = shares.get(share);
    return row !== undefined && shareBook.holdsSaves(row);
  };
  const rooms: Rooms = new Rooms({
    linger: config.limits.roomLinger * 1000,
    held,
    make: share =>
      new Room({
        share,
        jupyter,
        limits: config.limits,
        log: log.child({ share }),
        path: () => path(share),
        held: () => held(share),
        fileName: () => fileName(shares.get(share)?.path ?? ''),
        announced: () => ({ kernelspec: undefined, language_info: kernelRooms.peek(share)?.languageInfo }),
        changed: () => changes.emit('share', [share])
      })
  });
  const kernels = new Kernels(jupyter);
  const kernelRooms: KernelRooms = new KernelRooms(
    share =>
      new KernelRoom({
        share,
        kernels,
        log: log.child({ share }),
        path: () => path(share),
        metadata: key => {
          const room = rooms.peek(share);
          return room === undefined ? undefined : notebookMetadata(room.doc, key);
        },
        write: (id, write) => {
          const doc = rooms.peek(share)?.doc;
          doc?.transact(() => {
            const cell = findCell(doc, id);
            if (cell !== undefined) {
              write(cell);
            }
          }, KERNEL);
        }
      })
  );
  const pages = new StaticPages({
    folder: join(config.stateDir, 'pages'),
    path,
    saved: async file => (await contents.notebook(file, true)).content,
    render: (name, content) => toHtml(jupyter, name, content)
  });
  const lab = new LabPages({ ...config.staticDirs, allowed: config.extensions });
  const schemas = readSchemas(config.staticDirs.schemas, lab.federated);
  const cell = (share: string, id: string) =>
    rooms.with(share, room => {
      const found = findCell(room.doc, id);
      return found === undefined ? undefined : viewCell(found);
    });
  const registry: Registry = { people, shares, sessions, tokens, failures, now };
  const epoch = randomUUID();
  return {
    ...{
      config,
      log,
      now,
      database,
      keys,
      shares,
      links,
      people,
      sessions,
      tokens,
      changes,
      hub,
      requests,
      failures
    },
    ...{
      jupyter,
      contents,
      internal,
      connections,
      metrics,
      peopleBook,
      linkBook,
      shareBook,
      door,
      holds,
      path
    },
    ...{ rooms, kernelRooms, pages, lab, schemas, cell, registry, epoch }
  };
}
