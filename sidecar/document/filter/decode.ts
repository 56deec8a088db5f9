/**
 * First stop: bytes of a V1 update -> plain data, or a violation. Yjs's own decoder is never given a guest's bytes: it takes 240 MB
 * for 7 bytes that claim 30 million structs, makes roots as it reads, and skips what follows the end.
 * @module
 */
import { Violation, type Limits } from './limits.ts';
import { endOf, splitsPair, type Block, type Content, type Id, type Range, type Struct } from './model.ts';
import type { TypeName, Update } from './model.ts';
import { Reader } from './reader.ts';

/** Clocks stay below: yrs wraps them at 2^32, Yjs doesn't. */
export const MAX_CLOCK = 2 ** 31 - 1;
/** Client ids stay below: browsers draw 32 bits, the server's own id is above. */
export const MAX_CLIENT = 2 ** 32 - 1;

const TYPES: readonly TypeName[] = ['array', 'map', 'text'];

/** Decodes one update. */
export function decodeUpdate(bytes: Uint8Array, limits: Limits): Update {
  if (bytes.length > limits.bytes) {
    throw new Violation('the update is too large', 'too-large');
  }
  const reader = new Reader(bytes, limits);
  const blocks = readBlocks(reader, limits);
  const deletes = readDeletes(reader, limits);
  if (reader.left > 0) {
    throw new Violation('trailing bytes');
  }
  return { blocks, deletes };
}

function readBlocks(reader: Reader, limits: Limits): Block[] {
  const blocks: Block[] = [];
  const seen = new Set<number>();
  let left = limits.structs;
  const count = reader.count(4);
  if (count > limits.blocks) {
    throw new Violation('too many clients', 'too-large');
  }
  for (let i = 0; i < count; i++) {
    const size = reader.count(2);
    left -= size;
    if (left < 0) {
      throw new Violation('too many structs', 'too-large');
    }
    const client = reader.uint();
    if (size === 0 || seen.has(client)) {
      throw new Violation('empty or repeated client');
    }
    seen.add(client);
    blocks.push({ client, structs: readStructs(reader, client, size) });
  }
  return blocks;
}

function readStructs(reader: Reader, client: number, size: number): Struct[] {
  const structs: Struct[] = [];
  let clock = reader.uint(MAX_CLOCK);
  for (let i = 0; i < size; i++) {
    const struct = readStruct(reader, client, clock);
    clock = endOf(struct);
    if (struct.length < 1 || clock > MAX_CLOCK) {
      throw new Violation('empty struct, or clock out of range');
    }
    const last = structs.at(-1);
    const joined = last && join(last, struct);
    if (joined) {
      structs[structs.length - 1] = joined;
    } else {
      structs.push(struct);
    }
  }
  return structs;
}

function readStruct(reader: Reader, client: number, clock: number): Struct {
  const info = reader.byte();
  const kind = info & 0x1f;
  if (kind === 0) {
    if (info !== 0) {
      throw new Violation('unknown flags');
    }
    const length = reader.uint(MAX_CLOCK);
    return {
      client,
      clock,
      length,
      origin: null,
      rightOrigin: null,
      parent: null,
      key: null,
      content: { kind: 'gc' }
    };
  }
  const origin = info & 0x80 ? readId(reader) : null;
  const rightOrigin = info & 0x40 ? readId(reader) : null;
  const named = !origin && !rightOrigin;
  const parent = named ? readParent(reader) : null;
  const key = named && info & 0x20 ? reader.key() : null;
  const [content, length] = readContent(reader, kind);
  return { client, clock, length, origin, rightOrigin, parent, key, content };
}

function readId(reader: Reader): Id {
  return { client: reader.uint(), clock: reader.uint(MAX_CLOCK) };
}

function readParent(reader: Reader): Struct['parent'] {
  return reader.uint(1) === 1 ? { root: reader.string() } : { id: readId(reader) };
}

/** The contents a notebook is made of; formats, embeds, binaries, subdocuments and XML have no place in one. */
function readContent(reader: Reader, kind: number): [Content, number] {
  switch (kind) {
    case 1:
      return [{ kind: 'gone' }, reader.uint(MAX_CLOCK)];
    case 4: {
      const text = reader.string();
      return [{ kind: 'text', text }, text.length];
    }
    case 7: {
      const type = TYPES[reader.uint()];
      if (!type) {
        throw new Violation('unknown shared type');
      }
      return [{ kind: 'type', type }, 1];
    }
    case 8: {
      const values = Array.from({ length: reader.count() }, () => reader.any());
      return [{ kind: 'json', values }, values.length];
    }
    default:
      throw new Violation('unknown kind of struct');
  }
}

/** Characters typed one after the other become one struct: what is judged and integrated is the run, not each letter. */
function join(left: Struct, right: Struct): Struct | null {
  if (left.content.kind !== 'text' || right.content.kind !== 'text') {
    return null;
  }
  const follows = right.origin?.client === left.client && right.origin.clock === endOf(left) - 1;
  if (!follows || !sameId(left.rightOrigin, right.rightOrigin)) {
    return null;
  }
  const content: Content = { kind: 'text', text: left.content.text + right.content.text };
  return { ...left, length: left.length + right.length, content };
}

function sameId(a: Id | null, b: Id | null): boolean {
  return a === b || (a !== null && b !== null && a.client === b.client && a.clock === b.clock);
}

function readDeletes(reader: Reader, limits: Limits): Range[] {
  const merged: Range[] = [];
  const seen = new Set<number>();
  let left = limits.ranges;
  for (let clients = reader.count(4); clients > 0; clients--) {
    const client = reader.uint();
    const size = reader.count(2);
    left -= size;
    if (left < 0) {
      throw new Violation('too many deletions', 'too-large');
    }
    if (size === 0 || seen.has(client)) {
      throw new Violation('empty or repeated client');
    }
    seen.add(client);
    mergeInto(merged, readRanges(reader, client, size));
  }
  return merged;
}

function readRanges(reader: Reader, client: number, size: number): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i < size; i++) {
    const from = reader.uint(MAX_CLOCK);
    const length = reader.uint(MAX_CLOCK);
    if (length < 1 || from + length > MAX_CLOCK) {
      throw new Violation('empty deletion, or clock out of range');
    }
    ranges.push({ client, from, to: from + length });
  }
  return ranges.sort((a, b) => a.from - b.from);
}

/** Appends sorted ranges of one client, joined where they touch: overlaps would be walked once each. */
function mergeInto(merged: Range[], ranges: readonly Range[]): void {
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last?.client === range.client && range.from <= last.to) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else {
      merged.push(range);
    }
  }
}

/** The part of a struct from `clock` on, as Yjs would send it: anchored on its own first part. */
export function sliceStruct(struct: Struct, clock: number): Struct {
  const offset = clock - struct.clock;
  const length = struct.length - offset;
  const origin = { client: struct.client, clock: clock - 1 };
  const rest = { ...struct, clock, length, origin, parent: null, key: null };
  switch (struct.content.kind) {
    case 'text':
      if (splitsPair(struct.content.text, offset)) {
        throw new Violation('half a character is known');
      }
      return { ...rest, content: { kind: 'text', text: struct.content.text.slice(offset) } };
    case 'json':
      return { ...rest, content: { kind: 'json', values: struct.content.values.slice(offset) } };
    case 'gc':
      return { ...rest, origin: null };
    default:
      return rest;
  }
}
