/**
 * What cells showed when a guest took them out: who deletes a cell may undo that, and gets it back with its outputs, though Yjs keeps nothing
 * of it and undo brings it as a new cell.
 * @module
 */
import * as Y from 'yjs';
import { isRecord } from '../../../protocol/json.ts';
import type { SharedType } from './store.ts';

/** Fields of a cell, of the document or remembered. */
export interface Fields {
  get(key: string): unknown;
}

/** One cell that was taken out. */
export interface Grave {
  /** Who took it out. */
  readonly person: string;
  /** Who had inserted it; undefined for the owner's. */
  readonly author: string | undefined;
  /** What it showed, as JSON. */
  readonly fields: Fields;
}

/** Characters and values of a cell that is remembered; larger ones are not. */
const LARGEST = 256 * 1024;
/** How many cells are remembered, the last ones. */
const MOST = 64;

/** What a cell of the document shows; null when that is too much to remember. */
export function snapshot(cell: SharedType): Fields | null {
  return cell instanceof Y.Map && weigh(cell, LARGEST) >= 0
    ? new Map(Object.entries(cell.toJSON() as Record<string, unknown>))
    : null;
}

/** Takes the weight of a value from what is left; stops when nothing is. */
function weigh(value: unknown, left: number): number {
  if (typeof value === 'string' || value instanceof Y.Text) {
    return left - value.length - 1;
  }
  let rest = left - 1;
  const inner = isIterable(value) ? value : isRecord(value) ? Object.values(value) : [];
  for (const one of inner) {
    rest = rest < 0 ? rest : weigh(one, rest);
  }
  return rest;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return Array.isArray(value) || value instanceof Y.Array || value instanceof Y.Map;
}

/** The ids of cells that died, and what is remembered of some. */
export class Graves {
  readonly #all = new Map<string, Grave | null>();
  readonly #remembered = new Set<string>();

  /** Whether a cell of this id has died. */
  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** All the ids, the first that died first. */
  ids(): string[] {
    return [...this.#all.keys()];
  }

  /** What is remembered of it. */
  get(id: string): Grave | null {
    return this.#all.get(id) ?? null;
  }

  /** A cell of this id has died; null: nothing is to be remembered. */
  add(id: string, grave: Grave | null): void {
    this.#all.set(id, grave);
    this.#remembered.delete(id);
    if (grave) {
      this.#remembered.add(id);
    }
    for (const oldest of this.#remembered.size > MOST ? this.#remembered : []) {
      this.#all.set(oldest, null);
      this.#remembered.delete(oldest);
      break;
    }
  }
}
