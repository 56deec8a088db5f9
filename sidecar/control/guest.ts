/**
 * A guest's control socket.
 * @module
 */
import { z } from 'zod';
import { RIGHTS } from '../../protocol/levels.ts';
import { PROTOCOL_VERSION, type RightsNow, type ServerMessage, type Who } from '../../protocol/messages.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import type { Guest } from '../access/guest.ts';
import type { GuestSocket } from '../access/socket.ts';
import { lockError, type LockBook, type LockTab } from '../locks/book.ts';
import { Refusal, type Verdict } from '../policy/verdict.ts';
import { textOf, type Hub, type Listener } from './hub.ts';
import type { Places } from './places.ts';
import type { Requests } from './requests.ts';
import type { Running } from './running.ts';
import { MOST, type Rejected } from './unheard.ts';

const MAX_BYTES = 16 * 1024;
/** A cell's id, or what somebody gives for one. */
export const CellName = z.string().min(1).max(256);
/** Where a tab is. */
export const At = z.object({ type: z.literal('at'), cell: CellName.nullable() });
/** An answer to `input()`: as much as fits a frame. */
export const InputReply = z.object({
  type: z.literal('input_reply'),
  run: z.string().max(64),
  value: z.string()
});
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heartbeat') }),
  At,
  z.object({ type: z.enum(['lock_request', 'lock_release', 'lock_ask']), cell: CellName }),
  z.object({
    type: z.literal('ask'),
    rights: z.array(z.enum(RIGHTS)).min(1).max(5),
    note: z.string().max(500).optional()
  }),
  InputReply
]);

/** What a control session needs. */
export interface GuestControlParts {
  readonly socket: GuestSocket;
  readonly hub: Hub;
  readonly requests: Requests;
  readonly locks: LockBook;
  readonly places: Places;
  /** Whether the guest may edit a cell, whoever holds its lock. */
  readonly mayLock: (cell: string) => Verdict;
  readonly running: Running;
  /** The cells that they inserted. */
  readonly own: () => readonly string[];
  /** Who is here, for guests with `live`. */
  readonly people: () => ServerMessage;
}

/** Runs one control socket of a guest. */
export class GuestControl implements Listener, LockTab {
  readonly #parts: GuestControlParts;
  /** Refusals told since this tab's last message: it may be gone, and nobody knows yet. */
  #unanswered: readonly Rejected[] = [];

  constructor(parts: GuestControlParts) {
    this.#parts = parts;
    const remove = parts.hub.addGuest(parts.socket.guest.id, this);
    parts.socket.listen({
      message: (data, binary) => this.#onFrame(data, binary),
      close: () => {
        remove();
        parts.hub.unheard(parts.socket.person, this.#unanswered);
        parts.locks.disconnect(parts.socket.share, this);
        parts.places.leave(parts.socket.share, parts.socket.person, this);
      }
    });
    this.#hello();
  }

  tell(message: ServerMessage): void {
    if (message.type === 'rejected') {
      this.#unanswered = [...this.#unanswered, message].slice(-MOST);
    }
    this.#parts.socket.send(textOf(message));
  }

  get person(): string {
    return this.#parts.socket.person;
  }

  get who(): Who {
    return this.#parts.socket.guest.who;
  }

  #hello(): void {
    const { hub, locks, running, socket } = this.#parts;
    const { guest } = socket;
    const { live } = guest.access.rights;
    this.tell({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      person: guest.who,
      lockMode: guest.share.lockMode,
      locks: live ? [...locks.held(socket.share), ...running.locks] : [],
      runs: live ? running.states : [],
      ...rightsOf(guest)
    });
    if (live) {
      this.tell({ type: 'own', cells: this.#parts.own() });
      this.tell(this.#parts.people());
    }
    const waiting = this.#parts.requests.waiting(guest.id);
    if (waiting.length > 0) {
      this.tell({ type: 'asked', waiting, refused: [] });
    }
    const question = running.question(guest.id);
    if (question !== null) {
      this.tell(question);
    }
    hub.missed(guest.id).forEach(each => this.tell(each));
  }

  #onFrame(data: Uint8Array, binary: boolean): void {
    if (binary || data.length > MAX_BYTES) {
      throw new Refusal(binary ? 'bad-request' : 'too-large');
    }
    const message = parseMessage(Message, data);
    this.#unanswered = [];
    const { locks, places, running, socket } = this.#parts;
    switch (message.type) {
      case 'heartbeat':
        locks.heartbeat(socket.share, this);
        return;
      case 'lock_request':
        this.#requestLock(message.cell);
        return;
      case 'lock_release':
        locks.release(socket.share, this, message.cell);
        return;
      case 'lock_ask':
        this.#askForLock(message.cell);
        return;
      case 'at':
        if (socket.guest.access.rights.live) {
          places.set(socket.share, socket.person, this, message.cell);
        }
        return;
      case 'ask':
        this.#ask(message);
        return;
      case 'input_reply': {
        const { access, id } = socket.guest;
        answerInput(this, running, access.rights.live ? id : '', message);
      }
    }
  }

  #requestLock(cell: string): void {
    const { locks, mayLock, socket } = this.#parts;
    const verdict = mayLock(cell);
    if (verdict.allow) {
      locks.request(socket.share, this, cell);
    } else {
      this.tell(lockError(cell, verdict.code));
    }
  }

  #askForLock(cell: string): void {
    const { locks, mayLock, socket } = this.#parts;
    const verdict = mayLock(cell);
    if (verdict.allow) {
      locks.ask(socket.share, this, cell);
    } else {
      this.tell({ type: 'error', reason: verdict.code, detail: REFUSALS[verdict.code].detail });
    }
  }

  #ask(message: { rights: (typeof RIGHTS)[number][]; note?: string | undefined }): void {
    const { socket, hub, requests } = this.#parts;
    try {
      const { guest } = socket;
      if (guest.person.waiting) {
        throw new Refusal('no-right', 'The owner has yet to let you in.');
      }
      const { share, ...request } = requests.ask(
        guest.shareId,
        guest.who,
        message.rights,
        message.note ?? ''
      );
      hub.toOwner(share, { type: 'request', request });
      hub.toGuest(guest.id, { type: 'asked', waiting: requests.waiting(guest.id), refused: [] });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      this.tell({ type: 'error', reason: error.code, detail: error.message });
    }
  }
}

/** A guest's rights as a message carries them. */
export function rightsOf(guest: Guest): RightsNow {
  const { rights, cells, structure, grants } = guest.access;
  return { rights, cells, structure, grants };
}

/** Reads a control message; refuses with `bad-request`, naming no content. */
export function parseMessage<T>(schema: z.ZodType<T>, data: Uint8Array): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    throw new Refusal('bad-request', 'A control message is a JSON object.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new Refusal('bad-request', 'That control message is not known.');
  }
  return parsed.data;
}

/** Hands an answer to `input()` on; what is refused is told, and closes nothing. */
export function answerInput(
  listener: Listener,
  running: Running,
  person: string,
  { run, value }: z.infer<typeof InputReply>
): void {
  try {
    running.answer(person, run, value);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    listener.tell({ type: 'error', reason: error.code, detail: error.message });
  }
}
