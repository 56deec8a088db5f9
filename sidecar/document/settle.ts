/**
 * What the owner decides about unsaved work: a cell that was changed both here and in the file, or all that isn't saved.
 * @module
 */
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import type { ConflictChoice } from '../../protocol/resources.ts';
import type { StoredConflict, StoredJournal } from '../store/journal.ts';
import { bringBack, cellsById, setCell } from './bringBack.ts';
import type { CellParts } from './newCells.ts';
import { replay } from './replay.ts';

/** Writes what was chosen into the document. `both` keeps the cell as it is and puts ours behind it as a new one. */
export function settle(doc: Y.Doc, conflict: StoredConflict, choose: ConflictChoice): void {
  const { cell, mine } = conflict;
  if (choose === 'theirs') {
    return;
  }
  if (cell === null) {
    settleMetadata(doc, mine);
    return;
  }
  const parts = mine === null ? undefined : (JSON.parse(mine) as CellParts);
  const order = [...cellsById(doc).keys()];
  doc.transact(() => {
    if (choose === 'mine') {
      setCell(doc, cell, parts, order);
    } else if (parts !== undefined) {
      const id = order.includes(cell) ? randomUUID() : cell;
      const at = order.indexOf(cell) + 1;
      setCell(doc, id, { ...parts, id }, [...order.slice(0, at), id, ...order.slice(at)]);
    }
  });
}

/** Makes the document what the file was when it was last saved. */
export function discard(doc: Y.Doc, stored: StoredJournal): void {
  const { base, ours } = replay(stored);
  const now = new Y.Doc();
  Y.applyUpdate(now, Y.encodeStateAsUpdate(doc));
  doc.transact(() => bringBack(doc, { base: now, ours: base, theirs: now }));
  [base, ours, now].forEach(each => each.destroy());
}

function settleMetadata(doc: Y.Doc, mine: string | null): void {
  const metadata = doc.getMap('meta').get('metadata');
  if (mine !== null && metadata instanceof Y.Map) {
    const entries = Object.entries(JSON.parse(mine) as Record<string, unknown>);
    doc.transact(() => entries.forEach(([key, value]) => metadata.set(key, value)));
  }
}
