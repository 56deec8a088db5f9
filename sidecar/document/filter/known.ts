/**
 * What a connection must have known when it wrote. Yjs replicas agree, in whatever order updates reach them, as long as an insertion's two
 * neighbours were adjacent in some state its author can have had. The smallest such state is what is kept here: what the client
 * has acknowledged, what it has written, and the causal past of everything it has named.
 * @module
 */
import * as Y from 'yjs';
import type { Store } from './store.ts';
import { stateOf } from './store.ts';

/** A lower bound of one connection's state: grows only, closed under causality. */
export class Known {
  readonly #clocks = new Map<number, number>();

  /** Whether the id is certainly known. */
  has(client: number, clock: number): boolean {
    return clock < (this.#clocks.get(client) ?? 0);
  }

  /** The client has acknowledged a state that was sent to it; states are closed by themselves. */
  acknowledge(state: ReadonlyMap<number, number>): void {
    for (const [client, clock] of state) {
      if (clock > (this.#clocks.get(client) ?? 0)) {
        this.#clocks.set(client, clock);
      }
    }
  }

  /** The client has named an id before `end`: it knows that one, and everything it rests on. */
  learn(store: Store, client: number, end: number): void {
    const open: [number, number][] = [[client, end]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [from, wanted] = next;
      const have = this.#clocks.get(from) ?? 0;
      const to = Math.min(wanted, stateOf(store, from));
      if (to > have) {
        this.#clocks.set(from, to);
        this.#needs(store, from, have, to, open);
      }
    }
  }

  /** Collects what the structs of a client between two clocks rest on. */
  #needs(store: Store, client: number, have: number, to: number, open: [number, number][]): void {
    const structs = store.clients.get(client) ?? [];
    for (let i = Y.findIndexSS(structs, have); i < structs.length; i++) {
      const struct = structs[i];
      if (!struct || struct.id.clock >= to) {
        return;
      }
      if (struct instanceof Y.Item) {
        const parent = struct.parent instanceof Y.AbstractType ? struct.parent._item?.id : null;
        for (const id of [struct.origin, struct.rightOrigin, parent]) {
          if (id && !this.has(id.client, id.clock)) {
            open.push([id.client, id.clock + 1]);
          }
        }
      }
    }
  }
}
