/**
 * What counts as a change of the notebook's content.
 * @module
 */
import * as Y from 'yjs';
import { isRecord, stable } from '../../protocol/json.ts';
import { RUN_KEYS } from './bringBack.ts';
import { toNotebook } from './cells.ts';

/** Whether somebody changed cells or metadata in a transaction; that a kernel has started, and said what it is, is nobody's change. */
export function changesContent(doc: Y.Doc, change: Y.Transaction): boolean {
  const meta = doc.getMap('meta');
  const touched: ReadonlySet<unknown> = new Set(change.changedParentTypes.keys());
  if (touched.has(doc.getArray('cells'))) {
    return true;
  }
  if (!touched.has(meta)) {
    return false;
  }
  const metadata: unknown = meta.get('metadata');
  return [...change.changed].some(
    ([type, keys]: [unknown, ReadonlySet<string | null>]) =>
      type instanceof Y.AbstractType &&
      rootOf(type) === meta &&
      (type !== metadata || [...keys].some(key => key === null || !RUN_KEYS.includes(key)))
  );
}

/** Whether a document has what a file has (nbformat JSON); a kernel's word of itself, and what is trusted, isn't content. */
export function hasContentOf(doc: Y.Doc, file: unknown): boolean {
  return stable(contentOf(toNotebook(doc))) === stable(contentOf(file));
}

function contentOf(notebook: unknown): unknown {
  if (!isRecord(notebook) || !Array.isArray(notebook['cells'])) {
    return null;
  }
  const cells = notebook['cells'].map((cell: unknown) =>
    isRecord(cell) ? { ...cell, metadata: without(cell['metadata'], ['trusted']) } : cell
  );
  return { cells, metadata: without(notebook['metadata'], RUN_KEYS) };
}

function without(record: unknown, keys: readonly string[]): unknown {
  return isRecord(record)
    ? Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
    : record;
}

/** The document's own type that a type stands in. */
export function rootOf(type: Y.AbstractType<unknown>): unknown {
  let at: Y.AbstractType<unknown> = type;
  while (at._item?.parent instanceof Y.AbstractType) {
    at = at._item.parent as Y.AbstractType<unknown>;
  }
  return at;
}
