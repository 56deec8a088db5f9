/**
 * Bytes <-> messages on a guest's document socket. Everything is decoded to the end and encoded anew: no byte of a guest is
 * passed on (design §5, rule 1).
 * Source: y-protocols sync and awareness; jupyter-collaboration's raw messages (facts.md).
 * @module
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { parseJson } from '../policy/json.ts';
import { Refusal } from '../policy/verdict.ts';

const TYPE = { sync: 0, awareness: 1, raw: 2, query: 3 } as const;
const SYNC = { step1: 0, step2: 1, update: 2 } as const;

/** Bytes of a state vector: enough for tens of thousands of clients. */
const MAX_VECTOR = 512 * 1024;
/** Clients in one awareness message: a tab has one, but y-websocket sends back whatever it hears, for a newcomer a whole room. */
const MAX_STATES = 2_000;
/** Bytes of one awareness message. */
const MAX_AWARENESS = 512 * 1024;
/** Characters of one client's presence. */
const MAX_PRESENCE = 16 * 1024;

/** One client's presence as sent. */
export interface SentPresence {
  readonly client: number;
  readonly clock: number;
  /** The state, or null: the client says that it is gone. */
  readonly state: unknown;
}

/** A message from a guest. */
export type GuestMessage =
  | { readonly kind: 'step1'; readonly vector: Uint8Array }
  | { readonly kind: 'step2' | 'update'; readonly update: Uint8Array }
  | { readonly kind: 'awareness'; readonly states: readonly SentPresence[] }
  | { readonly kind: 'query' }
  | { readonly kind: 'save'; readonly id: number };

/** Reads a frame. Refuses with `bad-request` what isn't exactly one known message. */
export function decodeFrame(frame: Uint8Array): GuestMessage {
  try {
    const decoder = decoding.createDecoder(frame);
    const message = readMessage(decoder);
    if (decoding.hasContent(decoder)) {
      throw new Refusal('bad-request');
    }
    return message;
  } catch (error) {
    // lib0 throws plain errors on truncated or overlong numbers.
    throw error instanceof Refusal ? error : new Refusal('bad-request');
  }
}

function readMessage(decoder: decoding.Decoder): GuestMessage {
  const type = decoding.readVarUint(decoder);
  switch (type) {
    case TYPE.sync:
      return readSync(decoder);
    case TYPE.awareness:
      return { kind: 'awareness', states: readAwareness(decoding.readVarUint8Array(decoder)) };
    case TYPE.raw:
      if (decoding.readVarString(decoder) !== 'save') {
        throw new Refusal('bad-request');
      }
      return { kind: 'save', id: decoding.readVarUint(decoder) };
    case TYPE.query:
      return { kind: 'query' };
    default:
      throw new Refusal('bad-request');
  }
}

function readSync(decoder: decoding.Decoder): GuestMessage {
  const step = decoding.readVarUint(decoder);
  // Copied, since the frame's buffer is the socket's to use again.
  const bytes = decoding.readVarUint8Array(decoder).slice();
  switch (step) {
    case SYNC.step1:
      if (bytes.length > MAX_VECTOR) {
        throw new Refusal('too-large');
      }
      return { kind: 'step1', vector: checkedVector(bytes) };
    case SYNC.step2:
      return { kind: 'step2', update: bytes };
    case SYNC.update:
      return { kind: 'update', update: bytes };
    default:
      throw new Refusal('bad-request');
  }
}

/** A state vector, read and written again, so that Yjs never sees a malformed one. */
function checkedVector(bytes: Uint8Array): Uint8Array {
  const decoder = decoding.createDecoder(bytes);
  const encoder = encoding.createEncoder();
  const count = decoding.readVarUint(decoder);
  if (count > bytes.length) {
    throw new Refusal('bad-request');
  }
  encoding.writeVarUint(encoder, count);
  for (let index = 0; index < 2 * count; index++) {
    encoding.writeVarUint(encoder, decoding.readVarUint(decoder));
  }
  if (decoding.hasContent(decoder)) {
    throw new Refusal('bad-request');
  }
  return encoding.toUint8Array(encoder);
}

function readAwareness(bytes: Uint8Array): SentPresence[] {
  if (bytes.length > MAX_AWARENESS) {
    throw new Refusal('too-large');
  }
  const decoder = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(decoder);
  if (count > MAX_STATES) {
    throw new Refusal('too-large');
  }
  return Array.from({ length: count }, () => {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    const text = decoding.readVarString(decoder);
    if (text.length > MAX_PRESENCE) {
      throw new Refusal('too-large');
    }
    return { client, clock, state: parseJson(text) };
  });
}

function frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** Sync step 1: our state vector, asking for what we don't have. */
export function step1Frame(vector: Uint8Array): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, TYPE.sync);
    encoding.writeVarUint(encoder, SYNC.step1);
    encoding.writeVarUint8Array(encoder, vector);
  });
}

/** Sync step 2: what the other side hasn't. */
export function step2Frame(update: Uint8Array): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, TYPE.sync);
    encoding.writeVarUint(encoder, SYNC.step2);
    encoding.writeVarUint8Array(encoder, update);
  });
}

/** A live update. */
export function updateFrame(update: Uint8Array): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, TYPE.sync);
    encoding.writeVarUint(encoder, SYNC.update);
    encoding.writeVarUint8Array(encoder, update);
  });
}

/** Presence of clients, as y-protocols' `encodeAwarenessUpdate` gives it. */
export function awarenessFrame(update: Uint8Array): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, TYPE.awareness);
    encoding.writeVarUint8Array(encoder, update);
  });
}

/**
 * How jupyter-collaboration itself tells a client to load its document again (facts.md): the front end says so, offers to reload,
 * and lets go of its copy, so that nothing of it comes back.
 */
export const RELOAD_CLOSE = {
  code: 1003,
  reason: JSON.stringify({
    reason: 'unknown_session',
    reloadable: true,
    errorReason: 'Your change was not accepted.'
  })
} as const;

/** Answer to a raw `save`. */
export function saveReplyFrame(id: number, status: 'success' | 'failed' | 'skipped'): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, TYPE.raw);
    encoding.writeVarString(encoder, JSON.stringify({ type: 'save', responseTo: id, status }));
  });
}
