/**
 * What guests ask of the kernel besides runs: completion and inspection, widgets and other comms. Every message is of our own making,
 * under our own ids, and its answer goes to the asker alone.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { Refusal } from '../policy/verdict.ts';
import type { KernelChannels } from '../upstream/kernel.ts';
import { atMost } from './atMost.ts';
import { CONTROL_TARGET, Comms, type CommData } from './comms.ts';
import type { KernelLink } from './link.ts';
import { Requests, type Asked, type ReplyContent } from './requests.ts';
import { makeHeader } from './run.ts';

/** Milliseconds for which somebody waits to hear of widgets that were made before we listened. */
const SEED_TIMEOUT = 2_500;

/** The conversation with one kernel. */
export class Conversation<Member> {
  readonly requests = new Requests<Member>();
  readonly comms: Comms;
  readonly #link: KernelLink;
  /** Our own question which comms there are. */
  #asked: string | null = null;
  #seeding: PromiseWithResolvers<undefined> | null = null;

  /** @param widgetBytes bytes of widgets' states that are kept for late joiners. */
  constructor(link: KernelLink, widgetBytes: number) {
    this.#link = link;
    this.comms = new Comms(widgetBytes);
  }

  /** Asks the kernel something; `reply` gets the content of its answer. Refuses without a kernel. */
  ask(
    asked: Asked<Member>,
    type: string,
    content: ReplyContent,
    reply: (content: ReplyContent) => void
  ): void {
    const channels = this.#open();
    channels.send(this.requests.make(type, content, channels.session, asked, { reply }));
  }

  /** Sends a comm message of our own making. */
  comm(
    asked: Asked<Member>,
    type: string,
    content: ReplyContent,
    buffers: readonly Uint8Array[],
    metadata: ReplyContent
  ): void {
    const channels = this.#open();
    channels.send({
      ...this.requests.make(type, content, channels.session, asked, { buffers }),
      metadata
    });
  }

  /** All widgets' states, as far as the kernel has told in time. */
  async states(): Promise<CommData> {
    await atMost(SEED_TIMEOUT, this.#seeding?.promise);
    return this.comms.states();
  }

  /** The way to the kernel stands: what was opened before is asked for. */
  opened(channels: KernelChannels | null): void {
    this.clear();
    if (channels !== null) {
      this.#seeding = Promise.withResolvers();
      const message = own('comm_info_request', {}, channels.session);
      this.#asked = message.header.msg_id;
      channels.send(message);
    }
  }

  /** Takes a reply on shell or control. */
  take(message: KernelMessage): void {
    if (this.#asked !== null && message.parent_header.msg_id === this.#asked) {
      this.#asked = null;
      this.comms.learn(message.content['comms']);
      if (this.comms.isUnsure) {
        this.#askStates();
      } else {
        this.#seeding?.resolve(undefined);
      }
    } else {
      this.requests.take(message);
    }
  }

  /** Follows a comm message on IOPub; false when it goes no further. */
  follow(message: KernelMessage): boolean {
    const known = this.comms.take(message);
    if (this.#asked === null && !this.comms.isUnsure) {
      this.#seeding?.resolve(undefined);
    }
    return known;
  }

  /** The kernel is gone or starts anew. */
  clear(): void {
    this.requests.clear();
    this.comms.clear();
    this.#seeding?.resolve(undefined);
    this.#seeding = null;
  }

  #open() {
    const { channels } = this.#link;
    if (channels === null) {
      throw new Refusal('upstream-away', 'The kernel does not answer.');
    }
    return channels;
  }

  /** ipywidgets tells all states to whoever opens its control comm and asks. */
  #askStates(): void {
    // The socket itself: the kernel may tell of its comms before it has told of itself.
    const { socket: channels } = this.#link;
    const comm = randomUUID();
    const say = (type: string, content: object, metadata = {}) =>
      channels?.send({ ...own(type, { comm_id: comm, ...content }, channels.session), metadata });
    say('comm_open', { target_name: CONTROL_TARGET, data: {} }, { version: '1.0.0' });
    say('comm_msg', { data: { method: 'request_states' } });
    say('comm_close', { data: {} });
  }
}

function own(type: string, content: ReplyContent, session: string): KernelMessage {
  const header = makeHeader(randomUUID(), type, session);
  return { channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] };
}
