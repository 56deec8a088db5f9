/**
 * The live notebooks and their kernels, which reach each other here alone.
 * @module
 */
import type { Doc } from 'yjs';
import type { ActivityBook } from '../activity/book.ts';
import type { Changes } from '../access/changes.ts';
import type { Connections } from '../access/connections.ts';
import type { ShareBook } from '../access/shares.ts';
import type { Config } from '../config.ts';
import {
  cellsOf,
  findCell,
  notebookMetadata,
  sourceHash,
  viewCell,
  type CellView,
  type YCell
} from '../document/cells.ts';
import type { Saver } from '../document/backing.ts';
import { KERNEL, Room } from '../document/room.ts';
import { Rooms } from '../document/rooms.ts';
import type { UnsavedBook } from '../document/unsavedBook.ts';
import { tellLive, type Hub } from '../control/hub.ts';
import { KernelRoom } from '../kernel/room.ts';
import { KernelRooms } from '../kernel/rooms.ts';
import type { LockBook } from '../locks/book.ts';
import { OWNER_ID, ownerAs, type ServerMessage, type Who } from '../../protocol/messages.ts';
import type { Log } from '../log.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Journals } from '../store/journal.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Shares } from '../store/shares.ts';
import type { Jupyter } from '../upstream/jupyter.ts';
import type { Kernels } from '../upstream/kernel.ts';

/** Milliseconds for which a kernel that was used is listened to, with nobody here: who reloads the page misses nothing. */
const KERNEL_LINGER = 60_000;
import { forgetCells, lockedCells, mayLock } from './locks.ts';

export interface LiveRooms {
  readonly rooms: Rooms;
  readonly kernelRooms: KernelRooms;
  /** Whether a person may lock a cell of their share for editing. */
  readonly mayLock: (person: PersonRow, cell: string) => Verdict;
}

interface LiveRoomParts {
  readonly config: Config;
  readonly log: Log;
  readonly shares: Shares;
  readonly shareBook: ShareBook;
  readonly jupyter: Jupyter;
  readonly kernels: Kernels;
  readonly changes: Changes;
  readonly connections: Connections;
  readonly hub: Hub;
  readonly people: People;
  readonly activity: ActivityBook;
  readonly locks: LockBook;
  readonly journals: Journals;
  readonly unsavedBook: Pick<UnsavedBook, 'saved'>;
  readonly now: () => number;
  readonly path: (share: string) => Promise<string>;
  /** Whether the owner's JupyterLab records when cells ran. */
  readonly recordTiming: () => boolean;
}

/** The live notebooks and their kernels, which reach each other only by the functions handed in here. */
export function liveRooms(parts: LiveRoomParts): LiveRooms {
  const { config, log, shares, shareBook, jupyter, kernels } = parts;
  const { changes, connections, path, people, activity, locks } = parts;
  const { journals, now } = parts;
  const held = (share: string): boolean => shareBook.holds(share);
  const makeRoom = (share: string) =>
    new Room({
      share,
      journals,
      now,
      jupyter,
      limits: config.limits,
      log: log.child({ share }),
      path: () => path(share),
      held: () => held(share),
      announced: () => ({ kernelspec: undefined, language_info: kernelRooms.peek(share)?.languageInfo }),
      replaced: () => rooms.replace(share),
      changed: () => changes.emit('share', [share]),
      saved: by => noteSaved(parts, share, by),
      lockedCells: lockedCells(locks, shares, share),
      wrote: (id, cells) => {
        forgetCells(locks, share, cells.deleted, () => rooms.peek(share));
        const person = id === null ? null : people.get(id);
        if (person !== undefined) {
          activity.noteCells(share, person, cells);
        }
        if (person && cells.inserted.length > 0) {
          changes.emit('own', [person]);
        }
      }
    });
  const rooms: Rooms = new Rooms({ linger: config.limits.roomLinger * 1000, held, make: makeRoom });
  const makeKernelRoom = (share: string) =>
    new KernelRoom({
      share,
      kernels,
      limits: config.limits,
      recordTiming: parts.recordTiming,
      log: log.child({ share }),
      path: () => path(share),
      write: (id, change) => writeForKernel(rooms.peek(share)?.doc, id, change),
      ...kernelPeople(parts, share),
      ...kernelDocument(rooms, share),
      linger: KERNEL_LINGER
    });
  const kernelRooms: KernelRooms = new KernelRooms(makeKernelRoom);
  changes.on('person', ({ share }) => kernelRooms.peek(share)?.consider());
  changes.on('presence', share => kernelRooms.consider(share, connections.present(share).length > 0));
  return {
    rooms,
    kernelRooms,
    mayLock: (person, cell) => mayLock(rooms.peek(person.share), person, cell)
  };
}

/** A person has saved: it is remembered, and everybody is told. Of a version the activity has an entry of its own. */
function noteSaved(parts: LiveRoomParts, share: string, { person, version }: Saver): void {
  const { activity, hub, now, people, unsavedBook } = parts;
  const saved = { person, at: new Date(now()).toISOString() };
  if (version !== true) {
    activity.note(share, person, 'saved');
  }
  unsavedBook.saved(share, saved);
  tellLive(hub, people, share, { type: 'saved', ...saved });
}

/** What a run writes into a cell. */
function writeForKernel(doc: Doc | undefined, id: string, change: (cell: YCell) => void): void {
  doc?.transact(() => {
    const cell = findCell(doc, id);
    if (cell !== undefined) {
      change(cell);
    }
  }, KERNEL);
}

/** Who is there to see, to ask and to tell, for a kernel. */
function kernelPeople({ activity, connections, hub, people, shares }: LiveRoomParts, share: string) {
  return {
    present: () => connections.present(share).length > 0,
    owner: (): Who => ownerAs(shares.get(share)?.owner ?? ''),
    here: (person: string) =>
      person === OWNER_ID ? hub.hasOwner(share) : connections.count(person, 'control') > 0,
    tell: (person: string, message: ServerMessage) =>
      person === OWNER_ID ? hub.toOwner(share, message) : hub.toGuest(person, message),
    announce: (message: ServerMessage) => tellLive(hub, people, share, message),
    ran: (person: Who, cell: string) =>
      activity.note(share, person.id === OWNER_ID ? null : person, 'ran', { cell })
  };
}

/** The notebook, for its kernel. */
function kernelDocument(rooms: Rooms, share: string) {
  return {
    cell: async (id: string) => {
      const view = await lookAt(rooms, share, id);
      return view === undefined ? undefined : { ...view, hash: sourceHash(view.source) };
    },
    metadata: (key: string) => {
      const room = rooms.peek(share);
      return room === undefined ? undefined : notebookMetadata(room.doc, key);
    },
    marked: () => markedCells(rooms.peek(share)),
    hold: () => rooms.take(share).release
  };
}

/** A cell of the live notebook, which is opened for that; undefined when no cell, or more than one, has that id. */
export function lookAt(rooms: Rooms, share: string, id: string): Promise<CellView | undefined> {
  return rooms.with(share, ({ doc }) => {
    const found = findCell(doc, id);
    return found === undefined ? undefined : viewCell(found);
  });
}

/** Cells whose mark says that they run. */
function markedCells(room: Room | undefined): string[] {
  const cells = room === undefined ? [] : cellsOf(room.doc).toArray();
  return cells.filter(cell => cell.get('execution_state') === 'running').map(cell => String(cell.get('id')));
}
