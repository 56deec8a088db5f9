/**
 * One message for many readers: its WebSocket frame is made once, and written to each connection as it is. Most of what a lecture
 * costs is this write.
 * @module
 */

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;

/** A message and its frame. */
export interface Framed {
  readonly payload: Uint8Array;
  readonly binary: boolean;
  /** An unmasked, final, uncompressed frame: RFC 6455 §5.2. */
  readonly bytes: Buffer;
}

/** Makes the frame of a message: a text when it is one, else binary. */
export function framed(message: Uint8Array | string): Framed {
  const binary = typeof message !== 'string';
  const payload = binary ? message : Buffer.from(message);
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = Buffer.allocUnsafe(2 + extra + length);
  bytes[0] = binary ? FINAL_BINARY : FINAL_TEXT;
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
  return { payload, binary, bytes };
}
