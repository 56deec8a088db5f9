/**
 * From the document to the guests: changes of one tick are merged and encoded once, the same frame goes to everybody.
 * @module
 */
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';
import { framed } from '../access/framed.ts';
import { awarenessFrame, updateFrame } from './wire.ts';
import type { Member } from './member.ts';

/** Milliseconds over which changes are gathered. */
const TICK = 8;

/** Milliseconds until changes that couldn't be written down are tried again. */
const RETRY = 1_000;

/**
 * Milliseconds between renewals of everybody's presence: clients drop states they haven't heard of for 30 s, and y-websocket
 * drops a connection that was silent as long.
 */
const RENEW = 12_000;

/** Sends a document's updates and presence to the members of a room. */
export class Fanout {
  readonly #doc: Y.Doc;
  readonly #awareness: awarenessProtocol.Awareness;
  readonly #members = new Map<string, Member>();
  readonly #include = new Set<unknown>();
  #updates: { update: Uint8Array; origin: unknown }[] = [];
  #presence = new Map<number, unknown>();
  #timer: NodeJS.Timeout | null = null;
  readonly #renewal: NodeJS.Timeout;

  readonly #commit: () => void;

  /** @param commit puts on disk what the document got; what can't be is not sent. */
  constructor(doc: Y.Doc, awareness: awarenessProtocol.Awareness, commit: () => void = () => undefined) {
    this.#commit = commit;
    this.#doc = doc;
    this.#awareness = awareness;
    this.#renewal = setInterval(() => this.#renew(), RENEW);
    doc.on('update', this.#onUpdate);
    awareness.on('change', this.#onPresence);
  }

  /** How many members there are. */
  get size(): number {
    return this.#members.size;
  }

  /** Adds a member; from now on they get every change. */
  add(member: Member): void {
    this.flush();
    this.#members.set(member.connection, member);
  }

  /** Takes a member out. */
  remove(member: Member): void {
    this.#members.delete(member.connection);
  }

  /** The next frame goes back to this sender too: the server changed or added something. */
  includeSender(connection: string): void {
    this.#include.add(connection);
  }

  /** Sends what has gathered. */
  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (this.#updates.length > 0 && !this.#isCommitted()) {
      this.#timer = setTimeout(() => this.flush(), RETRY);
      return;
    }
    const updates = this.#updates;
    const presence = this.#presence;
    this.#updates = [];
    this.#presence = new Map();
    if (updates.length > 0) {
      const merged =
        updates.length === 1 && updates[0]
          ? updates[0].update
          : Y.mergeUpdates(updates.map(each => each.update));
      this.#send(updateFrame(merged), this.#soleOrigin(updates.map(each => each.origin)));
    }
    this.#include.clear();
    if (presence.size > 0) {
      const update = awarenessProtocol.encodeAwarenessUpdate(this.#awareness, [...presence.keys()]);
      this.#send(awarenessFrame(update), this.#soleOrigin([...presence.values()]));
    }
  }

  /** Every member has to start again. */
  sendAway(): void {
    for (const member of [...this.#members.values()]) {
      member.startOver();
    }
  }

  /** Stops. */
  close(): void {
    this.flush();
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#doc.off('update', this.#onUpdate);
    this.#awareness.off('change', this.#onPresence);
    clearInterval(this.#renewal);
  }

  #isCommitted(): boolean {
    try {
      this.#commit();
      return true;
    } catch {
      // Said where it was tried.
      return false;
    }
  }

  /** The one member all of it came from, who needs no copy of it. */
  #soleOrigin(origins: readonly unknown[]): unknown {
    const [first] = origins;
    return origins.every(each => each === first) && !this.#include.has(first) ? first : undefined;
  }

  #send(message: Uint8Array, except: unknown): void {
    const frame = framed(message);
    for (const member of this.#members.values()) {
      if (member.connection !== except) {
        member.broadcast(frame);
      }
    }
  }

  #renew(): void {
    const clients = [...this.#awareness.getStates().keys()];
    this.#send(awarenessFrame(awarenessProtocol.encodeAwarenessUpdate(this.#awareness, clients)), undefined);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), TICK);
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (this.#members.size > 0) {
      this.#updates.push({ update, origin });
      this.#schedule();
    }
  };

  readonly #onPresence = (
    change: { added: number[]; updated: number[]; removed: number[] },
    origin: unknown
  ): void => {
    if (this.#members.size > 0) {
      for (const client of [...change.added, ...change.updated, ...change.removed]) {
        this.#presence.set(client, origin);
      }
      this.#schedule();
    }
  };
}
