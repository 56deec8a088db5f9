/**
 * Third stop: what of an update is new, in an order in which everything comes after what it rests on. A gap ends it here, so that
 * nothing pending ever enters the document (threats F24).
 * @module
 */
import { sliceStruct } from './decode.ts';
import { Gap, Violation } from './limits.ts';
import { endOf, type Block, type Id, type Struct, type Update } from './model.ts';
import { stateOf, type Store } from './store.ts';

/** The new part of an update. */
export interface Fresh {
  /** New structs, each after those it names. */
  readonly structs: readonly Struct[];
  /** Finds a new struct by any id in it. */
  readonly find: (id: Id) => Struct | null;
  /** The first clock of a client that neither the document nor the update has. */
  readonly end: (client: number) => number;
}

/** Drops what the document has, checks clocks and dependencies, and orders the rest. */
export function freshStructs(store: Store, update: Update): Fresh {
  const blocks = new Map<number, Struct[]>();
  for (const block of update.blocks) {
    const structs = unknownPart(store, block);
    if (structs.length > 0) {
      blocks.set(block.client, structs);
    }
  }
  const end = (client: number): number => {
    const last = blocks.get(client)?.at(-1);
    return last ? endOf(last) : stateOf(store, client);
  };
  for (const range of update.deletes) {
    if (range.to > end(range.client)) {
      throw new Gap('deletes what nobody has written');
    }
  }
  return { structs: ordered(store, blocks), find: id => findIn(blocks.get(id.client) ?? [], id.clock), end };
}

function unknownPart(store: Store, block: Block): Struct[] {
  const state = stateOf(store, block.client);
  const first = block.structs[0];
  if (first && first.clock > state) {
    throw new Gap('the clock jumps');
  }
  const rest = block.structs.filter(struct => endOf(struct) > state);
  const head = rest[0];
  if (head && head.clock < state) {
    rest[0] = sliceStruct(head, state);
  }
  return rest;
}

/** Goes through the clients, each as far as its dependencies are met; when none gets further, something is missing or goes in a circle. */
function ordered(store: Store, blocks: ReadonlyMap<number, Struct[]>): Struct[] {
  if (blocks.size === 1) {
    return inSequence(store, blocks);
  }
  const order: Struct[] = [];
  const reached = new Map<number, number>();
  const has = (id: Id): boolean => id.clock < (reached.get(id.client) ?? stateOf(store, id.client));
  const next = new Map([...blocks.keys()].map(client => [client, 0]));
  for (let moved = true; moved;) {
    moved = false;
    for (const [client, structs] of blocks) {
      let at = next.get(client) ?? 0;
      for (let struct = structs[at]; struct && dependencies(struct).every(has); struct = structs[++at]) {
        order.push(struct);
        reached.set(client, endOf(struct));
        moved = true;
      }
      next.set(client, at);
    }
  }
  for (const [client, structs] of blocks) {
    if (next.get(client) !== structs.length) {
      throw new Gap('rests on what nobody has written');
    }
  }
  return order;
}

/** The structs of the only client, which can rest on nothing but the document and each other. */
function inSequence(store: Store, blocks: ReadonlyMap<number, Struct[]>): Struct[] {
  const [structs = []] = blocks.values();
  for (const struct of structs) {
    const { client, clock, origin, rightOrigin, parent } = struct;
    for (const id of [origin, rightOrigin, parent && 'id' in parent ? parent.id : null]) {
      if (id && id.clock >= (id.client === client ? clock : stateOf(store, id.client))) {
        throw new Gap('rests on what nobody has written');
      }
    }
  }
  return structs;
}

function dependencies(struct: Struct): Id[] {
  const ids = [
    struct.origin,
    struct.rightOrigin,
    struct.parent && 'id' in struct.parent ? struct.parent.id : null
  ];
  return ids.filter(id => id !== null);
}

function findIn(structs: readonly Struct[], clock: number): Struct | null {
  let low = 0;
  let high = structs.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const struct = structs[middle];
    if (!struct) {
      break;
    }
    if (clock < struct.clock) {
      high = middle - 1;
    } else if (clock >= endOf(struct)) {
      low = middle + 1;
    } else {
      return struct;
    }
  }
  return null;
}

/** Refuses an update that brings structs under ids that are not its author's; `claim` binds those nobody has. */
export function claimClients(fresh: Fresh, claim: (clientId: number) => boolean): void {
  for (const client of new Set(fresh.structs.map(struct => struct.client))) {
    if (!claim(client)) {
      throw new Violation('writes under a client id that is not its own', 'no-right');
    }
  }
}
