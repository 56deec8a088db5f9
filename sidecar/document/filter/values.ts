/**
 * What may stand where: JSON, and for the keys that stock clients rely on, JSON of the right shape.
 * @module
 */
import * as Y from 'yjs';
import { isRecord } from '../../../protocol/json.ts';

/** A JSON object, keys not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_DOCUMENT_ID = 1024;

/** Whether a decoded value is JSON; decoding has bounded its depth. */
export function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || Object.values(value).every(isJson);
    default:
      return false;
  }
}

/** Whether a live value (JSON, or a shared type) shows the same JSON. Ends at the first difference, so costs O(the smaller). */
export function shows(live: unknown, json: unknown): boolean {
  if (live instanceof Y.Text) {
    return typeof json === 'string' && live.length === json.length && live.toString() === json;
  }
  if (live instanceof Y.Array) {
    return Array.isArray(json) && live.length === json.length && everyIn(live, json);
  }
  if (live instanceof Y.Map) {
    return (
      isRecord(json) &&
      live.size === Object.keys(json).length &&
      Object.entries(json).every(([key, value]) => live.has(key) && shows(live.get(key), value))
    );
  }
  return equal(live, json);
}

function everyIn(live: Y.Array<unknown>, json: readonly unknown[]): boolean {
  let index = 0;
  for (const value of live) {
    if (!shows(value, json[index++])) {
      return false;
    }
  }
  return true;
}

/** Deep equality of JSON values. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((value, index) => equal(value, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) {
    return false;
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
}

/** Shapes of the metadata that nbformat names; a stock client trusts them. */
const CELL_METADATA: Readonly<Record<string, (value: unknown) => boolean>> = {
  collapsed: value => typeof value === 'boolean',
  scrolled: value => typeof value === 'boolean' || value === 'auto',
  format: value => typeof value === 'string',
  name: value => typeof value === 'string',
  jupyter: isRecord,
  execution: isRecord,
  slideshow: isRecord,
  tags: value => Array.isArray(value) && value.every(tag => typeof tag === 'string')
};

/** Whether the value may stand under this key of a cell's metadata. */
export function fitsMetadata(key: string, value: unknown): boolean {
  const shape = Object.hasOwn(CELL_METADATA, key) ? CELL_METADATA[key] : undefined;
  return isJson(value) && (shape?.(value) ?? true);
}

/** Whether the value may be a cell's attachments: file name -> MIME type -> data. */
export function fitsAttachments(value: unknown): boolean {
  return isRecord(value) && isJson(value) && Object.values(value).every(isRecord);
}

/** Whether the value may stand under this key of `state`; `now` is what stands there. */
export function fitsState(key: string, value: unknown, now: unknown): boolean {
  if (key === 'dirty') {
    return typeof value === 'boolean';
  }
  // A stock client names the document to its executor by this: who could change it could stop everybody's runs.
  const bounded = typeof value === 'string' && value.length <= MAX_DOCUMENT_ID;
  return key === 'document_id' && bounded && (now === undefined || now === value);
}

/** Whether the value is an output as nbformat has it: one without `text` makes every stock client throw. */
export function isOutput(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  switch (value['output_type']) {
    case 'stream':
      return typeof value['name'] === 'string' && isMultiline(value['text']);
    case 'display_data':
    case 'update_display_data':
      return isRecord(value['data']) && isRecord(value['metadata']);
    case 'execute_result':
      return isRecord(value['data']) && isRecord(value['metadata']) && isCount(value['execution_count']);
    case 'error':
      return (
        typeof value['ename'] === 'string' &&
        typeof value['evalue'] === 'string' &&
        isStrings(value['traceback'])
      );
    default:
      return false;
  }
}

/** Whether the value is an execution count. */
export function isCount(value: unknown): boolean {
  return value === null || (typeof value === 'number' && Number.isInteger(value) && value >= 0);
}

function isMultiline(value: unknown): boolean {
  return typeof value === 'string' || isStrings(value);
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(line => typeof line === 'string');
}
