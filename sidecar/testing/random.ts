/**
 * A room in memory for tests of the filter: a server document behind the filter, an owner who is not filtered, and guests with the real
 * notebook model, joined by queues that a test empties in any order.
 * @module
 */
import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { NotebookFilter, type Author, type FilterOptions, type Outcome } from '../document/filter/filter.ts';

/** A cell as nbformat has it. */
export interface TestCell {
  readonly id: string;
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly metadata?: Record<string, unknown>;
  readonly outputs?: readonly unknown[];
  readonly execution_count?: number | null;
}

/** Rights of a test's guest. */
export function author(person: string, rights: Partial<Omit<Author, 'person'>> = {}): Author {
  return { person, edit: false, cells: 'all', structure: false, lockedCells: new Set(), ...rights };
}

/** What stock clients make of updates is noise in a test: the notebook model logs and throws on honest input too (yfilter.md). */
function applyTo(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update, 'server');
  } catch (error) {
    if (!(error instanceof TypeError)) {
      throw error;
    }
  }
}

type Message =
  | { readonly kind: 'step1'; readonly state: Uint8Array }
  | { readonly kind: 'step2' | 'update'; readonly update: Uint8Array; readonly note?: unknown }
  | { readonly kind: 'resync' };

/** A client with the real notebook model; `filtered` is false for the owner. */
export class TestClient {
  readonly room: TestRoom;
  readonly person: string;
  notebook: YNotebook;
  connection: string | null = null;
  inbox: Message[] = [];
  outbox: Message[] = [];
  rights: Author;
  readonly outcomes: Outcome[] = [];
  /** What a test wants to find again when the server takes the message that is being written. */
  note: (kind: 'step2' | 'update') => unknown = () => null;
  readonly #perCell: boolean;
  #rebuilding = false;
  /** Whether this connection's first question was answered: then nothing done offline is still to be told. */
  #told = false;

  /** `perCell`: undo in a cell takes back what was typed there, as JupyterLab has it unless set otherwise. */
  constructor(room: TestRoom, person: string, rights: Author, perCell = false) {
    this.room = room;
    this.#perCell = perCell;
    this.notebook = new YNotebook({ disableDocumentWideUndoRedo: perCell });
    this.person = person;
    this.rights = rights;
    this.doc.clientID = room.drawClientId();
    this.#listen();
  }

  get doc(): Y.Doc {
    return this.notebook.ydoc;
  }

  /** Cell by id. */
  cell(id: string): YNotebook['cells'][number] {
    const cell = this.notebook.cells.find(one => one.getId() === id);
    if (!cell) {
      throw new Error(`no cell ${id}`);
    }
    return cell;
  }

  /** Opens a connection and starts the sync. */
  connect(): void {
    this.connection = this.room.open(this);
    this.#told = false;
    this.inbox = [];
    this.outbox = [{ kind: 'step1', state: Y.encodeStateVector(this.doc) }];
    this.room.greet(this);
  }

  /** Cuts the connection: what is under way is lost. */
  disconnect(): void {
    if (this.connection !== null) {
      this.room.close(this.connection);
    }
    this.connection = null;
    this.#told = false;
    this.inbox = [];
    this.outbox = [];
  }

  /** Takes one message from the server. */
  read(): boolean {
    const message = this.inbox.shift();
    if (!message) {
      return false;
    }
    if (message.kind === 'step1') {
      this.#told = true;
      const update = Y.encodeStateAsUpdate(this.doc, message.state);
      this.outbox.push({ kind: 'step2', update, note: this.note('step2') });
    } else if (message.kind === 'resync') {
      this.#rebuilding = true;
    } else {
      applyTo(this.doc, message.update);
    }
    return true;
  }

  /** Hands one message to the server. */
  send(): boolean {
    const message = this.outbox.shift();
    if (message) {
      this.room.take(this, message);
    }
    if (this.#rebuilding && this.#told && this.outbox.length === 0) {
      this.rebuild();
    }
    return message !== undefined;
  }

  /** Leaves a note on the updates that were written since there were `sent`; says on how many. */
  annotate(sent: number, note: unknown): number {
    let noted = 0;
    this.outbox = this.outbox.map((message, index) => {
      if (index < sent || message.kind !== 'update') {
        return message;
      }
      noted += 1;
      return { ...message, note };
    });
    return noted;
  }

  /** Starts again with an empty document, as a client told to resync does once its last update has arrived. */
  rebuild(): void {
    this.#rebuilding = false;
    this.disconnect();
    this.notebook.dispose();
    this.notebook = new YNotebook({ disableDocumentWideUndoRedo: this.#perCell });
    this.doc.clientID = this.room.drawClientId();
    this.#listen();
    this.connect();
  }

  #listen(): void {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server' && this.connection !== null) {
        this.outbox.push({ kind: 'update', update, note: this.note('update') });
      }
    });
  }
}

/** The server's side. */
export class TestRoom {
  readonly doc = new Y.Doc();
  readonly filter: NotebookFilter;
  readonly owner: TestClient;
  readonly clients = new Map<string, TestClient>();
  /** Everything that left the server, in order. */
  readonly log: Uint8Array[] = [];
  /** Called around each guest message. */
  watch: ((client: TestClient, apply: () => Outcome, note: unknown) => Outcome) | null = null;
  announced: ReturnType<FilterOptions['announced']> = {
    kernelspec: { name: 'python3', display_name: 'Python 3' },
    language_info: { name: 'python' }
  };
  /** Connections whose first question was answered. */
  readonly #told = new Set<string>();
  #next = 1;
  #drawn = 0;
  #held: { update: Uint8Array; origin: unknown }[] | null = null;

