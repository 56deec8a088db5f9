/**
 * Plays a random history against the filter and writes down every fault. Steps are plain numbers, so that a failing history shrinks.
 * @module
 */
import * as Y from 'yjs';
import { forge, lengthOf, type ForgedContent, type ForgedId, type ForgedStruct } from './forge.ts';
import { mayEdit, offences, Owners, same, view, type View } from './oracle.ts';
import { author, generator, jsonOf, shuffled, TestRoom, type TestCell, type TestClient } from './random.ts';
import { isPending, replicaOf } from './replica.ts';
import type { Author, Outcome } from '../document/filter/filter.ts';

/** One step of a history; the numbers are read as the kind needs. */
export interface Step {
  readonly kind:
    'edit' | 'two' | 'undo' | 'send' | 'read' | 'cut' | 'join' | 'rights' | 'ask' | 'run' | 'forge';
  readonly who: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Something a client did that must be on the server after its message was taken, if it was permitted then. */
type Wish = (
  | { readonly kind: 'has'; readonly cell: ForgedId; readonly chars: string }
  /** Characters by their ids: somebody's undo may bring the same ones back as others. */
  | { readonly kind: 'lacks'; readonly cell: ForgedId; readonly ids: readonly ForgedId[] }
  | {
      readonly kind: 'key';
      readonly cell: ForgedId;
      readonly key: string;
      readonly value: unknown;
      readonly old: unknown;
    }
  | { readonly kind: 'dead'; readonly cell: ForgedId }
  | { readonly kind: 'cell'; readonly id: string }
) & {
  /** How many messages on their way may bring it: one edit can be several updates. */
  parts?: number;
};

const CELLS: TestCell[] = [
  { id: 'a', cell_type: 'code', source: 'aé😀z', metadata: { trusted: true, name: 'n' } },
  {
    id: 'b',
    cell_type: 'code',
    source: 'print',
    metadata: { editable: false },
    outputs: [{ output_type: 'stream', name: 'stdout', text: 'out\n' }],
    execution_count: 3
  },
  { id: 'm', cell_type: 'markdown', source: 'mark' }
];
const KEYS = ['name', 'foo', 'trusted', 'editable', 'execution'];

/** One history being played. */
export class History {
  readonly faults: string[] = [];
  readonly room: TestRoom;
  readonly guests: TestClient[];
  readonly #owners: Owners;
  readonly #wishes = new Map<TestClient, Wish[]>();
  readonly #rightful: unknown[] = [];
  readonly #forgedBy: TestClient | null;
  readonly #start: Uint8Array;
  #now: Wish[] = [];
  #count = 0;
  #fresh = 0x4e00;
  /** Draws the order in which a replica gets the updates: another one in each history. */
  #order = 0;

  constructor(withForger: boolean) {
    this.room = new TestRoom(CELLS);
    this.#start = Y.encodeStateAsUpdate(this.room.doc);
    this.#owners = new Owners(this.room.doc);
    this.guests = ['ann', 'bob', 'cat'].map(name =>
      this.room.guest(name, { edit: true, structure: true }, name === 'bob')
    );
    this.#forgedBy = withForger ? (this.guests[2] ?? null) : null;
    for (const client of [this.room.owner, ...this.guests]) {
      this.#wishes.set(client, []);
      client.note = kind => (kind === 'update' ? null : this.#wishesOf(client));
    }
    this.room.watch = (client, apply, note) => this.#watch(client, apply, (note ?? []) as Wish[]);
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#order = Math.imul(this.#order, 31) + step.a + step.c;
      this.#step(step);
    }
  }

  /** Lets everything arrive, then compares everybody, and a replica that got the updates in another order. */
  finish(): void {
    for (const guest of this.guests) {
      if (guest.connection === null) {
        guest.connect();
      }
    }
    this.room.settle();
    const truth = this.room.json();
    for (const client of [this.room.owner, ...this.guests]) {
      if (client !== this.#forgedBy && !same(jsonOf(client.doc), truth)) {
        this.faults.push(
          `${client.person} differs: ${JSON.stringify(jsonOf(client.doc))} / ${JSON.stringify(truth)}`
        );
      }
    }
    const replica = replicaOf([this.#start, ...shuffled(this.room.log, this.#order)]);
    if (isPending(replica)) {
      this.faults.push('another order waits for what never left the server');
    }
    if (!same(jsonOf(replica), truth)) {
      this.faults.push(
        `another order differs: ${JSON.stringify(jsonOf(replica))} / ${JSON.stringify(truth)}`
      );
    }
  }

  #step({ kind, who, a, b, c }: Step): void {
    const client = [this.room.owner, ...this.guests][who] ?? this.room.owner;
    switch (kind) {
      case 'edit':
        return this.#wish(client, () => this.#edit(client, a, b, c));
      case 'two':
        return this.#wish(client, () =>
          client.notebook.transact(() => {
            this.#edit(client, a, b, c);
            this.#edit(client, b, c, a);
          })
        );
      case 'undo':
        return this.#wish(client, () => this.#undo(client, a, b));
      case 'send':
        for (let n = 0; n <= a % 3; n++) {
          client.send();
        }
        return;
      case 'read':
        for (let n = 0; n <= a % 4; n++) {
          client.read();
        }
        return;
      default:
        return this.#event(kind, client, a, b, c);
    }
  }

