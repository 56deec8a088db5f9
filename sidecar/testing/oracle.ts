/**
 * What one guest message may have changed, by comparing the notebook before and after it. It knows nothing of Yjs updates: only which
 * cells are the same ones, and what they show.
 * @module
 */
import type * as Y from 'yjs';
import type { Author } from '../document/filter/filter.ts';
import { jsonOf } from './random.ts';

interface CellView {
  readonly map: Y.Map<unknown>;
  readonly json: Record<string, unknown>;
}

/** The notebook at one moment. */
export interface View {
  readonly cells: readonly CellView[];
  readonly meta: Record<string, unknown>;
  readonly state: Record<string, unknown>;
}

/** Looks at a document. */
export function view(doc: Y.Doc): View {
  const { meta, state } = jsonOf(doc);
  return {
    cells: doc
      .getArray<Y.Map<unknown>>('cells')
      .toArray()
      .map(map => ({ map, json: map.toJSON() })),
    meta: meta as Record<string, unknown>,
    state: state as Record<string, unknown>
  };
}

/** A cell that a guest took out. */
interface Taken {
  readonly by: string;
  readonly json: Record<string, unknown>;
  readonly owner: string | undefined;
}

/** Who inserted which cell, carried along moves and undone deletions, and which cell of an id is the oldest one. */
export class Owners {
  readonly #taken = new Map<string, Taken | null>();
  readonly #ids = new Map<Y.Map<unknown>, string>();
  readonly #persons = new WeakMap<Y.Map<unknown>, string>();
  readonly #ages = new WeakMap<Y.Map<unknown>, number>();
  #count = 0;

