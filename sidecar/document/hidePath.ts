/**
 * `state.path` holds the path from the server's root: folder names that are none of a guest's business.
 * @module
 */
import * as Y from 'yjs';
import { fileName } from '../../protocol/names.ts';

/**
 * In our copy the item carries the file name instead, changed before any update is encoded from it.
 *
 * @param moved called when the notebook has another path, to be looked up at once, so that guests find it under its new name.
 */
export function hidePath(doc: Y.Doc, moved: () => void): void {
  let known: Y.Item | null = null;
  doc.on('beforeObserverCalls', () => {
    const item = doc.getMap('state')._map.get('path') ?? null;
    if (item === null || item === known || item.deleted || !(item.content instanceof Y.ContentAny)) {
      return;
    }
    item.content.arr = item.content.arr.map(value => (typeof value === 'string' ? fileName(value) : null));
    if (known !== null) {
      moved();
    }
    known = item;
  });
}
