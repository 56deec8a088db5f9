/**
 * One kernel socket of a guest. Each message is treated as its row in the table says; none reaches the kernel as it came.
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
import { hasForbiddenKey } from '../policy/json.ts';
import { holds, mayRunAnything, reaches, seesFiles, treatment, type Treatment } from '../policy/kernel.ts';
import { Refusal } from '../policy/verdict.ts';
import { CommSide } from './commSide.ts';
import { addressed } from './disguise.ts';
import { askOf, replyOf } from './questions.ts';
import type { ReplyContent } from './requests.ts';
import type { Heard, KernelMember } from './member.ts';
import type { KernelRoom } from './room.ts';
import { makeHeader } from './run.ts';
import { socketRun } from './socketRun.ts';

/** What a session needs. */
export interface KernelSessionParts {
  readonly socket: GuestSocket;
  readonly room: KernelRoom;
  /** Whether the client chose the binary subprotocol. */
  readonly binary: boolean;
}

/** Runs one kernel socket. */
export class KernelSession implements KernelMember {
  readonly #parts: KernelSessionParts;
  readonly #session = randomUUID();
  readonly #comms: CommSide;
  /** Message ids of questions that were put to this client, and the run that asks. */
  readonly #questions = new Map<string, string>();
  readonly #treat: Readonly<Record<Treatment, (message: KernelMessage) => void>>;

