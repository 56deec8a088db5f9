/** Situations from the field, with the calls that stock JupyterLab makes. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { quiet } from '../../testing/quiet.ts';
import { author, jsonOf, TestRoom, type TestCell, type TestClient } from '../../testing/random.ts';

quiet();

const CELLS: TestCell[] = [
  { id: 'a', cell_type: 'code', source: 'one\ntwo', metadata: { tags: ['x'] } },
  {
    id: 'b',
    cell_type: 'code',
    source: 'print(2)',
    metadata: { editable: false, deletable: false },
    outputs: [{ output_type: 'stream', name: 'stdout', text: '2\n' }],
    execution_count: 3
  },
  { id: 'm', cell_type: 'markdown', source: '# title' }
];
const FULL = { edit: true, structure: true } as const;
let room: TestRoom;

beforeEach(() => {
  room = new TestRoom(CELLS);
});

/** Everything arrives; all who are connected show what the server has. */
function agree(): void {
  room.settle();
  for (const client of room.clients.values()) {
    expect(jsonOf(client.doc)).toEqual(room.json());
  }
  expect([room.doc.store.pendingStructs, room.doc.store.pendingDs]).toEqual([null, null]);
}

/** What people see, and files hold: not whether there is something to save, which front ends write whatever happened. */
function shown(doc: Y.Doc): unknown {
  const { cells, meta, state } = jsonOf(doc);
  return structuredClone({ cells, meta, state: { ...(state as object), dirty: null } });
}

/** Nobody but the author ever sees what happens, and the author not for long. */
function nothing(happens: () => void): void {
  const before = shown(room.doc);
  const replica = new Y.Doc();
  Y.applyUpdate(replica, Y.encodeStateAsUpdate(room.doc));
  const sent = room.log.length;
  happens();
  agree();
  expect(shown(room.doc)).toEqual(before);
  // nor is it in what went out on the way
  for (const update of room.log.slice(sent)) {
    Y.applyUpdate(replica, update);
    expect(shown(replica)).toEqual(before);
  }
}

function source(id: string): string {
  return room.owner.cell(id).getSource();
}

function type(client: TestClient, id: string, text: string, at = 0): void {
  client.cell(id).updateSource(at, at, text);
}

describe('rights', () => {
  const orders = [
    ['editor joins first', true],
    ['viewer joins first', false]
  ] as const;
  describe.each(orders)('%s', (_, editorFirst) => {
    it.each([
      ['editor types first', true],
      ['viewer types first', false]
    ])('S2, T87 %s: the editor’s letters stand, the viewer’s don’t', (__, editorTypesFirst) => {
      const join = {
        ann: () => room.guest('ann', { edit: true }),
        eve: () => room.guest('eve')
      };
      const [first, second] = editorFirst ? [join.ann(), join.eve()] : [join.eve(), join.ann()];
      const [ann, eve] = editorFirst ? [first, second] : [second, first];
      for (let round = 0; round < 3; round++) {
        const [one, two] = editorTypesFirst ? [ann, eve] : [eve, ann];
        type(one, 'a', one === ann ? 'A' : 'E');
        type(two, 'a', two === ann ? 'A' : 'E');
        agree();
      }
      expect(source('a')).toBe('AAAone\ntwo');
    });
  });

  it('S3 a viewer’s typing, undo, step 2 and restored notebook are not seen by anybody', () => {
    const eve = room.guest('eve');
    nothing(() => {
      type(eve, 'a', 'evil');
      eve.notebook.undo();
      eve.notebook.redo();
      eve.disconnect();
      type(eve, 'a', 'more');
      eve.notebook.setSource({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] } as never);
      eve.connect();
    });
    expect(eve.outcomes.some(({ kind }) => kind === 'partial')).toBe(true);
  });

  it('S5 taken and given while a letter is on its way: what arrives after counts by the right then', () => {
    const ann = room.guest('ann', FULL);
    for (const [edit, letter] of [
      [true, '1'],
      [false, '2'],
      [true, '3'],
      [false, '4']
    ] as const) {
      type(ann, 'a', letter);
      ann.rights = author('ann', { edit });
      agree();
    }
    expect(source('a')).toBe('31one\ntwo');
  });

  it.each(['the text is typed', 'text is deleted', 'a cell is inserted', 'a cell is deleted'])(
    'S8 %s without the right, then the right is granted: nothing of it ever reaches the room',
    what => {
      const eve = room.guest('eve');
      nothing(() => {
        if (what === 'the text is typed') {
          type(eve, 'a', 'SECRET');
        } else if (what === 'text is deleted') {
          eve.cell('a').updateSource(0, 3, '');
        } else if (what === 'a cell is inserted') {
          eve.notebook.insertCell(1, { cell_type: 'code', id: 'n', source: 'SECRET' });
        } else {
          eve.notebook.deleteCell(0);
        }
      });
      const told = eve.outcomes.flatMap(outcome => (outcome.kind === 'partial' ? outcome.refused : []));
      expect(new Set(told.map(({ code }) => code))).toEqual(new Set(['no-right']));
      if (what === 'the text is typed' || what === 'a cell is inserted') {
        // what the person can copy
        expect(told.map(({ text }) => text).join('')).toBe('SECRET');
      }
      eve.rights = author('eve', FULL);
      type(eve, 'a', 'ok ');
      agree();
      eve.disconnect();
      eve.connect();
      agree();
      expect(source('a')).toBe('ok one\ntwo');
      expect(room.owner.notebook.cells).toHaveLength(3);
      expect(JSON.stringify(room.json())).not.toContain('SECRET');
    }
  );

  it('S9 typed offline, demoted, back: refused, with the text to keep; and promoted meanwhile: taken', () => {
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob')];
    for (const client of [ann, bob]) {
      client.disconnect();
      type(client, 'a', client.person);
    }
    ann.rights = author('ann');
    bob.rights = author('bob', { edit: true });
    ann.connect();
    bob.connect();
    agree();
    expect(source('a')).toBe('bobone\ntwo');
    expect(ann.outcomes.find(outcome => outcome.kind === 'partial')).toMatchObject({
      refused: [{ cell: 'a', field: 'source', code: 'no-right', text: 'ann' }]
    });
  });
});

