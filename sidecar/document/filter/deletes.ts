/**
 * Sixth stop: what an update deletes. Whatever lies inside something that the same update deletes shares its fate, or refusing a cell's
 * deletion would leave it empty.
 * @module
 */
import * as Y from 'yjs';
import { judgeChange, type Place } from '../../policy/document.ts';
import { isIdentity, type Bench, type StructPlan } from './judge.ts';
import { cellOf, placeOf, type Located } from './locate.ts';
import { endOf, splitsPair, type Id, type Range, type Update } from './model.ts';
import type { Fresh } from './order.ts';
import { fieldName } from './report.ts';
import { isGone, parentOf, stateOf, typeOf, type SharedType } from './store.ts';

/** Says of an item that was gone already whether the author can't have known what replaced it. */
export type IsNews = (replacement: Y.Item) => boolean;

/** What goes. */
export interface Deletes {
  readonly ranges: readonly Range[];
  /** Cells that are taken out. */
  readonly cells: readonly SharedType[];
}

/** Judges all deletions; returns those to apply, and notes in the plan's keys what has to be put right after them. */
export function judgeDeletes(
  bench: Bench,
  plan: StructPlan,
  located: readonly Located[],
  fresh: Fresh,
  update: Update,
  isNews: IsNews
): Deletes {
  const judge = new DeleteJudge(bench, plan, isNews);
  const own = new Map(located.map(one => [one.struct, one]));
  for (const range of update.deletes) {
    const state = stateOf(bench.doc.store, range.client);
    if (range.from < state) {
      judge.inStore({ ...range, to: Math.min(range.to, state) });
    }
    for (let clock = Math.max(range.from, state); clock < range.to;) {
      const struct = fresh.find({ client: range.client, clock });
      const one = struct && own.get(struct);
      if (!one) {
        break;
      }
      const to = Math.min(range.to, endOf(one.struct));
      judge.ownNew(one, clock, to);
      clock = to;
    }
  }
  return { ranges: judge.allowed, cells: judge.removed };
}

class DeleteJudge {
  readonly allowed: Range[] = [];
  readonly removed: SharedType[] = [];
  readonly #bench: Bench;
  readonly #plan: StructPlan;
  readonly #isNews: IsNews;
  /** Fate of items that stand for what lies inside them. */
  readonly #fates = new Map<Y.Item, boolean>();

  constructor(bench: Bench, plan: StructPlan, isNews: IsNews) {
    this.#bench = bench;
    this.#plan = plan;
    this.#isNews = isNews;
  }

  inStore(range: Range): void {
    const structs = this.#bench.doc.store.clients.get(range.client) ?? [];
    for (let i = Y.findIndexSS(structs, range.from); i < structs.length; i++) {
      const struct = structs[i];
      if (!struct || struct.id.clock >= range.to) {
        return;
      }
      this.#bench.budget.take();
      if (!(struct instanceof Y.Item)) {
        continue;
      }
      if (struct.deleted) {
        this.#lateUnset(struct);
        continue;
      }
      const from = Math.max(range.from, struct.id.clock);
      const to = Math.min(range.to, struct.id.clock + struct.length);
      if (this.#passes(struct, from, to)) {
        this.allowed.push({ client: range.client, from, to });
      }
    }
  }

  /** A struct of the same update: its author may take it back, unless that empties a key. */
  ownNew(one: Located, from: number, to: number): void {
    const { struct, at } = one;
    const form = this.#plan.forms.get(one);
    const range = { client: struct.client, from, to };
    if (form !== 'keep') {
      return;
    }
    const { content } = struct;
    if (content.kind === 'text' && splits(content.text, from - struct.clock, to - struct.clock)) {
      this.#lost(null, 'document');
      return;
    }
    this.allowed.push(range);
    if (at.kind === 'live' && at.key !== null && at.type instanceof Y.Map && content.kind !== 'gone') {
      this.#unset(
        at.type,
        at.key,
        struct,
        placeOf(this.#bench.cells, at.type, at.key, this.#bench.author.person)
      );
    }
  }

