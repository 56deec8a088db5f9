/**
 * Last stop: the plan goes into the document, in one transaction. What is refused goes in as tombstones, so that clocks stay whole and what
 * was written next to it keeps its place; what leaves the server is the document's own update.
 * @module
 */
import * as Y from 'yjs';
import type { Deletes } from './deletes.ts';
import { deleteRange, forgetMarkers, integrate } from './integrate.ts';
import { snapshot } from './graves.ts';
import type { Bench, StructPlan } from './judge.ts';
import type { Known } from './known.ts';
import type { Located } from './locate.ts';
import { endOf, type Id, type Struct } from './model.ts';
import type { IdSet } from './ranges.ts';
import { structAt, typeOf } from './store.ts';

/** Everything that goes in. */
export interface Rewrite {
  readonly located: readonly Located[];
  readonly plan: StructPlan;
  readonly deletes: Deletes;
  readonly known: Known;
  /** Ids in keys' histories that stand for nothing that anybody was permitted to write. */
  readonly neutral: IdSet;
  /** Ids that keep their clock but have lost their place, while their author still shows them. */
  readonly lost: IdSet;
}

/** Applies a judged update, with the connection as the transaction's origin. */
export function apply(bench: Bench, rewrite: Rewrite, connection: string): void {
  const { plan, neutral, deletes } = rewrite;
  const taken = deletes.cells.map(cell => ({ cell, id: bench.cells.idOf(cell), fields: snapshot(cell) }));
  Y.transact(
    bench.doc,
    transaction => {
      for (const one of rewrite.located) {
        applyStruct(bench, rewrite, one, transaction);
      }
      for (const { client, from, to } of deletes.ranges) {
        deleteRange(transaction, client, from, to);
        // Only what it really takes away shows what a client knew: its whole state also names deletions that it has heard of
        // without having, and can't have yet, what they delete.
        rewrite.known.learn(bench.doc.store, client, to);
      }
      for (const work of plan.keys) {
        if (work.settle(transaction, neutral)) {
          bench.report.corrected = true;
        }
      }
      fillCells(bench, plan);
      forgetMarkers(transaction);
    },
    connection,
    // local, or Yjs takes the server's own writes in here for those of a stranger with its client id and draws a new one
    true
  );
  const { cells, author } = bench;
  for (const { struct, original, grave } of plan.cells) {
    const item = structAt(bench.doc.store, struct);
    const cell = item instanceof Y.Item ? typeOf(item) : null;
    if (cell && grave) {
      cells.restored(cell, grave.author);
    } else if (cell) {
      cells.inserted(cell, original, author.person);
    }
  }
  for (const { cell, id, fields } of taken) {
    if (id !== null && fields !== null) {
      cells.buried(cell, id, author.person, fields);
    }
  }
}

function applyStruct(bench: Bench, rewrite: Rewrite, one: Located, transaction: Y.Transaction): void {
  const { plan, known, neutral, lost } = rewrite;
  const { struct, at } = one;
  const { store } = bench.doc;
  const form = plan.forms.get(one) ?? 'clock';
  const named = namedBy(struct);
  // What it names, its author knew. Its own earlier structs are in the document by now.
  for (const id of named) {
    known.learn(store, id.client, id.clock + 1);
  }
  known.learn(store, struct.client, struct.clock);
  const root = at.kind === 'live' && struct.parent && 'root' in struct.parent ? at.type : null;
  const knows = (client: number, clock: number): boolean => known.has(client, clock);
  const became = integrate(transaction, struct, form, root, knows, bench.budget);
  if (became === 'forged') {
    bench.report.refuse(null, 'document', 'resync-needed');
  }
  const losesPlace = became === 'forged' || (form === 'clock' && (at.kind === 'live' || at.kind === 'split'));
  if (losesPlace || named.some(id => lost.has(id.client, id.clock))) {
    // Its author still shows it, and everything written next to it goes the same way: until they start again, they are told each time.
    lost.add(struct.client, struct.clock, endOf(struct));
    bench.report.resync = true;
  } else if (at.kind === 'live' && at.key !== null && at.type instanceof Y.Map) {
    if (!plan.keys.at(at.type, at.key).rightful.has(struct)) {
      neutral.add(struct.client, struct.clock, endOf(struct));
    }
  }
}

function namedBy({ origin, rightOrigin, parent }: Struct): Id[] {
  return [origin, rightOrigin, parent && 'id' in parent ? parent.id : null].filter(id => id !== null);
}

/** Values that a cell must have and whose author's version was taken out. */
function fillCells(bench: Bench, plan: StructPlan): void {
  for (const { cell, key, value } of plan.fills) {
    const item = structAt(bench.doc.store, cell);
    const map = item instanceof Y.Item ? typeOf(item) : null;
    if (map instanceof Y.Map && !isDeleted(map)) {
      map.set(key, value);
    }
  }
}

function isDeleted(map: Y.Map<unknown>): boolean {
  return map._item?.deleted ?? true;
}