  #event(kind: Step['kind'], client: TestClient, a: number, b: number, c: number): void {
    if (kind === 'run') {
      this.#run(a, b);
      return;
    }
    if (kind === 'forge') {
      this.#forge(a, b, c);
      return;
    }
    if (client === this.room.owner) {
      return;
    }
    if (kind === 'cut') {
      client.disconnect();
    } else if (kind === 'join' && client.connection === null) {
      client.connect();
    } else if (kind === 'ask' && client.connection !== null) {
      this.room.ask(client);
    } else if (kind === 'rights') {
      this.#forget(client);
      client.rights = rightsFrom(client.person, a, b);
    }
  }

  /** An edit whose first update was judged by the rights before says nothing about those that come now. */
  #forget(client: TestClient): void {
    const first = client.outbox.find(message => message.kind === 'update' && notesOf(message).length > 0);
    const gone = first ? notesOf(first) : [];
    this.#rightful.push(...gone.flatMap(wish => (wish.kind === 'key' ? [wish.value] : [])));
    this.#drop(client, gone);
  }

  /** These wishes have been seen to, or can't be any more. */
  #drop(client: TestClient, gone: readonly Wish[]): void {
    const keep = (wish: Wish): boolean => !gone.includes(wish);
    client.outbox = client.outbox.map(message =>
      'note' in message ? { ...message, note: notesOf(message).filter(keep) } : message
    );
    this.#wishes.set(client, (this.#wishes.get(client) ?? []).filter(keep));
  }

  /** The sidecar writes outputs for the kernel. */
  #run(a: number, b: number): void {
    const cells = this.room.doc.getArray<Y.Map<unknown>>('cells');
    const cell = cells.length > 0 ? cells.get(a % cells.length) : null;
    const outputs = cell?.get('outputs');
    if (cell && outputs instanceof Y.Array) {
      this.room.doc.transact(() => {
        if (b % 3 === 0) {
          outputs.delete(0, outputs.length);
        }
        const text = new Y.Text();
        text.insert(0, `o${this.#count++}`);
        outputs.push([new Y.Map(Object.entries({ output_type: 'stream', name: 'stdout', text }))]);
        cell.set('execution_count', this.#count++);
        cell.set('execution_state', b % 2 ? 'running' : 'idle');
      }, 'sidecar');
    }
  }

  #wish(client: TestClient, change: () => unknown): void {
    this.#now = [];
    const sent = client.outbox.length;
    try {
      change();
    } catch (error) {
      // inside a transaction the notebook model still lists cells that are gone
      if (!(error instanceof TypeError || (error as Error).message === 'Length exceeded!')) {
        throw error;
      }
    }
    if (client === this.room.owner) {
      this.#rightful.push(...this.#now.flatMap(wish => (wish.kind === 'key' ? [wish.value] : [])));
    } else {
      const done = this.#now.filter(wish => holdsLocally(client, wish));
      this.#wishes.get(client)?.push(...done);
      const parts = client.annotate(sent, done);
      for (const wish of done) {
        wish.parts = parts;
      }
    }
  }

  /** Undo and redo, in the notebook or in a cell, wish for everything that they change in what their author sees. */
  #undo(client: TestClient, a: number, b: number): void {
    const before = new Map(client.notebook.cells.map(cell => [cell.ymodel, contentOf(cell.ymodel)]));
    const { cells } = client.notebook;
    const place = (b % 2 ? cells[b % Math.max(1, cells.length)] : null) ?? client.notebook;
    if (a % 3 === 0) {
      place.redo();
    } else {
      place.undo();
    }
    for (const { ymodel } of client.notebook.cells) {
      const was = before.get(ymodel);
      if (was) {
        this.#now.push(...differences(idOf(ymodel), was, contentOf(ymodel)));
      }
    }
  }

  #edit(client: TestClient, a: number, b: number, c: number): void {
    const { notebook } = client;
    if ((a >> 8) % 2) {
      stopCapturing(client);
    }
    const at = notebook.cells.length > 0 ? a % notebook.cells.length : -1;
    const cell = notebook.cells[at];
    const kind = b % 16;
    if (!cell || kind === 0) {
      const id = `n${this.#count++}`;
      const type = c % 2 ? 'code' : 'markdown';
      this.#now.push({ kind: 'cell', id });
      notebook.insertCell(at + 1, { cell_type: type, id, source: this.#char(), metadata: { trusted: true } });
    } else if (kind === 1 && notebook.cells.length > 1) {
      this.#now.push({ kind: 'dead', cell: idOf(cell.ymodel) });
      notebook.deleteCell(at);
    } else if (kind === 2 && notebook.cells.length > 1) {
      notebook.moveCell(at, c % notebook.cells.length);
    } else if (kind === 3) {
      this.#changeType(client, at);
    } else if (kind < 6) {
      this.#setKey(cell.ymodel, KEYS[c % KEYS.length] ?? 'foo', c);
    } else if (kind === 6) {
      this.#runLocally(cell, c);
    } else if (kind === 7) {
      this.#notebookKeys(client, c);
    } else {
      this.#type(cell, c);
    }
  }

  #char(): string {
    return String.fromCharCode(this.#fresh++);
  }

  #type(cell: TestClient['notebook']['cells'][number], c: number): void {
    const source = cell.getSource();
    const points = [...source];
    const start = points.slice(0, c % (points.length + 1)).join('').length;
    const drop = [...source.slice(start)].slice(0, (c >> 4) % 4 === 0 ? 1 + ((c >> 6) % 3) : 0).join('');
    const add = (c >> 4) % 4 === 1 ? '' : this.#char() + (c % 5 ? '' : '😀');
    const id = idOf(cell.ymodel);
    if (add) {
      this.#now.push({ kind: 'has', cell: id, chars: add.slice(0, 1) });
    }
    const ids = idsIn(cell.ymodel).slice(start, start + drop.length);
    if (ids.length > 0) {
      this.#now.push({ kind: 'lacks', cell: id, ids });
    }
    cell.updateSource(start, start + drop.length, add);
  }

  #setKey(cell: Y.Map<unknown>, key: string, c: number): void {
    const metadata = cell.get('metadata') as Y.Map<unknown>;
    const old = metadata.get(key);
    const value =
      key === 'trusted' || key === 'editable'
        ? c % 2 === 0
        : key === 'execution'
          ? { at: c }
          : `v${this.#count++}`;
    if (key === 'name' || key === 'foo') {
      const wanted = c % 4 === 0 ? undefined : value;
      if (wanted !== undefined || old !== undefined) {
        this.#now.push({ kind: 'key', cell: idOf(cell), key, value: wanted, old });
      }
    }
    if (c % 4 === 0) {
      metadata.delete(key);
    } else {
      metadata.set(key, value);
    }
  }

  #changeType(client: TestClient, at: number): void {
    const { notebook } = client;
    const raw = notebook.cells[at]?.toJSON();
    if (raw) {
      notebook.transact(() => {
        notebook.deleteCell(at);
        notebook.insertCell(at, {
          id: raw.id as string,
          cell_type: raw.cell_type === 'code' ? 'markdown' : 'code',
          source: raw.source,
          metadata: raw.metadata
        });
      });
    }
  }

  #runLocally(cell: TestClient['notebook']['cells'][number], c: number): void {
    const code = cell as unknown as {
      setOutputs?: (outputs: unknown[]) => void;
      clearOutputs(): void;
      execution_count: number | null;
      executionState: string;
    };
    if (!code.setOutputs) {
      return;
    }
    switch (c % 5) {
      case 0:
        code.clearOutputs();
        code.execution_count = null;
        break;
      case 1:
        code.setOutputs([{ output_type: 'stream', name: 'stdout', text: `forged${c}` }]);
        break;
      case 2:
        code.execution_count = c;
        break;
      default:
        code.executionState = c % 2 ? 'running' : 'idle';
    }
  }

  #notebookKeys(client: TestClient, c: number): void {
    const { notebook } = client;
    switch (c % 6) {
      case 0:
        notebook.setMetadata('language_info', { name: 'python' });
        break;
      case 1:
        notebook.setMetadata('kernelspec', { name: `evil${c}`, display_name: 'x' });
        break;
      case 2:
        notebook.setMetadata('foo', `v${this.#count++}`);
        break;
      case 3:
        notebook.deleteMetadata('foo');
        break;
      case 4:
        notebook.setState('document_id', `d${c % 3}`);
        break;
      default:
        notebook.setState('other', c);
    }
  }

  /** What the client still shows of everything it has done and the server hasn't answered for. */
  #wishesOf(client: TestClient): Wish[] {
    const open = (this.#wishes.get(client) ?? []).filter(wish => holdsLocally(client, wish));
    for (const wish of open) {
      wish.parts = 1 + client.outbox.filter(message => notesOf(message).includes(wish)).length;
    }
    return open;
  }

  #watch(client: TestClient, apply: () => Outcome, wishes: readonly Wish[]): Outcome {
    const { doc } = this.room;
    const before = view(doc);
    const { rights } = client;
    const alive = new Map(before.cells.map(({ map }) => [keyOf(map), mayEdit(rights, map, this.#owners)]));
    const connection = client.connection;
    const outcome = apply();
    if (doc.store.pendingStructs || doc.store.pendingDs) {
      this.faults.push('pending');
    }
    const after = view(doc);
    for (const offence of offences(before, after, rights, this.#owners, { ...this.room.announced })) {
      this.faults.push(`${client.person} ${JSON.stringify(describeRights(rights))}: ${offence}`);
    }
    if (outcome.kind === 'violation' && client !== this.#forgedBy) {
      this.faults.push(`${client.person} is honest: ${outcome.reason}`);
    }
    if (client === this.#forgedBy) {
      // its edits by the model may win against others' as well
      this.#rightful.push(...wishes.flatMap(wish => (wish.kind === 'key' ? [wish.value] : [])));
    }
    this.#noteKeys(before, after, alive);
    if (
      (outcome.kind === 'accepted' || outcome.kind === 'partial') &&
      connection !== null &&
      client !== this.#forgedBy
    ) {
      for (const wish of wishes) {
        const faults = this.#check(client, wish, alive, after, rights);
        wish.parts = (wish.parts ?? 1) - 1;
        if (faults.length === 0 || wish.parts <= 0) {
          this.#drop(client, [wish]);
          this.faults.push(
            ...faults.map(text => `lost of ${client.person}: ${text} ${JSON.stringify(outcome)}`)
          );
        }
      }
    }
    return outcome;
  }

  /** Values that a message of somebody who may write them has put there, by whatever means. */
  #noteKeys(before: View, after: View, alive: ReadonlyMap<string, boolean>): void {
    const old = new Map(before.cells.map(({ map, json }) => [map, json]));
    for (const { map, json } of after.cells.filter(each => alive.get(keyOf(each.map)) === true)) {
      const [was, is] = [old.get(map)?.['metadata'], json['metadata']] as Record<string, unknown>[];
      for (const key of ['name', 'foo'].filter(name => !same(was?.[name], is?.[name]))) {
        this.#rightful.push(is?.[key]);
      }
    }
  }

  #check(
    client: TestClient,
    wish: Wish,
    alive: ReadonlyMap<string, boolean>,
    after: View,
    rights: Author
  ): string[] {
    const found: string[] = [];
    const fault = (text: string): void => {
      found.push(text);
    };
    if (wish.kind === 'cell') {
      const local = client.notebook.cells.some(cell => cell.getId() === wish.id);
      if (
        local &&
        rights.edit &&
        rights.structure &&
        !after.cells.some(({ json }) => json['id'] === wish.id)
      ) {
        fault(`cell ${wish.id}`);
      }
      return found;
    }
    const key = `${wish.cell.client}/${wish.cell.clock}`;
    const there = after.cells.find(({ map }) => keyOf(map) === key);
    const mine = client.notebook.cells.find(cell => keyOf(cell.ymodel) === key);
    if (wish.kind === 'dead') {
      const locked = rights.lockedCells.has(String(there?.json['id']));
      // a cell that is deleted and comes back under its id is moved: refused as one
      const moved = client.notebook.cells.some(cell => cell.getId() === there?.json['id']);
      if (there && !mine && !locked && !moved && rights.edit && rights.structure) {
        fault(`deletion of ${String(there.json['id'])}`);
      }
      return found;
    }
    if (!there || alive.get(key) === false) {
      return found;
    }
    if (wish.kind === 'key') {
      // it may win against others' values, though its author has changed it again meanwhile
      this.#rightful.push(wish.value);
    }
    if (!mine) {
      return found;
    }
    if (wish.kind === 'key') {
      this.#checkKey(wish, mine.ymodel, there.json, fault);
      return found;
    }
    const source = there.json['source'] as string;
    const where = `${String(there.json['id'])}: ${source} / ${mine.getSource()}`;
    if (wish.kind === 'has') {
      const missing = [...wish.chars].filter(
        char => mine.getSource().includes(char) && !source.includes(char)
      );
      found.push(...missing.map(char => `${char} in ${where}`));
    } else if (wish.ids.some(id => isDeleted(client.doc, id) && !isDeleted(this.room.doc, id))) {
      fault(`deletion in ${where}`);
    }
    return found;
  }

  #checkKey(
    wish: Wish & { kind: 'key' },
    cell: Y.Map<unknown>,
    json: Record<string, unknown>,
    fault: (text: string) => void
  ): void {
    const local = (cell.get('metadata') as Y.Map<unknown>).get(wish.key);
    if (!same(local, wish.value)) {
      return;
    }
    const now = (json['metadata'] as Record<string, unknown>)[wish.key];
    // Another permitted value may have won, also the old one when somebody's undo has brought it back; a refused one may not.
    if (!same(now, wish.value) && !this.#rightful.some(value => same(value, now))) {
      fault(`${wish.key}=${JSON.stringify(wish.value)} is ${JSON.stringify(now)}`);
    }
  }

  /** An update that no client would write, of ids that do exist. */
  #forge(a: number, b: number, c: number): void {
    const client = this.#forgedBy;
    if (!client) {
      return;
    }
    if (client.connection === null) {
      client.connect();
    }
    const id = 1000 + (a % 2);
    const { doc } = this.room;
    const random = generator(a * 65536 + b * 7 + c);
    let clock = Y.getState(doc.store, id);
    const structs: ForgedStruct[] = [];
    const pool = poolOf(doc);
    for (let n = random(3); n >= 0; n--) {
      const struct = forgedStruct(random, pool);
      structs.push(struct);
      pool.push(
        ...[...Array(lengthOf(struct)).keys()].map(offset => ({ client: id, clock: clock + offset }))
      );
      clock += lengthOf(struct);
    }
    const deletes = random(3)
      ? []
      : [{ ...(pool[random(pool.length)] ?? { client: id, clock: 0 }), length: 1 + random(3) }];
    const blocks = structs.length > 0 ? [{ client: id, clock: Y.getState(doc.store, id), structs }] : [];
    const update = forge(blocks, deletes);
    this.#watch(client, () => this.room.receive(client, update), []);
  }
}

