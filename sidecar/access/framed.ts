/**
 * Messages for many readers: their WebSocket frames are made once, and written to each connection as they are, all in one. Most of what a
 * lecture costs is this write.
 * @module
 */

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;

/** Messages, and their frames one behind the other. */
export interface Framed {
  readonly messages: readonly { readonly payload: Uint8Array; readonly binary: boolean }[];
  /** Unmasked, final, uncompressed frames: RFC 6455 §5.2. */
  readonly bytes: Uint8Array;
}

/** Makes the frames of messages: a text where it is one, else binary. */
export function framed(...messages: readonly (Uint8Array | string)[]): Framed {
  const all = messages.map(message => {
    const binary = typeof message !== 'string';
    return { payload: binary ? message : Buffer.from(message), binary };
  });
  const parts = all.flatMap(({ payload, binary }) => [header(payload.length, binary), payload]);
  return { messages: all, bytes: Buffer.concat(parts) };
}

function header(length: number, binary: boolean): Uint8Array {
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = Buffer.allocUnsafe(2 + extra);
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
  return bytes;
}
