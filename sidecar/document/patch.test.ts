import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { NotebookOperation } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import { UPSTREAM } from '../upstream/document.ts';
import { author, type TestCell } from '../testing/random.ts';
import { cellsOf, sourceHash } from './cells.ts';
import { NotebookFilter, type Author } from './filter/filter.ts';
import { CellWatch } from './cellChanges.ts';
import { makeCell } from './newCells.ts';
import { planPatch } from './patch.ts';
import { Patches } from './patches.ts';

const CELLS: readonly TestCell[] = [
  { id: 'a', cell_type: 'code', source: 'x = 1\n😀 = 2\n', metadata: { trusted: true, name: 'n' } },
  {
    id: 'b',
    cell_type: 'code',
    source: 'print',
    metadata: { editable: false, tags: ['t'], execution: { started: 'now' } },
    outputs: [
      { output_type: 'stream', name: 'stdout', text: 'out\n' },
      { output_type: 'display_data', data: { 'text/plain': '1' }, metadata: {} }
    ],
    execution_count: 3
  },
  { id: 'm', cell_type: 'markdown', source: '# mark', metadata: {} },
  { id: 'r', cell_type: 'raw', source: '', metadata: {} }
];

/** A document behind the filter, without sockets. */
class Book {
  readonly doc = new Y.Doc();
  readonly watch: CellWatch;
  readonly filter: NotebookFilter;
  readonly patches: Patches;
  updates = 0;

  constructor(cells = CELLS) {
    this.filter = new NotebookFilter(this.doc, {
      announced: () => ({ kernelspec: undefined, language_info: undefined })
    });
    this.watch = new CellWatch(this.doc, () => undefined);
    cellsOf(this.doc).insert(
      0,
      cells.map(cell => makeCell({ ...cell, metadata: cell.metadata ?? {} }))
    );
    this.doc.on('update', () => (this.updates += 1));
    this.patches = new Patches({
      doc: this.doc,
      filter: this.filter,
      cells: this.watch.cells,
      state: () => Y.encodeStateAsUpdate(this.doc)
    });
  }

  get cells(): Record<string, unknown>[] {
    return cellsOf(this.doc).toJSON() as Record<string, unknown>[];
  }

  get ids(): unknown[] {
    return this.cells.map(cell => cell['id']);
  }

  cell(id: string): Record<string, unknown> | undefined {
    return this.cells.find(cell => cell['id'] === id);
  }

  patch(by: Author, ...operations: NotebookOperation[]) {
    return this.watch.during(by.person, () => this.patches.apply(by, operations));
  }

  /** The owner does the same in their own page, where nothing is filtered. */
  byOwner(operation: NotebookOperation): void {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(this.doc));
    const context = { author: all, refOf: (id: string) => ({ id, own: true }), isDead: () => false };
    try {
      const { update } = planPatch(copy, copy.clientID, [operation], context);
      Y.applyUpdate(this.doc, update ?? new Uint8Array([0, 0]), UPSTREAM);
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  }

  /** Which operation of a patch was refused; null when none was. */
  tryPatch(by: Author, operations: readonly NotebookOperation[]): number | null {
    try {
      this.patch(by, ...operations);
      return null;
    } catch (error) {
      // What the filter would not take whole names no operation.
      if (error instanceof Refusal && error.problem.operation !== undefined) {
        return error.problem.operation;
      }
      throw error;
    }
  }

  /** The refusal of a patch, after making sure that it left no trace. */
  refused(
    by: Author,
    ...operations: NotebookOperation[]
  ): { code: string; detail: string; operation: unknown } {
    const before = [JSON.stringify(this.cells), this.updates];
    try {
      this.patch(by, ...operations);
    } catch (error) {
      if (error instanceof Refusal) {
        expect([JSON.stringify(this.cells), this.updates]).toEqual(before);
        return { code: error.code, detail: error.message, operation: error.problem.operation };
      }
      throw error;
    }
    throw new Error('it was taken');
  }
}

const all = author('p', { edit: true, structure: true });
const onlyA = author('p', { edit: true, cells: new Set(['a']) });
const shape = author('p', { edit: true, cells: new Set(['a']), structure: true });
let book: Book;
beforeEach(() => {
  book = new Book();
});

