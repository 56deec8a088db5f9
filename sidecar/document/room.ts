/**
 * One shared notebook: our document, one connection upstream, the filter in front of it, and the guests it fans out to.
 * @module
 */
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { NotebookOperation, PatchResult } from '../../protocol/resources.ts';
import type { Guest } from '../access/guest.ts';
import type { Author } from '../policy/document.ts';
import { judgeLock } from '../policy/lock.ts';
import { presence } from '../policy/presence.ts';
import { Refusal, type Verdict } from '../policy/verdict.ts';
import type { PersonRow } from '../store/people.ts';
import type { SaveStatus } from '../upstream/document.ts';
import { Backing, type BackingParts, type Saver } from './backing.ts';
import { CellWatch, type CellChanges } from './cellChanges.ts';
import { Fanout } from './fanout.ts';
import { NotebookFilter, type Announced, type Arrival, type Outcome } from './filter/filter.ts';
import { hidePath } from './hidePath.ts';
import type { Member } from './member.ts';
import { setPresence } from './presence.ts';
import { Patches } from './patches.ts';
import { restoreUpdate } from './restore.ts';
import { Waiting } from './waiting.ts';
import { awarenessFrame, type SentPresence } from './wire.ts';

/** What a room needs. */
export interface RoomParts extends Omit<BackingParts, 'doc' | 'awareness' | 'filter' | 'state' | 'opened'> {
  readonly announced: () => Announced;
  /** The cells that this person may not edit just now, because others do; none in soft mode. */
  readonly lockedCells: (person: string) => Author['lockedCells'];
  /** Told what a person, null for the owner, did to which cells. */
  readonly wrote: (person: string | null, changes: CellChanges) => void;
}

/** Origin of what the sidecar itself writes for the kernel. */
export const KERNEL = 'kernel';
/** Origin of what the owner brings back from a version. */
export const RESTORE = 'restore';
/** Client ids of our own: above the range that browsers draw from, so that no guest can meet one (invariant 4). */
const OWN_CLIENTS = 2 ** 32;
const READY_TIMEOUT = 30_000;

/** The room of a share. */
export class Room {
  readonly doc = new Y.Doc();
  readonly awareness: awarenessProtocol.Awareness;
  readonly #parts: RoomParts;
  readonly #filter: NotebookFilter;
  readonly #fanout: Fanout;
  readonly #watch: CellWatch;
  readonly #patches: Patches;
  readonly #presence = new Map<string, Set<number>>();
  readonly #waiting = new Waiting(() => new Refusal('upstream-away'));
  readonly #backing: Backing;
  #full: Uint8Array | null = null;