function notesOf(message: TestClient['outbox'][number]): Wish[] {
  return 'note' in message && Array.isArray(message.note) ? (message.note as Wish[]) : [];
}

/** What undo and redo are watched for in a cell. */
interface Content {
  readonly chars: readonly string[];
  readonly ids: readonly ForgedId[];
  readonly keys: Readonly<Record<string, unknown>>;
}

function contentOf(cell: Y.Map<unknown>): Content {
  const metadata = cell.get('metadata') as Y.Map<unknown>;
  const keys = Object.fromEntries(['name', 'foo'].map(key => [key, metadata.get(key)]));
  return { chars: uniqueIn((cell.get('source') as Y.Text).toString()), ids: idsIn(cell), keys };
}

/** What comes is undone by itself, as after a pause; a history has none. */
function stopCapturing({ notebook }: TestClient): void {
  for (const { undoManager } of [notebook, ...notebook.cells]) {
    undoManager?.stopCapturing();
  }
}

/** Characters that are written once in a history: surrogates and ASCII are not. */
function uniqueIn(text: string): string[] {
  return [...text].filter(char => char >= '一' && char.length === 1);
}

function differences(cell: ForgedId, was: Content, is: Content): Wish[] {
  const has = is.chars.filter(char => !was.chars.includes(char));
  const lacks = was.ids.filter(id => !is.ids.some(other => same(id, other)));
  const keys = Object.entries(is.keys).filter(([key, value]) => !same(value, was.keys[key]));
  return [
    ...has.map((chars): Wish => ({ kind: 'has', cell, chars })),
    ...(lacks.length > 0 ? [{ kind: 'lacks', cell, ids: lacks } as const] : []),
    ...keys.map(([key, value]): Wish => ({ kind: 'key', cell, key, value, old: was.keys[key] }))
  ];
}

