/**
 * What becomes of the journal when a room upstream is met: the same one as before, one rebuilt from the store or the file, or one that the
 * file overwrites under our eyes.
 * @module
 */
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { stable } from '../../protocol/json.ts';
import type { Log } from '../log.ts';
import type { Journals, StoredJournal } from '../store/journal.ts';
import { UPSTREAM } from '../upstream/document.ts';
import { bringBack, cellsById, differing, same, type Clash, type Versions } from './bringBack.ts';
import type { NotebookFilter } from './filter/filter.ts';
import { dropPending } from './filter/trusted.ts';
import type { Journal } from './journal.ts';
import { noteAll, replay } from './replay.ts';
import { keepsAll, sameHistory } from './sameHistory.ts';
import { Unsaved, type Writer } from './unsaved.ts';

/** Origin of what comes back from the journal. */
export const JOURNAL = 'journal';

/** What recovery works on. */
export interface RecoveryParts {
  readonly share: string;
  readonly doc: Y.Doc;
  readonly journal: Journal;
  readonly journals: Journals;
  readonly filter: Pick<NotebookFilter, 'applyTrusted' | 'restore'>;
  readonly log: Log;
  readonly now: () => number;
}

/** The notebook as accepted, while the file overwrites the room. */
interface Overwrite {
  readonly ours: Y.Doc;
  readonly stop: () => void;
}

/** Brings document, journal and room together. */
export class Recovery {
  readonly #parts: RecoveryParts;
  #overwrite: Overwrite | null = null;
  #isBusy = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Whether what is written into the document now is no news for the journal. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Takes the whole state of a room; false when the document belongs to another history, and a new one has to take its place. */
  arrive(state: Uint8Array, room: string): boolean {
    const { doc, journal, journals, share, log } = this.#parts;
    this.#isBusy = true;
    try {
      const isEmpty = Y.encodeStateVector(doc).length === 1;
      if (!isEmpty) {
        journal.commit();
      }
      const stored = journals.read(share);
      const isDone = isEmpty ? this.#open(stored, state, room) : this.#meetAgain(stored, state, room);
      if (isDone && doc.getMap('state').get('dirty') === true) {
        journal.dirty(true);
      }
      return isDone;
    } catch (error) {
      log.error({ err: error }, "the room's state and the journal could not be brought together");
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  /** The file is about to overwrite the room (null), or has: the room's state right after it; empty when it could not. */
  overwrite(state: Uint8Array | null): void {
    this.#overwrite?.stop();
    if (state === null) {
      this.#overwrite = this.#watch();
      return;
    }
    const { journal, journals, share } = this.#parts;
    const overwrite = this.#overwrite;
    this.#overwrite = null;
    if (state.length === 0) {
      journal.overwriting(false);
      return;
    }
    const stored = overwrite && journals.read(share);
    if (stored) {
      this.#isBusy = true;
      try {
        const versions = { ...replay(stored), ours: overwrite.ours, theirs: docOf(state) };
        this.#bringBack(stored, versions, state, stored, true);
      } finally {
        this.#isBusy = false;
      }
      journal.commit();
    }
  }

  /** The first state of this process. */
  #open(stored: StoredJournal | null, state: Uint8Array, room: string): boolean {
    const { doc, filter, journal } = this.#parts;
    if (stored === null || stored.snapshot === null) {
      filter.applyTrusted(state, UPSTREAM);
      const isKnown = stored?.room === room && room !== '';
      this.#restore(isKnown ? stored : null, stored);
      journal.restart(
        { lineage: isKnown ? stored.lineage : randomUUID(), room },
        { snapshot: null, back: null, writers: [], conflicts: [] }
      );
      return true;
    }
    const whole = Y.mergeUpdates([stored.snapshot, ...stored.entries.map(({ update }) => update), state]);
    const isKnown = stored.room === room && room !== '';
    if (isKnown && stored.overwritten === null) {
      filter.applyTrusted(whole, UPSTREAM);
      this.#restore(stored, stored);
      journal.resume(stored, { lineage: stored.lineage, room }, newsOf(doc, stored));
      return true;
    }
    const versions = { ...replay(stored), theirs: docOf(state) };
    const isSame = isKnown || sameHistory(versions.ours, versions.theirs);
    filter.applyTrusted(isSame ? whole : state, UPSTREAM);
    this.#restore(stored, stored);
    const lineage = isSame && keepsAll(versions.ours, doc) ? stored.lineage : randomUUID();
    this.#bringBack(stored, versions, state, { lineage, room }, isSame);
    return true;
  }

  /** Another room, while this process has the document. */
  #meetAgain(stored: StoredJournal | null, state: Uint8Array, room: string): boolean {
    const { doc, filter, journal } = this.#parts;
    const theirs = docOf(state);
    if (
      !sameHistory(doc, theirs) ||
      !keepsAll(doc, docOf(Y.mergeUpdates([Y.encodeStateAsUpdate(doc), state])))
    ) {
      return false;
    }
    const { lineage } = journal;
    const versions = stored?.snapshot ? { ...replay(stored), theirs } : null;
    filter.applyTrusted(state, UPSTREAM);
    if (stored === null || versions === null) {
      journal.restart({ lineage, room }, { snapshot: null, back: null, writers: [], conflicts: [] });
    } else {
      this.#bringBack(stored, versions, state, { lineage, room }, true);
    }
    return true;
  }

