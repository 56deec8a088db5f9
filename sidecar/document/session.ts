/**
 * One document socket of a guest: opening -> live -> closed.
 * @module
 */
import type { ServerMessage } from '../../protocol/messages.ts';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import type { Framed } from '../access/framed.ts';
import type { GuestSocket } from '../access/socket.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Arrival, Outcome } from './filter/filter.ts';
import type { Member } from './member.ts';
import type { Room } from './room.ts';
import {
  RELOAD_CLOSE,
  decodeFrame,
  saveReplyFrame,
  step1Frame,
  step2Frame,
  type GuestMessage
} from './wire.ts';

/** What a session needs. */
export interface DocumentSessionParts {
  readonly socket: GuestSocket;
  readonly room: Room;
  readonly log: Log;
  /** Tells the person's tabs over their control sockets. */
  readonly notify: (message: ServerMessage) => void;
  /** Whether the client knows our close codes; one that doesn't is told in jupyter-collaboration's words. */
  readonly readsCodes: () => boolean;
  /** Id of the history that the client's copy has; null for a client that has none, or says nothing. */
  readonly lineage: string | null;
  /** Told how each update was judged. */
  readonly judged: (outcome: Outcome) => void;
}

type State =
  | { readonly at: 'opening'; readonly early: Uint8Array[]; bytes: number }
  /**
   * `askedAt`: when the client was last asked for what we lack, milliseconds; `open`: how many of those it hasn't answered; `told`: whether
   * it was sent everything that was there before it came.
   */
  | { readonly at: 'live'; askedAt: number; open: number; told: boolean }
  | { readonly at: 'closed' };

/**
 * Milliseconds between questions to somebody who edits. The answer shows what they have seen: the filter tells forged anchors by it
 * (yfilter.md).
 */
const ASK_EVERY = 5_000;
/** Bytes that may arrive while the room is still being opened. */
const MAX_EARLY = 1024 * 1024;

/** Runs the protocol of one socket. */
export class DocumentSession implements Member {
  readonly connection: string;
  readonly #parts: DocumentSessionParts;
  #state: State = { at: 'opening', early: [], bytes: 0 };

  constructor(parts: DocumentSessionParts) {
    this.#parts = parts;
    this.connection = parts.socket.id;
    parts.socket.listen({
      message: (data, binary) => this.#onFrame(data, binary),
      close: () => this.#onClose()
    });
    parts.room.ready().then(
      () => this.#start(),
      (error: unknown) => parts.socket.fail(error)
    );
  }

  get guest(): GuestSocket['guest'] {
    return this.#parts.socket.guest;
  }

  /** A frame of the room; not for somebody who lost `live` meanwhile. */
  broadcast(frame: Framed): void {
    const { socket } = this.#parts;
    // Somebody who was removed is still a member until their socket has closed.
    if (socket.isOpen && this.guest.access.rights.live) {
      socket.broadcast(frame);
    }
  }

  startOver(): void {
    startOver(this.#parts.socket, this.#parts.readsCodes(), 'other-history');
  }

  #start(): void {
    if (this.#state.at !== 'opening') {
      return;
    }
    const { early } = this.#state;
    const { lineage, room, socket } = this.#parts;
    if (lineage !== null && lineage !== room.lineage) {
      // A copy of another history: the file may have been loaded anew, with other text under the same ids, and Yjs would take one for
      // the other.
      this.startOver();
      return;
    }
    this.#state = { at: 'live', askedAt: 0, open: 0, told: false };
    room.join(this);
    this.#ask(false);
    const presence = room.presenceFrame();
    if (presence !== null) {
      socket.send(presence);
    }
    try {
      early.forEach(frame => this.#handle(decodeFrame(frame)));
    } catch (error) {
      socket.fail(error);
    }
  }

  #onFrame(data: Uint8Array, binary: boolean): void {
    if (!this.guest.access.rights.live) {
      throw new Refusal('no-right');
    }
    if (!binary) {
      throw new Refusal('bad-request');
    }
    if (this.#state.at === 'opening') {
      this.#state.bytes += data.length;
      if (this.#state.bytes > MAX_EARLY) {
        throw new Refusal('too-large');
      }
      this.#state.early.push(data.slice());
      return;
    }
    this.#handle(decodeFrame(data));
  }

