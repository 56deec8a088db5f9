/**
 * Whether two documents have a history in common, so that one can be merged into the other. A room that was rebuilt from the file gives
 * its content ids that an older copy may use for other content (jupyter_server_ydoc loads files under client id 0); Yjs would take one for
 * the other.
 * @module
 */
import * as Y from 'yjs';
import { stable } from '../../protocol/json.ts';
import { cellsOf } from './cells.ts';
import { rootOf } from './content.ts';

type Struct = Y.Item | Y.GC;

/** The client id under which jupyter_server_ydoc loads files. */
const FROM_FILE = 0;

/** Whether both know something, and nothing that both know is something else in one of them. When in doubt, it isn't so. */
export function sameHistory(ours: Y.Doc, theirs: Y.Doc): boolean {
  let shared = false;
  let agreed = false;
  let unsure = false;
  for (const [client, structs] of ours.store.clients) {
    const others = theirs.store.clients.get(client);
    if (others === undefined) {
      continue;
    }
    shared ||= client !== FROM_FILE;
    for (const [mine, other, from, to] of overlaps(structs, others)) {
      const isMineGone = isGone(mine);
      if (isMineGone || isGone(other)) {
        unsure ||= isMineGone !== isGone(other) && client === FROM_FILE;
      } else if (!agree(mine as Y.Item, other as Y.Item, from, to)) {
        return false;
      } else {
        agreed = true;
      }
    }
  }
  return agreed && (shared || !unsure);
}

/**
 * Whether what `ours` has in its cells is all still there in a document that it was merged into. A room whose store and file differ has the
 * file's text set on top of the store's: an older copy that deletes something of it means what isn't there any more, and not what is.
 */
export function keepsAll(ours: Y.Doc, merged: Y.Doc): boolean {
  const cells: unknown = cellsOf(ours);
  const isContent = (struct: Struct): boolean =>
    struct instanceof Y.Item &&
    struct.parentSub === null &&
    struct.parent instanceof Y.AbstractType &&
    rootOf(struct.parent) === cells;
  for (const [client, structs] of ours.store.clients) {
    for (const [mine, other] of overlaps(structs, merged.store.clients.get(client) ?? [])) {
      if (!isGone(mine) && isGone(other) && isContent(mine)) {
        return false;
      }
    }
  }
  return true;
}

function* overlaps(
  left: readonly Struct[],
  right: readonly Struct[]
): Generator<readonly [Struct, Struct, number, number]> {
  let [i, j] = [0, 0];
  for (let a = left[i], b = right[j]; a && b; a = left[i], b = right[j]) {
    const [endA, endB] = [a.id.clock + a.length, b.id.clock + b.length];
    const [from, to] = [Math.max(a.id.clock, b.id.clock), Math.min(endA, endB)];
    if (from < to) {
      yield [a, b, from, to];
    }
    i += endA <= endB ? 1 : 0;
    j += endB <= endA ? 1 : 0;
  }
}

function isGone(struct: Struct): boolean {
  return !(struct instanceof Y.Item) || struct.deleted;
}

function agree(a: Y.Item, b: Y.Item, from: number, to: number): boolean {
  if (a.parentSub !== b.parentSub || a.content.constructor !== b.content.constructor) {
    return false;
  }
  if (isState(a) || isState(b)) {
    // Ours has the file's name where theirs has its path.
    return isState(a) && isState(b);
  }
  return origin(a, from) === origin(b, from) && slice(a, from, to) === slice(b, from, to);
}

function isState(item: Y.Item): boolean {
  return item.parent instanceof Y.AbstractType && item.parent === item.parent.doc?.share.get('state');
}

function origin(item: Y.Item, at: number): string {
  if (at > item.id.clock) {
    return `${item.id.client}:${at - 1}`;
  }
  return item.origin === null ? '' : `${item.origin.client}:${item.origin.clock}`;
}

function slice(item: Y.Item, from: number, to: number): string {
  const { content, id } = item;
  if (content instanceof Y.ContentString) {
    return content.str.slice(from - id.clock, to - id.clock);
  }
  if (content instanceof Y.ContentType) {
    return content.type.constructor.name;
  }
  return stable(content.getContent().slice(from - id.clock, to - id.clock));
}
