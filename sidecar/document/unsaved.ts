/**
 * What isn't in the file yet, and by whom: per author the end of what they wrote and what they deleted, until a save is known to have
 * read it all.
 * @module
 */
import * as Y from 'yjs';
import { IdSet } from './filter/ranges.ts';

/** What a save has read of the document: a Yjs state vector and delete set. */
export interface SavedState {
  readonly state: ReadonlyMap<number, number>;
  readonly deletes: IdSet;
}

/** An author of changes: a person, or null for the owner and their kernel. */
export type Writer = string | null;

interface Work {
  /** Milliseconds; when the oldest of it was written. */
  readonly since: number;
  readonly ends: Map<number, number>;
  readonly deletes: IdSet;
}

/** Somebody with unsaved changes. */
export interface UnsavedBy {
  readonly writer: Writer;
  readonly since: number;
}

/** Unsaved work by author. */
export class Unsaved {
  readonly #work = new Map<Writer, Work>();

  /** Whether there is any. */
  get any(): boolean {
    return this.#work.size > 0;
  }

  /** How many have any. */
  get size(): number {
    return this.#work.size;
  }

  /** Whose, who began first comes first. */
  get writers(): UnsavedBy[] {
    return [...this.#work]
      .map(([writer, { since }]) => ({ writer, since }))
      .sort((a, b) => a.since - b.since);
  }

  /** Somebody's update has come into the document. */
  note(writer: Writer, update: Uint8Array, at: number): void {
    const work = this.#work.get(writer) ?? { since: at, ends: new Map(), deletes: new IdSet() };
    this.#work.set(writer, work);
    const { ends, deletes } = extent(update);
    ends.forEach((end, client) => work.ends.set(client, Math.max(end, work.ends.get(client) ?? 0)));
    for (const { client, from, to } of deletes) {
      work.deletes.add(client, from, to);
    }
  }

  /** Changes of which nobody knows what they are: they were there when we came, and the room says that they aren't saved. `since` null: there are none. */
  setUnknown(since: number | null): void {
    if (since === null) {
      this.#work.delete(null);
    } else {
      this.#work.set(null, { since, ends: new Map(), deletes: new IdSet() });
    }
  }

  /** Whether all there is are changes of which nobody knows what they are. */
  get isUnknown(): boolean {
    const work = this.#work.get(null);
    return this.size === 1 && work?.ends.size === 0 && work.deletes.additions === 0;
  }

  /** A save has read this: whose work is all in it has nothing unsaved any more. */
  saved(saved: SavedState): void {
    for (const [writer, work] of this.#work) {
      if (holds(saved, work.ends, work.deletes.ranges())) {
        this.#work.delete(writer);
      }
    }
  }

  /** What there is now: a question to put to a save that comes later. */
  due(): (saved: SavedState) => boolean {
    const due = [...this.#work.values()].map(({ ends, deletes }) => ({
      ends: new Map(ends),
      deletes: [...deletes.ranges()]
    }));
    return saved => due.every(each => holds(saved, each.ends, each.deletes));
  }

  /** Forgets all. */
  clear(): void {
    this.#work.clear();
  }
}

/** Whether a save has read the whole of an update. */
export function contains(saved: SavedState, update: Uint8Array): boolean {
  const { ends, deletes } = extent(update);
  return holds(saved, ends, deletes);
}

/** Reads what the room told of a save: a state vector and an update that has nothing but the delete set. */
export function readSaved(state: Uint8Array, deletes: Uint8Array): SavedState {
  const set = new IdSet();
  for (const [client, ranges] of Y.decodeUpdate(deletes).ds.clients) {
    ranges.forEach(({ clock, len }) => set.add(client, clock, clock + len));
  }
  return { state: Y.decodeStateVector(state), deletes: set };
}

function holds(
  saved: SavedState,
  ends: ReadonlyMap<number, number>,
  deletes: Iterable<{ readonly client: number; readonly from: number; readonly to: number }>
): boolean {
  for (const [client, end] of ends) {
    if ((saved.state.get(client) ?? 0) < end) {
      return false;
    }
  }
  for (const { client, from, to } of deletes) {
    if (!saved.deletes.covers(client, from, to)) {
      return false;
    }
  }
  return true;
}

function extent(update: Uint8Array): {
  ends: Map<number, number>;
  deletes: { client: number; from: number; to: number }[];
} {
  const { structs, ds } = Y.decodeUpdate(update);
  const ends = new Map<number, number>();
  for (const { id, length } of structs) {
    ends.set(id.client, Math.max(ends.get(id.client) ?? 0, id.clock + length));
  }
  const deletes = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, from: clock, to: clock + len }))
  );
  return { ends, deletes };
}
