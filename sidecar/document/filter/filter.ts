/**
 * The filter: a guest's Y update meets the table of rights, change by change. What is permitted goes into the document; what isn't becomes
 * a tombstone, a restored value, or nothing; what no honest client sends is a violation. The stops are the files of this folder, in the
 * order in which they are called here.
 * @module
 */
import * as Y from 'yjs';
import type { Author } from '../../policy/document.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import { Cells, type Authorship } from './cells.ts';
import type { Announced } from './changes.ts';
import { ClientIds } from './clientIds.ts';
import { Connections, type Connection } from './connections.ts';
import { decodeUpdate } from './decode.ts';
import { judgeDeletes } from './deletes.ts';
import { judgeStructs, type Bench } from './judge.ts';
import { Budget, DEFAULT_LIMITS, Gap, Violation, type Limits } from './limits.ts';
import { locateAll } from './locate.ts';
import { claimClients, freshStructs } from './order.ts';
import { IdSet } from './ranges.ts';
import { Report, type Refused } from './report.ts';
import { apply } from './rewrite.ts';
import { dropPending, lostTo, unsetLate } from './trusted.ts';
import { stateOf } from './store.ts';
import { Work } from './work.ts';

export type { Author } from '../../policy/document.ts';
export type { Announced } from './changes.ts';
export type { Authorship } from './cells.ts';
export type { Limits } from './limits.ts';
export type { Refused } from './report.ts';

/** What became of an update. */
export type Outcome =
  /** Everything permitted passed, possibly nothing was new. When `corrected`, the document's update must reach the sender too. */
  | { readonly kind: 'accepted'; readonly cells: readonly string[]; readonly corrected: boolean }
  /** The permitted part passed; the document's update must reach the sender too, who has to start again when `resync`. */
  | {
      readonly kind: 'partial';
      readonly cells: readonly string[];
      readonly refused: readonly Refused[];
      readonly resync: boolean;
    }
  /** A gap before the first sync, when clients send edits that the sync brings again: dropped. */
  | { readonly kind: 'ignored' }
  /** Nothing was applied, the connection is to be closed. */
  | { readonly kind: 'violation'; readonly reason: string; readonly code: RefusalCode };

/** How an update came: as the client's whole state in answer to a sync step 1, or as a change it has just made. */
export type Arrival = 'sync' | 'live';

/** Settings of a filter. */
export interface FilterOptions {
  readonly limits?: Partial<Limits>;
  readonly announced: () => Announced;
  /** Milliseconds that only grow; without it time isn't bounded, only steps are. */
  readonly now?: () => number;
  /** Whether a client id was seen upstream, in presence: it is the owner's, though nothing was written under it yet. */
  readonly isUpstream?: (clientId: number) => boolean;
  /** Bindings of client ids that a former process had made. */
  readonly bindings?: Iterable<readonly [number, string]>;
  /** An observer of the document threw after a guest's update was applied; the update stands. */
  readonly observerFailed?: (error: unknown) => void;
}

/** Ranges of clocks: client, first, and the one behind the last. */
export type Repairs = readonly (readonly [number, number, number])[];

/** Ranges of repairs that are kept beside the journal. */
const MAX_REPAIRS = 2_000;

/** Filters the updates of all guests of one document. */
export class NotebookFilter {
  readonly #doc: Y.Doc;
  readonly #limits: Limits;
  readonly #options: FilterOptions;
  readonly #cells: Cells;
  readonly #ids: ClientIds;
  readonly #connections = new Connections();
  readonly #work: Work;
  readonly #neutral = new IdSet();
  readonly #lost = new IdSet();
  #isApplying = false;
  /** Whether the update being applied is in, and only observers are still to be called. */
  #isIn = false;

