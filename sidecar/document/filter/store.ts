/**
 * Reading the server's document the way Yjs stores it: everything here is O(1), O(depth) or O(log n).
 * @module
 */
import * as Y from 'yjs';
import type { Id, TypeName } from './model.ts';

/** Any shared type. */
export type SharedType = Extract<Y.Item['parent'], { _map: unknown }>;
/** Yjs's table of structs. */
export type Store = Y.Doc['store'];

/** The first clock of a client that the store doesn't have. */
export function stateOf(store: Store, client: number): number {
  return Y.getState(store, client);
}

/** The struct that holds an id, or null when the id is unknown. */
export function structAt(store: Store, id: Id): Y.Item | Y.GC | null {
  const structs = store.clients.get(id.client);
  if (!structs || id.clock >= stateOf(store, id.client)) {
    return null;
  }
  return structs[Y.findIndexSS(structs, id.clock)] ?? null;
}

/** The type that an item stands in; null for one whose place is gone. */
export function parentOf(item: Y.Item): SharedType | null {
  return item.parent instanceof Y.AbstractType ? item.parent : null;
}

/** The type that an item made, if it made one. */
export function typeOf(item: Y.Item): SharedType | null {
  return item.content instanceof Y.ContentType ? item.content.type : null;
}

/** What kind of type it is; null for those no notebook has. */
export function kindOf(type: SharedType): TypeName | null {
  if (type instanceof Y.Map) {
    return 'map';
  }
  if (type instanceof Y.Array) {
    return 'array';
  }
  // XmlText extends Text
  return type instanceof Y.Text && !(type instanceof Y.XmlText) ? 'text' : null;
}

/** Whether the type, or one it stands in, was deleted. */
export function isGone(type: SharedType): boolean {
  for (let at: SharedType | null = type; at?._item; at = parentOf(at._item)) {
    if (at._item.deleted) {
      return true;
    }
  }
  return false;
}

/** The value a map item holds: JSON or a shared type; undefined where there is none. */
export function valueOf(item: Y.Item): unknown {
  return item.content.getContent().at(-1);
}

/** The item that holds a key's value now, or null. */
export function liveAt(type: SharedType, key: string): Y.Item | null {
  const item = type._map.get(key);
  return item && !item.deleted ? item : null;
}