/** Whether the client's own notebook shows what it wished for, and hasn't taken it back. */
function holdsLocally(client: TestClient, wish: Wish): boolean {
  if (wish.kind === 'cell') {
    return client.notebook.cells.some(cell => cell.getId() === wish.id);
  }
  const cell = client.notebook.cells.find(one => same(idOf(one.ymodel), wish.cell));
  if (wish.kind === 'dead' || !cell) {
    return wish.kind === 'dead' && !cell;
  }
  if (wish.kind === 'key') {
    return same((cell.ymodel.get('metadata') as Y.Map<unknown>).get(wish.key), wish.value);
  }
  if (wish.kind === 'lacks') {
    return wish.ids.every(id => isDeleted(client.doc, id));
  }
  const source = cell.getSource();
  return [...wish.chars].every(char => source.includes(char));
}

/** Ids of a cell's text, one a UTF-16 unit. */
function idsIn(cell: Y.Map<unknown>): ForgedId[] {
  const ids: ForgedId[] = [];
  for (let item = (cell.get('source') as Y.Text)._start; item; item = item.right) {
    for (let offset = 0; offset < item.length && !item.deleted && item.countable; offset++) {
      ids.push({ client: item.id.client, clock: item.id.clock + offset });
    }
  }
  return ids;
}

