/**
 * The journal of one room: every change of the document is on our disk before anybody is told of it. Changes of one tick are one entry and
 * one fsync. A client knows that its change is there when our state vector, our frames to others, or the answer to its request say so: all
 * of them leave after {@link Journal.commit}.
 * @module
 */
import * as Y from 'yjs';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { JournalHead, Journals, NewJournal, StoredJournal } from '../store/journal.ts';
import { compacted, fromText, noteAll } from './replay.ts';
import { Unsaved, type SavedState, type Writer } from './unsaved.ts';

/** What a journal needs. */
export interface JournalParts {
  readonly share: string;
  readonly journals: Journals;
  readonly now: () => number;
  readonly log: Log;
  /** The document's whole state. */
  readonly state: () => Uint8Array;
  /** Who is behind which client id, who inserted which cell, which cells are gone, what was put right. */
  readonly facts: () => Pick<JournalHead, 'bindings' | 'authors' | 'dead' | 'repairs'>;
  /** Grows when the facts change. */
  readonly stamp: () => number;
  /** Called when what was appended is on disk. */
  readonly committed: () => void;
  /** Called when "unsaved" may have changed, or whether it can be written down. */
  readonly changed: () => void;
}

/** Milliseconds over which changes are gathered; a slow disk gathers for as long as its last write took. */
const TICK = 8;
/** Milliseconds between attempts on a disk that doesn't take it. */
const RETRY = 1_000;
/** Bytes of entries that are always allowed beside a snapshot. */
const ROOM = 4 * 1024 * 1024;

type Place = Pick<JournalHead, 'lineage' | 'room'>;
type Back = { readonly back: Uint8Array | null; readonly writers: readonly Writer[] };
type Beginning = Pick<NewJournal, 'snapshot' | 'conflicts'> & Back;

/** Writes one share's journal. */
export class Journal {
  readonly unsaved = new Unsaved();
  readonly #parts: JournalParts;
  #place: Place = { lineage: '', room: '' };
  #saved: JournalHead['saved'] = null;
  #overwritten: number | null = null;
  #stamp = -1;
  #begun = false;
  /** The snapshot, until the first entry is written with it. */
  #first: Uint8Array | null = null;
  #waiting: Uint8Array[] = [];
  #writers = new Set<Writer>();
  #bytes = 0;
  #size = 0;
  #last = 0;
  #took = 0;
  #timer: NodeJS.Timeout | null = null;
  #failing = false;
  #closed = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  /** Id of the history that the document has; empty until it is open. */
  get lineage(): string {
    return this.#place.lineage;
  }

  /** Whether the disk doesn't take what there is. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Goes on with a stored journal, whose content is in the document already; `news`: what the room has besides, written by nobody of ours. */
  resume(stored: StoredJournal, place: Place, news: Uint8Array | null): void {
    this.#place = place;
    this.#saved = stored.saved;
    this.#overwritten = stored.overwritten;
    this.#begun = stored.snapshot !== null;
    this.#size = stored.snapshot?.length ?? 0;
    this.#bytes = stored.entries.reduce((sum, { update }) => sum + update.length, 0);
    this.#last = stored.entries.at(-1)?.id ?? 0;
    noteAll(this.unsaved, stored);
    this.#parts.journals.put(this.#parts.share, this.#head());
    if (news !== null) {
      this.append(news, undefined);
    }
    this.#parts.changed();
  }

