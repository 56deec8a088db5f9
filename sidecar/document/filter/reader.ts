/**
 * Reads lib0's primitives as lib0 writes them and in no other way: shortest varints, whole UTF-8, bounded nesting.
 * @module
 */
import { Violation, type Limits } from './limits.ts';

/** Keys that change an object's prototype instead of its content (threats F19). */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
/** Bytes up to which a string is read byte by byte. */
const SHORT = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A position in a guest's bytes. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #depth: number;
  #at = 0;

  constructor(bytes: Uint8Array, limits: Pick<Limits, 'depth'>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#depth = limits.depth;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** One byte. */
  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw new Violation('truncated');
    }
    this.#at += 1;
    return byte;
  }

  /** An unsigned integer up to `max`. */
  uint(max = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > max) {
        throw new Violation('number out of range');
      }
      if (byte < 0x80) {
        if (byte === 0 && factor > 1) {
          throw new Violation('number not in its shortest form');
        }
        return value;
      }
      factor *= 128;
    }
  }

  /** A number of things of which each takes at least `size` bytes: a claim beyond the bytes left is refused unread. */
  count(size = 1): number {
    const count = this.uint();
    if (count * size > this.left) {
      throw new Violation('truncated');
    }
    return count;
  }

  /** A string; lone surrogates can't be written in UTF-8, so none come in. */
  string(): string {
    const length = this.uint();
    if (length > this.left) {
      throw new Violation('truncated');
    }
    const start = this.#at;
    this.#at += length;
    const short = length <= SHORT ? this.#ascii(start, length) : null;
    if (short !== null) {
      return short;
    }
    const bytes = this.#bytes.subarray(start, start + length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new Violation('text is not UTF-8');
    }
  }

  /** A few characters of ASCII, the most of what is typed, for which a decoder is slow to set out; null when there are others. */
  #ascii(start: number, length: number): string | null {
    let text = '';
    for (let at = start; at < start + length; at++) {
      const byte = this.#bytes[at] ?? 0x80;
      if (byte >= 0x80) {
        return null;
      }
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** A key of a map or object. */
  key(): string {
    const key = this.string();
    if (FORBIDDEN_KEYS.has(key)) {
      throw new Violation('forbidden key');
    }
    return key;
  }

  /** A value: JSON, or undefined, NaN and infinities, which `isJson` tells apart later. */
  any(depth = 0): unknown {
    if (depth > this.#depth) {
      throw new Violation('nested too deep', 'too-large');
    }
    const tag = this.byte();
    switch (tag) {
      case 127:
        return undefined;
      case 126:
        return null;
      case 125:
        return this.#int();
      case 124:
        return this.#float(4);
      case 123:
        return this.#float(8);
      case 121:
        return false;
      case 120:
        return true;
      case 119:
        return this.string();
      case 118:
        return this.#object(depth);
      case 117:
        return Array.from({ length: this.count() }, () => this.any(depth + 1));
      default:
        // Big integers (122) and bytes (116) are no JSON and no stock client writes them.
        throw new Violation('unknown kind of value');
    }
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (let left = this.count(2); left > 0; left--) {
      const key = this.key();
      object[key] = this.any(depth + 1);
    }
    return object;
  }

  #int(): number {
    const first = this.byte();
    const sign = first & 0x40 ? -1 : 1;
    let value = first & 0x3f;
    let factor = 64;
    for (let byte = first; byte >= 0x80; factor *= 128) {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new Violation('number out of range');
      }
    }
    return sign * value;
  }

  #float(size: 4 | 8): number {
    if (size > this.left) {
      throw new Violation('truncated');
    }
    const at = this.#at;
    this.#at += size;
    return size === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
  }
}
