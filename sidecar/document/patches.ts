/**
 * A room's patches: each person's come as updates of a client of theirs, so that the filter judges them, knows whose cells they brought,
 * and takes them whole.
 * @module
 */
import * as Y from 'yjs';
import type { NotebookOperation, PatchResult } from '../../protocol/resources.ts';
import type { Author, CellRef } from '../policy/document.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Cells } from './filter/cells.ts';
import { MAX_CLIENT } from './filter/decode.ts';
import type { NotebookFilter, Outcome } from './filter/filter.ts';
import { DEFAULT_LIMITS, Violation } from './filter/limits.ts';
import { Work } from './filter/work.ts';
import { planPatch, type Patch, type PatchContext } from './patch.ts';

/** What taking patches needs. */
export interface PatchesParts {
  readonly doc: Y.Doc;
  readonly filter: NotebookFilter;
  readonly cells: Pick<Cells, 'holder' | 'refOf' | 'isDead'>;
  /** The whole document as an update. */
  readonly state: () => Uint8Array;
  /** Milliseconds that only grow; the process's own without it. */
  readonly now?: () => number;
}

/** Milliseconds for which the copy is kept up to date after its last use. */
const IDLE = 60_000;

/** Takes patches for one document. */
export class Patches {
  readonly #parts: PatchesParts;
  /** One client id a person, for the life of the room: each id stays in the document for ever. */
  readonly #clients = new Map<string, number>();
  readonly #now: () => number;
  readonly #work: Work;
  /** A copy of the document, as a client would have it: making one for each patch would cost as much as the whole notebook. */
  #copy: Y.Doc | null = null;
  #used = 0;

  constructor(parts: PatchesParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#work = new Work(DEFAULT_LIMITS, this.#now);
  }

  /** Does all the operations or, throwing the refusal of one of them, none. */
  apply(author: Author, operations: readonly NotebookOperation[]): PatchResult {
    const { cells } = this.#parts;
    const client = this.#clients.get(author.person) ?? 1 + Math.floor(Math.random() * MAX_CLIENT);
    const refOf = (id: string): CellRef => {
      const cell = cells.holder(id);
      return cell === null ? { id: null, own: false } : cells.refOf(cell, author.person);
    };
    const context = { author, refOf, isDead: (id: string) => cells.isDead(id) };
    try {
      const { update, ...result } = this.#plan(client, operations, context);
      if (update !== null) {
        check(this.#receive(author, update));
        this.#clients.set(author.person, client);
      }
      return result;
    } catch (error) {
      // The copy has what the document hasn't.
      this.#drop();
      throw error;
    }
  }

  /** Paid from the person's own budget of time, beside what the filter's work costs them. */
  #plan(client: number, operations: readonly NotebookOperation[], context: PatchContext): Patch {
    this.#used = this.#now();
    try {
      return this.#work.measure(context.author.person, () =>
        planPatch((this.#copy ??= this.#make()), client, operations, context)
      );
    } catch (error) {
      throw error instanceof Violation ? new Refusal(error.code) : error;
    }
  }

  #make(): Y.Doc {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, this.#parts.state());
    this.#parts.doc.on('update', this.#follow);
    return copy;
  }

  readonly #follow = (update: Uint8Array): void => {
    if (this.#now() - this.#used > IDLE) {
      this.#drop();
    } else if (this.#copy !== null) {
      Y.applyUpdate(this.#copy, update);
    }
  };

  #drop(): void {
    if (this.#copy !== null) {
      this.#parts.doc.off('update', this.#follow);
      this.#copy.destroy();
      this.#copy = null;
    }
  }

  #receive(author: Author, update: Uint8Array): Outcome {
    const { filter } = this.#parts;
    const connection = `patch by ${author.person}`;
    filter.connect(connection, author.person);
    try {
      // It was made of the document's whole present state, and says so as a client would.
      filter.asked(connection, true);
      filter.synced(connection);
      return filter.receive(connection, author, update, 'live');
    } finally {
      filter.disconnect(connection);
    }
  }
}

function check(outcome: Outcome): void {
  if (outcome.kind === 'violation') {
    throw new Refusal(outcome.code, outcome.code === 'bad-request' ? undefined : outcome.reason);
  }
  if (outcome.kind !== 'accepted') {
    // What was planned by the filter's rules it takes whole; else the two have drifted apart.
    throw new Refusal('internal', 'The patch could not be taken whole.');
  }
}