  constructor(
    cells: readonly TestCell[],
    metadata: Record<string, unknown> = {},
    options: Partial<FilterOptions> = {}
  ) {
    this.doc.clientID = 2 ** 40 + 1;
    this.owner = new TestClient(this, 'owner', author('owner', { edit: true, structure: true }));
    this.owner.notebook.setSource({
      nbformat: 4,
      nbformat_minor: 5,
      metadata,
      cells: cells.map(cell => ({ metadata: {}, outputs: [], execution_count: null, ...cell }))
    } as unknown as Parameters<YNotebook['setSource']>[0]);
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(this.owner.doc), 'owner');
    this.filter = new NotebookFilter(this.doc, { announced: () => this.announced, ...options });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      this.log.push(update);
      if (this.#held) {
        this.#held.push({ update, origin });
      } else {
        this.#fanOut(update, origin);
      }
    });
    this.owner.connection = 'owner';
    this.clients.set('owner', this.owner);
  }

  /** A client id, drawn in an order that tells nothing, and the same in every run. */
  drawClientId(): number {
    this.#drawn += 1;
    return (Math.imul(this.#drawn, 0x9e3779b1) >>> 0) + 2000;
  }

  /** A guest who is connected and in sync. */
  guest(person: string, rights: Partial<Omit<Author, 'person'>> = {}, perCell = false): TestClient {
    const client = new TestClient(this, person, author(person, rights), perCell);
    client.connect();
    this.settle();
    return client;
  }

  open(client: TestClient): string {
    const connection = `${client.person}/${this.#next++}`;
    this.clients.set(connection, client);
    this.filter.connect(connection, client.person);
    return connection;
  }

  close(connection: string): void {
    this.clients.delete(connection);
    this.filter.disconnect(connection);
  }

  greet(client: TestClient): void {
    client.inbox.push({ kind: 'step1', state: Y.encodeStateVector(this.doc) });
    this.filter.asked(client.connection ?? '', false);
  }

  /** Asks a client what it has, behind everything it was sent; not before it was sent what had been there. */
  ask(client: TestClient): void {
    if (!this.#told.has(client.connection ?? '')) {
      return;
    }
    client.inbox.push({ kind: 'step1', state: Y.encodeStateVector(this.doc) });
    this.filter.asked(client.connection ?? '', true);
  }

  take(client: TestClient, message: Message): void {
    const connection = client.connection ?? '';
    if (message.kind === 'resync') {
      return;
    }
    if (message.kind === 'step1') {
      this.filter.stated(connection, Y.decodeStateVector(message.state));
      client.inbox.push({ kind: 'step2', update: Y.encodeStateAsUpdate(this.doc, message.state) });
      this.#told.add(connection);
      return;
    }
    if (client === this.owner) {
      this.filter.applyTrusted(message.update, 'owner', message.kind === 'update' ? 'live' : 'sync');
      return;
    }
    const apply = (): Outcome =>
      this.receive(client, message.update, message.kind === 'update' ? 'live' : 'sync');
    const outcome = this.watch ? this.watch(client, apply, message.note) : apply();
    client.outcomes.push(outcome);
    if (message.kind === 'step2') {
      this.filter.synced(connection);
    }
  }

  /** Filters one update and delivers what it caused. */
  receive(client: TestClient, update: Uint8Array, arrival: 'live' | 'sync' = 'live'): Outcome {
    const connection = client.connection ?? '';
    this.#held = [];
    const outcome = this.filter.receive(connection, client.rights, update, arrival);
    const held = this.#held;
    this.#held = null;
    const echo = outcome.kind === 'partial' || (outcome.kind === 'accepted' && outcome.corrected);
    for (const { update: out, origin } of held) {
      this.#fanOut(out, echo ? null : origin);
    }
    if (outcome.kind === 'partial' && outcome.resync) {
      client.inbox.push({ kind: 'resync' });
    }
    if (outcome.kind === 'violation') {
      client.rebuild();
    }
    return outcome;
  }

  /** Delivers everything until nothing is under way. */
  settle(): void {
    for (let moved = true, rounds = 0; moved; rounds++) {
      if (rounds > 1000) {
        throw new Error('never quiet');
      }
      moved = false;
      for (const client of [...this.clients.values()]) {
        while (client.send() || client.read()) {
          moved = true;
        }
      }
    }
  }

  /** Frees what runs on without anybody: presence has timers. */
  end(): void {
    for (const { notebook } of new Set([this.owner, ...this.clients.values()])) {
      notebook.dispose();
    }
    this.doc.destroy();
  }

  /** The notebook as the server has it. */
  json(): Record<string, unknown> {
    return jsonOf(this.doc);
  }

  #fanOut(update: Uint8Array, origin: unknown): void {
    for (const [connection, client] of this.clients) {
      if (connection !== origin) {
        client.inbox.push({ kind: 'update', update });
      }
    }
  }
}

/** A document as JSON. */
export function jsonOf(doc: Y.Doc): Record<string, unknown> {
  return {
    cells: doc.getArray('cells').toJSON() as unknown,
    meta: doc.getMap('meta').toJSON(),
    state: doc.getMap('state').toJSON()
  };
}

/** Numbers below a bound, the same in every run. */
export function generator(seed: number): (below: number) => number {
  let state = (seed >>> 0) + 0x9e3779b9;
  return below => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    state ^= state >>> 15;
    return (state >>> 0) % Math.max(1, below);
  };
}

/** The same things in another order. */
export function shuffled<T>(all: readonly T[], seed: number): T[] {
  const random = generator(seed);
  const order = [...all];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
