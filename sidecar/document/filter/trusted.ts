/**
 * The owner's changes are never filtered, but a key they set or delete can meet the server's repair of a guest's refused change to the same
 * key. Then the owner's change wins.
 * @module
 */
import * as Y from 'yjs';
import { KeyWork } from './keys.ts';
import type { IdSet } from './ranges.ts';
import { isGone, parentOf, stateOf, valueOf } from './store.ts';
import { equal } from './values.ts';

/** Sets again what a transaction had set and lost to nothing but repairs. Called before Yjs drops what was deleted. */
export function lostTo(transaction: Y.Transaction, neutral: IdSet): void {
  for (const [map, keys] of transaction.changed) {
    for (const key of keys) {
      if (key === null || !(map instanceof Y.Map) || isGone(map)) {
        continue;
      }
      const last = map._map.get(key);
      let item: Y.Item | null = last ?? null;
      while (item && neutral.has(item.id.client, item.id.clock)) {
        item = item.left;
      }
      const isNew = item && item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0);
      if (!last || !item || item === last || !isNew || !(item.content instanceof Y.ContentAny)) {
        continue;
      }
      const value = valueOf(item);
      if (last.deleted || !equal(valueOf(last), value)) {
        rewrite(transaction.doc, map, key, value, neutral);
      }
    }
  }
}

function rewrite(doc: Y.Doc, map: Y.Map<unknown>, key: string, value: unknown, neutral: IdSet): void {
  doc.transact(() => {
    map.set(key, value);
    const item = map._map.get(key);
    if (item) {
      neutral.add(item.id.client, item.id.clock);
    }
  });
}

/** Deletes what repairs have put in the place of values that an applied update deletes. */
export function unsetLate(doc: Y.Doc, update: Uint8Array, neutral: IdSet): void {
  const works: KeyWork[] = [];
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
    const structs = doc.store.clients.get(client) ?? [];
    for (const { clock, len } of ranges) {
      const end = Math.min(clock + len, stateOf(doc.store, client));
      for (let i = clock < end ? Y.findIndexSS(structs, clock) : structs.length; i < structs.length; i++) {
        const struct = structs[i];
        if (!struct || struct.id.clock >= end) {
          break;
        }
        const map = struct instanceof Y.Item ? parentOf(struct) : null;
        if (struct instanceof Y.Item && struct.parentSub !== null && map instanceof Y.Map && !isGone(map)) {
          const work = new KeyWork(map, struct.parentSub);
          work.late.push(struct.id);
          works.push(work);
        }
      }
    }
  }
  if (works.length > 0) {
    doc.transact(transaction => {
      for (const work of works) {
        work.settle(transaction, neutral);
      }
    });
  }
}

/**
 * Drops what rests on something that nobody has: it can never be placed, and left there it would be sent to everybody, who would send it
 * back. jupyter-collaboration's store lacks what a room wrote about itself before it was ready, and has what followed.
 */
export function dropPending({ store }: Y.Doc): void {
  [store.pendingStructs, store.pendingDs] = [null, null];
}