  /** `isSame`: room and journal have a history in common, so that what was written since then can be told. */
  #bringBack(
    stored: StoredJournal,
    versions: Versions,
    state: Uint8Array,
    { lineage, room }: Pick<StoredJournal, 'lineage' | 'room'>,
    isSame: boolean
  ): void {
    const { doc, journal, log, now } = this.#parts;
    const unsaved = new Unsaved();
    noteAll(unsaved, stored);
    const touched = isSame ? writtenSince(state, versions.ours, doc) : new Set<string>();
    let clashes: Clash[] = [];
    doc.transact(() => {
      clashes = bringBack(doc, versions, touched);
    }, JOURNAL);
    const back = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(versions.theirs));
    const isNew = !sameContent(doc, versions.theirs);
    const writers: Writer[] = isNew ? unsaved.writers.map(({ writer }) => writer) : [];
    const at = new Date(now()).toISOString();
    const conflicts = clashes.map(clash => ({ ...clash, at }));
    const snapshot = Y.encodeStateAsUpdate(versions.theirs);
    journal.restart({ lineage, room }, { snapshot, back, writers, conflicts });
    log.info({ conflicts: clashes.length, changes: isNew }, 'unsaved changes were brought into the room');
    [versions.base, versions.ours, versions.theirs].forEach(each => each.destroy());
  }

  #restore(facts: StoredJournal | null, bindings: StoredJournal | null): void {
    const { authors = [], dead = [], repairs = [] } = facts ?? {};
    this.#parts.filter.restore(bindings?.bindings ?? [], { authors, dead }, repairs);
  }

  #watch(): Overwrite | null {
    const { doc, journal, journals, share } = this.#parts;
    journal.overwriting(true);
    if (!journals.read(share)?.snapshot) {
      return null;
    }
    const ours = docOf(Y.encodeStateAsUpdate(doc));
    const follow = (update: Uint8Array, origin: unknown) => {
      if (origin !== UPSTREAM) {
        Y.applyUpdate(ours, update);
      }
    };
    doc.on('update', follow);
    return { ours, stop: () => doc.off('update', follow) };
  }
}

/** Cells of `doc` in which there is something that neither the room had nor we, as we had it before we saw the room. */
function writtenSince(state: Uint8Array, ours: Y.Doc, doc: Y.Doc): Set<string> {
  // What was written into content that came with the room can't be placed in ours, and doesn't count as such.
  dropPending(ours);
  const both = docOf(Y.mergeUpdates([state, Y.encodeStateAsUpdate(ours)]));
  const found = differing(both, doc);
  both.destroy();
  return found;
}

function docOf(state: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  dropPending(doc);
  return doc;
}

/** What a document has that isn't in the journal; null when there is nothing. What is accepted from now on may rest on it. */
function newsOf(doc: Y.Doc, { snapshot, entries }: StoredJournal): Uint8Array | null {
  const known = Y.mergeUpdates([snapshot ?? new Uint8Array([0, 0]), ...entries.map(({ update }) => update)]);
  const news = Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(known));
  return Y.parseUpdateMeta(news).to.size > 0 ? news : null;
}

/** Whether two documents are the same notebook to a reader. */
function sameContent(a: Y.Doc, b: Y.Doc): boolean {
  const [ours, theirs] = [cellsById(a), cellsById(b)];
  const metadata = (doc: Y.Doc) => stable(doc.getMap('meta').toJSON());
  return (
    String([...ours.keys()]) === String([...theirs.keys()]) &&
    [...ours].every(([id, cell]) => same(cell, theirs.get(id))) &&
    metadata(a) === metadata(b)
  );
}
