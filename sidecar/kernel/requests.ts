/**
 * What guests asked of the kernel, under message ids of our own: whose question an answer belongs to.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelHeader, KernelMessage } from '../../protocol/kernel.ts';
import { Refusal } from '../policy/verdict.ts';
import { forgetOldest } from './forgetOldest.ts';
import { makeHeader } from './run.ts';

/** Content of a reply. */
export type ReplyContent = Readonly<Record<string, unknown>>;

/** Something a guest's client asked for. */
export interface Asked<Member> {
  readonly member: Member;
  /** Its own header of the request, which every answer to it carries. */
  readonly header: KernelHeader;
}

interface Open<Member> extends Asked<Member> {
  /** Gets the reply; null for messages that have none. */
  readonly reply: ((content: ReplyContent) => void) | null;
}

/** Requests of one member that wait for their reply. */
const MAX_WAITING = 20;
/** Requests that are remembered for what the kernel says of them on IOPub. */
const MAX_KNOWN = 2_000;
/** What ends a request whose kernel is gone. */
const GONE: ReplyContent = {
  status: 'error',
  ename: 'KernelDied',
  evalue: 'The kernel is gone.',
  traceback: []
};

/** The requests. */
export class Requests<Member> {
  readonly #open = new Map<string, Open<Member>>();

  /** A message of our own for the kernel. `reply` gets the content of its reply, once. */
  make(
    type: string,
    content: Readonly<Record<string, unknown>>,
    session: string,
    asked: Asked<Member>,
    more: { buffers?: readonly Uint8Array[]; reply?: (content: ReplyContent) => void } = {}
  ): KernelMessage {
    const { buffers = [], reply = null } = more;
    const waiting = [...this.#open.values()].filter(
      each => each.member === asked.member && each.reply !== null
    );
    if (reply !== null && waiting.length >= MAX_WAITING) {
      throw new Refusal('too-fast', 'Too many questions wait for the kernel.');
    }
    const header = makeHeader(randomUUID(), type, session);
    this.note(header.msg_id, asked, reply);
    return { channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers };
  }

  /** Remembers whose a message id is. */
  note(id: string, asked: Asked<Member>, reply: ((content: ReplyContent) => void) | null = null): void {
    this.#open.set(id, { ...asked, reply });
    forgetOldest(this.#open, MAX_KNOWN);
  }

  /** Who asked for what has this id, and hears of it under their own. */
  of(id: string | undefined): Asked<Member> | null {
    return (id === undefined ? undefined : this.#open.get(id)) ?? null;
  }

  /** Whether an id is one of ours. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Takes a reply to its asker. */
  take(message: KernelMessage): void {
    const id = message.parent_header.msg_id;
    const open = id === undefined ? undefined : this.#open.get(id);
    if (id !== undefined && open?.reply) {
      this.#open.set(id, { ...open, reply: null });
      open.reply(message.content);
    }
  }

  /** A member is gone. */
  forget(member: Member): void {
    for (const [id, each] of [...this.#open]) {
      if (each.member === member) {
        this.#open.delete(id);
      }
    }
  }

  /** The kernel is gone: nobody waits on. */
  clear(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    open.forEach(each => each.reply?.(GONE));
  }
}
