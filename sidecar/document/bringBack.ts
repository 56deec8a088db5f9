/**
 * What was accepted and isn't in a rebuilt room comes back, cell by cell: changed only here, it is written again as new operations; changed
 * only in the file, the file's stays; changed in both, the owner is asked, and sees the file's until then.
 * @module
 */
import * as Y from 'yjs';
import { stable } from '../../protocol/json.ts';
import { cellsOf, type YCell } from './cells.ts';
import { makeCell, makeOutput, partsOf, type CellParts } from './newCells.ts';
import { diffTexts } from './textDiff.ts';

/** A cell, or with `cell: null` the notebook's metadata, that was changed on both sides; in JSON, null where there is none. */
export interface Clash {
  readonly cell: string | null;
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
}

/** The notebook at three times: in the file as last known, as accepted, and as the room has it now. */
export interface Versions {
  readonly base: Y.Doc;
  readonly ours: Y.Doc;
  readonly theirs: Y.Doc;
  /** As it was after each change between base and ours, one after the other: a save that we didn't hear of may have read any of them. */
  readonly steps?: () => Iterable<Y.Doc>;
}

/** Whose a cell is to be; changed on both sides, it is theirs until the owner has decided. */
type Side = 'ours' | 'theirs' | 'both';

/**
 * Writes into `doc`, which holds what the room has, or that merged with ours, what is to be there; inside a transaction of the caller's. A
 * cell says what one side had and never a mixture: what the file had and the room's store hadn't would stand there twice.
 * @param touched cells in which somebody wrote on after the room was rebuilt: they stay as they are now.
 */
export function bringBack(doc: Y.Doc, versions: Versions, touched: ReadonlySet<string> = new Set()): Clash[] {
  const base = cellsById(versions.base);
  const ours = cellsById(versions.ours);
  const theirs = cellsById(versions.theirs);
  dropTwins(doc, versions);
  const shown = cellsById(doc);
  const ids = [...new Set([...base.keys(), ...ours.keys()])];
  const judge = (id: string): Side => {
    const [was, mine, other] = [base.get(id), ours.get(id), theirs.get(id)];
    if (same(was, mine)) {
      return 'theirs';
    }
    const isSettled =
      same(other, mine) || same(shown.get(id), mine) || (same(other, was) && !touched.has(id));
    return isSettled ? 'ours' : 'both';
  };
  const sides = new Map(ids.map(id => [id, judge(id)]));
  const open = ids.filter(id => sides.get(id) === 'both' && !touched.has(id));
  savedMeanwhile(versions, open, theirs).forEach(id => sides.set(id, 'ours'));
  const clashes: Clash[] = [];
  for (const [id, side] of sides) {
    const [was, mine, other] = [base.get(id), ours.get(id), theirs.get(id)];
    if (side === 'both') {
      clashes.push({ cell: id, base: json(was), mine: json(mine), theirs: json(other) });
    }
    const [wanted, cells] = side === 'ours' ? [mine, ours] : [other, theirs];
    if (!touched.has(id) && !same(shown.get(id), wanted)) {
      setCell(doc, id, wanted, [...cells.keys()]);
    }
  }
  orderAs(doc, [...ours.keys()], [...base.keys()], [...theirs.keys()]);
  return [...clashes, ...metadataBack(doc, versions)];
}

/** A cell that both sides have once, each by operations of its own, would stand there twice when they are merged. */
function dropTwins(doc: Y.Doc, { ours, theirs }: Versions): void {
  const list = cellsOf(doc);
  const count = (of: Y.Doc, id: unknown): number =>
    cellsOf(of)
      .toArray()
      .filter(cell => cell.get('id') === id).length;
  const ids = list.toArray().map(cell => cell.get('id'));
  for (let n = ids.length - 1; n > 0; n--) {
    if (ids.indexOf(ids[n]) < n && count(ours, ids[n]) === 1 && count(theirs, ids[n]) === 1) {
      list.delete(n, 1);
    }
  }
}

