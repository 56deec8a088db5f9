/**
 * A guest's side of the kernel's comms. With the grant `widgets` what they do goes to the kernel, in our own words; without it, it
 * changes nothing, and their page is shown how things are. Asking for states is answered from our own records for both.
 * Source: ipywidgets' widget messaging protocol 2.1.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import { CONTROL_TARGET } from './comms.ts';
import type { ReplyContent } from './requests.ts';
import type { KernelMember } from './member.ts';
import type { KernelRoom } from './room.ts';
import { isRecord } from '../../protocol/json.ts';

/** What is needed. */
export interface CommSideParts {
  readonly room: KernelRoom;
  readonly member: KernelMember;
  /** Says something on IOPub, as an answer to a message. */
  readonly tell: (
    type: string,
    content: ReplyContent,
    request: KernelMessage,
    buffers?: readonly Uint8Array[],
    metadata?: ReplyContent
  ) => void;
  /** Says that a message was dealt with. */
  readonly settled: (request: KernelMessage) => void;
}

/** Shape of ids and targets; buffers of one message. */
const ID = /^[\w.:-]{1,128}$/;
const MAX_BUFFERS = 100;
/** Control comms that one client may hold open. */
const MAX_CONTROLS = 20;

/** One client's comms. */
export class CommSide {
  readonly #parts: CommSideParts;
  /** The comms by which this client asks for states: they end here. */
  readonly #controls = new Set<string>();

  constructor(parts: CommSideParts) {
    this.#parts = parts;
  }

  /** Takes `comm_open`, `comm_msg` or `comm_close`. `drives`: the guest may change things. */
  take(message: KernelMessage, drives: boolean): void {
    const { content, header, buffers } = message;
    const { comm_id: id, target_name: target } = content;
    if (typeof id !== 'string' || !ID.test(id) || buffers.length > MAX_BUFFERS) {
      return;
    }
    const control = this.#controls.has(id) || (header.msg_type === 'comm_open' && target === CONTROL_TARGET);
    if (control) {
      this.#control(id, message);
    } else if (drives && this.#forwards(id, message)) {
      return;
    } else if (header.msg_type === 'comm_msg') {
      this.#show(id, message);
    }
    this.#parts.settled(message);
  }

  #control(id: string, message: KernelMessage): void {
    const { room, settled, tell } = this.#parts;
    const { header } = message;
    if (header.msg_type === 'comm_open') {
      if (this.#controls.size < MAX_CONTROLS) {
        this.#controls.add(id);
      }
    } else if (header.msg_type === 'comm_close') {
      this.#controls.delete(id);
    } else if (methodOf(message) === 'request_states') {
      void room.talk.states().then(({ data, buffers }) => {
        tell('comm_msg', { comm_id: id, data }, message, buffers);
        settled(message);
      });
    }
  }

  /** Sends it to the kernel, when it is about something that is there, or opens something new. */
  #forwards(id: string, message: KernelMessage): boolean {
    const { room, member } = this.#parts;
    const { comms } = room.talk;
    const { content, header, buffers } = message;
    const type = header.msg_type;
    const target = content['target_name'];
    const opens = type === 'comm_open';
    if (opens ? comms.has(id) || typeof target !== 'string' || !ID.test(target) : !comms.has(id)) {
      return false;
    }
    const data = isRecord(content['data']) ? content['data'] : {};
    if (opens && typeof target === 'string') {
      comms.opened(id, target);
    } else if (type === 'comm_close') {
      comms.closed(id);
    }
    const own = opens ? { comm_id: id, target_name: target, data } : { comm_id: id, data };
    room.talk.comm({ member, header }, type, own, buffers, opens ? { version: '2.1.0' } : {});
    return true;
  }

  /** What the sender wanted to know, or to change in vain, as it is. */
  #show(id: string, message: KernelMessage): void {
    const method = methodOf(message);
    const { data } = message.content;
    const wanted = isRecord(data) && isRecord(data['state']) ? Object.keys(data['state']) : [];
    const { comms } = this.#parts.room.talk;
    const shown =
      method === 'request_state'
        ? comms.state(id, 'update')
        : method === 'update'
          ? comms.state(id, 'echo_update', wanted)
          : null;
    if (shown !== null) {
      this.#parts.tell('comm_msg', { comm_id: id, data: shown.data }, message, shown.buffers);
    }
  }
}

function methodOf({ content: { data } }: KernelMessage): unknown {
  return isRecord(data) ? data['method'] : undefined;
}