  constructor(doc: Y.Doc) {
    const cells = doc.getArray<Y.Map<unknown>>('cells');
    const look = (): void => {
      const now = new Set(cells.toArray());
      for (const [cell, id] of this.#ids) {
        if (!now.has(cell)) {
          this.#ids.delete(cell);
          this.#taken.set(id, null);
        }
      }
      for (const cell of now) {
        this.#ids.set(cell, cell.get('id') as string);
      }
      const news = cells.toArray().filter(cell => !this.#ages.has(cell));
      for (const cell of news.sort((a, b) => (a._item?.id.clock ?? 0) - (b._item?.id.clock ?? 0))) {
        this.#ages.set(cell, this.#count++);
      }
    };
    look();
    cells.observe(look);
  }

  /** The person who inserted a cell. */
  get(cell: Y.Map<unknown>): string | undefined {
    return this.#persons.get(cell);
  }

  /** Somebody's cell came in. */
  set(cell: Y.Map<unknown>, person: string): void {
    this.#persons.set(cell, person);
  }

  /** A guest took a cell out: they may put it back. */
  took(person: string, { map, json }: CellView): void {
    this.#taken.set(json['id'] as string, { by: person, json, owner: this.get(map) });
  }

  /** What was taken out last under an id; null when it was the owner who did, undefined when nothing was. */
  takenAs(id: string): Taken | null | undefined {
    return this.#taken.get(id);
  }

  /** Whether an older living cell has the same id: rights by id are that one's. */
  isTwin(cell: Y.Map<unknown>): boolean {
    const age = this.#ages.get(cell) ?? Infinity;
    const list = cell.parent as Y.Array<Y.Map<unknown>> | null;
    return (list?.toArray() ?? []).some(
      other => other.get('id') === cell.get('id') && (this.#ages.get(other) ?? Infinity) < age
    );
  }
}

const PROTECTED = ['trusted', 'editable', 'deletable', 'liveshare'];

/** Whether a guest may edit a cell, in the oracle's own words. */
export function mayEdit(author: Author, cell: Y.Map<unknown>, owners: Owners): boolean {
  const id = cell.get('id') as string;
  if (!author.edit || author.lockedCells.has(id)) {
    return false;
  }
  const named = author.cells === 'all' || (author.cells.has(id) && !owners.isTwin(cell));
  return named || owners.get(cell) === author.person;
}

/** Everything that changed and may not have; empty when all is well. */
export function offences(
  before: View,
  after: View,
  author: Author,
  owners: Owners,
  announced: Record<string, unknown>
): string[] {
  const found: string[] = [];
  const full = author.edit && author.structure && author.cells === 'all';
  for (const key of keysOf(before.state, after.state)) {
    const [was, is] = [before.state[key], after.state[key]];
    if (
      !same(was, is) &&
      !(key === 'dirty' ? typeof is === 'boolean' : key === 'document_id' && was === undefined)
    ) {
      found.push(`state.${key}`);
    }
  }
  const { metadata: oldMeta, ...oldRest } = before.meta;
  const { metadata: newMeta, ...newRest } = after.meta;
  if (!same(oldRest, newRest)) {
    found.push('meta');
  }
  for (const [key, was, is] of changes(oldMeta, newMeta)) {
    const kernel = key === 'kernelspec' || key === 'language_info';
    if (!full || key === 'liveshare' || (kernel && !same(is, announced[key]))) {
      found.push(`meta.metadata.${key} ${JSON.stringify(was)} -> ${JSON.stringify(is)}`);
    }
  }
  found.push(...cellOffences(before, after, author, owners));
  return found;
}

function cellOffences(before: View, after: View, author: Author, owners: Owners): string[] {
  const found: string[] = [];
  const old = new Map(before.cells.map(cell => [cell.map, cell.json]));
  const now = new Map(after.cells.map(cell => [cell.map, cell.json]));
  const stayedBefore = before.cells.filter(({ map }) => now.has(map)).map(({ map }) => map);
  const stayedAfter = after.cells.filter(({ map }) => old.has(map)).map(({ map }) => map);
  if (stayedBefore.some((map, index) => stayedAfter[index] !== map)) {
    found.push('cells changed order');
  }
  const structure = author.edit && author.structure;
  const gone = before.cells.filter(({ map }) => !now.has(map));
  for (const { json } of gone) {
    if (!structure || author.lockedCells.has(json['id'] as string)) {
      found.push(`deleted ${String(json['id'])}`);
    }
  }
  for (const { map, json } of after.cells) {
    const was = old.get(map);
    if (was) {
      found.push(
        ...fieldOffences(was, json, mayEdit(author, map, owners)).map(text => `${String(was['id'])}: ${text}`)
      );
      continue;
    }
    const original = gone.find(cell => cell.json['id'] === json['id']);
    const taken =
      original || countOf(before, json['id']) > 0 ? undefined : owners.takenAs(json['id'] as string);
    const back = taken && (taken.by === author.person || author.cells === 'all') ? taken : null;
    if (taken !== undefined && !back && author.cells !== 'all') {
      found.push(`brought back ${String(json['id'])}`);
    }
    const owner = original ? owners.get(original.map) : back ? back.owner : author.person;
    // two people who move a cell at once leave two of its id, and one of them may move on
    const twin = countOf(after, json['id']) > Math.max(1, countOf(before, json['id']));
    const editable =
      original || back
        ? author.cells === 'all' || author.cells.has(json['id'] as string) || owner === author.person
        : true;
    const bad = newOffences(original?.json ?? back?.json, json, editable);
    if (!structure || twin || bad.length > 0) {
      found.push(`inserted ${String(json['id'])} ${bad.join(', ')}${twin ? ' twin' : ''}`);
    }
    if (owner !== undefined) {
      owners.set(map, owner);
    }
  }
  for (const cell of gone) {
    if (countOf(after, cell.json['id']) === 0) {
      owners.took(author.person, cell);
    }
  }
  return found;
}

function fieldOffences(was: Record<string, unknown>, is: Record<string, unknown>, mine: boolean): string[] {
  const found: string[] = [];
  for (const [key, a, b] of changes(was, is)) {
    if (key === 'source' || key === 'attachments') {
      if (!mine) {
        found.push(`${key} ${JSON.stringify(a)} -> ${JSON.stringify(b)}`);
      }
    } else if (key === 'metadata') {
      for (const [name, , value] of changes(a, b)) {
        if (!mine || PROTECTED.includes(name) || (name === 'execution' && value !== undefined)) {
          found.push(`metadata.${name}`);
        }
      }
    } else if (key === 'outputs') {
      if (!mine || !isSubsequence(b, a)) {
        found.push('outputs');
      }
    } else if (!(
      mine &&
      ((key === 'execution_count' && b === null) || (key === 'execution_state' && b === 'idle'))
    )) {
      found.push(`${key} ${JSON.stringify(a)} -> ${JSON.stringify(b)}`);
    }
  }
  return found;
}

function newOffences(
  original: Record<string, unknown> | undefined,
  cell: Record<string, unknown>,
  editable: boolean
): string[] {
  const found: string[] = [];
  const outputs = (cell['outputs'] ?? []) as unknown[];
  const run =
    original &&
    same(original['outputs'], outputs) &&
    same(original['execution_count'], cell['execution_count']);
  if (!run && (outputs.length > 0 || (cell['execution_count'] ?? null) !== null)) {
    found.push('outputs');
  }
  const metadata = cell['metadata'] as Record<string, unknown>;
  const old = (original?.['metadata'] ?? {}) as Record<string, unknown>;
  for (const key of [...PROTECTED, 'execution']) {
    if (metadata[key] !== undefined && !(same(old[key], metadata[key]) && (run || key !== 'trusted'))) {
      found.push(key);
    }
  }
  if (!editable && original && original['source'] !== cell['source']) {
    found.push('source of a moved cell');
  }
  const known = [
    'id',
    'cell_type',
    'source',
    'metadata',
    'outputs',
    'execution_count',
    'execution_state',
    'attachments'
  ];
  return [...found, ...Object.keys(cell).filter(key => !known.includes(key))];
}

function isSubsequence(part: unknown, whole: unknown): boolean {
  const rest = [...((whole ?? []) as unknown[])];
  return ((part ?? []) as unknown[]).every(value => {
    const at = rest.findIndex(one => same(one, value));
    rest.splice(0, at + 1);
    return at >= 0;
  });
}

function changes(a: unknown, b: unknown): [string, unknown, unknown][] {
  const [was, is] = [(a ?? {}) as Record<string, unknown>, (b ?? {}) as Record<string, unknown>];
  return keysOf(was, is)
    .filter(key => !same(was[key], is[key]))
    .map(key => [key, was[key], is[key]]);
}

function keysOf(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/** Whether two JSON values are the same, whatever the order of keys; a key that is undefined is none. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b);
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, index) => same(value, b[index]))
    );
  }
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    Object.keys(one).every(key => same(one[key], other[key])) &&
    Object.keys(other).every(key => other[key] === undefined || Object.hasOwn(one, key))
  );
}

function countOf({ cells }: View, id: unknown): number {
  return cells.filter(({ json }) => json['id'] === id).length;
}
