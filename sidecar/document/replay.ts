/**
 * A stored journal read: what of it the file has, what was accepted, whose is unsaved.
 * @module
 */
import * as Y from 'yjs';
import type { JournalHead, StoredJournal } from '../store/journal.ts';
import { contains, readSaved, type SavedState, type Unsaved } from './unsaved.ts';

/** What a journal says that the file has, what was accepted, and what that was after each change since then. */
export function replay(stored: StoredJournal): {
  readonly base: Y.Doc;
  readonly ours: Y.Doc;
  readonly steps: () => Iterable<Y.Doc>;
} {
  const [base, ours] = [new Y.Doc(), new Y.Doc()];
  const unsaved: Uint8Array[] = [];
  const saved = stored.saved && fromText(stored.saved);
  let isSaved = true;
  for (const doc of stored.snapshot ? [base, ours] : []) {
    Y.applyUpdate(doc, stored.snapshot ?? new Uint8Array());
  }
  for (const { id, update } of stored.entries) {
    isSaved &&= saved !== null && contains(saved, update);
    if (isSaved) {
      Y.applyUpdate(base, update);
    }
    if (stored.overwritten === null || id <= stored.overwritten) {
      Y.applyUpdate(ours, update);
      if (!isSaved) {
        unsaved.push(update);
      }
    }
  }
  return { base, ours, steps: () => stepsFrom(base, unsaved) };
}

function* stepsFrom(base: Y.Doc, updates: readonly Uint8Array[]): Generator<Y.Doc> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
  for (const update of updates) {
    Y.applyUpdate(doc, update);
    yield doc;
  }
}

/** Notes whose changes of a stored journal aren't saved. */
export function noteAll(
  unsaved: Unsaved,
  { saved, entries }: Pick<StoredJournal, 'saved' | 'entries'>
): void {
  const state = saved && fromText(saved);
  for (const { writers, update, at } of entries) {
    if (state === null || !contains(state, update)) {
      writers.forEach(writer => unsaved.note(writer, update, at));
    }
  }
}

/** What a save has read, from its stored form. */
export function fromText({ state, deletes }: NonNullable<JournalHead['saved']>): SavedState {
  return readSaved(Buffer.from(state, 'base64'), Buffer.from(deletes, 'base64'));
}

/** The same journal in as little as can be: what the file has, and everything since as one update. */
export function compacted(
  stored: StoredJournal | null
): { readonly snapshot: Uint8Array; readonly update: Uint8Array } | null {
  if (stored === null) {
    return null;
  }
  const { base, ours } = replay(stored);
  const snapshot = Y.encodeStateAsUpdate(base);
  const update = Y.encodeStateAsUpdate(ours, Y.encodeStateVector(base));
  base.destroy();
  ours.destroy();
  return { snapshot, update };
}