describe('what operations do', () => {
  it('insert: at the start, behind a cell, under an id of one’s own or a new one; later operations know it', () => {
    const { result, changes } = book.patch(
      all,
      { op: 'insert', after: null, cell: { cell_type: 'markdown', source: 'first' } },
      {
        op: 'insert',
        after: 'm',
        cell: { id: 'new', cell_type: 'code', source: 'n', metadata: { tags: ['x'] } }
      },
      { op: 'edit', cell: 'new', source: 'n = 1' }
    );
    const [first] = book.ids;
    expect(book.ids).toEqual([first, 'a', 'b', 'm', 'new', 'r']);
    expect(book.cell('new')).toEqual({
      id: 'new',
      cell_type: 'code',
      source: 'n = 1',
      metadata: { tags: ['x'] },
      outputs: [],
      execution_count: null,
      execution_state: 'idle'
    });
    expect(result).toEqual({ cells: [], inserted: [first, 'new'] });
    expect(changes).toEqual({
      inserted: expect.arrayContaining([first, 'new']),
      deleted: [],
      moved: [],
      edited: []
    });
    expect(book.updates).toBe(1);
  });

  it('move: keeps source, metadata, outputs and count, whoever’s cell it is', () => {
    const before = book.cell('b');
    const { result, changes } = book.patch(shape, { op: 'move', cell: 'b', after: 'r' });
    expect(book.ids).toEqual(['a', 'm', 'r', 'b']);
    expect(book.cell('b')).toEqual(before);
    expect(result).toEqual({ cells: ['b'], inserted: [] });
    expect(changes.moved).toEqual(['b']);
    const [stream] = (cellsOf(book.doc).get(3).get('outputs') as Y.Array<Y.Map<unknown>>).toArray();
    expect(stream?.get('text')).toBeInstanceOf(Y.Text);
    book.patch(shape, { op: 'move', cell: 'b', after: null }, { op: 'move', cell: 'a', after: null });
    expect(book.ids).toEqual(['a', 'b', 'm', 'r']);
    const updates = book.updates;
    expect(book.patch(shape, { op: 'move', cell: 'b', after: 'a' }).result.cells).toEqual([]);
    expect(book.updates).toBe(updates);
  });

  it('edit: others’ cursors stay where they are', () => {
    const text = cellsOf(book.doc).get(0).get('source') as Y.Text;
    const cursor = Y.createRelativePositionFromTypeIndex(text, text.toString().indexOf('😀'));
    const base_hash = sourceHash('x = 1\n😀 = 2\n');
    const { result, changes } = book.patch(onlyA, {
      op: 'edit',
      cell: 'a',
      source: 'long = 1\n😀 = 3\n',
      base_hash
    });
    expect(text.toString()).toBe('long = 1\n😀 = 3\n');
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, book.doc)?.index).toBe('long = 1\n'.length);
    expect([result.cells, changes.edited]).toEqual([['a'], ['a']]);
    book.patch(
      onlyA,
      { op: 'edit', cell: 'a', position: 0, remove: 4, insert: 'y' },
      {
        op: 'edit',
        cell: 'a',
        position: 6,
        remove: 2,
        insert: '',
        base_hash: sourceHash('long = 1\n😀 = 3\n')
      }
    );
    expect(text.toString()).toBe('y = 1\n = 3\n');
  });

  it('metadata and type; what is that way already costs nothing', () => {
    book.patch(
      all,
      { op: 'metadata', cell: 'a', set: { tags: ['one'], name: 'n' }, remove: ['absent'] },
      { op: 'metadata', cell: 'b', remove: ['tags', 'execution'] },
      { op: 'type', cell: 'b', cell_type: 'markdown' },
      { op: 'type', cell: 'm', cell_type: 'code' }
    );
    expect(book.cell('a')?.['metadata']).toEqual({ trusted: true, name: 'n', tags: ['one'] });
    expect(book.cell('b')).toEqual({
      id: 'b',
      cell_type: 'markdown',
      source: 'print',
      metadata: { editable: false }
    });
    expect(book.cell('m')).toMatchObject({ cell_type: 'code', source: '# mark', outputs: [] });
    const updates = book.updates;
    const { result } = book.patch(
      all,
      { op: 'metadata', cell: 'a', set: { tags: ['one'], trusted: true } },
      { op: 'edit', cell: 'a', source: 'x = 1\n😀 = 2\n' },
      { op: 'type', cell: 'm', cell_type: 'code' }
    );
    expect([result, book.updates]).toEqual([{ cells: [], inserted: [] }, updates]);
  });

  it('a cell that a person brought is theirs, here and in their own client', () => {
    book.patch(shape, { op: 'insert', after: null, cell: { id: 'mine', cell_type: 'raw', source: '' } });
    book.patch(shape, { op: 'move', cell: 'mine', after: 'a' });
    expect(book.patch(shape, { op: 'edit', cell: 'mine', source: 'text' }).result.cells).toEqual(['mine']);
    const other = { ...shape, person: 'q' };
    expect(book.refused(other, { op: 'edit', cell: 'mine', source: 'no' })).toMatchObject({
      code: 'no-right'
    });
    const client = new Y.Doc();
    Y.applyUpdate(client, Y.encodeStateAsUpdate(book.doc));
    book.filter.connect('c', 'p');
    book.filter.asked('c', true);
    book.filter.synced('c');
    const vector = Y.encodeStateVector(client);
    (cellsOf(client).get(1).get('source') as Y.Text).insert(0, 'more ');
    const outcome = book.filter.receive('c', shape, Y.encodeStateAsUpdate(client, vector), 'live');
    expect(outcome).toMatchObject({ kind: 'accepted', cells: ['mine'] });
    expect(book.cell('mine')?.['source']).toBe('more text');
  });

  it('a cell that came by a client is theirs here too', () => {
    const client = new Y.Doc();
    Y.applyUpdate(client, Y.encodeStateAsUpdate(book.doc));
    book.filter.connect('c', 'p');
    const vector = Y.encodeStateVector(client);
    const cell = makeCell({ id: 'own', cell_type: 'raw', source: 's', metadata: {} });
    cellsOf(client).insert(0, [cell]);
    const update = Y.encodeStateAsUpdate(client, vector);
    const { changes } = book.watch.during('p', () => book.filter.receive('c', shape, update));
    expect(changes.inserted).toEqual(['own']);
    expect(book.patch(shape, { op: 'edit', cell: 'own', source: 'mine' }).result.cells).toEqual(['own']);
    // Moved by somebody else it is still theirs, and not the mover's.
    const other = { ...shape, person: 'q' };
    book.patch(other, { op: 'move', cell: 'own', after: 'r' });
    expect(book.refused(other, { op: 'edit', cell: 'own', source: 'no' }).code).toBe('no-right');
    expect(book.patch(shape, { op: 'edit', cell: 'own', source: 'again' }).result.cells).toEqual(['own']);
  });
});

