/**
 * The envelopes around y-protocols' sync messages that the peers speak.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type WebSocket from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import type * as Y from 'yjs';

/** `yjs`: as y-websocket; `hocuspocus`: with the document's name in front, after an authentication message. */
export type Dialect = 'yjs' | 'hocuspocus';

const SYNC = 0;
const PRESENCE = 1;
const AUTH = 2;
const ROOM = 'room';

/** A sync message in its envelope. */
export function envelope(dialect: Dialect, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  if (dialect === 'hocuspocus') {
    encoding.writeVarString(encoder, ROOM);
  }
  encoding.writeVarUint(encoder, SYNC);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** Presence, as `encodeAwarenessUpdate` gives it, in its envelope. */
export function presence(dialect: Dialect, update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  if (dialect === 'hocuspocus') {
    encoding.writeVarString(encoder, ROOM);
  }
  encoding.writeVarUint(encoder, PRESENCE);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

/** Says hello: authentication where the dialect wants it, then sync step 1. */
export function hello(socket: WebSocket, dialect: Dialect, doc: Y.Doc): void {
  if (dialect === 'hocuspocus') {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, ROOM);
    encoding.writeVarUint(encoder, AUTH);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, 'token');
    encoding.writeVarString(encoder, '4.7.0');
    socket.send(encoding.toUint8Array(encoder));
  }
  socket.send(envelope(dialect, encoder => syncProtocol.writeSyncStep1(encoder, doc)));
}

/** Opens an envelope; whether a sync message follows. */
export function open(decoder: decoding.Decoder, dialect: Dialect): boolean {
  if (dialect === 'hocuspocus') {
    decoding.readVarString(decoder);
  }
  return decoding.readVarUint(decoder) === SYNC;
}
