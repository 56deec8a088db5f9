/**
 * Writes Y updates by hand, right or wrong: what a guest can send who doesn't use Yjs.
 * @module
 */
import * as encoding from 'lib0/encoding';

/** An id. */
export interface ForgedId {
  readonly client: number;
  readonly clock: number;
}

/** What a struct brings, by Yjs's numbers. */
export type ForgedContent =
  | { readonly ref: 0 | 1 | 10; readonly length: number }
  | { readonly ref: 4; readonly text: string }
  | { readonly ref: 7; readonly type: number }
  | { readonly ref: 8; readonly values: readonly unknown[] }
  | { readonly ref: number; readonly raw: Uint8Array };

/** One struct. */
export interface ForgedStruct {
  readonly origin?: ForgedId | null;
  readonly rightOrigin?: ForgedId | null;
  readonly parent?: string | ForgedId;
  readonly key?: string | null;
  readonly content: ForgedContent;
}

/** One client's structs. */
export interface ForgedBlock {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly ForgedStruct[];
}

/** Encodes an update. */
export function forge(
  blocks: readonly ForgedBlock[],
  deletes: readonly (ForgedId & { readonly length: number })[] = []
): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, blocks.length);
  for (const block of blocks) {
    encoding.writeVarUint(encoder, block.structs.length);
    encoding.writeVarUint(encoder, block.client);
    encoding.writeVarUint(encoder, block.clock);
    for (const struct of block.structs) {
      writeStruct(encoder, struct);
    }
  }
  const clients = [...new Set(deletes.map(({ client }) => client))];
  encoding.writeVarUint(encoder, clients.length);
  for (const client of clients) {
    const ranges = deletes.filter(range => range.client === client);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, length } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, length);
    }
  }
  return encoding.toUint8Array(encoder);
}

/** How many clocks a struct takes. */
export function lengthOf({ content }: ForgedStruct): number {
  if ('length' in content) {
    return content.length;
  }
  if ('text' in content) {
    return content.text.length;
  }
  return 'values' in content ? content.values.length : 1;
}

function writeStruct(encoder: encoding.Encoder, struct: ForgedStruct): void {
  const { content, origin, rightOrigin, parent, key } = struct;
  if (content.ref === 0 || content.ref === 10) {
    encoding.writeUint8(encoder, content.ref);
    encoding.writeVarUint(encoder, 'length' in content ? content.length : 1);
    return;
  }
  const flags = (origin ? 0x80 : 0) | (rightOrigin ? 0x40 : 0) | (key ? 0x20 : 0);
  encoding.writeUint8(encoder, content.ref | flags);
  for (const id of [origin, rightOrigin]) {
    if (id) {
      writeId(encoder, id);
    }
  }
  if (!origin && !rightOrigin) {
    encoding.writeVarUint(encoder, typeof parent === 'object' ? 0 : 1);
    if (typeof parent === 'object') {
      writeId(encoder, parent);
    } else {
      encoding.writeVarString(encoder, parent ?? 'cells');
    }
    if (key) {
      encoding.writeVarString(encoder, key);
    }
  }
  writeContent(encoder, content);
}

function writeContent(encoder: encoding.Encoder, content: ForgedContent): void {
  if ('raw' in content) {
    encoding.writeUint8Array(encoder, content.raw);
  } else if ('text' in content) {
    encoding.writeVarString(encoder, content.text);
  } else if ('values' in content) {
    encoding.writeVarUint(encoder, content.values.length);
    for (const value of content.values) {
      encoding.writeAny(encoder, value as Parameters<typeof encoding.writeAny>[1]);
    }
  } else {
    encoding.writeVarUint(encoder, 'type' in content ? content.type : content.length);
  }
}

function writeId(encoder: encoding.Encoder, id: ForgedId): void {
  encoding.writeVarUint(encoder, id.client);
  encoding.writeVarUint(encoder, id.clock);
}
