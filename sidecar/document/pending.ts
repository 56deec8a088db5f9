/**
 * What Yjs keeps of updates that it can't place yet.
 * @module
 */
import type * as Y from 'yjs';

/**
 * Drops what rests on something that nobody has: it can never be placed, and left there it would be sent to everybody, who would send it
 * back. jupyter-collaboration's store lacks what a room wrote about itself before it was ready, and has what followed.
 */
export function dropPending({ store }: Y.Doc): void {
  [store.pendingStructs, store.pendingDs] = [null, null];
}
