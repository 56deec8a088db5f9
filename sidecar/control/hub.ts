/**
 * Who listens on control sockets: every tab of a guest, every tab of the owner.
 * @module
 */
import type { ServerMessage } from '../../protocol/messages.ts';
import type { People } from '../store/people.ts';
import { Unheard, type Rejected } from './unheard.ts';

/** A control socket, as the hub sees it. */
export interface Listener {
  tell(message: ServerMessage): void;
}

/** Delivers control messages. */
export class Hub {
  readonly #guests = new Map<string, Set<Listener>>();
  readonly #owners = new Map<string, Set<Listener>>();
  readonly #unheard: Unheard;

  /** @param now Milliseconds, as `Date.now` gives them. */
  constructor(now: () => number = Date.now) {
    this.#unheard = new Unheard(now);
  }

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

  /** Tells a guest's tabs. That a change was not accepted waits for a tab, when there is none. */
  toGuest(person: string, message: ServerMessage): void {
    const tabs = this.#guests.get(person);
    if (tabs === undefined && message.type === 'rejected') {
      this.#unheard.keep(person, message);
    }
    tabs?.forEach(each => each.tell(message));
  }

  /** A tab went without a sign that it had heard of these. */
  unheard(person: string, messages: readonly Rejected[]): void {
    messages.forEach(each => this.#unheard.keep(person, each));
  }

  /** What a guest's next tab has to be told; it is told once. */
  missed(person: string): readonly Rejected[] {
    return this.#unheard.take(person);
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
