/**
 * Fourth stop: where in the notebook each struct lands. A struct names its neighbours or its parent; the item found there knows its type,
 * and the type its way up to the cell. Nothing here depends on the size of the notebook.
 * @module
 */
import * as Y from 'yjs';
import type { Place } from '../../policy/document.ts';
import type { Cells } from './cells.ts';
import { Violation, type Limits } from './limits.ts';
import { splitsPair, type Id, type Struct, type TypeName } from './model.ts';
import type { Fresh } from './order.ts';
import { isGone, kindOf, parentOf, structAt, typeOf, type SharedType } from './store.ts';

/** Where a struct stands. */
export type At =
  /** Its neighbour or parent was deleted for good: only its clock is left. */
  | { readonly kind: 'gone' }
  /** Its neighbour is half a character: no replica may ever have seen that. */
  | { readonly kind: 'split' }
  /** In a type of the document. */
  | { readonly kind: 'live'; readonly type: SharedType; readonly key: string | null }
  /** In a type that the same update brings; `top` is the outermost one. */
  | {
      readonly kind: 'new';
      readonly parent: Located;
      readonly top: Located;
      readonly key: string | null;
      readonly depth: number;
    };

/** A struct and its place. */
export interface Located {
  readonly struct: Struct;
  readonly at: At;
  /** Its turn among the update's structs. */
  readonly rank: number;
}

const GONE: At = { kind: 'gone' };
const SPLIT: At = { kind: 'split' };
/** The roots of a notebook; others are never made. */
const ROOTS: readonly string[] = ['cells', 'meta', 'state'];

/** Locates all new structs, in their order. */
export function locateAll(doc: Y.Doc, fresh: Fresh, limits: Pick<Limits, 'nesting'>): Located[] {
  const found = new Map<Struct, Located>();
  const finder = new Finder(doc, fresh, found, limits);
  for (const struct of fresh.structs) {
    found.set(struct, { struct, at: finder.at(struct), rank: found.size });
  }
  return [...found.values()];
}

class Finder {
  readonly #doc: Y.Doc;
  readonly #fresh: Fresh;
  readonly #found: ReadonlyMap<Struct, Located>;
  readonly #limits: Pick<Limits, 'nesting'>;

  constructor(
    doc: Y.Doc,
    fresh: Fresh,
    found: ReadonlyMap<Struct, Located>,
    limits: Pick<Limits, 'nesting'>
  ) {
    this.#limits = limits;
    this.#doc = doc;
    this.#fresh = fresh;
    this.#found = found;
  }

  at(struct: Struct): At {
    if (struct.content.kind === 'gc') {
      return GONE;
    }
    if (struct.parent) {
      return this.#under(struct.parent, struct.key);
    }
    const left = struct.origin && this.#beside(struct.origin, 1);
    const right = struct.rightOrigin && this.#beside(struct.rightOrigin, 0);
    const at = join(left, right);
    if (right && 'key' in at && at.key !== null) {
      throw new Violation('a key has no right neighbour');
    }
    return at;
  }