  constructor(doc: Y.Doc, options: FilterOptions) {
    this.#doc = doc;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    // the three roots exist before anybody names them; others never do
    doc.getMap('meta');
    doc.getMap('state');
    this.#cells = new Cells(doc);
    const isTaken = (clientId: number): boolean =>
      clientId === doc.clientID ||
      stateOf(doc.store, clientId) > 0 ||
      options.isUpstream?.(clientId) === true;
    this.#ids = new ClientIds(isTaken, this.#limits);
    for (const [clientId, person] of options.bindings ?? []) {
      this.#ids.restore(clientId, person);
    }
    this.#work = new Work(this.#limits, options.now);
    doc.on('beforeObserverCalls', () => {
      this.#isIn = true;
    });
    doc.on('afterTransaction', transaction => {
      if (!this.#isApplying) {
        lostTo(transaction, this.#neutral);
      }
    });
  }

  /** A guest connection; client ids stay bound to the person over reconnects. */
  connect(connection: string, person: string): void {
    this.#ids.connect(connection, person);
    this.#connections.open(connection);
  }

  /** The connection is closed. */
  disconnect(connection: string): void {
    this.#ids.disconnect(connection);
    this.#connections.close(connection);
  }

  /** An awareness state for this client id was seen: binds it, false when it is somebody else's. */
  claimClientId(connection: string, clientId: number): boolean {
    return this.#ids.claim(connection, clientId);
  }

  /** The person who writes under a client id; null for the owner, the server, and those never seen. */
  personOf(clientId: number): string | null {
    return this.#ids.personOf(clientId);
  }

  /** All bindings of client ids to persons, to be kept beside the journal. */
  bindings(): Iterable<readonly [number, string]> {
    return this.#ids.entries();
  }

  /** Grows whenever bindings, {@link authorship} or {@link repairs} change. */
  get stamp(): number {
    return this.#ids.size + this.#cells.stamp + this.#neutral.additions;
  }

  /** What was refused and put right in keys of maps, the latest of it, to be kept beside the journal: a permitted change wins over it, also one that comes later. */
  repairs(): Repairs {
    const ranges = [...this.#neutral.ranges()].map(({ client, from, to }) => [client, from, to] as const);
    return ranges.slice(-MAX_REPAIRS);
  }

  /** Which guest inserted which cell, and which ids are dead, to be kept beside the journal. */
  authorship(): Authorship {
    return this.#cells.authorship();
  }

  /** Takes over what a former process had noted of the notebook that is in the document. */
  restore(
    bindings: Iterable<readonly [number, string]>,
    authorship: Authorship,
    repairs: Repairs = []
  ): void {
    repairs.forEach(([client, from, to]) => this.#neutral.add(client, from, to));
    for (const [clientId, person] of bindings) {
      this.#ids.restore(clientId, person);
    }
    this.#cells.restore(authorship);
  }

  /** The client has told its state, in a sync step 1. */
  stated(connection: string, state: ReadonlyMap<number, number>): void {
    this.#connections.get(connection)?.stated(state);
  }

  /**
   * A sync step 1 is sent to the client, after everything that was to be sent to it so far. `upToDate` says that the document's whole present state was sent on this connection before
   * it; the answer then shows that the client has it. Answers come in order: call this once for each step 1.
   */
  asked(connection: string, upToDate: boolean): void {
    const state = upToDate ? Y.decodeStateVector(Y.encodeStateVector(this.#doc)) : new Map<number, number>();
    this.#connections.get(connection)?.asked(state);
  }

  /** A sync step 2 of this connection has been received: the answer to the oldest step 1 that was open. */
  synced(connection: string): void {
    this.#connections.get(connection)?.synced();
  }

  /**
   * Applies an update of the owner or of the room upstream, which is never filtered. Applying it to the document directly does nearly
   * the same: here a key that it deletes stays deleted also when a guest's refused change to that key was undone meanwhile,
   * and what a whole state leaves without a place is dropped.
   */
  applyTrusted(update: Uint8Array, origin: unknown, arrival: Arrival = 'sync'): void {
    Y.applyUpdate(this.#doc, update, origin);
    if (arrival === 'sync') {
      dropPending(this.#doc);
    } else if (!this.#isEcho(update)) {
      unsetLate(this.#doc, update, this.#neutral);
    }
  }

  /** Whether the room sends back what went through us: what such an update deletes made way for what it brings. */
  #isEcho(update: Uint8Array): boolean {
    const clients = [...Y.parseUpdateMeta(update).from.keys()];
    return clients.some(each => each === this.#doc.clientID || this.#ids.personOf(each) !== null);
  }

  /** Judges one V1 update of a guest and applies what passes, with the connection as the transaction's origin. */
  receive(connection: string, author: Author, update: Uint8Array, arrival: Arrival = 'sync'): Outcome {
    const from = this.#connections.get(connection);
    if (!from) {
      return { kind: 'violation', reason: 'no such connection', code: 'no-session' };
    }
    try {
      return this.#work.measure(author.person, () => this.#judge(connection, from, author, update, arrival));
    } catch (error) {
      if (error instanceof Gap && !from.isSynced) {
        return { kind: 'ignored' };
      }
      if (error instanceof Violation) {
        return { kind: 'violation', reason: error.message, code: error.code };
      }
      throw error;
    }
  }

  #judge(id: string, from: Connection, author: Author, bytes: Uint8Array, arrival: Arrival): Outcome {
    const doc = this.#doc;
    const update = decodeUpdate(bytes, this.#limits);
    const fresh = freshStructs(doc.store, update);
    claimClients(fresh, clientId => this.#ids.claim(id, clientId));
    const located = locateAll(doc, fresh, this.#limits);
    const report = new Report(this.#limits.keptText);
    const bench: Bench = {
      doc,
      cells: this.#cells,
      author,
      announced: this.#options.announced,
      budget: new Budget(this.#limits.steps),
      report,
      removed: new IdSet(update.deletes)
    };
    const plan = judgeStructs(bench, located, update);
    const isNews = (item: Y.Item): boolean =>
      this.#neutral.has(item.id.client, item.id.clock) &&
      // A live change deletes what its author saw. A whole state names old deletions too; only the first one is compared with
      // what the client said it had: it answers the question that stood before everything else on the connection.
      (arrival === 'live' || (!from.isSynced && from.lacks(item.id.client, item.id.clock)));
    const deletes = judgeDeletes(bench, plan, located, fresh, update, isNews);
    const known = from.known;
    this.#apply(() => {
      apply(bench, { located, plan, deletes, known, neutral: this.#neutral, lost: this.#lost }, id);
    });
    const { cells, refused, corrected, resync } = report;
    return refused.length > 0 || resync
      ? { kind: 'partial', cells, refused, resync }
      : { kind: 'accepted', cells, corrected };
  }

  /** Yjs calls observers after everything is in; one that throws must not make the update look refused. */
  #apply(change: () => void): void {
    this.#isIn = false;
    this.#isApplying = true;
    try {
      change();
    } catch (error) {
      if (!this.#isIn || !this.#options.observerFailed) {
        throw error;
      }
      this.#options.observerFailed(error);
    } finally {
      this.#isApplying = false;
    }
  }
}