describe('S18 a guest with edit for some cells and no structure', () => {
  let ann: TestClient;
  beforeEach(() => {
    ann = room.guest('ann', { edit: true, cells: new Set(['a']) });
  });
  const raw = (id: string, text: string, cell_type = 'code'): never =>
    ({ id, cell_type, source: text, metadata: {} }) as never;

  it.each<[string, (me: TestClient) => void]>([
    [
      'S18 changes a cell’s type',
      ({ notebook }) =>
        notebook.transact(() => {
          notebook.deleteCell(0);
          notebook.insertCell(0, raw('a', 'one\ntwo', 'markdown'));
        })
    ],
    ['S18 deletes it', ({ notebook }) => notebook.deleteCell(0)],
    ['S18 deletes another', ({ notebook }) => notebook.deleteCell(2)],
    ['S18 moves it down', ({ notebook }) => notebook.moveCell(0, 2)],
    ['S18 moves another before it', ({ notebook }) => notebook.moveCell(2, 0)],
    [
      'S18 merges it with the next',
      ({ notebook }) =>
        notebook.transact(() => {
          notebook.deleteCellRange(0, 2);
          notebook.insertCell(0, raw('merged', 'one\ntwo\n\nprint(2)'));
        })
    ],
    ['S18 inserts before it', ({ notebook }) => notebook.insertCell(0, raw('n', 'new'))],
    ['S18 inserts at the end', ({ notebook }) => notebook.addCell(raw('n', 'new'))],
    ['S18 edits another’s metadata', me => me.cell('m').setMetadata('tags', ['y'])],
    ['S18 makes it not editable', me => me.cell('a').setMetadata('editable', false)],
    ['S18 makes another editable', me => me.cell('b').setMetadata('editable', true)],
    ['S18 takes away that another is not editable', me => me.cell('b').deleteMetadata('editable')],
    ['S18 edits the notebook’s metadata', ({ notebook }) => notebook.setMetadata('title', 'x')],
    ['S18 pastes over everything', ({ notebook }) => notebook.deleteCellRange(0, 3)]
  ])('%s: refused', (_, act) => {
    nothing(() => act(ann));
  });

  it('S18 splits it: the cell keeps its text, whatever half of the split came first', () => {
    ann.notebook.transact(() => {
      ann.notebook.insertCell(1, raw('n', 'two'));
      ann.cell('a').updateSource(3, 7, '');
    });
    agree();
    expect(room.owner.notebook.cells.map(cell => cell.getId())).toEqual(['a', 'b', 'm']);
    // the text of their own cell they may delete; nothing appeared elsewhere
    expect(source('a')).toBe('one');
  });

  it('S18 the twin: source and metadata of the cell in scope', () => {
    type(ann, 'a', '0');
    ann.cell('a').setMetadata('tags', ['y']);
    agree();
    expect(room.owner.cell('a').toJSON()).toMatchObject({ source: '0one\ntwo', metadata: { tags: ['y'] } });
  });

  it('S18 `editable: false` is no authority: who has the cell in scope edits it, a front end may hold back', () => {
    const bob = room.guest('bob', { edit: true, cells: new Set(['b']) });
    type(bob, 'b', 'x');
    agree();
    expect(source('b')).toBe('xprint(2)');
    const cat = room.guest('cat', FULL);
    cat.notebook.deleteCell(1);
    agree();
    expect(room.owner.notebook.cells.map(cell => cell.getId())).toEqual(['a', 'm']);
  });
});