  constructor(parts: KernelSessionParts) {
    this.#parts = parts;
    const { socket, room } = parts;
    this.#comms = new CommSide({
      room,
      member: this,
      tell: (type, content, request, buffers = [], metadata = {}) =>
        this.#say('iopub', type, content, request.header, buffers, metadata),
      settled: request => this.#settled(request)
    });
    this.#treat = {
      info: message => this.#answerLater(message, room.info()),
      comms: message => {
        const comms = room.talk.comms.info(message.content['target_name']);
        this.#reply(message, { status: 'ok', comms });
      },
      ask: message => this.#ask(message),
      run: message => this.#run(message),
      interrupt: message => {
        const done = room.control('interrupt', socket.guest.who);
        this.#answerLater(
          message,
          done.then(() => ({}))
        );
      },
      input: message => this.#answerInput(message),
      comm: message => this.#comms.take(message, true),
      mirror: message => this.#comms.take(message, false)
    };
    socket.listen({
      message: (data, binary) => this.#onFrame(data, binary),
      close: () => room.leave(this)
    });
    room.join(this).then(
      () => this.#status(room.state, {}),
      (error: unknown) => socket.fail(error)
    );
  }

  /** An IOPub message, if this guest may see it now. */
  hear({ shown, original, cell, asked }: Heard): void {
    const { socket, binary, room } = this.#parts;
    const own = asked?.member === this;
    if (!socket.isOpen || !reaches(socket.guest.access, original.header.msg_type, cell, own)) {
      return;
    }
    if (own) {
      this.#send(addressed(shown.message, original, asked.header, room.share));
    } else if (binary) {
      socket.broadcast(shown.frame);
    } else {
      socket.send(shown.text);
    }
  }

  #onFrame(data: Uint8Array, binary: boolean): void {
    const { access } = this.#parts.socket.guest;
    if (!access.rights.live) {
      throw new Refusal('no-right');
    }
    const message = decodeMessage(data, binary);
    if (message === null || hasForbiddenKey(message.content)) {
      throw new Refusal('bad-request');
    }
    const how = treatment(message.header.msg_type, message.channel, access);
    if (how === 'drop') {
      return;
    }
    try {
      if (how === 'refuse') {
        throw new Refusal('no-right', 'You have no right to do that on this kernel.');
      }
      this.#treat[how](message);
    } catch (error) {
      this.#refuse(message, error);
    }
  }

  /** Completion, inspection: asked in our own words, answered with what the table lets through. */
  #ask(message: KernelMessage): void {
    const { room, socket } = this.#parts;
    const { msg_type: type } = message.header;
    const asked = { member: this, header: message.header };
    room.talk.ask(asked, type, askOf(type, message.content), content => {
      const { access } = socket.guest;
      if (socket.isOpen && holds('complete', access)) {
        this.#reply(message, replyOf(type, content, seesFiles(access)));
      }
    });
  }

  #run(message: KernelMessage): void {
    const { room, socket } = this.#parts;
    const { guest } = socket;
    const order = socketRun(guest, message, {
      anything: mayRunAnything(guest.access),
      accepted: run => room.talk.requests.note(run, { member: this, header: message.header }),
      prompter: {
        open: () => socket.isOpen,
        ask: (run, content) => this.#question(run, content, message.header)
      }
    });
    const result = room.runs.order(order).then(({ done }) => done);
    this.#answerLater(
      message,
      result.then(({ status, execution_count, error }) => ({
        ...error,
        status,
        execution_count,
        payload: [],
        user_expressions: {}
      }))
    );
  }

  /** The run's own client is asked; what others say is nothing. */
  #question(run: string, content: ReplyContent, request: KernelMessage['header']): void {
    const id = randomUUID();
    this.#questions.set(id, run);
    this.#send({
      channel: 'stdin',
      header: makeHeader(id, 'input_request', this.#session),
      parent_header: request,
      metadata: {},
      content,
      buffers: []
    });
  }

  #answerInput({ parent_header: parent, content }: KernelMessage): void {
    const run = parent.msg_id === undefined ? undefined : this.#questions.get(parent.msg_id);
    const { value } = content;
    if (run === undefined || parent.msg_id === undefined || typeof value !== 'string') {
      return;
    }
    this.#questions.delete(parent.msg_id);
    const { room, socket } = this.#parts;
    room.runs.answer(socket.guest.id, run, value);
  }

  #refuse(message: KernelMessage, error: unknown): void {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    // Messages without a reply in the protocol (comm_*, input_reply) are dropped: there is nothing a client waits for.
    if (message.header.msg_type.endsWith('_request')) {
      const ename = error.code === 'no-right' ? 'PermissionError' : 'RuntimeError';
      this.#reply(message, { status: 'error', ename, evalue: error.message, traceback: [] });
    }
  }

  #answerLater(message: KernelMessage, content: Promise<ReplyContent>): void {
    const { socket } = this.#parts;
    content.then(
      told => this.#reply(message, { status: 'ok', ...told }),
      (error: unknown) => {
        try {
          this.#refuse(message, error);
        } catch (worse) {
          socket.fail(worse);
        }
      }
    );
  }

  /** Busy, the reply, idle: what clients wait for (messaging 5.4, "status"). */
  #reply(request: KernelMessage, content: object): void {
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    this.#status('busy', request.header);
    this.#say(request.channel === 'control' ? 'control' : 'shell', type, { ...content }, request.header);
    this.#idle(request);
  }

  /** A message that has no reply was dealt with. */
  #settled(request: KernelMessage): void {
    this.#status('busy', request.header);
    this.#idle(request);
  }

  /** What was asked is done. A page shows the last state it heard: one whose kernel is at work for somebody else is told so again. */
  #idle(request: KernelMessage): void {
    this.#status('idle', request.header);
    const { state } = this.#parts.room;
    if (state === 'busy') {
      this.#status(state, {});
    }
  }

  #status(state: string, parent: KernelMessage['parent_header']): void {
    const known = state === 'unknown' ? 'idle' : state;
    this.#say('iopub', 'status', { execution_state: known }, parent);
  }

  #say(
    channel: Channel,
    type: string,
    content: ReplyContent,
    parent: KernelMessage['parent_header'],
    buffers: readonly Uint8Array[] = [],
    metadata: ReplyContent = {}
  ): void {
    const header = makeHeader(randomUUID(), type, this.#session);
    this.#send({ channel, header, parent_header: parent, metadata, content, buffers });
  }

  #send(message: KernelMessage): void {
    const { socket, binary } = this.#parts;
    socket.send(binary ? encodeMessage(message) : encodeJson(message));
  }
}