const gone: NotebookOperation = { op: 'delete', cell: 'r' };
const fine: NotebookOperation = { op: 'edit', cell: 'a', source: 'changed' };

describe('T70 T84 what is refused, with everything before it in the same patch', () => {
  it.each<[string, Author, NotebookOperation, string]>([
    ['an edit out of scope', onlyA, { op: 'edit', cell: 'b', source: 'no' }, 'no-right'],
    ['an edit without the right', author('p'), { op: 'edit', cell: 'a', source: 'no' }, 'no-right'],
    [
      'an edit of a locked cell',
      { ...all, lockedCells: new Set(['b']) },
      { op: 'edit', cell: 'b', source: 'no' },
      'locked'
    ],
    [
      'a deletion of a locked cell',
      { ...all, lockedCells: new Set(['b']) },
      { op: 'delete', cell: 'b' },
      'locked'
    ],
    [
      'a move of a locked cell',
      { ...all, lockedCells: new Set(['b']) },
      { op: 'move', cell: 'b', after: null },
      'locked'
    ],
    [
      'an edit of a locked cell that is out of scope anyway',
      { ...onlyA, lockedCells: new Set(['b']) },
      { op: 'edit', cell: 'b', source: 'no' },
      'no-right'
    ],
    [
      'an insertion without structure',
      onlyA,
      { op: 'insert', after: null, cell: { cell_type: 'raw', source: '' } },
      'no-right'
    ],
    ['a move without structure', onlyA, { op: 'move', cell: 'a', after: 'b' }, 'no-right'],
    ['a deletion without structure', onlyA, { op: 'delete', cell: 'a' }, 'no-right'],
    ['a type without structure', onlyA, { op: 'type', cell: 'a', cell_type: 'raw' }, 'no-right'],
    ['metadata out of scope', onlyA, { op: 'metadata', cell: 'b', set: { name: 'no' } }, 'no-right'],
    ['trust', all, { op: 'metadata', cell: 'b', set: { trusted: true } }, 'no-right'],
    ['editable', all, { op: 'metadata', cell: 'b', remove: ['editable'] }, 'no-right'],
    ['deletable', all, { op: 'metadata', cell: 'b', set: { deletable: false } }, 'no-right'],
    ['our own key', all, { op: 'metadata', cell: 'b', set: { liveshare: {} } }, 'no-right'],
    ['a run’s time stamps', all, { op: 'metadata', cell: 'a', set: { execution: {} } }, 'no-right'],
    [
      'a new cell with trust',
      all,
      { op: 'insert', after: null, cell: { cell_type: 'code', source: '', metadata: { trusted: true } } },
      'no-right'
    ],
    ['metadata of the wrong shape', all, { op: 'metadata', cell: 'a', set: { tags: 'x' } }, 'bad-request'],
    [
      'a key set and removed',
      all,
      { op: 'metadata', cell: 'a', set: { name: 'x' }, remove: ['name'] },
      'bad-request'
    ],
    ['a cell that isn’t there', all, { op: 'edit', cell: 'z', source: '' }, 'not-found'],
    ['behind a cell that isn’t there', all, { op: 'move', cell: 'a', after: 'z' }, 'not-found'],
    ['behind itself', all, { op: 'move', cell: 'a', after: 'a' }, 'bad-request'],
    [
      'an id that lives',
      all,
      { op: 'insert', after: null, cell: { id: 'a', cell_type: 'raw', source: '' } },
      'changed-meanwhile'
    ],
    [
      'an id of other characters',
      all,
      { op: 'insert', after: null, cell: { id: 'a b', cell_type: 'raw', source: '' } },
      'bad-request'
    ],
    [
      'another base',
      all,
      { op: 'edit', cell: 'b', source: '', base_hash: sourceHash('else') },
      'changed-meanwhile'
    ],
    ['beyond the end', all, { op: 'edit', cell: 'b', position: 5, remove: 1, insert: '' }, 'bad-request'],
    ['half a character, inserted', all, { op: 'edit', cell: 'b', source: '\ud83d' }, 'bad-request']
  ])('%s', (_, by, operation, code) => {
    const before: NotebookOperation[] = by.edit ? [fine] : [];
    const { code: found, operation: index, detail } = book.refused(by, ...before, operation);
    expect([found, index]).toEqual([code, before.length]);
    expect(detail).toMatch(new RegExp(`^operation ${before.length}: [A-Z]`));
  });

  it('a position inside a character, and a removal that ends in one', () => {
    const { length } = 'x = 1\n';
    const at = (position: number, remove: number): NotebookOperation => ({
      op: 'edit',
      cell: 'a',
      position,
      remove,
      insert: ''
    });
    expect(book.refused(all, at(length + 1, 0)).code).toBe('bad-request');
    expect(book.refused(all, at(length, 1)).code).toBe('bad-request');
    expect(book.refused(all, at(length + 1, 1)).code).toBe('bad-request');
    expect(book.patch(all, at(length, 2)).result.cells).toEqual(['a']);
  });

  it('an id of which there are two: which cell is meant would be a guess', () => {
    book = new Book([...CELLS, { id: 'a', cell_type: 'raw', source: 'twin' }]);
    expect(book.refused(all, { op: 'edit', cell: 'a', source: '' }).code).toBe('not-found');
  });

  it('T75 under the name of a deleted cell nobody limited to some cells brings text in', () => {
    book.patch(all, gone);
    const again: NotebookOperation = {
      op: 'insert',
      after: null,
      cell: { id: 'r', cell_type: 'raw', source: '' }
    };
    expect(book.refused(shape, again).code).toBe('no-right');
    expect(book.patch(all, again).result.inserted).toEqual(['r']);
    expect(book.refused(all, { op: 'delete', cell: 'r' }, again)).toMatchObject({
      code: 'changed-meanwhile',
      operation: 1
    });
  });

  it('a cell with outputs that no client shows is not moved rather than robbed of them', () => {
    book = new Book([{ id: 'a', cell_type: 'code', source: '', outputs: [{ output_type: 'stream' }] }]);
    const ops: NotebookOperation[] = [
      { op: 'insert', after: null, cell: { cell_type: 'raw', source: '' } },
      { op: 'move', cell: 'a', after: null }
    ];
    expect(book.refused(all, ...ops)).toMatchObject({ code: 'bad-request', operation: 1 });
  });

  it('who asks for more work than one person may cause waits, and keeps nobody else from theirs', () => {
    let now = 0;
    const { cells } = book.watch;
    const slow = new Patches({
      doc: book.doc,
      filter: book.filter,
      // Looking a cell up takes a second here.
      cells: {
        holder: id => {
          now += 1_000;
          return cells.holder(id);
        },
        refOf: (cell, person) => cells.refOf(cell, person),
        isDead: id => cells.isDead(id)
      },
      state: () => Y.encodeStateAsUpdate(book.doc),
      now: () => now
    });
    const codes = Array.from({ length: 8 }, (_, n) => {
      try {
        slow.apply(all, [{ op: 'edit', cell: 'a', source: `${n}` }]);
        return 'taken';
      } catch (error) {
        return (error as Refusal).code;
      }
    });
    expect(codes.slice(0, 3)).toEqual(['taken', 'taken', 'taken']);
    expect(codes).toContain('too-fast');
    expect(slow.apply({ ...all, person: 'q' }, [fine]).cells).toEqual(['a']);
    now += 60_000;
    expect(slow.apply(all, [{ op: 'edit', cell: 'a', source: 'later' }]).cells).toEqual(['a']);
  });

  it('the copy that patches are tried on follows the document, and is made anew after a refusal and after a pause', () => {
    let [now, made] = [0, 0];
    const patches = new Patches({
      doc: book.doc,
      filter: book.filter,
      cells: book.watch.cells,
      state: () => {
        made += 1;
        return Y.encodeStateAsUpdate(book.doc);
      },
      now: () => now
    });
    const insert = (text: string) =>
      patches.apply(all, [{ op: 'edit', cell: 'm', position: 6, remove: 0, insert: text }]);
    insert('1');
    (cellsOf(book.doc).get(2).get('source') as Y.Text).insert(6, '2');
    cellsOf(book.doc).delete(0);
    insert('3');
    expect([book.cell('m')?.['source'], made]).toEqual(['# mark321', 1]);
    expect(() => patches.apply(all, [gone, gone])).toThrow(Refusal);
    expect(book.cell('r')).toBeDefined();
    insert('4');
    expect([book.cell('m')?.['source'], made]).toEqual(['# mark4321', 2]);
    now += 120_000;
    cellsOf(book.doc).delete(0);
    insert('5');
    expect([book.cell('m')?.['source'], made]).toEqual(['# mark54321', 3]);
  });

  it('more than a client may bring at once: nothing of it', () => {
    const deep = JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown;
    expect(book.refused(all, { op: 'metadata', cell: 'a', set: { deep } }).code).toBe('bad-request');
  });
});