  constructor(parts: RoomParts) {
    this.#parts = parts;
    this.doc.clientID = OWN_CLIENTS + Math.floor(Math.random() * 2 ** 20);
    this.awareness = new awarenessProtocol.Awareness(this.doc);
    this.awareness.setLocalState(null);
    hidePath(this.doc, () => {
      const moved = (error: unknown) => parts.log.warn({ err: error }, 'the notebook moved');
      parts.path().catch(moved);
    });
    this.#fanout = new Fanout(this.doc, this.awareness, () => this.#backing.commit());
    this.#filter = new NotebookFilter(this.doc, {
      announced: parts.announced,
      isUpstream: client => this.#backing.knows(client),
      now: () => performance.now(),
      // @jupyter/ydoc's observers can throw (yfilter.md, known faults); what was applied stands.
      observerFailed: error => parts.log.error({ err: error }, 'an observer of the document failed')
    });
    this.doc.on('update', () => (this.#full = null));
    this.#watch = new CellWatch(this.doc, changes => parts.wrote(null, changes));
    const whole = { doc: this.doc, cells: this.#watch.cells, state: () => this.#state() };
    this.#patches = new Patches({ filter: this.#filter, ...whole });
    this.#backing = new Backing({
      ...parts,
      doc: this.doc,
      awareness: this.awareness,
      filter: this.#filter,
      state: () => this.#state(),
      opened: () => this.#waiting.release()
    });
  }

  /** What keeps the document on disk: the journal, the room upstream, the file. */
  get backing(): Backing {
    return this.#backing;
  }

  /** Whether there are changes that aren't on disk. */
  get unsaved(): boolean {
    return this.#backing.unsaved;
  }

  /** Id of the document's history, which a client has to name to come back with its copy. */
  get lineage(): string {
    return this.#backing.lineage;
  }

  /** How many document sockets are in the room. */
  get size(): number {
    return this.#fanout.size;
  }

  /** Resolves when the document holds the owner's state, which it does also while the owner's server is away; refuses with `upstream-away` after 30 s. */
  ready(): Promise<void> {
    return this.#backing.isOpen ? Promise.resolve() : this.#waiting.wait(READY_TIMEOUT);
  }

  /** A guest comes in. */
  join(member: Member): void {
    this.#filter.connect(member.connection, member.guest.id);
    this.#fanout.add(member);
  }

  /** A guest's socket is gone: so is their presence. */
  leave(member: Member): void {
    this.#fanout.remove(member);
    this.#filter.disconnect(member.connection);
    const clients = [...(this.#presence.get(member.connection) ?? [])];
    this.#presence.delete(member.connection);
    awarenessProtocol.removeAwarenessStates(this.awareness, clients, member.connection);
  }

  /** What a guest lacks, given their state vector. A newcomer's answer is encoded once for all. */
  stateFor(vector: Uint8Array): Uint8Array {
    this.#backing.commit();
    if (vector.length === 1 && vector[0] === 0) {
      return this.#state();
    }
    return Y.encodeStateAsUpdate(this.doc, vector);
  }

  #state(): Uint8Array {
    return (this.#full ??= Y.encodeStateAsUpdate(this.doc));
  }

  /** Notes what a guest says they have (state vector of their sync step 1). */
  stated(member: Member, vector: Uint8Array): void {
    this.#filter.stated(member.connection, Y.decodeStateVector(vector));
  }

  /** Our state vector, as a question to a guest; `upToDate`: everything up to it was sent to them. */
  ask(member: Member, upToDate: boolean): Uint8Array {
    this.#backing.commit();
    this.#fanout.flush();
    this.#filter.asked(member.connection, upToDate);
    return Y.encodeStateVector(this.doc);
  }

  /** A guest has answered the oldest question. */
  synced(member: Member): void {
    this.#filter.synced(member.connection);
  }

  /** Everybody's presence as one frame; null when nobody is there. */
  presenceFrame(): Uint8Array | null {
    const clients = [...this.awareness.getStates().keys()];
    return clients.length === 0
      ? null
      : awarenessFrame(awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients));
  }

  /** A guest's update: judged by what they may do now; what passes is announced by the document itself. */
  receive(member: Member, update: Uint8Array, arrival: Arrival): Outcome {
    const { person } = member.guest;
    const { result: outcome, changes } = this.#during(person.id, () =>
      this.#filter.receive(member.connection, this.#authorOf(person), update, arrival)
    );
    if (outcome.kind === 'accepted' || outcome.kind === 'partial') {
      // What was refused and undone leaves a trace in the document too; the filter knows what was the author's right.
      const edited = changes.edited.filter(id => outcome.cells.includes(id));
      this.#parts.wrote(person.id, { ...changes, edited });
    }
    if (outcome.kind === 'partial' || (outcome.kind === 'accepted' && outcome.corrected)) {
      this.#fanout.includeSender(member.connection);
    }
    return outcome;
  }

  /** A guest's operations: all of them, or none, refused as the first that may not be. */
  patch(guest: Guest, operations: readonly NotebookOperation[]): PatchResult {
    const { person } = guest;
    const { result, changes } = this.#during(person.id, () =>
      this.#patches.apply(this.#authorOf(person), operations)
    );
    this.#parts.wrote(person.id, changes);
    this.#backing.commit();
    return result;
  }

  /** The owner goes back to a version (nbformat JSON); how many cells that changed. */
  restore(version: Readonly<Record<string, unknown>>): number {
    const client = OWN_CLIENTS + Math.floor(Math.random() * 2 ** 31);
    const { update, changed } = restoreUpdate(this.#state(), client, version);
    if (update !== null) {
      Y.applyUpdate(this.doc, update, RESTORE);
    }
    this.#backing.commit();
    return changed;
  }

  /** Ids of the cells that a person inserted: theirs to edit, whatever their scope. */
  ownCells(person: string): string[] {
    const { authors } = this.#filter.authorship();
    return authors.flatMap(([cell, author]) => (author === person ? [cell] : []));
  }

  /** Whether a person may lock a cell for editing, whoever holds it now. */
  mayLock(person: PersonRow, id: string): Verdict {
    const { cells } = this.#watch;
    const cell = cells.holder(id);
    const gone = this.#backing.isOpen && cells.isDead(id) ? 'gone' : 'unknown';
    return judgeLock(cell ? cells.refOf(cell, person.id) : gone, id, this.#authorOf(person));
  }

  /** Whether there is a cell of this id. */
  has(cell: string): boolean {
    return this.#watch.cells.holder(cell) !== null;
  }

  #authorOf(person: PersonRow): Author {
    return authorOf(person, this.#parts.lockedCells(person.id));
  }

  /** Runs a person's change. Nobody's is taken while it couldn't be written down. */
  #during<T>(person: string, work: () => T): { readonly result: T; readonly changes: CellChanges } {
    return this.#backing.during(person, () => this.#watch.during(person, work));
  }

  /** A guest's presence: only for client ids of their own, with our identity and our clock in it. Of others it is left aside: y-websocket sends back what it hears. */
  receivePresence(member: Member, states: readonly SentPresence[]): void {
    const own = this.#presence.get(member.connection) ?? new Set<number>();
    this.#presence.set(member.connection, own);
    for (const { client, state } of states) {
      if (!this.#filter.claimClientId(member.connection, client)) {
        continue;
      }
      own.add(client);
      if (own.size > 8) {
        throw new Refusal('too-large');
      }
      const shown = state === null ? null : presence(member.guest.who, state);
      setPresence(this.awareness, client, shown, member.connection);
    }
  }

  /** Saves now all that has been accepted by now; `by` null: nobody asked for it. */
  save(by: Saver | null): Promise<SaveStatus> {
    return this.#backing.save(by);
  }

  /** Looks again whether saving is held. */
  reconsider(): void {
    this.#backing.reconsider();
  }

  /** Everybody has to start again with another document. */
  sendAway(): void {
    this.#fanout.sendAway();
  }

  /** Leaves the room upstream; `isOver`: the share has ended, and nothing of it is to be kept. */
  close(isOver = false): void {
    this.#backing.close(isOver);
    this.#fanout.close();
    this.awareness.destroy();
    this.doc.destroy();
  }
}

/** A person as the table of rights sees them now. */
export function authorOf(person: PersonRow, lockedCells: Author['lockedCells']): Author {
  return {
    person: person.id,
    edit: person.rights.edit,
    cells: person.cells === 'all' ? 'all' : new Set(person.cells),
    structure: person.structure,
    lockedCells
  };
}
