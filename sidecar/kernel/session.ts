/**
 * One kernel socket of a guest. Requests are answered by their row in the table; none reaches the kernel.
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  decodeMessage,
  encodeJson,
  encodeMessage,
  type Channel,
  type KernelMessage
} from '../../protocol/kernel.ts';
import type { GuestSocket } from '../access/socket.ts';
import { reaches, treatment } from '../policy/kernel.ts';
import { Refusal } from '../policy/verdict.ts';
import type { KernelMember, KernelRoom } from './room.ts';
import { makeHeader } from './run.ts';

/** What a session needs. */
export interface KernelSessionParts {
  readonly socket: GuestSocket;
  readonly room: KernelRoom;
  /** Whether the client chose the binary subprotocol. */
  readonly binary: boolean;
}

/** Empty answers to requests that reveal nothing that way. */
const EMPTY_REPLIES: Readonly<Record<string, object>> = {
  comm_info_request: { status: 'ok', comms: {} },
  history_request: { status: 'ok', history: [] }
};

/** Runs one kernel socket. */
export class KernelSession implements KernelMember {
  readonly #parts: KernelSessionParts;
  readonly #session = randomUUID();

  constructor(parts: KernelSessionParts) {
    this.#parts = parts;
    parts.socket.listen({
      message: (data, binary) => this.#onFrame(data, binary),
      close: () => parts.room.leave(this)
    });
    parts.room.join(this).then(
      () => this.#status(parts.room.state, {}),
      (error: unknown) => parts.socket.fail(error)
    );
  }

  /** An IOPub message, if this guest may see it now. */
  iopub(message: KernelMessage, cell: string | null): void {
    const { socket } = this.#parts;
    if (socket.isOpen && reaches(socket.guest.access, message.header.msg_type, cell)) {
      this.#send(message);
    }
  }

  #onFrame(data: Uint8Array, binary: boolean): void {
    if (!this.#parts.socket.guest.access.rights.live) {
      throw new Refusal('no-right');
    }
    const message = decodeMessage(data, binary);
    if (message === null) {
      throw new Refusal('bad-request');
    }
    const type = message.header.msg_type;
    switch (treatment(type)) {
      case 'kernel-info':
        void this.#parts.room.info().then(
          content => this.#reply(message, { ...content, status: 'ok' }),
          (error: unknown) => this.#parts.socket.fail(error)
        );
        return;
      case 'empty':
        this.#reply(message, EMPTY_REPLIES[type] ?? { status: 'ok' });
        return;
      case 'refuse':
        this.#refuse(message);
    }
  }

  #refuse(message: KernelMessage): void {
    // Messages without a reply in the protocol (comm_*, input_reply) are dropped: there is nothing a client waits for.
    if (!message.header.msg_type.endsWith('_request')) {
      return;
    }
    const evalue = 'You have no right to do that on this kernel.';
    this.#reply(message, { status: 'error', ename: 'PermissionError', evalue, traceback: [] });
  }

  /** Busy, the reply, idle: what clients wait for (messaging 5.4, "status"). */
  #reply(request: KernelMessage, content: object): void {
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    const channel: Channel = request.channel === 'control' ? 'control' : 'shell';
    this.#status('busy', request.header);
    this.#send({
      channel,
      header: makeHeader(randomUUID(), type, this.#session),
      parent_header: request.header,
      metadata: {},
      content: { ...content },
      buffers: []
    });
    this.#status('idle', request.header);
  }

  #status(state: string, parent: KernelMessage['parent_header']): void {
    this.#send({
      channel: 'iopub',
      header: makeHeader(randomUUID(), 'status', this.#session),
      parent_header: parent,
      metadata: {},
      content: { execution_state: state === 'unknown' ? 'idle' : state },
      buffers: []
    });
  }

  #send(message: KernelMessage): void {
    const { socket, binary } = this.#parts;
    socket.send(binary ? encodeMessage(message) : encodeJson(message));
  }
}