/** Cells in which the room has what we had at some time since the base. */
function savedMeanwhile(
  { steps = () => [] }: Versions,
  ids: readonly string[],
  theirs: ReadonlyMap<string, CellParts>
): Set<string> {
  const found = new Set<string>();
  let open = ids;
  for (const step of open.length > 0 ? steps() : []) {
    for (const id of open) {
      if (same(viewOf(step, id), theirs.get(id))) {
        found.add(id);
      }
    }
    open = open.filter(id => !found.has(id));
    if (open.length === 0) {
      break;
    }
  }
  return found;
}

/** Makes one cell what it was at another time: changed in place where it can be, inserted, or, without parts, deleted. */
export function setCell(
  doc: Y.Doc,
  id: string,
  parts: CellParts | undefined,
  order: readonly string[]
): void {
  const list = cellsOf(doc);
  const index = list.toArray().findIndex(cell => cell.get('id') === id);
  const cell = index === -1 ? undefined : list.get(index);
  if (parts === undefined) {
    if (cell !== undefined) {
      list.delete(index, 1);
    }
  } else if (cell === undefined) {
    list.insert(placeOf(list, id, order), [makeCell(parts)]);
  } else if (!changeInPlace(cell, parts)) {
    list.delete(index, 1);
    list.insert(index, [makeCell(parts)]);
  }
}

/** Cells that are something else in the second document than in the first. */
export function differing(a: Y.Doc, b: Y.Doc): Set<string> {
  const before = cellsById(a);
  return new Set([...cellsById(b)].flatMap(([id, cell]) => (same(before.get(id), cell) ? [] : [id])));
}

/** A document's cells by id; of two with one id the first. */
export function cellsById(doc: Y.Doc): Map<string, CellParts> {
  const found = new Map<string, CellParts>();
  for (const cell of cellsOf(doc).toArray()) {
    const id: unknown = cell.get('id');
    if (typeof id === 'string' && !found.has(id)) {
      found.set(id, partsOf(cell));
    }
  }
  return found;
}

/** Whether two cells are the same to a reader; what only says how far they are trusted or run doesn't count. */
export function same(a: CellParts | undefined, b: CellParts | undefined): boolean {
  return a === undefined || b === undefined ? a === b : essence(a) === essence(b);
}

function essence({
  cell_type,
  source,
  metadata,
  attachments,
  outputs,
  execution_count: count
}: CellParts): string {
  const { trusted: _trusted, ...rest } = metadata;
  const isEmpty = typeof attachments === 'object' && Object.keys(attachments ?? {}).length === 0;
  const kept = isEmpty ? null : (attachments ?? null);
  return stable([cell_type, source, rest, kept, outputs ?? [], count ?? null]);
}

function json(parts: CellParts | undefined): string | null {
  return parts === undefined ? null : JSON.stringify(parts);
}

function viewOf(doc: Y.Doc, id: string): CellParts | undefined {
  const cell = cellsOf(doc)
    .toArray()
    .find(each => each.get('id') === id);
  return cell && partsOf(cell);
}

/** Behind the nearest cell that stands before it in the order. */
function placeOf(list: Y.Array<YCell>, id: string, order: readonly string[]): number {
  const ids = list.toArray().map(cell => cell.get('id'));
  for (let i = order.indexOf(id) - 1; i >= 0; i--) {
    const at = ids.indexOf(order[i]);
    if (at !== -1) {
      return at + 1;
    }
  }
  return 0;
}

