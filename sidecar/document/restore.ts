/**
 * The owner goes back to a version: cells as anybody's restore brings them, and besides what only the owner writes: outputs,
 * attachments, the notebook's own metadata, and which cells are locked against editing. Trust never comes back by it.
 * @module
 */
import * as Y from 'yjs';
import type { Author } from '../policy/document.ts';
import { RUN_KEYS } from './bringBack.ts';
import { cellsOf, toNotebook, type YCell } from './cells.ts';
import { makeOutputs } from './newCells.ts';
import { planPatch } from './patch.ts';
import { planRestore, same } from './restorePlan.ts';

type Json = Readonly<Record<string, unknown>>;

/** Rights of the owner, as the table takes them. */
const OWNER: Author = {
  person: 'owner',
  edit: true,
  cells: 'all',
  structure: true,
  lockedCells: new Set()
};
/** Cell metadata that the owner alone writes and that a version brings back; never `trusted`. */
const OWNERS: readonly string[] = ['editable', 'deletable', 'liveshare'];

/**
 * The update that makes a document what a version was.
 * @param state the document as an update.
 * @param client a client id that nobody has written under.
 */
export function restoreUpdate(
  state: Uint8Array,
  client: number,
  version: Json
): { readonly update: Uint8Array | null; readonly changed: number } {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, state);
  const operations = planRestore(toNotebook(copy), version);
  const context = { author: OWNER, refOf: (id: string) => ({ id, own: false }), isDead: () => false };
  const { update } = planPatch(copy, client, operations, context);
  const updates = update === null ? [] : [update];
  copy.on('update', (more: Uint8Array) => updates.push(more));
  const touched = new Set(operations.map(each => (each.op === 'insert' ? (each.cell.id ?? '') : each.cell)));
  copy.transact(() => {
    ownersPart(copy, version).forEach(id => touched.add(id));
    notebookPart(copy, version);
  });
  copy.destroy();
  return { update: updates.length === 0 ? null : Y.mergeUpdates(updates), changed: touched.size };
}

/** Writes what only the owner writes into cells; ids of those it changed. */
function ownersPart(copy: Y.Doc, version: Json): string[] {
  const wanted = new Map<unknown, Json>();
  for (const cell of Array.isArray(version['cells']) ? (version['cells'] as Json[]) : []) {
    wanted.set(cell['id'], cell);
  }
  return cellsOf(copy)
    .toArray()
    .flatMap(cell => {
      const id: unknown = cell.get('id');
      const then = wanted.get(id);
      return then !== undefined && ownersCell(cell, then) ? [String(id)] : [];
    });
}

function ownersCell(cell: YCell, then: Json): boolean {
  const now = cell.toJSON() as Json;
  const metadata = cell.get('metadata');
  const old = (then['metadata'] ?? {}) as Json;
  let changed = false;
  if (metadata instanceof Y.Map) {
    for (const key of OWNERS.filter(each => !same(metadata.toJSON()[each], old[each]))) {
      changed = true;
      if (Object.hasOwn(old, key)) {
        metadata.set(key, old[key]);
      } else {
        metadata.delete(key);
      }
    }
  }
  if (now['cell_type'] === 'code' && !same(now['outputs'] ?? [], then['outputs'] ?? [])) {
    cell.set('outputs', makeOutputs((then['outputs'] ?? []) as readonly unknown[]));
    if (metadata instanceof Y.Map && metadata.get('trusted') === true && old['trusted'] !== true) {
      metadata.delete('trusted');
    }
    changed = true;
  }
  if (now['cell_type'] === 'code' && (now['execution_count'] ?? null) !== (then['execution_count'] ?? null)) {
    cell.set('execution_count', then['execution_count'] ?? null);
    changed = true;
  }
  if (now['cell_type'] !== 'code' && !same(now['attachments'] ?? {}, then['attachments'] ?? {})) {
    cell.set('attachments', then['attachments'] ?? {});
    changed = true;
  }
  return changed;
}

function notebookPart(copy: Y.Doc, version: Json): void {
  const metadata = copy.getMap('meta').get('metadata');
  const old = (version['metadata'] ?? {}) as Json;
  if (!(metadata instanceof Y.Map)) {
    return;
  }
  const now = metadata.toJSON() as Json;
  for (const key of new Set([...Object.keys(now), ...Object.keys(old)])) {
    if (RUN_KEYS.includes(key) || same(now[key], old[key])) {
      continue;
    }
    if (Object.hasOwn(old, key)) {
      metadata.set(key, old[key]);
    } else {
      metadata.delete(key);
    }
  }
}
