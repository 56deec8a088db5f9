/**
 * How large outputs may become, and what stands in for one that is larger (T57, S40).
 * @module
 */
import type { Limits } from '../config.ts';

/** The limits that concern outputs. */
export type OutputLimits = Pick<Limits, 'outputBytes' | 'cellOutputBytes'>;

/** MIME bundle and metadata of a display. */
export interface Bundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Content = Readonly<Record<string, unknown>>;

/** What an output costs besides its content, bytes. */
export const OVERHEAD = 200;
/** Characters of an error's name and value that are kept when it is too large. */
const KEPT = 2_000;

/** Roughly the bytes of a value as JSON. */
export function sizeOf(value: unknown): number {
  return typeof value === 'string' ? value.length : (JSON.stringify(value) ?? '').length;
}

/** Size of a bundle, bytes. */
export function bundleSize({ data, metadata }: Bundle): number {
  const parts = Object.values(data).reduce<number>((sum, each) => sum + sizeOf(each), 0);
  return OVERHEAD + parts + sizeOf(metadata);
}

/** The bundle of a message; representations larger than the limit give way to a notice. */
export function bundleOf(content: Content, limit: number): Bundle {
  const data = recordOf(content['data']);
  const metadata = recordOf(content['metadata']);
  const whole = { data, metadata };
  return bundleSize(whole) <= limit ? whole : withoutLarge(data, metadata, limit);
}

/** Drops the largest representations until the rest fits, and says so. */
function withoutLarge(data: Content, metadata: Content, limit: number): Bundle {
  const sizes = Object.entries(data).map(([type, value]) => ({ type, size: sizeOf(value) }));
  sizes.sort((a, b) => a.size - b.size);
  const kept = new Set<string>();
  const dropped: { type: string; size: number }[] = [];
  let left = limit - OVERHEAD;
  for (const each of sizes) {
    if (each.size <= left) {
      kept.add(each.type);
      left -= each.size;
    } else {
      dropped.push(each);
    }
  }
  const rest = Object.fromEntries(Object.entries(data).filter(([type]) => kept.has(type)));
  const words = dropped.map(({ type, size }) => `${type.slice(0, 100)} of ${megabytes(size)}`);
  const notice = `[Left out: ${words.join(', ') || 'its metadata'}. The limit for one output is ${megabytes(limit)}.]`;
  const text = typeof rest['text/plain'] === 'string' ? `${rest['text/plain']}\n${notice}` : notice;
  const kind = sizeOf(metadata) <= left ? metadata : {};
  return { data: { ...rest, 'text/plain': text }, metadata: kind };
}

/** Stands in for a bundle for which its cell has no room. */
export function noRoom(limit: number): Bundle {
  return { data: { 'text/plain': fullNotice(limit) }, metadata: {} };
}

/** What a cell says once that has written more than it may. */
export function fullNotice(limit: number): string {
  return `[More output was left out. The limit for one cell is ${megabytes(limit)}.]`;
}

/** An error as an nbformat output; one that is too large keeps its beginning. */
export function errorOutput(content: Content, limit: number): Record<string, unknown> {
  const { ename, evalue, traceback } = content;
  const whole = {
    output_type: 'error',
    ename: String(ename ?? ''),
    evalue: String(evalue ?? ''),
    traceback: Array.isArray(traceback) ? traceback.map(String) : []
  };
  if (sizeOf(whole) <= limit) {
    return whole;
  }
  return {
    output_type: 'error',
    ename: whole.ename.slice(0, KEPT),
    evalue: whole.evalue.slice(0, KEPT),
    traceback: [
      ...whole.traceback.map(line => line.slice(0, KEPT)).slice(0, 20),
      `[The rest was left out. The limit for one output is ${megabytes(limit)}.]`
    ]
  };
}

/** A map of a message, without the key that would change what its readers' objects are (T83). */
function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {};
  }
  // A reviver that answers undefined deletes the key.
  return JSON.parse(JSON.stringify(value), (key: string, part: unknown) =>
    key === '__proto__' ? undefined : part
  ) as Record<string, unknown>;
}

function megabytes(bytes: number): string {
  const value = bytes / (1024 * 1024);
  return value < 0.1 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${Number(value.toFixed(1))} MB`;
}
