/**
 * Who listens on control sockets: every tab of a guest, every tab of the owner.
 * @module
 */
import type { ServerMessage } from '../../protocol/messages.ts';

/** A control socket, as the hub sees it. */
export interface Listener {
  tell(message: ServerMessage): void;
}

/** Delivers control messages. */
export class Hub {
  readonly #guests = new Map<string, Set<Listener>>();
  readonly #owners = new Map<string, Set<Listener>>();

  /** Adds a tab of a guest; the function returned takes it out. */
  addGuest(person: string, listener: Listener): () => void {
    return add(this.#guests, person, listener);
  }

  /** Adds a tab of a share's owner; the function returned takes it out. */
  addOwner(share: string, listener: Listener): () => void {
    return add(this.#owners, share, listener);
  }

  /** Whether the owner has the share open somewhere. */
  hasOwner(share: string): boolean {
    return this.#owners.has(share);
  }

  /** Tells a guest's tabs. */
  toGuest(person: string, message: ServerMessage): void {
    this.#guests.get(person)?.forEach(each => each.tell(message));
  }

  /** Tells the owner's tabs. */
  toOwner(share: string, message: ServerMessage): void {
    this.#owners.get(share)?.forEach(each => each.tell(message));
  }
}

function add(map: Map<string, Set<Listener>>, key: string, listener: Listener): () => void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0) {
      map.delete(key);
    }
  };
}