  #passes(item: Y.Item, from: number, to: number): boolean {
    const top = this.#outermost(item);
    if (top !== item) {
      return this.#fateOf(top);
    }
    const parent = parentOf(item);
    if (!parent) {
      return false;
    }
    const { content } = item;
    if (content instanceof Y.ContentString && splits(content.str, from - item.id.clock, to - item.id.clock)) {
      this.#lost(parent, 'source');
      return false;
    }
    return this.#fateOf(item);
  }

  /** The outermost thing around an item that the update deletes too, or the item itself. */
  #outermost(item: Y.Item): Y.Item {
    let top = item;
    for (let type = parentOf(item); type?._item; type = parentOf(type._item)) {
      if (this.#bench.removed.has(type._item.id.client, type._item.id.clock)) {
        top = type._item;
      }
    }
    return top;
  }

  #fateOf(item: Y.Item): boolean {
    let fate = this.#fates.get(item);
    if (fate === undefined) {
      fate = this.#judge(item);
      this.#fates.set(item, fate);
    }
    return fate;
  }

  #judge(item: Y.Item): boolean {
    const parent = parentOf(item);
    if (!parent) {
      return false;
    }
    const { cells, author } = this.#bench;
    const place = placeOf(cells, parent, item.parentSub, author.person);
    if (item.parentSub !== null) {
      return parent instanceof Y.Map ? this.#judgeKey(parent, item.parentSub, item, place) : false;
    }
    const removed = place.at === 'cells' ? typeOf(item) : null;
    const where: Place = removed ? { at: 'cells', cell: cells.refOf(removed, author.person) } : place;
    if (removed && this.#plan.spared.has(removed)) {
      return this.#refused(removed, where, 'no-right');
    }
    const isOutput = place.at === 'cell' && place.field === 'outputs';
    const clears = isOutput && cells.isCell(outerOf(parent) ?? parent) && !this.#plan.written.has(parent);
    const verdict = judgeChange(where, clears ? 'clear' : 'write', 'fit', author);
    if (verdict.allow) {
      const cell = removed ?? cellOf(cells, parent);
      this.#bench.report.touch(cell && cells.idOf(cell));
      if (removed) {
        this.removed.push(removed);
      }
      return true;
    }
    return this.#refused(removed ?? parent, where, verdict.code);
  }

  #judgeKey(map: Y.Map<unknown>, key: string, item: Y.Item, place: Place): boolean {
    if (this.#plan.keys.sets(map, key)) {
      return false; // what the update sets there deletes it, or is refused
    }
    if (typeOf(item) || isIdentity(place)) {
      const verdict = judgeChange(place, 'unset', 'fit', this.#bench.author);
      return verdict.allow || this.#refused(map, place, verdict.code);
    }
    this.#unset(map, key, { client: item.id.client, clock: item.id.clock, length: item.length }, place);
    return true;
  }

  /** The deletion of a key's JSON value goes in; where it is refused, the server sets the value again. */
  #unset(map: Y.Map<unknown>, key: string, item: Id & { readonly length: number }, place: Place): void {
    const { author, report, cells } = this.#bench;
    const verdict = judgeChange(place, 'unset', 'fit', author);
    const work = this.#plan.keys.at(map, key);
    const cell = cellOf(cells, map);
    if (verdict.allow) {
      work.unset.add(item.client, item.clock, item.clock + item.length);
      report.touch(cell && cells.idOf(cell));
      return;
    }
    work.refused = true;
    report.corrected = true;
    if (!verdict.quiet) {
      report.refuse(cell && cells.idOf(cell), fieldName(place), verdict.code);
    }
  }

  /** The value was gone already; when only the server's repair stands for it now, that is what the author wanted gone. */
  #lateUnset(item: Y.Item): void {
    const parent = parentOf(item);
    const key = item.parentSub;
    if (key === null || !(parent instanceof Y.Map) || isGone(parent) || this.#plan.keys.sets(parent, key)) {
      return;
    }
    const last = parent._map.get(key);
    if (!last || last.deleted || last === item || !this.#isNews(last)) {
      return;
    }
    const { cells, author } = this.#bench;
    if (judgeChange(placeOf(cells, parent, key, author.person), 'unset', 'fit', author).allow) {
      this.#plan.keys.at(parent, key).late.push(item.id);
    }
  }

  #refused(type: SharedType, place: Place, code: Parameters<Bench['report']['refuse']>[2]): false {
    const { cells, report } = this.#bench;
    const cell = cellOf(cells, type);
    report.refuse(cell && cells.idOf(cell), fieldName(place), code);
    report.resync = true;
    return false;
  }

  #lost(type: SharedType | null, field: string): void {
    const { cells, report } = this.#bench;
    const cell = type && cellOf(cells, type);
    report.refuse(cell && cells.idOf(cell), field, 'resync-needed');
    report.resync = true;
  }
}

function splits(text: string, from: number, to: number): boolean {
  return splitsPair(text, from) || splitsPair(text, to);
}

function outerOf(type: SharedType): SharedType | null {
  return type._item && parentOf(type._item);
}
