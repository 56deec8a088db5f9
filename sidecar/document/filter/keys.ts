/**
 * Keys of maps have one value, and any later item in a key's history deletes the one before, a tombstone too. So a refused value is followed
 * by the old one, set again by the server; and where that meets a permitted change which came from before it, the permitted one is set again.
 * @module
 */
import * as Y from 'yjs';
import type { Id, Struct } from './model.ts';
import { endOf } from './model.ts';
import { IdSet } from './ranges.ts';
import { liveAt, valueOf } from './store.ts';
import { equal } from './values.ts';

const ABSENT = Symbol('absent');

/** What one update does to one key of a type of the document. */
export class KeyWork {
  readonly map: Y.Map<unknown>;
  readonly key: string;
  /** Refused structs, and those the author had deleted at a place that is not theirs to empty. */
  readonly stripped = new IdSet();
  /** Items whose deletion is permitted. */
  readonly unset = new IdSet();
  /** Structs that pass, in order; `right` is false for harmless ones. */
  readonly kept: { readonly struct: Struct; readonly right: boolean }[] = [];
  /** Those of them that their author had a right to. */
  readonly rightful = new Set<Struct>();
  /** Items that were gone before a permitted deletion of them came in. */
  readonly late: Id[] = [];
  /** Whether something refused may have emptied the key. */
  refused = false;
  /** Whether the update sets the key: the deletion of its former value is then a consequence of that. */
  sets = false;
  readonly #before: { readonly id: Id; readonly value: unknown } | null;

  constructor(map: Y.Map<unknown>, key: string) {
    this.map = map;
    this.key = key;
    const live = liveAt(map, key);
    this.#before = live && { id: live.id, value: valueOf(live) };
  }

  /**
   * After everything of the update is in: puts right what refused items have emptied or displaced. Says whether that took a change of the
   * server's own, which the author of the update has to be sent.
   */
  settle(transaction: Y.Transaction, neutral: IdSet): boolean {
    const before = this.map._map.get(this.key);
    this.#restore(neutral);
    this.#guardSet(neutral);
    for (const id of this.late) {
      this.#guardUnset(transaction, id, neutral);
    }
    const after = this.map._map.get(this.key);
    return after !== before || this.late.length > 0;
  }

  #restore(neutral: IdSet): void {
    const last = this.map._map.get(this.key);
    if (!this.refused || !last?.deleted) {
      return;
    }
    const value = this.#wanted(last);
    if (value !== ABSENT) {
      this.#write(value, neutral);
    }
  }

  /** The value that stands when everything refused is thought away. */
  #wanted(last: Y.Item): unknown {
    for (let item: Y.Item | null = last; item; item = item.left) {
      const { client, clock } = item.id;
      if (this.stripped.has(client, clock)) {
        continue;
      }
      if (this.unset.has(client, clock)) {
        return ABSENT;
      }
      if (this.kept.some(({ struct }) => holds(struct, item.id))) {
        return item.content instanceof Y.ContentDeleted ? ABSENT : valueOf(item);
      }
      const isBefore = this.#before?.id.client === client && this.#before.id.clock === clock;
      return isBefore ? this.#before?.value : ABSENT;
    }
    return ABSENT;
  }

  /** A permitted value that lost to nothing but the server's repairs is set again. */
  #guardSet(neutral: IdSet): void {
    const mine = this.kept.findLast(({ right }) => right)?.struct;
    const last = this.map._map.get(this.key);
    if (!mine || !last || mine.content.kind !== 'json' || this.unset.has(mine.client, mine.clock)) {
      return;
    }
    const value = mine.content.values.at(-1);
    const stands = !last.deleted && equal(valueOf(last), value);
    if (!stands && this.#onlyNeutralAfter(mine, last, neutral)) {
      this.#write(value, neutral);
    }
  }

  /** A permitted deletion that met the server's repair of the same value deletes that too. */
  #guardUnset(transaction: Y.Transaction, id: Id, neutral: IdSet): void {
    const last = this.map._map.get(this.key);
    if (last && !last.deleted && this.#onlyNeutralAfter({ ...id, length: 1 }, last, neutral)) {
      last.delete(transaction);
    }
  }

  #onlyNeutralAfter(first: Id & { readonly length: number }, last: Y.Item, neutral: IdSet): boolean {
    for (let item: Y.Item | null = last; item; item = item.left) {
      const { client, clock } = item.id;
      if (
        client === first.client &&
        clock < first.clock + first.length &&
        first.clock < clock + item.length
      ) {
        return true;
      }
      if (!neutral.has(client, clock)) {
        return false;
      }
    }
    return false;
  }

  #write(value: unknown, neutral: IdSet): void {
    this.map.set(this.key, value);
    const item = this.map._map.get(this.key);
    if (item) {
      neutral.add(item.id.client, item.id.clock);
    }
  }
}

/** All keys that an update touches. */
export class KeyLedger {
  readonly #works = new Map<Y.Map<unknown>, Map<string, KeyWork>>();

  /** The work on one key; made before anything of the update is applied. */
  at(map: Y.Map<unknown>, key: string): KeyWork {
    let keys = this.#works.get(map);
    if (!keys) {
      keys = new Map();
      this.#works.set(map, keys);
    }
    let work = keys.get(key);
    if (!work) {
      work = new KeyWork(map, key);
      keys.set(key, work);
    }
    return work;
  }

  /** Whether the update sets a key. */
  sets(map: Y.Map<unknown>, key: string): boolean {
    return this.#works.get(map)?.get(key)?.sets ?? false;
  }

  /** Every key's work. */
  *[Symbol.iterator](): Generator<KeyWork> {
    for (const keys of this.#works.values()) {
      yield* keys.values();
    }
  }
}

function holds(struct: Struct, id: Id): boolean {
  return struct.client === id.client && struct.clock <= id.clock && id.clock < endOf(struct);
}
