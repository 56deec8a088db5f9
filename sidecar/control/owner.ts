/**
 * The owner's control socket: the share and who is here, whenever any of it changed.
 * @module
 */
import type WebSocket from 'ws';
import { z } from 'zod';
import { GRANT_NAMES, type Grants } from '../../protocol/levels.ts';
import { PROTOCOL_VERSION, type ServerMessage } from '../../protocol/messages.ts';
import type { Share } from '../../protocol/resources.ts';
import { withOrigin } from '../access/address.ts';
import { closeWith } from '../access/socket.ts';
import { Refusal } from '../policy/verdict.ts';
import { parseMessage } from './guest.ts';
import type { Hub, Listener } from './hub.ts';
import type { Requests } from './requests.ts';

const PING = 4_000;
const Message = z.discriminatedUnion('type', [z.object({ type: z.literal('heartbeat') })]);

/** What an owner's control session needs. */
export interface OwnerControlParts {
  readonly socket: WebSocket;
  readonly share: string;
  readonly owner: string;
  /** Origin at which this tab sees us. */
  readonly origin: string;
  readonly hub: Hub;
  readonly requests: Requests;
  readonly show: () => Promise<Share>;
}

/** Runs one control socket of an owner's tab. */
export class OwnerControl implements Listener {
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
    });
    void this.#hello();
  }

  tell(message: ServerMessage): void {
    const { socket, origin } = this.#parts;
    socket.send(
      JSON.stringify(
        message.type === 'share' ? { ...message, share: withOrigin(message.share, origin) } : message
      )
    );
    if (message.type === 'removed') {
      closeWith(this.#parts.socket, message.reason);
    }
  }

  async #hello(): Promise<void> {
    const { owner, requests, show } = this.#parts;
    const share = await show();
    const grants = Object.fromEntries(GRANT_NAMES.map(name => [name, true])) as Grants;
    this.tell({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      person: { id: 'owner', name: owner, color: '#888888' },
      lockMode: share.lockMode,
      locks: [],
      rights: { static: true, live: true, edit: true, save: true, execute: true },
      cells: 'all',
      structure: true,
      grants
    });
    this.tell({ type: 'share', share });
    for (const { share: _share, ...request } of requests.ofShare(share.id)) {
      this.tell({ type: 'request', request });
    }
  }

  #onFrame(data: Buffer): void {
    try {
      parseMessage(Message, new Uint8Array(data));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'internal';
      closeWith(this.#parts.socket, code);
    }
  }
}
