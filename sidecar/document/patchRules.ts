/**
 * What a patch may put into a cell, by the same table as Y updates.
 * @module
 */
import * as Y from 'yjs';
import { judgeChange, type Author, type CellRef } from '../policy/document.ts';
import { enforce, Refusal } from '../policy/verdict.ts';
import { fitsAttachments, fitsMetadata, isCount, isJson, isOutput, shows } from './filter/values.ts';
import type { CellParts } from './newCells.ts';

type Json = Readonly<Record<string, unknown>>;

/** Levels of nested lists and objects in a value; the filter takes 64 in an update. */
const MAX_DEPTH = 48;

/** Judges the metadata that a new cell brings. */
export function checkMetadata(cell: CellRef, metadata: Json, author: Author): void {
  for (const [key, value] of Object.entries(metadata)) {
    judgeKey(cell, key, 'write', brings(key, value), author);
  }
}

/** Sets and removes keys; whether anything changed. */
export function changeMetadata(
  metadata: unknown,
  cell: CellRef,
  set: Json,
  remove: readonly string[],
  author: Author
): boolean {
  if (!(metadata instanceof Y.Map)) {
    throw new Refusal('bad-request', 'That cell has no metadata.');
  }
  if (remove.some(key => Object.hasOwn(set, key))) {
    throw new Refusal('bad-request', 'A key is set and removed at once.');
  }
  let changed = false;
  for (const [key, value] of Object.entries(set)) {
    const same = metadata.has(key) && shows(metadata.get(key), value);
    judgeKey(cell, key, 'write', same ? 'same' : brings(key, value), author);
    if (!same) {
      metadata.set(key, value);
      changed = true;
    }
  }
  for (const key of remove) {
    judgeKey(cell, key, 'unset', 'fit', author);
    if (metadata.has(key)) {
      metadata.delete(key);
      changed = true;
    }
  }
  return changed;
}

/**
 * What a cell that moves takes along. Refuses what the filter would strip on the way: outputs or metadata that stock clients can't show.
 * A move keeps everything, or doesn't happen.
 */
export function movable(parts: CellParts): CellParts {
  const { cell_type, outputs = [], execution_count, metadata, attachments = null } = parts;
  const fits =
    outputs.every(isOutput) &&
    isCount(execution_count ?? null) &&
    Object.entries(metadata).every(([key, value]) => fitsMetadata(key, value)) &&
    (attachments === null || fitsAttachments(attachments));
  if (!fits) {
    throw new Refusal('bad-request', 'That cell holds something that only its owner can move.');
  }
  if (cell_type === 'code') {
    return parts;
  }
  // Trust is for outputs, and stays nowhere else.
  const { trusted: _trusted, ...rest } = metadata;
  return { ...parts, metadata: rest };
}

function judgeKey(
  cell: CellRef,
  key: string,
  act: 'write' | 'unset',
  bring: 'same' | 'fit' | 'unfit',
  author: Author
): void {
  enforce(judgeChange({ at: 'cell', cell, field: 'metadata', key }, act, bring, author));
}

function brings(key: string, value: unknown): 'fit' | 'unfit' {
  return depthOf(value) <= MAX_DEPTH && isJson(value) && fitsMetadata(key, value) ? 'fit' : 'unfit';
}

/** Levels of lists and objects, counted no further than the bound. */
function depthOf(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null || level > MAX_DEPTH) {
    return level;
  }
  return Math.max(level + 1, ...Object.values(value).map(each => depthOf(each, level + 1)));
}
