/**
 * From the document to the guests: changes of one tick are merged and encoded once, the same frame goes to everybody. After a pause the
 * first change goes out at once; how long those after it are gathered depends on what sending costs.
 * @module
 */
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';
import { framed } from '../access/framed.ts';
import { awarenessFrame, updateFrame } from './wire.ts';
import type { Member } from './member.ts';

/** Milliseconds between frames: at least what a screen takes to show one, and at most, however many there are to send to. */
const TICK = { least: 16, most: 100 } as const;
/** Milliseconds between frames for each that sending one took: whoever types, most of the time is left for other work. */
const PAUSE = 8;

/** Milliseconds until changes that couldn't be written down are tried again. */
const RETRY = 1_000;

/**
 * Milliseconds between renewals of everybody's presence: clients drop states they haven't heard of for 30 s, and y-websocket
 * drops a connection that was silent as long.
 */
const RENEW = 12_000;

/** A message, and the connection that doesn't need it because all of it came from there. */
interface Parcel {
  readonly message: Uint8Array;
  readonly except: unknown;
}

/** Sends a document's updates and presence to the members of a room. */
export class Fanout {
  readonly #doc: Y.Doc;
  readonly #awareness: awarenessProtocol.Awareness;
  readonly #members = new Map<string, Member>();
  readonly #include = new Set<unknown>();
  #updates: { update: Uint8Array; origin: unknown }[] = [];
  #presence = new Map<number, unknown>();
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  /** Milliseconds; before this what changes is gathered. */
  #next = 0;
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
    this.#unschedule();
    const began = performance.now();
    if (this.#updates.length > 0 && !this.#isCommitted()) {
      this.#timer = setTimeout(() => this.flush(), RETRY);
      return;
    }
    const committed = performance.now();
    const parcels = this.#gathered();
    if (parcels.length === 0) {
      return;
    }
    this.#send(parcels);
    const now = performance.now();
    // A slow disk gathers for as long as its last write took.
    const pause = Math.max(TICK.least, committed - began, PAUSE * (now - committed));
    this.#next = now + Math.min(pause, TICK.most);
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
    this.#unschedule();
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

  /** What has gathered: the changes, then the presence that goes with them. */
  #gathered(): Parcel[] {
    const parcels: Parcel[] = [];
    const updates = this.#updates;
    const presence = this.#presence;
    this.#updates = [];
    this.#presence = new Map();
    if (updates.length > 0) {
      const merged = Y.mergeUpdates(updates.map(each => each.update));
      parcels.push({
        message: updateFrame(merged),
        except: this.#soleOrigin(updates.map(each => each.origin))
      });
    }
    this.#include.clear();
    if (presence.size > 0) {
      const update = awarenessProtocol.encodeAwarenessUpdate(this.#awareness, [...presence.keys()]);
      parcels.push({ message: awarenessFrame(update), except: this.#soleOrigin([...presence.values()]) });
    }
    return parcels;
  }

  /** Sends to everybody, in one write each. */
  #send(parcels: readonly Parcel[]): void {
    const all = framed(...parcels.map(({ message }) => message));
    const authors = new Set(parcels.map(({ except }) => except));
    for (const member of this.#members.values()) {
      if (!authors.has(member.connection)) {
        member.broadcast(all);
        continue;
      }
      const theirs = parcels.filter(({ except }) => except !== member.connection);
      if (theirs.length > 0) {
        member.broadcast(framed(...theirs.map(({ message }) => message)));
      }
    }
  }

  #renew(): void {
    const clients = [...this.#awareness.getStates().keys()];
    const update = awarenessProtocol.encodeAwarenessUpdate(this.#awareness, clients);
    this.#send([{ message: awarenessFrame(update), except: undefined }]);
  }

  #schedule(): void {
    if (this.#timer !== null || this.#soon !== null) {
      return;
    }
    const left = this.#next - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.flush(), left);
    } else {
      // With everything else that has just arrived.
      this.#soon = setImmediate(() => this.flush());
    }
  }

  #unschedule(): void {
    clearTimeout(this.#timer ?? undefined);
    clearImmediate(this.#soon ?? undefined);
    this.#timer = null;
    this.#soon = null;
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