function isDeleted({ store }: Y.Doc, { client, clock }: ForgedId): boolean {
  const structs = store.clients.get(client);
  const struct = structs && clock < Y.getState(store, client) && structs[Y.findIndexSS(structs, clock)];
  return struct ? struct.deleted : false;
}

function forgedStruct(random: (below: number) => number, pool: readonly ForgedId[]): ForgedStruct {
  const pick = (): ForgedId => pool[random(pool.length)] ?? { client: 1, clock: 0 };
  const near = pick();
  const after = { client: near.client, clock: near.clock + 1 + random(2) };
  const contents: ForgedContent[] = [
    { ref: 4, text: 'X' },
    { ref: 4, text: 'YZ' },
    { ref: 8, values: [null] },
    { ref: 8, values: ['idle'] },
    { ref: 8, values: [{ name: 'evil' }] },
    { ref: 1, length: 1 },
    { ref: 7, type: random(3) }
  ];
  const content = contents[random(contents.length)] ?? { ref: 4, text: 'X' };
  switch (random(4)) {
    case 0:
      return { origin: near, content };
    case 1:
      return { origin: near, rightOrigin: random(3) ? after : pick(), content };
    case 2:
      return { rightOrigin: near, content };
    default: {
      const keys = [
        'id',
        'source',
        'outputs',
        'metadata',
        'trusted',
        'execution_count',
        'foo',
        'dirty',
        'cell_type'
      ];
      const parent = random(2) ? pick() : (['cells', 'meta', 'state', 'other'][random(4)] ?? 'cells');
      return {
        parent,
        key: parent === 'cells' || random(4) === 0 ? null : (keys[random(keys.length)] ?? 'foo'),
        content
      };
    }
  }
}