interface Model {
  id: string;
  cell_type: string;
  source: string;
  metadata: Record<string, unknown>;
  outputs?: unknown;
  execution_count?: unknown;
}

/** The same operation on plain JSON, rights and shapes left aside. */
function onModel(cells: Model[], operation: NotebookOperation): void {
  const at =
    'cell' in operation && typeof operation.cell === 'string'
      ? cells.findIndex(c => c.id === operation.cell)
      : -1;
  const cell = cells[at];
  const place = (after: string | null): number =>
    after === null ? 0 : cells.findIndex(c => c.id === after) + 1;
  switch (operation.op) {
    case 'insert': {
      const { id = '', cell_type, source, metadata = {} } = operation.cell;
      const run = cell_type === 'code' ? { outputs: [], execution_count: null } : {};
      cells.splice(place(operation.after), 0, { id, cell_type, source, metadata: { ...metadata }, ...run });
      return;
    }
    case 'move':
      if (place(operation.after) !== at) {
        cells.splice(at, 1);
        cells.splice(place(operation.after), 0, cell!);
      }
      return;
    case 'delete':
      cells.splice(at, 1);
      return;
    case 'edit':
      cell!.source =
        'source' in operation
          ? operation.source
          : cell!.source.slice(0, operation.position) +
            operation.insert +
            cell!.source.slice(operation.position + operation.remove);
      return;
    case 'metadata':
      Object.assign(cell!.metadata, operation.set);
      operation.remove?.forEach(name => Reflect.deleteProperty(cell!.metadata, name));
      return;
    case 'type':
      if (cell!.cell_type !== operation.cell_type) {
        delete cell!.outputs;
        delete cell!.execution_count;
        delete cell!.metadata['trusted'];
        Object.assign(cell!, operation.cell_type === 'code' ? { outputs: [], execution_count: null } : {});
        cell!.cell_type = operation.cell_type;
      }
  }
}