/** Changes what differs; false when the cell has to be made anew. */
function changeInPlace(cell: YCell, parts: CellParts): boolean {
  const now = partsOf(cell);
  const [text, metadata, outputs] = [cell.get('source'), cell.get('metadata'), cell.get('outputs')];
  const isOutputSame = stable(now.outputs ?? []) === stable(parts.outputs ?? []);
  const isRestSame =
    now.cell_type === parts.cell_type &&
    stable(now.attachments ?? null) === stable(parts.attachments ?? null) &&
    (isOutputSame || outputs instanceof Y.Array);
  if (!isRestSame || !(text instanceof Y.Text) || !(metadata instanceof Y.Map)) {
    return false;
  }
  for (const { position, remove, insert } of diffTexts(now.source, parts.source).reverse()) {
    text.delete(position, remove);
    text.insert(position, insert);
  }
  changeKeys(metadata, now.metadata, parts.metadata);
  if (!isOutputSame && outputs instanceof Y.Array) {
    outputs.delete(0, outputs.length);
    outputs.insert(0, (parts.outputs ?? []).map(makeOutput));
  }
  if ((now.execution_count ?? null) !== (parts.execution_count ?? null)) {
    cell.set('execution_count', parts.execution_count ?? null);
  }
  return true;
}

function changeKeys(
  map: Y.Map<unknown>,
  now: Readonly<Record<string, unknown>>,
  then: Readonly<Record<string, unknown>>
): void {
  for (const key of Object.keys(now).filter(each => !(each in then))) {
    map.delete(key);
  }
  for (const [key, value] of Object.entries(then)) {
    if (stable(now[key]) !== stable(value)) {
      map.set(key, value);
    }
  }
}

/** An order that only we changed is brought back by moving cells. */
function orderAs(
  doc: Y.Doc,
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[]
): void {
  const common = new Set(ours.filter(id => base.includes(id) && theirs.includes(id)));
  const of = (ids: readonly string[]): string[] => ids.filter(id => common.has(id));
  const wanted = of(ours);
  const list = cellsOf(doc);
  if (String(wanted) === String(of(base)) || String(of(theirs)) !== String(of(base))) {
    return;
  }
  const ids = (): string[] => list.toArray().map(cell => String(cell.get('id')));
  for (const [n, id] of wanted.entries()) {
    const now = of(ids());
    const at = now[n];
    if (at === undefined || at === id || !now.includes(id)) {
      continue;
    }
    const from = ids().indexOf(id);
    const parts = partsOf(list.get(from));
    list.delete(from, 1);
    list.insert(ids().indexOf(at), [makeCell(parts)]);
  }
}

function metadataBack(doc: Y.Doc, { base, ours, theirs }: Versions): Clash[] {
  const [was, mine, other] = [metadataOf(base), metadataOf(ours), metadataOf(theirs)];
  const now = doc.getMap('meta').get('metadata');
  const clashes: Clash[] = [];
  for (const key of new Set([...Object.keys(was), ...Object.keys(mine)])) {
    const isOurs = stable(was[key]) !== stable(mine[key]) && stable(mine[key]) !== stable(other[key]);
    if (!isOurs || RUN_KEYS.includes(key) || !(now instanceof Y.Map)) {
      continue;
    }
    if (stable(other[key]) === stable(was[key])) {
      changeKeys(now, pick(metadataOf(doc), key), pick(mine, key));
    } else {
      const texts = { base: one(was, key), mine: one(mine, key), theirs: one(other, key) };
      clashes.push({ cell: null, ...texts });
    }
  }
  return clashes;
}

/** Keys of the notebook's metadata that follow the kernel. */
export const RUN_KEYS: readonly string[] = ['kernelspec', 'language_info'];

function metadataOf(doc: Y.Doc): Record<string, unknown> {
  const metadata = doc.getMap('meta').get('metadata');
  return metadata instanceof Y.Map ? (metadata.toJSON() as Record<string, unknown>) : {};
}

function pick(from: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  return key in from ? { [key]: from[key] } : {};
}

function one(from: Readonly<Record<string, unknown>>, key: string): string | null {
  return key in from ? JSON.stringify({ [key]: from[key] }) : null;
}