function poolOf(doc: Y.Doc): ForgedId[] {
  const pool: ForgedId[] = [];
  for (const [client, structs] of doc.store.clients) {
    for (const struct of structs) {
      for (let offset = 0; offset < Math.min(struct.length, 6); offset++) {
        pool.push({ client, clock: struct.id.clock + offset });
      }
    }
  }
  return pool;
}

function rightsFrom(person: string, a: number, b: number): Author {
  const ids = ['a', 'b', 'm', 'n0', 'n1'];
  return author(person, {
    edit: a % 4 !== 0,
    structure: b % 2 === 0,
    cells: a % 3 ? 'all' : new Set(ids.filter((_id, index) => (b >> index) % 2)),
    lockedCells: new Set(b % 7 === 0 ? ['a'] : [])
  });
}

function describeRights({ edit, structure, cells, lockedCells }: Author): unknown {
  return {
    edit,
    structure,
    cells: cells === 'all' ? cells : [...cells],
    locked: lockedCells instanceof Set ? [...lockedCells] : []
  };
}

function idOf(map: Y.Map<unknown>): ForgedId {
  const id = map._item?.id;
  return { client: id?.client ?? -1, clock: id?.clock ?? -1 };
}

function keyOf(map: Y.Map<unknown>): string {
  const { client, clock } = idOf(map);
  return `${client}/${clock}`;
}
