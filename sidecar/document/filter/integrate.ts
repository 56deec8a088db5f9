/**
 * Puts one judged struct into a document. It is the only place where a guest's change becomes an item, and where a forged place shows:
 * whatever lies between an insertion's neighbours must be unknown to its author.
 * @module
 */
import * as Y from 'yjs';
import type { Budget } from './limits.ts';
import type { Struct } from './model.ts';
import type { SharedType } from './store.ts';

/** What became of a struct: an item, only a clock because its place is gone, or only a clock because its place is forged. */
export type Integrated = 'item' | 'gone' | 'forged';

/** How a struct goes in: with its content, as a tombstone in its place, or as a mere clock. */
export type Form = 'keep' | 'strip' | 'clock';

/** Integrates a struct; `knows` says what its author certainly had. */
export function integrate(
  transaction: Y.Transaction,
  struct: Struct,
  form: Form,
  root: SharedType | null,
  knows: (client: number, clock: number) => boolean,
  budget: Budget
): Integrated {
  const id = Y.createID(struct.client, struct.clock);
  if (form === 'clock' || struct.content.kind === 'gc') {
    new Y.GC(id, struct.length).integrate(transaction, 0);
    return 'gone';
  }
  const content = form === 'strip' ? new Y.ContentDeleted(struct.length) : contentOf(struct);
  const parent = root ?? (struct.parent && 'id' in struct.parent ? idOf(struct.parent.id) : null);
  const item = new Y.Item(
    id,
    null,
    idOf(struct.origin),
    null,
    idOf(struct.rightOrigin),
    parent,
    struct.key,
    content
  );
  item.getMissing(transaction, transaction.doc.store);
  if (!(item.parent instanceof Y.AbstractType)) {
    new Y.GC(id, struct.length).integrate(transaction, 0);
    return 'gone';
  }
  if (isForged(item, item.parent, knows, budget)) {
    new Y.GC(id, struct.length).integrate(transaction, 0);
    return 'forged';
  }
  item.integrate(transaction, 0);
  return 'item';
}

function idOf(id: { readonly client: number; readonly clock: number } | null): Y.ID | null {
  return id && Y.createID(id.client, id.clock);
}

function contentOf(struct: Struct): Y.Item['content'] {
  const { content, length } = struct;
  switch (content.kind) {
    case 'text':
      return new Y.ContentString(content.text);
    case 'json':
      return new Y.ContentAny([...content.values]);
    case 'type':
      return new Y.ContentType(newType(content.type));
    default:
      return new Y.ContentDeleted(length);
  }
}

function newType(type: 'array' | 'map' | 'text'): SharedType {
  switch (type) {
    case 'array':
      return new Y.Array();
    case 'map':
      return new Y.Map();
    case 'text':
      return new Y.Text();
  }
}

/** Looks for something known between the neighbours. Yjs would walk the same way, so its work is bounded here too. */
function isForged(
  item: Y.Item,
  parent: SharedType,
  knows: (client: number, clock: number) => boolean,
  budget: Budget
): boolean {
  if (item.left && item.origin && !Y.compareIDs(item.left.lastId, item.origin)) {
    // The right neighbour stands to the left, in the same run of text: splitting there has cut the left one short.
    return true;
  }
  const offends = (between: Y.Item): boolean =>
    knows(between.id.client, between.id.clock) || !budget.tryTake();
  if (item.parentSub !== null && !item.left) {
    // Yjs keeps a key's history by its last item only
    for (let at = parent._map.get(item.parentSub) ?? null; at; at = at.left) {
      if (offends(at)) {
        return true;
      }
    }
    return false;
  }
  let at = item.left ? item.left.right : parent._start;
  for (; at && at !== item.right; at = at.right) {
    if (offends(at)) {
      return true;
    }
  }
  // past the end without meeting the right neighbour: it stands to the left
  return at !== item.right;
}

/** Deletes clocks `from` up to, not including, `to` of a client, splitting items at the ends. */
export function deleteRange(transaction: Y.Transaction, client: number, from: number, to: number): void {
  for (let clock = from; clock < to;) {
    const item = Y.getItemCleanStart(transaction, Y.createID(client, clock));
    if (item instanceof Y.Item && !item.deleted) {
      if (item.id.clock + item.length > to) {
        Y.getItemCleanStart(transaction, Y.createID(client, to));
      }
      item.delete(transaction);
    }
    clock = item.id.clock + item.length;
  }
}

/** Forgets positions that Yjs remembered of the changed lists: they are kept right for its own writers only. */
export function forgetMarkers(transaction: Y.Transaction): void {
  for (const type of transaction.changed.keys()) {
    if (type._searchMarker) {
      type._searchMarker.length = 0;
    }
  }
}
