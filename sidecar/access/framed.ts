/**
 * One message for many readers: its WebSocket frame is made once, and written to each connection as it is. Most of what a lecture
 * costs is this write.
 * @module
 */

const FINAL_BINARY = 0x82;

/** A binary message and its frame. */
export interface Framed {
  readonly payload: Uint8Array;
  /** An unmasked, final, uncompressed binary frame: RFC 6455 §5.2. */
  readonly bytes: Buffer;
}

/** Makes the frame of a message. */
export function framed(payload: Uint8Array): Framed {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = Buffer.allocUnsafe(2 + extra + length);
  bytes[0] = FINAL_BINARY;
  if (extra === 0) {
    bytes[1] = length;
  } else if (extra === 2) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.set(payload, 2 + extra);
  return { payload, bytes };
}
