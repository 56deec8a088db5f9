/**
 * Second stop: Yjs client ids belong to persons. Who writes under another's id uses up the clocks the other writes next (threats F3).
 * @module
 */
import { MAX_CLIENT } from './decode.ts';
import type { Limits } from './limits.ts';

/** Which person each client id belongs to. */
export class ClientIds {
  readonly #owners = new Map<number, string>();
  readonly #connections = new Map<string, { person: string; fresh: number }>();
  readonly #isTaken: (clientId: number) => boolean;
  readonly #limits: Pick<Limits, 'idsPerConnection'>;

  /** `isTaken` says of an id that no person has whether the document knows it: then it is the owner's, or came from upstream. */
  constructor(isTaken: (clientId: number) => boolean, limits: Pick<Limits, 'idsPerConnection'>) {
    this.#isTaken = isTaken;
    this.#limits = limits;
  }

  /** A connection of a person; ids they had before stay theirs. */
  connect(connection: string, person: string): void {
    this.#connections.set(connection, { person, fresh: 0 });
  }

  /** Forgets the connection, not the person's ids. */
  disconnect(connection: string): void {
    this.#connections.delete(connection);
  }

  /** Binds an id to the connection's person; false when it is somebody else's or one too many. */
  claim(connection: string, clientId: number): boolean {
    const from = this.#connections.get(connection);
    if (!from) {
      return false;
    }
    const owner = this.#owners.get(clientId);
    if (owner !== undefined) {
      return owner === from.person;
    }
    const valid = Number.isInteger(clientId) && clientId > 0 && clientId <= MAX_CLIENT;
    if (!valid || from.fresh >= this.#limits.idsPerConnection || this.#isTaken(clientId)) {
      return false;
    }
    from.fresh += 1;
    this.#owners.set(clientId, from.person);
    return true;
  }

  /** The person an id belongs to; null for the owner's and upstream's. */
  personOf(clientId: number): string | null {
    return this.#owners.get(clientId) ?? null;
  }

  /** Takes over a binding that a former process had made. */
  restore(clientId: number, person: string): void {
    this.#owners.set(clientId, person);
  }

  /** How many bindings there are: they only get more. */
  get size(): number {
    return this.#owners.size;
  }

  /** All bindings, to be kept beside the journal. */
  entries(): IterableIterator<[number, string]> {
    return this.#owners.entries();
  }
}
