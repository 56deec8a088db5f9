/**
 * The kernel's messages as guests see them: nothing in them names anything of the owner's server.
 * @module
 */
import { createHash } from 'node:crypto';
import { encodeJson, encodeMessage, type KernelHeader, type KernelMessage } from '../../protocol/kernel.ts';
import { framed, type Framed } from '../access/framed.ts';
import { isRecord } from '../../protocol/json.ts';

/** A name of ours for an id of the owner's server: stable, and telling nothing about it. Shaped like a UUID. */
export function alias(share: string, id: string): string {
  const hex = createHash('sha256').update(`${share}\n${id}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-'
  );
}

/** A message as guests see it: ids, sessions and user names of the owner's side are replaced (T62). */
export function disguise(
  message: KernelMessage,
  share: string,
  cell: string | null,
  run: string | null
): KernelMessage {
  const cover = (header: KernelHeader): KernelHeader => ({
    ...header,
    msg_id: alias(share, header.msg_id),
    session: alias(share, header.session),
    username: ''
  });
  const { parent_header: answered } = message;
  const parent = answered.msg_id === undefined ? {} : cover(answered);
  return {
    ...message,
    header: cover(message.header),
    parent_header: parent,
    metadata: {
      ...(cell === null ? {} : { cell_id: cell, run }),
      ...versionOf(message)
    },
    content: withMessageId(message, id => alias(share, id))
  };
}

/** The same message for whoever asked for it: it answers their own request. */
export function addressed(
  shown: KernelMessage,
  original: KernelMessage,
  parent: KernelHeader,
  share: string
): KernelMessage {
  const { msg_id: own } = original.parent_header;
  const rename = (id: string) => (id === own ? parent.msg_id : alias(share, id));
  return { ...shown, parent_header: parent, content: withMessageId(original, rename) };
}

/** Widget managers refuse a comm that says no protocol version. */
function versionOf({ header, metadata }: KernelMessage): Record<string, string> {
  const version = metadata['version'];
  return header.msg_type === 'comm_open' && typeof version === 'string' && /^[\d.]{1,20}$/.test(version)
    ? { version }
    : {};
}

/** An output widget names, in its state, the request whose output it shows. */
function withMessageId(message: KernelMessage, rename: (id: string) => string): KernelMessage['content'] {
  const { header, content } = message;
  const data = content['data'];
  if (!header.msg_type.startsWith('comm_') || !isRecord(data) || !isRecord(data['state'])) {
    return content;
  }
  const { state } = data;
  const id = state['msg_id'];
  return typeof id !== 'string' || id === ''
    ? content
    : { ...content, data: { ...data, state: { ...state, msg_id: rename(id) } } };
}

/** One message for many guests: encoded once in each form, and only in those that somebody reads. */
export class Shown {
  readonly message: KernelMessage;
  #frame: Framed | null = null;
  #text: string | null = null;

  constructor(message: KernelMessage) {
    this.message = message;
  }

  /** As a `v1` frame. */
  get frame(): Framed {
    return (this.#frame ??= framed(encodeMessage(this.message)));
  }

  /** As JSON text. */
  get text(): string {
    return (this.#text ??= encodeJson(this.message));
  }
}
