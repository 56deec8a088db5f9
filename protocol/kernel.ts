/**
 * Kernel messages and their two encodings on a WebSocket.
 * Source: Jupyter messaging 5.4; jupyter_server "kernel websocket protocols" (default JSON, and `v1.kernel.websocket.jupyter.org`).
 * @module
 */
import { isRecord } from './json.ts';

/** The subprotocol with binary framing. */
export const V1 = 'v1.kernel.websocket.jupyter.org';

/** Channels of a kernel. */
export const CHANNELS = ['shell', 'control', 'stdin', 'iopub'] as const;
/** One of a kernel's channels. */
export type Channel = (typeof CHANNELS)[number];

/** Header of a message; times are RFC 3339. */
export interface KernelHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly username: string;
  readonly session: string;
  readonly date: string;
  readonly version: string;
}

/** The parent header of a message that answers nothing. */
export interface NoHeader {
  readonly msg_id?: undefined;
}

/** A kernel message. */
export interface KernelMessage {
  readonly channel: Channel;
  readonly header: KernelHeader;
  readonly parent_header: KernelHeader | NoHeader;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });
/** Parts of a `v1` frame before the buffers: channel, header, parent header, metadata, content. */
const FIXED_PARTS = 5;
const MAX_PARTS = 1_000;

/** A message as a `v1` frame: little-endian 64-bit count and offsets, then the parts. */
export function encodeMessage(message: KernelMessage): Uint8Array {
  const { channel, header, parent_header, metadata, content, buffers } = message;
  const json = [header, parent_header, metadata, content].map(part => utf8.encode(JSON.stringify(part)));
  const parts = [utf8.encode(channel), ...json, ...buffers];
  const head = 8 * (parts.length + 2);
  const total = parts.reduce((sum, part) => sum + part.length, head);
  const frame = new Uint8Array(total);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(parts.length + 1), true);
  let offset = head;
  parts.forEach((part, index) => {
    view.setBigUint64(8 * (index + 1), BigInt(offset), true);
    frame.set(part, offset);
    offset += part.length;
  });
  view.setBigUint64(8 * (parts.length + 1), BigInt(offset), true);
  return frame;
}

/** A message as the default JSON text, for clients without the subprotocol; buffers are left out. */
export function encodeJson(message: KernelMessage): string {
  return JSON.stringify({
    ...message,
    buffers: [],
    msg_id: message.header.msg_id,
    msg_type: message.header.msg_type
  });
}

/** Reads a frame: `v1` when binary, JSON when text. Null when it isn't a whole, well-formed message. */
export function decodeMessage(frame: Uint8Array, binary: boolean): KernelMessage | null {
  try {
    return binary ? decodeV1(frame) : shape(JSON.parse(text.decode(frame)), []);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) {
      return null;
    }
    throw error;
  }
}

function decodeV1(frame: Uint8Array): KernelMessage | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = Number(view.getBigUint64(0, true));
  if (count < FIXED_PARTS + 1 || count > MAX_PARTS) {
    return null;
  }
  const offsets = Array.from({ length: count }, (_, index) =>
    Number(view.getBigUint64(8 * (index + 1), true))
  );
  const parts: Uint8Array[] = [];
  for (let index = 0; index + 1 < count; index++) {
    const [from = -1, to = -1] = [offsets[index], offsets[index + 1]];
    if (from < 8 * (count + 1) || to < from || to > frame.length) {
      return null;
    }
    parts.push(frame.subarray(from, to));
  }
  const [channel, header, parent, metadata, content] = parts
    .slice(0, FIXED_PARTS)
    .map(part => text.decode(part));
  const json = [header, parent, metadata, content].map(part => JSON.parse(part ?? '') as unknown);
  const [h, p, m, c] = json;
  return shape({ channel, header: h, parent_header: p, metadata: m, content: c }, parts.slice(FIXED_PARTS));
}

function shape(value: unknown, buffers: readonly Uint8Array[]): KernelMessage | null {
  if (!isRecord(value)) {
    return null;
  }
  const { header, parent_header, metadata, content } = value;
  const channel = CHANNELS.find(each => each === value['channel']);
  if (channel === undefined || !isHeader(header) || !isRecord(content)) {
    return null;
  }
  const parent = isHeader(parent_header) ? parent_header : {};
  return {
    channel,
    header,
    parent_header: parent,
    metadata: isRecord(metadata) ? metadata : {},
    content,
    buffers
  };
}

function isHeader(value: unknown): value is KernelHeader {
  return isRecord(value) && typeof value['msg_id'] === 'string' && typeof value['msg_type'] === 'string';
}
