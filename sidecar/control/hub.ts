/**
 * Who listens on control sockets: every tab of a guest, every tab of the owner.
 * @module
 */
import type { ServerMessage } from '../../protocol/messages.ts';
import type { People } from '../store/people.ts';

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

/** Tells everybody who may see the notebook live, and its owner. */
export function tellLive(hub: Hub, people: People, share: string, message: ServerMessage): void {
  hub.toOwner(share, message);
  for (const person of people.ofShare(share)) {
    if (person.rights.live) {
      hub.toGuest(person.id, message);
    }
  }
}

const texts = new WeakMap<ServerMessage, string>();

/** A message as it goes over the wire; the same object is turned into text once for all who get it. */
export function textOf(message: ServerMessage): string {
  const text = texts.get(message) ?? JSON.stringify(message);
  texts.set(message, text);
  return text;
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