const id = fc.constantFrom('a', 'b', 'm', 'r', 'n1', 'n2', 'n3');
const after = fc.option(id);
const words = fc
  .array(fc.constantFrom('x', '\n', 'é', '😀', '😁', 'word\n'), { maxLength: 6 })
  .map(each => each.join(''));
const kind = fc.constantFrom('code' as const, 'markdown' as const, 'raw' as const);
const key = fc.constantFrom('name', 'foo', 'bar', 'foo', 'bar', 'trusted');
const value = fc.constantFrom<unknown>('text', 'text', 'more', ['t'], { deep: [1] });
const operation: fc.Arbitrary<NotebookOperation> = fc.oneof(
  fc.record({
    op: fc.constant('insert' as const),
    after,
    cell: fc.record({
      id,
      cell_type: kind,
      source: words,
      metadata: fc.dictionary(key, value, { maxKeys: 1, noNullPrototype: true })
    })
  }),
  { weight: 2, arbitrary: fc.record({ op: fc.constant('move' as const), cell: id, after }) },
  fc.record({ op: fc.constant('delete' as const), cell: id }),
  { weight: 2, arbitrary: fc.record({ op: fc.constant('edit' as const), cell: id, source: words }) },
  fc.record({
    op: fc.constant('edit' as const),
    cell: id,
    position: fc.nat(8),
    remove: fc.nat(3),
    insert: words
  }),
  fc.record({
    op: fc.constant('metadata' as const),
    cell: id,
    set: fc.dictionary(key, value, { maxKeys: 2, noNullPrototype: true }),
    remove: fc.array(key, { maxLength: 1 })
  }),
  fc.record({ op: fc.constant('type' as const), cell: id, cell_type: kind })
);
const rights = fc.record({
  edit: fc.constant(true),
  structure: fc.boolean(),
  cells: fc.oneof(
    fc.constant('all' as const),
    fc.subarray(['a', 'b', 'm', 'n1']).map(each => new Set(each))
  ),
  lockedCells: fc.oneof({ weight: 4, arbitrary: fc.constant(new Set<string>()) }, fc.constant(new Set(['b'])))
});

