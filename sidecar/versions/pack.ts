/**
 * Bytes of pieces and trees: compressed by zstd (built into Node) where that makes them smaller.
 * @module
 */
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { promisify } from 'node:util';
import type { Shape } from './split.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** First byte of what is stored: as it is, or compressed. */
const PLAIN = 0;
const ZSTD = 1;
/** Below that compressing gains nothing. */
const SMALL = 100;
/** Text compresses three times faster at this level than at zstd's own, for a tenth more bytes. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Bytes of a text, off the event loop when it is long. */
export async function pack(text: string): Promise<Buffer> {
  const plain = Buffer.from(text);
  return plain.length < SMALL ? mark(PLAIN, plain) : smaller(plain, await compress(plain, options));
}

/** The text of bytes. */
export async function unpack(bytes: Buffer): Promise<string> {
  const body = bytes.subarray(1);
  return (bytes[0] === ZSTD ? await decompress(body) : body).toString('utf8');
}

/** Bytes of a version's structure: its shape, with the store's ids for its pieces. */
export function packTree(shape: Shape, ids: readonly number[]): Buffer {
  const plain = Buffer.from(JSON.stringify([ids, shape.head, shape.cells.flat()]));
  return smaller(plain, zstdCompressSync(plain, options));
}

/** The structure of a version, and ids of its pieces. */
export function unpackTree(tree: Buffer): { readonly shape: Shape; readonly ids: readonly number[] } {
  const body = tree.subarray(1);
  const plain = tree[0] === ZSTD ? zstdDecompressSync(body) : body;
  const [ids, head, flat] = JSON.parse(plain.toString('utf8')) as [number[], number, number[]];
  const cells = Array.from({ length: flat.length / 2 }, (_, index): [number, number] => [
    flat[2 * index] ?? -1,
    flat[2 * index + 1] ?? -1
  ]);
  return { shape: { head, cells }, ids };
}

function smaller(plain: Buffer, packed: Buffer): Buffer {
  return packed.length < plain.length ? mark(ZSTD, packed) : mark(PLAIN, plain);
}

function mark(kind: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(kind), bytes]);
}