describe('ids', () => {
  it('S25 two cells of one id, one in scope: editing, moving and deleting the twin is refused, and so is a third', () => {
    room.owner.notebook.insertCell(1, { cell_type: 'code', id: 'a', source: 'twin' });
    agree();
    const ann = room.guest('ann', { ...FULL, cells: new Set(['a']) });
    nothing(() => {
      ann.notebook.cells[1]?.updateSource(0, 4, '');
      ann.notebook.cells[1]?.updateSource(0, 0, 'evil');
    });
    nothing(() => ann.notebook.insertCell(0, { cell_type: 'code', id: 'a', source: 'third' }));
    ann.notebook.cells[0]?.updateSource(0, 0, 'x');
    agree();
    expect(room.owner.notebook.cells.map(cell => cell.getSource()).slice(0, 2)).toEqual([
      'xone\ntwo',
      'twin'
    ]);
  });

  it('S25 a lock on the id holds for the twin as well', () => {
    room.owner.notebook.insertCell(1, { cell_type: 'code', id: 'a', source: 'twin' });
    agree();
    const ann = room.guest('ann', { ...FULL, lockedCells: new Set(['a']) });
    nothing(() => {
      ann.notebook.cells[1]?.updateSource(0, 0, 'x');
    });
  });

  it('S26 cells without ids: who has everything edits them, who has some cells none of them', () => {
    for (const cell of room.doc.getArray<Y.Map<unknown>>('cells')) {
      cell.delete('id');
    }
    room.settle();
    const [ann, bob] = [
      room.guest('ann', { edit: true }),
      room.guest('bob', { ...FULL, cells: new Set(['a', '', 'undefined', 'null']) })
    ];
    nothing(() => bob.notebook.cells[0]?.updateSource(0, 0, 'evil'));
    ann.notebook.cells[0]?.updateSource(0, 0, 'x');
    agree();
    expect(room.owner.notebook.cells[0]?.getSource()).toBe('xone\ntwo');
  });
});

describe('S27 text', () => {
  it.each([
    ['S27 CRLF', 'a\r\nb\r\n', [1, 3]],
    ['S27 emoji', 'x😀👩‍👩‍👧y', [1, 3]],
    ['S27 combining accents', 'e\u0301e\u0301n\u0303', [2, 4]]
  ])('%s: two type side by side, one deletes between; all see the same', (_, text, [at, next]) => {
    room = new TestRoom([{ id: 'a', cell_type: 'code', source: text }]);
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob', FULL)];
    type(ann, 'a', '😀\r\né', at);
    type(bob, 'a', 'e\u0301😎', next);
    agree();
    const now = source('a');
    expect(now).toContain('😀\r\né');
    expect(now).toContain('e\u0301😎');
    expect(now.replace('😀\r\né', '').replace('e\u0301😎', '')).toBe(text);
    expect(now.isWellFormed()).toBe(true);
    // side by side, at the same place
    type(ann, 'a', '🅰', 0);
    type(bob, 'a', '🅱', 0);
    ann.cell('a').updateSource(ann.cell('a').getSource().length - 1, ann.cell('a').getSource().length, '');
    agree();
    expect(['🅰🅱', '🅱🅰']).toContain(source('a').slice(0, 4));
    expect(source('a').isWellFormed()).toBe(true);
  });

  it('S27 each at the place where they typed: in a text with pairs nobody’s index shifts', () => {
    room = new TestRoom([{ id: 'a', cell_type: 'code', source: '😀😀😀' }]);
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob', FULL)];
    type(ann, 'a', 'A', 2);
    type(bob, 'a', 'B', 4);
    agree();
    expect(source('a')).toBe('😀A😀B😀');
    ann.cell('a').updateSource(0, 2, '');
    bob.cell('a').updateSource(3, 6, 'Z');
    agree();
    expect(source('a')).toBe('AZ😀');
  });
});

