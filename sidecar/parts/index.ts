/**
 * Every part of the process and what it depends on. No module has state of its own: it is all here.
 * @module
 */
import type { Registry } from '../access/authenticate.ts';
import { Holds } from '../access/holds.ts';
import type { Config } from '../config.ts';
import { Hub } from '../control/hub.ts';
import { Places } from '../control/places.ts';
import { tellPlaces } from '../control/presence.ts';
import { Requests } from '../control/requests.ts';
import { UnsavedBook } from '../document/unsavedBook.ts';
import type { Log } from '../log.ts';
import { LabPages } from '../pages/lab.ts';
import { NotebookPages } from '../pages/notebook.ts';
import { readSchemas } from '../pages/schemas.ts';
import { LabSettings } from '../upstream/settings.ts';
import { TerminalBook } from '../terminals/terminals.ts';
import { access, notebookPath, type Reach } from './access.ts';
import { liveRooms, lookAt, type LiveRooms } from './live.ts';
import { lockBook } from './locks.ts';
import { activityBook, commentBook, storage, type Stored } from './stored.ts';
import { upstream } from './upstream.ts';
import { versionParts } from './versions.ts';

/** Everything that lives as long as the process. */
export type Parts = Awaited<ReturnType<typeof build>>;

/** Builds the parts. Throws, with words for people, when a piece of the installation is missing. */
export async function build(config: Config, log: Log, now: () => number) {
  const stored = await storage(config, now);
  const server = upstream(config);
  const unsavedBook: UnsavedBook = unsavedWork(stored, () => ({ ...live, ...reach }));
  const hub = new Hub(now);
  const places = new Places((share, moves) => tellPlaces({ ...stored, ...reach, hub }, share, moves));
  const place = (share: string, person: string) => places.of(share, person);
  const shown = {
    unsaved: (share: string) => unsavedBook.state(share),
    waits: (share: string) => unsavedBook.waits(share),
    place
  };
  const reach: Reach = access(config, now, stored, shown, server.internal);
  const holds = new Holds(reach.shareBook, server.internal, log);
  const path = notebookPath(reach.shareBook, server.contents);
  const activity = activityBook(stored, hub, now);
  const comments = { commentBook: commentBook(stored, hub, activity, now) };
  const locks = lockBook(hub, stored.people, now);
  const settings = new LabSettings(server.jupyter, log);
  const recordTiming = () => settings.recordTiming;
  const live: LiveRooms = liveRooms({
    ...{ ...stored, ...server, ...reach },
    ...{ config, log, path, activity, locks, now, hub, recordTiming, unsavedBook }
  });
  const history = versionParts({ ...stored, ...server, ...reach, ...live, config, now, hub, path });
  const lab = new LabPages({ ...config.staticDirs, allowed: config.extensions });
  const schemas = readSchemas(config.staticDirs.schemas, lab.federated);
  const version = schemas.get('@jupyter-notebook/application-extension:title')?.version ?? '';
  const notebook = NotebookPages.of(config.staticDirs.notebook, version, lab);
  const cell = (share: string, id: string) => lookAt(live.rooms, share, id);
  const registry = registryOf(stored, reach, now);
  const requests = new Requests(now);
  const own = { unsavedBook, config, log, now, hub, places, activity, locks, requests };
  return {
    ...stored,
    ...server,
    ...reach,
    ...live,
    ...own,
    ...comments,
    ...history,
    holds,
    terminals: new TerminalBook(server.openTerminals, log),
    path,
    lab,
    notebook,
    schemas,
    cell,
    registry
  };
}

/** What authentication looks things up in. */
function registryOf(
  { people, shares, sessions }: Stored,
  { tokens, failures }: Reach,
  now: () => number
): Registry {
  return { people, shares, sessions, tokens, failures, now };
}

/** What waits for a save, in rooms that are open or not. */
function unsavedWork(
  stored: Stored,
  later: () => Pick<LiveRooms, 'rooms'> & Pick<Reach, 'shareBook'>
): UnsavedBook {
  return new UnsavedBook({
    ...stored,
    rooms: () => later().rooms,
    held: share => later().shareBook.holds(share)
  });
}
