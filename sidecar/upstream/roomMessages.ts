/**
 * Bytes <-> messages on the socket of a document's room.
 * Source: y-protocols sync and awareness; jupyter_server_ydoc (raw `save`); jupyter_liveshare/autosave.py (raw `liveshare`).
 * @module
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';

const MESSAGE = { sync: 0, awareness: 1, raw: 2 } as const;
const SYNC = ['step1', 'step2', 'update'] as const;
const News = z.discriminatedUnion('event', [
  z.object({ type: z.literal('liveshare'), event: z.literal('room'), room: z.string() }),
  z.object({
    type: z.literal('liveshare'),
    event: z.literal('saved'),
    state: z.string(),
    deletes: z.string(),
    by: z.enum(['client', 'sidecar', 'room'])
  }),
  z.object({ type: z.literal('liveshare'), event: z.literal('failed'), reason: z.string() }),
  z.object({ type: z.literal('liveshare'), event: z.literal('overwriting') }),
  z.object({ type: z.literal('liveshare'), event: z.literal('overwritten'), state: z.string().nullable() })
]);
const SaveReply = z.object({ type: z.literal('save'), responseTo: z.number(), status: z.string() });

/** What our server extension tells of the room: which it is, what a save has read, that one failed, that the file overwrites it. */
export type RoomNews = z.infer<typeof News>;

/**
 * A save: what it has read of the room (a state vector and a delete set, base64), and who asked for it: a `client` of the room other than us
 * (the owner's JupyterLab), we, or nobody, the room saves by itself.
 */
export type SaveNews = Extract<RoomNews, { event: 'saved' }>;

/** What became of a save. */
export type SaveStatus = 'success' | 'failed' | 'skipped';

/** A message of the room. */
export type RoomMessage =
  | { readonly kind: (typeof SYNC)[number]; readonly bytes: Uint8Array }
  | { readonly kind: 'awareness'; readonly update: Uint8Array }
  | { readonly kind: 'save'; readonly id: number; readonly status: SaveStatus }
  | { readonly kind: 'told'; readonly told: RoomNews };

/** Reads a frame; null for what isn't known. */
export function readRoomMessage(frame: Uint8Array): RoomMessage | null {
  const decoder = decoding.createDecoder(frame);
  switch (decoding.readVarUint(decoder)) {
    case MESSAGE.sync: {
      const kind = SYNC[decoding.readVarUint(decoder)];
      const bytes = decoding.readVarUint8Array(decoder).slice();
      return kind === undefined ? null : { kind, bytes };
    }
    case MESSAGE.awareness:
      return { kind: 'awareness', update: decoding.readVarUint8Array(decoder) };
    case MESSAGE.raw:
      return readRaw(decoding.readVarString(decoder));
    default:
      return null;
  }
}

/** A frame of the sync protocol. */
export function syncFrame(kind: (typeof SYNC)[number], bytes: Uint8Array): Uint8Array {
  return frame(MESSAGE.sync, encoder => {
    encoding.writeVarUint(encoder, SYNC.indexOf(kind));
    encoding.writeVarUint8Array(encoder, bytes);
  });
}

/** A frame of presence. */
export function awarenessFrame(update: Uint8Array): Uint8Array {
  return frame(MESSAGE.awareness, encoder => encoding.writeVarUint8Array(encoder, update));
}

/** A demand to save. */
export function saveFrame(id: number): Uint8Array {
  return frame(MESSAGE.raw, encoder => {
    encoding.writeVarString(encoder, 'save');
    encoding.writeVarUint(encoder, id);
  });
}

function frame(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function readRaw(text: string): RoomMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const reply = SaveReply.safeParse(value);
  if (reply.success) {
    const { responseTo, status } = reply.data;
    const known = status === 'success' || status === 'skipped' ? status : 'failed';
    return { kind: 'save', id: responseTo, status: known };
  }
  const news = News.safeParse(value);
  return news.success ? { kind: 'told', told: news.data } : null;
}
