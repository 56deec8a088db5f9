/**
 * The notebook's cells as rights see them: who holds an id, which ids are dead, who inserted what. Kept right by watching the document,
 * whoever changes it, at the cost of the change.
 * @module
 */
import * as Y from 'yjs';
import type { CellRef } from '../../policy/document.ts';
import { Graves, type Fields, type Grave } from './graves.ts';
import { IdSet } from './ranges.ts';
import type { SharedType } from './store.ts';

/** Which guest inserted which cell, by id; and the ids of cells that have died. */
export interface Authorship {
  readonly authors: readonly (readonly [string, string])[];
  readonly dead: readonly string[];
}

/** Dead ids that are kept beside the journal. */
const MAX_DEAD = 10_000;

/** Index of the cells of one document. */
export class Cells {
  readonly #list: SharedType;
  /** Cells by id, the oldest first: only that one has the rights that name the id. */
  readonly #byId = new Map<string, Set<SharedType>>();
  readonly #ids = new Map<SharedType, string>();
  readonly #dead = new Graves();
  readonly #authors = new WeakMap<SharedType, string>();
  #stamp = 0;

  constructor(doc: Y.Doc) {
    this.#list = doc.getArray('cells');
    for (let item = this.#list._start; item; item = item.right) {
      this.#added(item);
    }
    doc.on('afterTransaction', transaction => {
      this.#follow(transaction);
    });
  }

  /** Whether the type is a cell, dead or alive. */
  isCell(type: SharedType): boolean {
    return type._item?.parent === this.#list;
  }

  /** The cell as rights see it for a person. */
  refOf(cell: SharedType, person: string): CellRef {
    const id = this.#ids.get(cell) ?? null;
    const own = this.#authors.get(cell) === person;
    return id === null || this.holder(id) === cell ? { id, own } : { id: null, own, twinOf: id };
  }

  /** The cell's id, for reports. */
  idOf(cell: SharedType): string | null {
    return this.#ids.get(cell) ?? null;
  }

  /** The oldest living cell of an id. */
  holder(id: string): SharedType | null {
    for (const cell of this.#byId.get(id) ?? []) {
      return cell;
    }
    return null;
  }

  /** Whether a cell of this id has died and none lives. */
  isDead(id: string): boolean {
    return this.#dead.has(id) && !this.#byId.has(id);
  }

  /** What is remembered of the last cell of this id, when a guest took it out and none lives. */
  graveOf(id: string): Grave | null {
    return this.#byId.has(id) ? null : this.#dead.get(id);
  }

  /** A guest has taken out a cell, which showed this before. */
  buried(cell: SharedType, id: string, person: string, fields: Fields): void {
    if (this.isDead(id)) {
      this.#dead.add(id, { person, author: this.#authors.get(cell), fields });
    }
  }

  /** A guest's cell came back where it had been taken out: it is whose it was. */
  restored(cell: SharedType, author: string | undefined): void {
    if (author !== undefined) {
      this.#authors.set(cell, author);
      this.#stamp += 1;
    }
  }

  /** A guest's cell came in: it is theirs, or, when it is a move, still that person's who had inserted the original. */
  inserted(cell: SharedType, original: SharedType | null, person: string): void {
    const author = original ? this.#authors.get(original) : person;
    if (author !== undefined) {
      this.#authors.set(cell, author);
      this.#stamp += 1;
    }
  }

  /** Grows whenever {@link authorship} changes. */
  get stamp(): number {
    return this.#stamp;
  }

  /** Which guest inserted which living cell, and the ids of dead ones, the latest last: to be kept beside the journal. */
  authorship(): Authorship {
    const authors = [...this.#ids].flatMap(([cell, id]): (readonly [string, string])[] => {
      const author = this.#authors.get(cell);
      return author === undefined ? [] : [[id, author]];
    });
    return { authors, dead: this.#dead.ids().slice(-MAX_DEAD) };
  }

  /** Takes over what a former process had noted of the same notebook. */
  restore({ authors, dead }: Authorship): void {
    for (const [id, person] of authors) {
      const cell = this.holder(id);
      if (cell) {
        this.#authors.set(cell, person);
      }
    }
    dead.forEach(id => this.#dead.add(id, null));
    this.#stamp += 1;
  }

  #added(item: Y.Item): void {
    const cell = item.content instanceof Y.ContentType ? item.content.type : null;
    if (item.deleted || !(cell instanceof Y.Map)) {
      return;
    }
    const id: unknown = cell.get('id');
    this.#removed(cell);
    if (typeof id === 'string') {
      this.#ids.set(cell, id);
      const holders = this.#byId.get(id) ?? new Set();
      this.#byId.set(id, holders.add(cell));
    }
  }

  #removed(cell: SharedType): void {
    const id = this.#ids.get(cell);
    if (id === undefined) {
      return;
    }
    this.#ids.delete(cell);
    const holders = this.#byId.get(id);
    holders?.delete(cell);
    if (holders?.size === 0) {
      this.#byId.delete(id);
    }
  }

  /** Reads from a transaction which cells came, went or changed their id. Runs before Yjs drops what was deleted. */
  #follow(transaction: Y.Transaction): void {
    if (transaction.changed.has(this.#list)) {
      for (const item of touched(transaction)) {
        if (item.parent !== this.#list || !(item.content instanceof Y.ContentType)) {
          continue;
        }
        if (item.deleted) {
          const id = this.#ids.get(item.content.type);
          if (id !== undefined) {
            this.#dead.add(id, null);
            this.#stamp += 1;
          }
          this.#removed(item.content.type);
        } else {
          this.#added(item);
        }
      }
    }
    for (const [type, keys] of transaction.changed) {
      if (keys.has('id') && this.isCell(type) && type._item) {
        this.#added(type._item);
      }
    }
  }
}

/** Items that a transaction inserted or deleted. */
function* touched(transaction: Y.Transaction): Generator<Y.Item> {
  const { store } = transaction.doc;
  const seen = new IdSet();
  for (const [client, ranges] of transaction.deleteSet.clients) {
    for (const { clock, len } of ranges) {
      yield* itemsIn(store.clients.get(client) ?? [], clock, clock + len);
      seen.add(client, clock, clock + len);
    }
  }
  for (const [client, structs] of store.clients) {
    const before = transaction.beforeState.get(client) ?? 0;
    const last = structs.at(-1);
    if (!last || last.id.clock + last.length <= before) {
      continue;
    }
    for (const item of itemsIn(structs, before, Infinity)) {
      if (!seen.has(client, item.id.clock)) {
        yield item;
      }
    }
  }
}

function* itemsIn(structs: (Y.Item | Y.GC)[], from: number, to: number): Generator<Y.Item> {
  for (let i = Y.findIndexSS(structs, from); i < structs.length; i++) {
    const struct = structs[i];
    if (!struct || struct.id.clock >= to) {
      return;
    }
    if (struct instanceof Y.Item) {
      yield struct;
    }
  }
}