describe('random patches', () => {
  it('all of a patch or nothing; the notebook is what plain JSON says, the filter has nothing to object, and every replica agrees', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('p', 'q', 'owner'),
            rights,
            fc.array(operation, { minLength: 1, maxLength: 4 })
          ),
          {
            minLength: 1,
            maxLength: 8
          }
        ),
        patches => {
          const one = new Book();
          const replica = new Y.Doc();
          Y.applyUpdate(replica, Y.encodeStateAsUpdate(one.doc));
          one.doc.on('update', (update: Uint8Array) => Y.applyUpdate(replica, update));
          const shown = (): Model[] =>
            one.cells.map(({ execution_state: _, ...cell }) => cell as unknown as Model);
          for (const [person, may, wanted] of patches) {
            if (person === 'owner') {
              wanted.forEach(each => one.byOwner(each));
              continue;
            }
            // What is refused is left out, one after the other, until the rest is taken.
            for (let operations = wanted; operations.length > 0;) {
              const before = shown();
              const failed = one.tryPatch({ person, ...may }, operations);
              if (failed === null) {
                taken += 1;
                const model = structuredClone(before);
                operations.forEach(each => onModel(model, each));
                expect(shown()).toEqual(model);
                expect(cellsOf(replica).toJSON()).toEqual(one.cells);
                break;
              }
              expect(shown()).toEqual(before);
              operations = operations.filter((_, index) => index !== failed);
            }
          }
        }
      ),
      { numRuns: Number(process.env['PATCH_RUNS'] ?? 500) }
    );
    expect(taken).toBeGreaterThan(300);
  });
});
