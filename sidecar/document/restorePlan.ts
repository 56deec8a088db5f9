/**
 * The way from the notebook as it is to a version of it, as operations that name cells by id: what is the same stays untouched, so that
 * others' cursors, comments and undo in those cells live on.
 * @module
 */
import type { CellType, NotebookOperation } from '../../protocol/resources.ts';
import { PROTECTED_METADATA } from '../policy/document.ts';

type Json = Readonly<Record<string, unknown>>;

/** A cell as nbformat has it. */
interface CellJson {
  readonly id: string;
  readonly cell_type: CellType;
  readonly source: string;
  readonly metadata: Json;
}

/** Metadata that isn't content: what the owner alone decides, and time stamps of runs. */
const NOT_CONTENT: readonly string[] = [...PROTECTED_METADATA, 'execution'];

/** Operations that make `now` what `then` was. Both are notebooks as nbformat JSON; cells without an id of their own are left aside. */
export function planRestore(now: Json, then: Json): NotebookOperation[] {
  const [before, after] = [cellsOf(now), cellsOf(then)];
  const known = new Map(before.map(cell => [cell.id, cell]));
  const wanted = new Set(after.map(cell => cell.id));
  const stay = new Set(inOrder(before, after));
  const operations: NotebookOperation[] = before
    .filter(cell => !wanted.has(cell.id))
    .map(cell => ({ op: 'delete', cell: cell.id }));
  let previous: string | null = null;
  for (const cell of after) {
    const present = known.get(cell.id);
    if (present === undefined) {
      const { id, cell_type, source } = cell;
      const metadata = contentOf(cell.metadata);
      operations.push({ op: 'insert', after: previous, cell: { id, cell_type, source, metadata } });
    } else {
      if (!stay.has(cell.id)) {
        operations.push({ op: 'move', cell: cell.id, after: previous });
      }
      operations.push(...changes(present, cell));
    }
    previous = cell.id;
  }
  return operations;
}

function changes(now: CellJson, then: CellJson): NotebookOperation[] {
  const cell = now.id;
  const found: NotebookOperation[] = [];
  if (now.source !== then.source) {
    found.push({ op: 'edit', cell, source: then.source });
  }
  const [present, wanted] = [contentOf(now.metadata), contentOf(then.metadata)];
  const set = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !same(value, present[key])));
  const remove = Object.keys(present).filter(key => !Object.hasOwn(wanted, key));
  if (Object.keys(set).length > 0 || remove.length > 0) {
    found.push({ op: 'metadata', cell, set, remove });
  }
  if (now.cell_type !== then.cell_type) {
    found.push({ op: 'type', cell, cell_type: then.cell_type });
  }
  return found;
}

/** Cells that both have, as many as possible of those that stand in the same order in both (longest increasing subsequence). */
function inOrder(before: readonly CellJson[], after: readonly CellJson[]): string[] {
  const place = new Map(before.map((cell, index) => [cell.id, index]));
  const common = after.map(cell => cell.id).filter(id => place.has(id));
  const at = common.map(id => place.get(id) ?? 0);
  /** Index of the last member of the best chain of each length, and of each member's predecessor. */
  const ends: number[] = [];
  const behind: number[] = [];
  at.forEach((value, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((at[ends[middle] ?? 0] ?? 0) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    behind[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  });
  const chain: string[] = [];
  for (let index = ends.at(-1) ?? -1; index !== -1; index = behind[index] ?? -1) {
    chain.push(common[index] ?? '');
  }
  return chain;
}

/** Cells by id; of twins the first. */
function cellsOf(notebook: Json): CellJson[] {
  const found = new Map<string, CellJson>();
  const cells = Array.isArray(notebook['cells']) ? (notebook['cells'] as Json[]) : [];
  for (const { id, cell_type, source, metadata } of cells) {
    if (typeof id === 'string' && !found.has(id)) {
      const text = Array.isArray(source) ? source.join('') : String(source ?? '');
      found.set(id, {
        id,
        cell_type: cell_type as CellType,
        source: text,
        metadata: (metadata ?? {}) as Json
      });
    }
  }
  return [...found.values()];
}

function contentOf(metadata: Json): Json {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !NOT_CONTENT.includes(key)));
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b;
  }
  const [x, y] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    x.length === y.length &&
    x.every(([key, value]) => Object.hasOwn(b, key) && same(value, (b as Record<string, unknown>)[key]))
  );
}
