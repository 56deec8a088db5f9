/**
 * A raw client of a kernel's channels, in the default JSON encoding.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Channel } from '../../../protocol/kernel.ts';
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
}

/** A client. */
export class Channels {
  readonly wire: Wire;
  readonly session = randomUUID();

  constructor(wire: Wire) {
    this.wire = wire;
  }

  /** A guest's, to the share's kernel. */
  static async of(guest: Guest, query = ''): Promise<Channels> {
    const [kernel] = await until(
      async () => {
        const all = (await guest.ask('api/kernels')).json<{ id: string }[]>();
        return all.length > 0 ? all : null;
      },
      10_000,
      'the kernel'
    );
    const channels = new Channels(guest.socket(`api/kernels/${kernel?.id}/channels${query}`));
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

  /** Everything that came. */
  get messages(): Message[] {
    return this.wire.messages as unknown as Message[];
  }

  /** Sends; gives the message's id. */
  send(type: string, content: object = {}, channel: Channel = 'shell', header: object = {}): string {
    const id = randomUUID();
    const all = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'me',
      date: new Date().toISOString(),
      version: '5.4',
      ...header
    };
    this.wire.ws.send(
      JSON.stringify({ channel, header: all, parent_header: {}, metadata: {}, content, buffers: [] })
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
  async run(code: string): Promise<string> {
    const id = this.send('execute_request', {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false
    });
    await this.reply(id, 30_000);
    const result = this.messages.find(
      each => each.parent_header.msg_id === id && each.header.msg_type === 'execute_result'
    );
    return String((result?.content['data'] as Record<string, unknown> | undefined)?.['text/plain'] ?? '');
  }
}
