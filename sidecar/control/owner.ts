/**
 * The owner's control socket: the share and who is here, whenever any of it changed.
 * @module
 */
import type WebSocket from 'ws';
import { z } from 'zod';
import { GRANT_NAMES, type Grants } from '../../protocol/levels.ts';
import {
  OWNER_ID,
  ownerAs,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Who
} from '../../protocol/messages.ts';
import type { Share } from '../../protocol/resources.ts';
import { withOrigin } from '../access/address.ts';
import { closeWith } from '../access/socket.ts';
import type { LockBook, LockTab } from '../locks/book.ts';
import { Refusal } from '../policy/verdict.ts';
import { answerInput, At, CellName, InputReply, parseMessage } from './guest.ts';
import { textOf, type Hub, type Listener } from './hub.ts';
import type { Places } from './places.ts';
import type { Requests } from './requests.ts';
import type { Running } from './running.ts';

const PING = 4_000;
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heartbeat') }),
  At,
  z.object({ type: z.enum(['lock_request', 'lock_release', 'lock_take']), cell: CellName }),
  z.object({ type: z.literal('running'), cell: CellName, run: z.string().min(1).max(128) }),
  InputReply
]);

/** What an owner's control session needs. */
export interface OwnerControlParts {
  readonly socket: WebSocket;
  readonly share: string;
  readonly owner: string;
  /** Origin at which this tab sees us. */
  readonly origin: string;
  readonly hub: Hub;
  readonly requests: Requests;
  readonly locks: LockBook;
  readonly places: Places;
  /** Called when the tab has come and when it has gone. */
  readonly present: () => void;
  readonly running: Running;
  readonly show: () => Promise<Share>;
}

/** Runs one control socket of an owner's tab. */
export class OwnerControl implements Listener, LockTab {
  readonly person = OWNER_ID;
  readonly #parts: OwnerControlParts;

  constructor(parts: OwnerControlParts) {
    this.#parts = parts;
    const { socket, hub, share } = parts;
    const remove = hub.addOwner(share, this);
    const ping = setInterval(() => socket.ping(), PING);
    socket.on('message', (data: Buffer) => this.#onFrame(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(ping);
      remove();
      parts.locks.disconnect(share, this);
      parts.places.leave(share, OWNER_ID, this);
      parts.present();
    });
    parts.present();
    // A tab that was told nothing would wait for ever; one that is closed comes again.
    this.#hello().catch(() => closeWith(socket, 'internal'));
  }

  tell(message: ServerMessage): void {
    const { socket, origin } = this.#parts;
    socket.send(
      message.type === 'share'
        ? JSON.stringify({ ...message, share: withOrigin(message.share, origin) })
        : textOf(message)
    );
    if (message.type === 'removed') {
      closeWith(this.#parts.socket, message.reason);
    }
  }

  get who(): Who {
    return ownerAs(this.#parts.owner);
  }

  async #hello(): Promise<void> {
    const { locks, requests, running, show } = this.#parts;
    const share = await show();
    const grants = Object.fromEntries(GRANT_NAMES.map(name => [name, true])) as Grants;
    this.tell({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      person: this.who,
      lockMode: share.lockMode,
      locks: [...locks.held(share.id), ...running.locks],
      runs: running.states,
      rights: { static: true, live: true, edit: true, save: true, execute: true },
      cells: 'all',
      structure: true,
      grants
    });
    this.tell({ type: 'share', share });
    for (const { share: _share, ...request } of requests.ofShare(share.id)) {
      this.tell({ type: 'request', request });
    }
    const question = running.question(OWNER_ID);
    if (question !== null) {
      this.tell(question);
    }
  }

  #onFrame(data: Buffer): void {
    try {
      this.#handle(parseMessage(Message, new Uint8Array(data)));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'internal';
      closeWith(this.#parts.socket, code);
    }
  }

  #handle(message: z.infer<typeof Message>): void {
    const { locks, places, share } = this.#parts;
    switch (message.type) {
      case 'heartbeat':
        locks.heartbeat(share, this);
        return;
      case 'lock_request':
        locks.request(share, this, message.cell);
        return;
      case 'lock_release':
        locks.release(share, this, message.cell);
        return;
      case 'at':
        places.set(share, OWNER_ID, this, message.cell);
        return;
      case 'lock_take':
        locks.take(share, this, message.cell);
        return;
      case 'running':
        this.#parts.running.ownerSent(message.cell, message.run);
        return;
      case 'input_reply':
        answerInput(this, this.#parts.running, OWNER_ID, message);
    }
  }
}