describe('S28 undo', () => {
  it('S28, T85 A types, B types, A undoes: only A’s letters go', () => {
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob', FULL)];
    type(ann, 'a', 'A');
    agree();
    type(bob, 'a', 'B');
    type(room.owner, 'a', 'O');
    agree();
    ann.notebook.undo();
    agree();
    expect(source('a')).toMatch(/^[OB]{2}one\ntwo$/);
    ann.notebook.redo();
    agree();
    expect([...source('a')].sort().join('').trim()).toBe([...'ABOone\ntwo'].sort().join('').trim());
    for (let n = 0; n < 5; n++) {
      bob.notebook.undo();
    }
    agree();
    expect(source('a')).toMatch(/^[OA]{2}one\ntwo$/);
  });

  it('S28 undo during a print loop: never outputs', () => {
    const ann = room.guest('ann', FULL);
    const outputs = room.doc.getArray<Y.Map<unknown>>('cells').get(1).get('outputs') as Y.Array<unknown>;
    const print = (text: string): void => {
      room.doc.transact(() => {
        outputs.push([
          new Y.Map(Object.entries({ output_type: 'stream', name: 'stdout', text: new Y.Text(text) }))
        ]);
      }, 'sidecar');
    };
    type(ann, 'b', 'x');
    print('1\n');
    agree();
    ann.notebook.undo();
    print('2\n');
    ann.notebook.undo();
    ann.notebook.redo();
    agree();
    expect(source('b')).toBe('xprint(2)');
    expect(outputs.length).toBe(3);
  });

  it('S28 undo of a cleared output writes none back', () => {
    const ann = room.guest('ann', FULL);
    (ann.cell('b') as unknown as { clearOutputs(): void }).clearOutputs();
    agree();
    expect(room.owner.cell('b').toJSON()).toMatchObject({ outputs: [] });
    ann.notebook.undo();
    agree();
    expect(room.owner.cell('b').toJSON()).toMatchObject({ outputs: [] });
  });

  it('S28 a viewer’s undo does nothing, also of what they had written while they might', () => {
    const eve = room.guest('eve', FULL);
    type(eve, 'a', 'E');
    eve.notebook.deleteCell(2);
    agree();
    eve.rights = author('eve');
    nothing(() => {
      eve.notebook.undo();
      eve.notebook.undo();
      eve.notebook.redo();
    });
  });
});

describe('T85 undo of a deletion', () => {
  it('T85 undo, type on, undo again, redo: nothing is refused and nothing is lost', () => {
    const ann = room.guest('ann', FULL);
    ann.cell('a').updateSource(0, 3, '');
    agree();
    ann.notebook.undo();
    agree();
    expect(source('a')).toBe('one\ntwo');
    type(ann, 'a', 'X', 2);
    agree();
    ann.notebook.undo();
    ann.notebook.undo();
    ann.notebook.redo();
    agree();
    type(ann, 'a', 'Y', 1);
    agree();
    expect(source('a')).toContain('Y');
    expect(ann.outcomes.filter(({ kind }) => kind !== 'accepted')).toEqual([]);
  });

  it('T85 undo of a deleted cell, then typing in it, while others type', () => {
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob', FULL)];
    type(bob, 'a', 'B');
    ann.notebook.deleteCell(0);
    room.settle();
    ann.notebook.undo();
    agree();
    type(ann, 'a', 'X');
    type(bob, 'a', 'Y', 2);
    agree();
    expect(source('a')).toMatch(/X.*o.*n.*e/s);
    expect(source('a')).toContain('Y');
    expect(ann.outcomes.filter(({ kind }) => kind !== 'accepted')).toEqual([]);
  });
});
