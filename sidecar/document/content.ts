/**
 * What counts as a change of the notebook's content.
 * @module
 */
import * as Y from 'yjs';
import { RUN_KEYS } from './bringBack.ts';

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

function rootOf(type: Y.AbstractType<unknown>): unknown {
  let at: Y.AbstractType<unknown> = type;
  while (at._item?.parent instanceof Y.AbstractType) {
    at = at._item.parent as Y.AbstractType<unknown>;
  }
  return at;
}