  /** Where the neighbour stands; `side` is 1 when what comes is to its right. */
  #beside(id: Id, side: 0 | 1): At {
    const item = structAt(this.#doc.store, id);
    if (!item) {
      const neighbour = this.#fresh.find(id);
      const content = neighbour?.content;
      if (
        neighbour &&
        content?.kind === 'text' &&
        splitsPair(content.text, id.clock - neighbour.clock + side)
      ) {
        return SPLIT;
      }
      return (neighbour && this.#found.get(neighbour)?.at) ?? GONE;
    }
    const type = item instanceof Y.Item ? parentOf(item) : null;
    if (!(item instanceof Y.Item) || !type || isGone(type)) {
      return GONE;
    }
    if (
      item.content instanceof Y.ContentString &&
      splitsPair(item.content.str, id.clock - item.id.clock + side)
    ) {
      return SPLIT;
    }
    return { kind: 'live', type, key: item.parentSub };
  }

  #under(parent: NonNullable<Struct['parent']>, key: string | null): At {
    if ('root' in parent) {
      const type = ROOTS.includes(parent.root) ? this.#doc.share.get(parent.root) : undefined;
      return type ? inside(type, key) : GONE;
    }
    const item = structAt(this.#doc.store, parent.id);
    if (item) {
      const type = item instanceof Y.Item ? typeOf(item) : null;
      if (item instanceof Y.Item && !type && !item.deleted) {
        throw new Violation('the parent is no shared type');
      }
      return type && !isGone(type) ? inside(type, key) : GONE;
    }
    const maker = this.#fresh.find(parent.id);
    const located = maker && this.#found.get(maker);
    if (!maker || !located || located.at.kind === 'gone' || located.at.kind === 'split') {
      return located?.at ?? GONE;
    }
    if (maker.content.kind === 'gone') {
      return GONE;
    }
    if (maker.content.kind !== 'type' || !keyFits(maker.content.type, key)) {
      throw new Violation('the parent is no such shared type');
    }
    const inner = located.at.kind === 'new' ? located.at : null;
    const depth = (inner?.depth ?? 0) + 1;
    if (depth > this.#limits.nesting) {
      // Yjs deletes and reads types recursively
      throw new Violation('types nested too deep', 'too-large');
    }
    return { kind: 'new', parent: located, top: inner?.top ?? located, key, depth };
  }
}

function inside(type: SharedType, key: string | null): At {
  const kind = kindOf(type);
  if (kind && !keyFits(kind, key)) {
    throw new Violation('a key in a list, or a map without one');
  }
  return { kind: 'live', type, key };
}

function keyFits(type: TypeName, key: string | null): boolean {
  return (type === 'map') === (key !== null);
}

/** Both neighbours stand in one place, or one of them is gone. */
function join(left: At | null, right: At | null): At {
  if (!left || !right) {
    return left ?? right ?? GONE;
  }
  for (const at of [left, right]) {
    if (at.kind === 'gone' || at.kind === 'split') {
      return at;
    }
  }
  if (!samePlace(left, right)) {
    throw new Violation('neighbours in different places');
  }
  return left;
}

function samePlace(a: At, b: At): boolean {
  if (a.kind === 'live' && b.kind === 'live') {
    return a.type === b.type && a.key === b.key;
  }
  return a.kind === 'new' && b.kind === 'new' && a.parent === b.parent && a.key === b.key;
}

/** What of a cell can be set as one JSON value; its other fields are shared types, and nobody replaces those. */
const JSON_FIELDS: readonly string[] = ['attachments', 'execution_count', 'execution_state'];

/** Names the place of a key or element in a type of the document, as the table of rights does. */
export function placeOf(cells: Cells, type: SharedType, key: string | null, person: string): Place {
  const path: (string | null)[] = [key];
  for (let at: SharedType | null = type; at; at = at._item && parentOf(at._item)) {
    const outer = path.at(-1) ?? null;
    const inner = path.at(-2) ?? null;
    if (cells.isCell(at)) {
      const whole = path.length === 1 && !JSON_FIELDS.includes(outer ?? '');
      const field = whole ? 'cell' : (outer ?? 'cell');
      return {
        at: 'cell',
        cell: cells.refOf(at, person),
        field,
        key: field === 'metadata' ? inner : null
      };
    }
    if (!at._item) {
      return rootPlace(Y.findRootTypeKey(at), outer, inner);
    }
    path.push(at._item.parentSub);
  }
  return { at: 'nowhere' };
}

function rootPlace(root: string, key: string | null, inner: string | null): Place {
  switch (root) {
    case 'cells':
      return { at: 'cells', cell: null };
    case 'meta':
      return key === null
        ? { at: 'nowhere' }
        : { at: 'meta', key, metadata: key === 'metadata' ? inner : null };
    case 'state':
      return key === null ? { at: 'nowhere' } : { at: 'state', key };
    default:
      return { at: 'nowhere' };
  }
}

/** The cell that a type stands in, for reports; null outside cells. */
export function cellOf(cells: Cells, type: SharedType): SharedType | null {
  for (let at: SharedType | null = type; at; at = at._item && parentOf(at._item)) {
    if (cells.isCell(at)) {
      return at;
    }
  }
  return null;
}