  #handle(message: GuestMessage): void {
    const { room, socket } = this.#parts;
    switch (message.kind) {
      case 'step1':
        room.stated(this, message.vector);
        socket.send(step2Frame(room.stateFor(message.vector)));
        if (this.#state.at === 'live') {
          this.#state.told = true;
        }
        this.#askEditor();
        return;
      case 'step2':
        this.#judge(message.update, 'sync');
        room.synced(this);
        if (this.#state.at === 'live') {
          this.#state.open -= 1;
        }
        return;
      case 'update':
        this.#judge(message.update, 'live');
        this.#askEditor();
        return;
      case 'awareness':
        room.receivePresence(this, message.states);
        return;
      case 'query': {
        const presence = room.presenceFrame();
        if (presence !== null) {
          socket.send(presence);
        }
        return;
      }
      case 'save':
        void this.#save(message.id);
    }
  }

  /** Asks for what we lack; `upToDate`: everything we have was sent before this. */
  #ask(upToDate: boolean): void {
    const { room, socket } = this.#parts;
    if (this.#state.at === 'live') {
      this.#state.askedAt = performance.now();
      this.#state.open += 1;
      socket.send(step1Frame(room.ask(this, upToDate)));
    }
  }

  #askEditor(): void {
    const state = this.#state;
    if (state.at !== 'live' || !state.told) {
      return;
    }
    const isDue = performance.now() - state.askedAt > ASK_EVERY && state.open <= 0;
    const isFirst = state.open === 1;
    if (this.guest.access.rights.edit && (isDue || isFirst)) {
      this.#ask(true);
    }
  }

  #judge(update: Uint8Array, arrival: Arrival): void {
    this.#answer(this.#parts.room.receive(this, update, arrival));
  }

  #answer(outcome: Outcome): void {
    const { notify, judged, log } = this.#parts;
    judged(outcome);
    switch (outcome.kind) {
      case 'ignored':
      case 'accepted':
        return;
      case 'partial': {
        const cells = [...new Set(outcome.refused.map(each => each.cell).filter(cell => cell !== null))];
        const reason = outcome.refused[0]?.code ?? 'no-right';
        log.info(
          { person: this.guest.id, refused: outcome.refused.length, resync: outcome.resync },
          'change refused'
        );
        notify({ type: 'rejected', cells, reason, detail: REFUSALS[reason].detail, resync: outcome.resync });
        if (outcome.resync) {
          startOver(this.#parts.socket, this.#parts.readsCodes(), 'resync-needed');
        }
        return;
      }
      case 'violation':
        log.warn({ person: this.guest.id, why: outcome.reason }, 'update violates the protocol');
        notify({
          type: 'rejected',
          cells: [],
          reason: 'resync-needed',
          detail: REFUSALS['resync-needed'].detail,
          resync: true
        });
        startOver(this.#parts.socket, this.#parts.readsCodes(), outcome.code);
    }
  }

  async #save(id: number): Promise<void> {
    const { socket, room, notify } = this.#parts;
    if (!this.guest.access.rights.save) {
      socket.send(saveReplyFrame(id, 'failed'));
      notify({
        type: 'rejected',
        cells: [],
        reason: 'no-right',
        detail: 'You have no right to save here.',
        resync: false
      });
      return;
    }
    const status = await room.save({ person: this.guest.who });
    socket.send(saveReplyFrame(id, status));
  }

  #onClose(): void {
    if (this.#state.at === 'live') {
      this.#parts.room.leave(this);
    }
    this.#state = { at: 'closed' };
  }
}

/** Ends a socket whose client's copy can't be mended in place. A stock front end is told in its own words. */
function startOver(socket: GuestSocket, readsCodes: boolean, code: RefusalCode): void {
  if (readsCodes) {
    socket.end(code);
  } else {
    socket.endAs(RELOAD_CLOSE.code, RELOAD_CLOSE.reason);
  }
}
