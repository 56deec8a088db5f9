/**
 * A raw client of a kernel's channels, in the default JSON encoding or, for binary buffers, in `v1` frames.
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  decodeMessage,
  encodeMessage,
  V1,
  type Channel,
  type KernelMessage
} from '../../../protocol/kernel.ts';
import type { Book, Guest } from './client.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

/** A message as it comes. */
export interface Message {
  readonly channel: Channel;
  readonly header: {
    readonly msg_type: string;
    readonly msg_id: string;
    readonly session: string;
    readonly username: string;
  };
  readonly parent_header: { readonly msg_id?: string; readonly session?: string };
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

/** What is sent besides content. */
export interface More {
  readonly metadata?: object;
  readonly parent?: object;
  readonly buffers?: readonly Uint8Array[];
}

/** A client. */
export class Channels {
  readonly wire: Wire;
  readonly session = randomUUID();
  readonly #binary: boolean;
  readonly #messages: Message[] = [];
  #read = 0;

  constructor(wire: Wire, binary = false) {
    this.wire = wire;
    this.#binary = binary;
  }

  /** A guest's, to the share's kernel. */
  static async of(guest: Guest, query = '', binary = false): Promise<Channels> {
    const [kernel] = await until(
      async () => {
        const all = (await guest.ask('api/kernels')).json<{ id: string }[]>();
        return all.length > 0 ? all : null;
      },
      10_000,
      'the kernel'
    );
    const channels = new Channels(
      guest.socket(`api/kernels/${kernel?.id}/channels${query}`, binary ? [V1] : []),
      binary
    );
    await until(() => channels.wire.frames.length > 0, 15_000, 'the kernel’s socket');
    return channels;
  }

  /** The owner's, to the kernel of a notebook, started if there is none. */
  static async owner(book: Book): Promise<Channels> {
    const body = { path: book.path, name: book.name, type: 'notebook', kernel: { name: 'python3' } };
    const session = await book.site.jupyter('api/sessions', 'POST', body);
    const { kernel } = session.json<{ kernel: { id: string } }>();
    const id = randomUUID();
    const channels = new Channels(
      book.site.jupyterSocket(`api/kernels/${kernel.id}/channels?session_id=${id}`)
    );
    await channels.wire.opened;
    return channels;
  }

  /** Everything that came; the Jupyter Server's own binary frames for clients without `v1` are left out. */
  get messages(): Message[] {
    for (const { data, binary } of this.wire.frames.slice(this.#read)) {
      this.#read += 1;
      const message = binary === this.#binary ? decodeMessage(new Uint8Array(data), binary) : null;
      if (message !== null) {
        this.#messages.push(message as unknown as Message);
      }
    }
    return this.#messages;
  }

  /** The first message that is so, present or coming. */
  heard(is: (message: Message) => boolean, within = 10_000, what = 'a message'): Promise<Message> {
    return until(() => this.messages.find(is), within, what);
  }

  /** Sends; gives the message's id. */
  send(
    type: string,
    content: object = {},
    channel: Channel = 'shell',
    header: { readonly msg_id?: string; readonly [field: string]: string | undefined } = {},
    { metadata = {}, parent = {}, buffers = [] }: More = {}
  ): string {
    const id = header.msg_id ?? randomUUID();
    const all = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'me',
      date: new Date().toISOString(),
      version: '5.4',
      ...header
    };
    const message = { channel, header: all, parent_header: parent, metadata, content, buffers };
    this.wire.ws.send(
      this.#binary ? encodeMessage(message as unknown as KernelMessage) : JSON.stringify(message)
    );
    return id;
  }

  /** The reply to a message, once the kernel is said to be idle again. */
  reply(id: string, within = 10_000): Promise<Message> {
    return until(
      () => {
        const mine = this.messages.filter(each => each.parent_header.msg_id === id);
        const idle = mine.some(
          each => each.header.msg_type === 'status' && each.content['execution_state'] === 'idle'
        );
        return idle ? mine.find(each => each.header.msg_type.endsWith('_reply')) : undefined;
      },
      within,
      'a reply'
    );
  }

  /** The owner runs code; the value of its last expression. */
  async run(code: string, within = 30_000): Promise<string> {
    const id = this.send('execute_request', {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false
    });
    await this.reply(id, within);
    const result = this.messages.find(
      each => each.parent_header.msg_id === id && each.header.msg_type === 'execute_result'
    );
    return String((result?.content['data'] as Record<string, unknown> | undefined)?.['text/plain'] ?? '');
  }
}
