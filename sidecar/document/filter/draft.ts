/**
 * A cell that an update brings, put together as it would be shown: in a scratch document of its own, so that what is checked is what Yjs
 * makes of it, whatever order or detours its structs take.
 * @module
 */
import * as Y from 'yjs';
import { forgetMarkers, deleteRange, integrate } from './integrate.ts';
import type { Budget } from './limits.ts';
import type { Located } from './locate.ts';
import { endOf, type Range, type Struct } from './model.ts';
import { stateOf } from './store.ts';
import { isJson } from './values.ts';

/** A cell to be inserted: its own struct, everything inside it, and what it shows; null when that is no proper map. */
export interface Draft {
  readonly top: Located;
  readonly inner: readonly Located[];
  readonly cell: Y.Map<unknown> | null;
}

/** Groups what stands inside new types by the outermost of them. */
export function groupByTop(located: readonly Located[]): Map<Located, Located[]> {
  const groups = new Map<Located, Located[]>();
  for (const one of located) {
    if (one.at.kind === 'new') {
      const group = groups.get(one.at.top);
      if (group) {
        group.push(one);
      } else {
        groups.set(one.at.top, [one]);
      }
    }
  }
  return groups;
}

/** Builds the cells that start at `tops`. */
export function buildDrafts(
  tops: readonly Located[],
  groups: ReadonlyMap<Located, Located[]>,
  deletes: readonly Range[],
  budget: Budget
): Draft[] {
  if (tops.length === 0) {
    return [];
  }
  const scratch = new Y.Doc({ gc: false });
  const broken = new Set<Located>();
  const drafts = tops.map(top => ({ top, inner: groups.get(top) ?? [] }));
  const rootOf = new Map(tops.map((top, index) => [top.struct, scratch.getArray(String(index))]));
  const owner = new Map(drafts.flatMap(({ top, inner }) => [top, ...inner].map(one => [one.struct, top])));
  const add = (transaction: Y.Transaction, one: Located): void => {
    const { struct } = one;
    const root = rootOf.get(struct) ?? null;
    fillUp(transaction, struct);
    const placed = root ? { ...struct, origin: null, rightOrigin: null } : struct;
    const became = integrate(transaction, placed, 'keep', root, () => true, budget);
    const top = owner.get(struct);
    if (top && (became === 'forged' || !fitsPlace(one))) {
      broken.add(top);
    }
  };
  scratch.transact(transaction => {
    for (const one of inOrder(drafts)) {
      add(transaction, one);
    }
    for (const range of deletes) {
      const to = Math.min(range.to, stateOf(scratch.store, range.client));
      deleteRange(transaction, range.client, range.from, to);
    }
    forgetMarkers(transaction);
  });
  return drafts.map(({ top, inner }) => {
    const cell: unknown = rootOf.get(top.struct)?.get(0);
    return { top, inner, cell: cell instanceof Y.Map && !broken.has(top) ? cell : null };
  });
}

/** The drafts' structs, each client's in the order of its clocks: what they came in. */
function inOrder(drafts: readonly { top: Located; inner: readonly Located[] }[]): Located[] {
  const all = drafts.flatMap(({ top, inner }) => [top, ...inner]);
  return all.sort((a, b) => a.rank - b.rank);
}

/** Stands in for the clocks that lie outside the drafts. */
function fillUp(transaction: Y.Transaction, struct: Struct): void {
  const { store } = transaction.doc;
  const state = stateOf(store, struct.client);
  if (state < struct.clock) {
    new Y.GC(Y.createID(struct.client, state), struct.clock - state).integrate(transaction, 0);
  }
}

/** Whether a kind of content may stand in a kind of type at all. */
function fitsPlace({ struct, at }: Located): boolean {
  if (struct.content.kind === 'gone' || at.kind !== 'new') {
    return true;
  }
  const parent = at.parent.struct.content;
  if (parent.kind !== 'type') {
    return false;
  }
  switch (struct.content.kind) {
    case 'text':
      return parent.type === 'text';
    case 'json':
      return parent.type !== 'text' && struct.content.values.every(isJson);
    default:
      return parent.type !== 'text' && endOf(struct) === struct.clock + 1;
  }
}