  /** Begins with what the room has; `back` is what was written on top of it, by whom. */
  restart(place: Place, { snapshot, back, writers, conflicts }: Beginning): void {
    const at = this.#parts.now();
    const entries = back === null ? [] : [{ writers, at, update: back }];
    this.#place = place;
    this.#saved = null;
    this.#overwritten = null;
    this.#begun = snapshot !== null;
    this.#first = null;
    this.#size = snapshot?.length ?? 0;
    this.#bytes = back?.length ?? 0;
    this.#waiting = [];
    this.#writers.clear();
    this.unsaved.clear();
    this.#last = this.#parts.journals.rewrite(this.#parts.share, {
      ...this.#head(),
      snapshot,
      entries,
      conflicts
    });
    if (back !== null) {
      writers.forEach(writer => this.unsaved.note(writer, back, at));
    }
    this.#parts.changed();
  }

  /** The room says that it has unsaved changes; or it said so, and has none but what isn't content. */
  dirty(isDirty: boolean): void {
    if (isDirty ? !this.unsaved.any : this.unsaved.isUnknown) {
      this.unsaved.setUnknown(isDirty ? this.#parts.now() : null);
      this.#parts.changed();
    }
  }

  /** Before the document is changed for the first time by anybody here: what it is now is what the entries go on from. */
  begin(): void {
    if (this.#begun || this.#closed || this.lineage === '') {
      return;
    }
    this.#begun = true;
    this.#first = this.#parts.state();
    this.#size = this.#first.length;
  }

  /** A change of the document. `writer`: whose it is, undefined when it isn't about the notebook's content. */
  append(update: Uint8Array, writer: Writer | undefined): void {
    if (this.#closed) {
      return;
    }
    if (writer !== undefined) {
      const before = this.unsaved.size;
      this.unsaved.note(writer, update, this.#parts.now());
      this.#writers.add(writer);
      if (this.unsaved.size !== before) {
        this.#parts.changed();
      }
    }
    if (this.#begun) {
      this.#waiting.push(update);
    }
    this.#timer ??= setTimeout(() => this.#tick(), Math.max(TICK, Math.min(this.#took, 250)));
  }

  /** Puts what was appended on disk. Refuses with `not-stored` when the disk doesn't take it: nothing may be acknowledged then. */
  commit(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (this.#closed) {
      return;
    }
    if (this.#waiting.length > 0) {
      this.#guard(() => this.#write());
    }
    this.#parts.committed();
  }

  /** The room tells what a save has read. */
  saved(saved: NonNullable<JournalHead['saved']>): SavedState {
    const state = fromText(saved);
    this.#saved = saved;
    this.unsaved.saved(state);
    if (this.#begun && !this.#closed) {
      this.#guard(() => {
        this.commit();
        this.#parts.journals.put(this.#parts.share, this.#head());
        this.#compactIfDue();
      });
    }
    this.#parts.changed();
    return state;
  }

  /** The file is about to overwrite the room: what there is now is what was accepted. Or it doesn't, after all. */
  overwriting(begins: boolean): void {
    this.commit();
    this.#overwritten = begins ? this.#last : null;
    this.#parts.journals.put(this.#parts.share, this.#head());
  }

  /** Stops; what was appended is written down. */
  close(): void {
    try {
      this.commit();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'changes could not be written down before the room was closed');
    }
    this.#closed = true;
  }

  /** Stops without writing anything: the share has ended. */
  abandon(): void {
    this.#closed = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  #tick(): void {
    this.#timer = null;
    try {
      this.commit();
    } catch {
      this.#timer ??= setTimeout(() => this.#tick(), RETRY);
    }
  }

  #write(): void {
    const { share, journals, now } = this.#parts;
    const update = this.#waiting.length === 1 ? this.#waiting[0] : Y.mergeUpdates(this.#waiting);
    const began = performance.now();
    const entry = { writers: [...this.#writers], at: now(), update: update ?? new Uint8Array() };
    if (this.#first === null) {
      this.#last = journals.append(share, entry, this.#parts.stamp() === this.#stamp ? null : this.#head());
    } else {
      const start = { ...this.#head(), snapshot: this.#first, entries: [entry], conflicts: [] };
      this.#last = journals.rewrite(share, start);
      this.#first = null;
    }
    this.#took = performance.now() - began;
    this.#bytes += entry.update.length;
    this.#waiting = [];
    this.#writers.clear();
    this.#compactIfDue();
  }

  /** Entries are bounded by the notebook's own size: beyond that what is saved becomes the snapshot, the rest one entry. */
  #compactIfDue(): void {
    if (this.#bytes < Math.max(ROOM, this.#size) || this.#overwritten !== null) {
      return;
    }
    const { share, journals, state } = this.#parts;
    const common = { ...this.#head(), conflicts: [] };
    if (!this.unsaved.any) {
      const snapshot = state();
      journals.rewrite(share, { ...common, snapshot, entries: [] });
      [this.#size, this.#bytes, this.#last] = [snapshot.length, 0, 0];
      return;
    }
    const [first] = this.unsaved.writers;
    const writers = this.unsaved.writers.map(({ writer }) => writer);
    const compact = compacted(journals.read(share));
    if (compact !== null) {
      const { snapshot, update } = compact;
      const entries = [{ writers, at: first?.since ?? this.#parts.now(), update }];
      this.#last = journals.rewrite(share, { ...common, snapshot, entries });
      // Doubled: what is unsaved stays, and isn't to be gone through again with every change.
      [this.#size, this.#bytes] = [Math.max(snapshot.length, 2 * update.length), update.length];
    }
  }

  #guard(work: () => void): void {
    try {
      work();
      this.#fail(false);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'changes could not be written down');
      this.#fail(true);
      throw new Refusal('not-stored');
    }
  }

  #fail(failing: boolean): void {
    if (this.#failing !== failing) {
      this.#failing = failing;
      this.#parts.changed();
    }
  }

  #head(): JournalHead {
    this.#stamp = this.#parts.stamp();
    return {
      ...this.#place,
      saved: this.#saved,
      overwritten: this.#overwritten,
      ...this.#parts.facts()
    };
  }
}
