/**
 * A document that gets updates in some order, without a room around it.
 * @module
 */
import * as Y from 'yjs';

/**
 * Applies V1 updates in the order given. What Yjs set aside is offered to it again while that brings it further: it can keep updates that
 * rest on each other though all of them are there, and looks at them again only when something new comes (replica.test.ts).
 */
export function replicaOf(updates: readonly Uint8Array[]): Y.Doc {
  const replica = new Y.Doc();
  for (const update of updates) {
    Y.applyUpdate(replica, update);
  }
  for (let before = -1, open = waiting(replica); open > 0 && open !== before; open = waiting(replica)) {
    before = open;
    const { store } = replica;
    const pending = store.pendingStructs;
    store.pendingStructs = null;
    Y.applyUpdateV2(replica, pending?.update ?? Y.encodeStateAsUpdateV2(new Y.Doc()));
  }
  return replica;
}

/** Whether a document keeps something that it can't apply: it rests on what has not come. */
export function isPending({ store }: Y.Doc): boolean {
  return store.pendingStructs !== null || store.pendingDs !== null;
}

/** Bytes that a document keeps aside. */
function waiting({ store }: Y.Doc): number {
  return (store.pendingStructs?.update.length ?? 0) + (store.pendingDs?.length ?? 0);
}
