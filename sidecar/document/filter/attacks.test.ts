/** Hand-made updates: one attack each, and beside it what an honest client may do. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { forge, type ForgedStruct } from '../../testing/forge.ts';
import { author, jsonOf, TestRoom, type TestClient } from '../../testing/random.ts';
import type { Author, Outcome } from './filter.ts';

const FULL = { edit: true, structure: true } as const;
const ME = 77;
let room: TestRoom;
let ann: TestClient;
let connection: string;

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

beforeEach(() => {
  room = new TestRoom(
    [
      { id: 'a', cell_type: 'code', source: 'a😀b', metadata: { trusted: true, name: 'n' } },
      {
        id: 'b',
        cell_type: 'code',
        source: 'print',
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'out' }],
        execution_count: 3
      }
    ],
    { foo: 1 }
  );
  ann = room.guest('ann', FULL);
  connection = ann.connection ?? '';
});

function send(update: Uint8Array, rights: Partial<Omit<Author, 'person'>> = FULL): Outcome {
  return room.filter.receive(connection, author('ann', rights), update, 'live');
}

function write(structs: readonly ForgedStruct[], rights?: Partial<Omit<Author, 'person'>>): Outcome {
  return send(forge([{ client: ME, clock: Y.getState(room.doc.store, ME), structs }]), rights);
}

function cell(index: number): Y.Map<unknown> {
  return room.doc.getArray<Y.Map<unknown>>('cells').get(index);
}

function field(index: number, key: string): { readonly client: number; readonly clock: number } {
  return (cell(index).get(key) as Y.Text)._item?.id ?? { client: 0, clock: 0 };
}

function idOfKey(map: Y.Map<unknown>, key: string): Y.ID | undefined {
  return map._map.get(key)?.id;
}

/** Nothing changed for anybody. */
function unchanged(change: () => void): void {
  const before = JSON.stringify(room.json());
  change();
  expect(JSON.stringify(room.json())).toBe(before);
  const replica = new Y.Doc();
  Y.applyUpdate(replica, Y.encodeStateAsUpdate(room.doc));
  expect(jsonOf(replica)).toEqual(JSON.parse(before));
}

describe('client ids (T70, T71)', () => {
  const typing = (client: number, clock: number): Uint8Array =>
    forge([{ client, clock, structs: [{ parent: field(0, 'source'), content: { ref: 4, text: 'x' } }] }]);

  it("the owner's next clock, an id of upstream, another guest's, the server's, 0 and ids above 32 bits are violations", () => {
    const bob = room.guest('bob', FULL);
    bob.cell('a').updateSource(0, 0, 'b');
    room.settle();
    const foreign = [room.owner.doc.clientID, bob.doc.clientID, room.doc.clientID, 0, 2 ** 32, 2 ** 53 - 1];
    unchanged(() => {
      for (const client of foreign) {
        const outcome = send(typing(client, Y.getState(room.doc.store, client)));
        expect(outcome).toMatchObject({ kind: 'violation', code: 'no-right' });
      }
    });
  });

  it('an id seen in presence is bound before anything is written with it', () => {
    const bob = room.guest('bob', FULL);
    expect(room.filter.claimClientId(bob.connection ?? '', 500)).toBe(true);
    expect(room.filter.claimClientId(connection, 500)).toBe(false);
    expect(send(typing(500, 0)).kind).toBe('violation');
  });

  it('ids stay with their person over reconnects, and no further', () => {
    expect(send(typing(ME, 0)).kind).toBe('accepted');
    room.filter.disconnect(connection);
    room.filter.connect('ann/again', 'ann');
    expect(room.filter.claimClientId('ann/again', ME)).toBe(true);
    room.filter.connect('bob/1', 'bob');
    expect(room.filter.claimClientId('bob/1', ME)).toBe(false);
    expect(room.filter.personOf(ME)).toBe('ann');
  });

  it('a gap is dropped before the first sync and a violation after it', () => {
    room.filter.connect('new', 'ann');
    const gap = typing(ME, 5);
    expect(room.filter.receive('new', author('ann', FULL), gap).kind).toBe('ignored');
    room.filter.synced('new');
    expect(room.filter.receive('new', author('ann', FULL), gap).kind).toBe('violation');
  });

  it('what is known already is dropped, of whomever it is', () => {
    unchanged(() => {
      expect(send(Y.encodeStateAsUpdate(room.doc), {})).toEqual({
        kind: 'accepted',
        cells: [],
        corrected: false
      });
    });
  });
});

describe('deletions (T72)', () => {
  it('of clocks that nobody has used yet are a violation', () => {
    const client = room.owner.doc.clientID;
    const clock = Y.getState(room.doc.store, client);
    unchanged(() => {
      expect(send(forge([], [{ client, clock, length: 5 }])).kind).toBe('violation');
      expect(send(forge([], [{ client, clock: clock - 1, length: 5 }])).kind).toBe('violation');
      expect(send(forge([], [{ client: 123_456, clock: 0, length: 1 }])).kind).toBe('violation');
    });
  });

  it("of a cell's insides along with the cell share its fate", () => {
    const client = room.owner.doc.clientID;
    const all = { client, clock: 0, length: Y.getState(room.doc.store, client) };
    unchanged(() => {
      expect(send(forge([], [all]), { edit: true })).toMatchObject({ kind: 'partial', resync: true });
    });
  });

  it('of half an emoji are refused, of the whole pass', () => {
    const text = cell(0).get('source') as Y.Text;
    const id = text._start?.id ?? { client: 0, clock: 0 };
    unchanged(() => {
      expect(send(forge([], [{ client: id.client, clock: id.clock + 1, length: 1 }]))).toMatchObject({
        resync: true
      });
      expect(send(forge([], [{ client: id.client, clock: id.clock + 2, length: 2 }]))).toMatchObject({
        resync: true
      });
      const half = { client: id.client, clock: id.clock + 1 };
      expect(write([{ origin: half, content: { ref: 4, text: 'x' } }])).toMatchObject({ resync: true });
    });
    expect(send(forge([], [{ client: id.client, clock: id.clock + 1, length: 2 }])).kind).toBe('accepted');
    expect(text.toString()).toBe('ab');
  });

  it('inside an output, or of its keys, are no clearing', () => {
    const output = (cell(1).get('outputs') as Y.Array<Y.Map<Y.Text>>).get(0);
    const text = output.get('text') as Y.Text;
    const inside = text._start?.id as Y.ID;
    const key = text._item?.id as Y.ID;
    unchanged(() => {
      expect(send(forge([], [{ ...inside, length: 1 }]))).toMatchObject({ kind: 'partial', resync: true });
      expect(send(forge([], [{ ...key, length: 1 }]))).toMatchObject({ kind: 'partial', resync: true });
    });
    const whole = output._item?.id as Y.ID;
    expect(send(forge([], [{ ...whole, length: 1 }]))).toMatchObject({ kind: 'accepted', cells: ['b'] });
    expect((cell(1).get('outputs') as Y.Array<unknown>).length).toBe(0);
  });
});

describe('places (T51, T53, T74, T75, T83)', () => {
  it('T51 trusted can be written in no way', () => {
    const metadata = field(0, 'metadata');
    const trusted = cell(0).get('metadata') as Y.Map<unknown>;
    unchanged(() => {
      write([{ origin: idOfKey(trusted, 'trusted') ?? null, content: { ref: 8, values: [false] } }]);
      write([{ parent: field(1, 'metadata'), key: 'trusted', content: { ref: 8, values: [true] } }]);
      write([{ origin: metadata, content: { ref: 8, values: [{ trusted: true }] } }]);
      write([{ origin: metadata, content: { ref: 7, type: 1 } }]);
      send(forge([], [{ ...(idOfKey(trusted, 'trusted') as Y.ID), length: 1 }]));
    });
  });

  it('T53 outputs, counts, states and time stamps can not be written', () => {
    const count = idOfKey(cell(1), 'execution_count') ?? null;
    unchanged(() => {
      expect(write([{ origin: count, content: { ref: 8, values: [99] } }])).toMatchObject({
        kind: 'partial',
        resync: false
      });
      write([{ parent: field(0, 'outputs'), content: { ref: 8, values: [{ output_type: 'stream' }] } }]);
      write([{ parent: field(0, 'outputs'), content: { ref: 7, type: 1 } }]);
      write([
        {
          parent: cell(0)._item?.id ?? 'cells',
          key: 'execution_state',
          content: { ref: 8, values: ['busy'] }
        }
      ]);
      write([{ parent: field(0, 'metadata'), key: 'execution', content: { ref: 8, values: [{}] } }]);
    });
  });

  it('T74 identity, type and the shared types of a cell can not be replaced', () => {
    unchanged(() => {
      for (const key of ['id', 'cell_type', 'source', 'outputs', 'metadata']) {
        const origin = idOfKey(cell(0), key) ?? null;
        for (const content of [
          { ref: 8, values: ['x'] },
          { ref: 7, type: 2 },
          { ref: 1, length: 1 }
        ] as const) {
          expect(write([{ origin, content }]).kind).toBe('partial');
        }
        expect(send(forge([], [{ ...(idOfKey(cell(0), key) as Y.ID), length: 1 }])).kind).toBe('partial');
      }
    });
  });

  it('T75 roots are never made, and a root keeps its kind', () => {
    const roots = [...room.doc.share.keys()];
    unchanged(() => {
      write([{ parent: 'evil', key: 'x', content: { ref: 8, values: [1] } }]);
      expect(write([{ parent: 'cells', key: 'x', content: { ref: 8, values: [1] } }]).kind).toBe('violation');
      expect(write([{ parent: 'state', content: { ref: 8, values: [1] } }]).kind).toBe('violation');
    });
    expect([...room.doc.share.keys()]).toEqual(roots);
  });

  it('what stands in a refused new type comes to nothing', () => {
    unchanged(() => {
      const clock = Y.getState(room.doc.store, ME);
      write([
        { parent: field(0, 'metadata'), key: 'deep', content: { ref: 7, type: 1 } },
        { parent: { client: ME, clock }, key: 'trusted', content: { ref: 8, values: [true] } }
      ]);
    });
  });

  it('neighbours in different cells are a violation', () => {
    const origin = (cell(0).get('source') as Y.Text)._start?.id ?? null;
    const rightOrigin = (cell(1).get('source') as Y.Text)._start?.id ?? null;
    unchanged(() => {
      expect(write([{ origin, rightOrigin, content: { ref: 4, text: 'x' } }]).kind).toBe('violation');
    });
  });

  it('types nested too deep are a violation', () => {
    const structs: ForgedStruct[] = [
      { parent: 'cells', rightOrigin: cell(0)._item?.id ?? null, content: { ref: 7, type: 1 } }
    ];
    for (let clock = 0; clock < 30; clock++) {
      structs.push({ parent: { client: ME, clock }, key: 'x', content: { ref: 7, type: 1 } });
    }
    unchanged(() => {
      expect(write(structs).kind).toBe('violation');
    });
  });

  it("the kernel's names pass when they are the notebook's or were announced, for others they are undone without a word", () => {
    const metadata = field(0, 'metadata'); // any id will do to show that the parent is known
    expect(metadata).toBeDefined();
    const parent = (room.doc.getMap('meta').get('metadata') as Y.Map<unknown>)._item?.id ?? 'meta';
    const announced: ForgedStruct = {
      parent,
      key: 'language_info',
      content: { ref: 8, values: [{ name: 'python' }] }
    };
    unchanged(() => {
      expect(write([announced], {})).toEqual({ kind: 'accepted', cells: [], corrected: true });
      const evil: ForgedStruct = {
        parent,
        key: 'kernelspec',
        content: { ref: 8, values: [{ name: 'evil' }] }
      };
      expect(write([evil])).toEqual({ kind: 'accepted', cells: [], corrected: true });
    });
    const last = idOfKey(room.doc.getMap('meta').get('metadata') as Y.Map<unknown>, 'language_info') ?? null;
    write([{ ...announced, origin: last }]);
    expect(room.json()).toMatchObject({ meta: { metadata: { language_info: { name: 'python' } } } });
  });

  it('the name of the document can be set once and not changed', () => {
    write([{ parent: 'state', key: 'document_id', content: { ref: 8, values: ['json:notebook:1'] } }], {});
    unchanged(() => {
      const origin = idOfKey(room.doc.getMap('state'), 'document_id') ?? null;
      expect(write([{ origin, content: { ref: 8, values: ['other'] } }], {}).kind).toBe('accepted');
    });
  });
});

describe('cells and their ids', () => {
  const insert = (id: string, who = ann): void => {
    who.notebook.insertCell(0, { cell_type: 'code', id, source: 'new' });
    room.settle();
  };

  it('an id that lives is not taken, one that died needs every right', () => {
    insert('a');
    expect(room.owner.notebook.cells).toHaveLength(2);
    room.owner.notebook.deleteCell(1);
    room.settle();
    ann.rights = author('ann', { edit: true, structure: true, cells: new Set(['x']) });
    insert('b');
    expect(room.owner.notebook.cells).toHaveLength(1);
    ann.rights = author('ann', FULL);
    insert('b');
    expect(room.owner.notebook.cells).toHaveLength(2);
  });

  it("a move of somebody else's cell brings no other text, and keeps the original when it tries", () => {
    ann.rights = author('ann', { edit: true, structure: true, cells: new Set(['b']) });
    ann.notebook.transact(() => {
      ann.notebook.deleteCell(0);
      ann.notebook.insertCell(1, { cell_type: 'code', id: 'a', source: 'evil' });
    });
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('a😀b');
    expect(jsonOf(ann.doc)).toEqual(room.json());
  });

  it('a move with other outputs comes without any, and untrusted', () => {
    ann.notebook.transact(() => {
      ann.notebook.deleteCell(1);
      ann.notebook.insertCell(0, {
        cell_type: 'code',
        id: 'b',
        source: 'print',
        metadata: { trusted: true },
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'forged' }],
        execution_count: 3
      } as Parameters<typeof ann.notebook.insertCell>[1]);
    });
    room.settle();
    expect(room.owner.cell('b').toJSON()).toMatchObject({ outputs: [], execution_count: null, metadata: {} });
    expect(jsonOf(ann.doc)).toEqual(room.json());
  });

  it('incomplete cells are refused', () => {
    unchanged(() => {
      const rightOrigin = cell(0)._item?.id ?? null;
      expect(write([{ rightOrigin, content: { ref: 7, type: 1 } }])).toMatchObject({ kind: 'partial' });
      expect(write([{ rightOrigin, content: { ref: 8, values: [{ id: 'x' }] } }]).kind).toBe('partial');
      expect(write([{ rightOrigin, content: { ref: 4, text: 'x' } }]).kind).toBe('partial');
    });
  });

  it('S25 of two cells with one id, the scope covers the older', () => {
    room.owner.notebook.insertCell(0, { cell_type: 'code', id: 'a', source: 'twin' });
    room.settle();
    ann.rights = author('ann', { edit: true, cells: new Set(['a']) });
    ann.notebook.cells[0]?.updateSource(0, 0, 'x');
    ann.notebook.cells[1]?.updateSource(0, 0, 'y');
    room.settle();
    expect(room.owner.notebook.cells.map(one => one.getSource())).toEqual(['twin', 'ya😀b', 'print']);
  });

  it('who inserted a cell may edit it, and a move makes nobody its author', () => {
    ann.rights = author('ann', { edit: true, structure: true, cells: new Set() });
    insert('n');
    ann.cell('n').updateSource(0, 0, 'my ');
    ann.notebook.moveCell(0, 1);
    ann.cell('n').updateSource(0, 0, 'own ');
    room.settle();
    expect(room.owner.cell('n').getSource()).toBe('own my new');
    ann.notebook.moveCell(0, 1);
    ann.cell('a').updateSource(0, 0, 'evil ');
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('a😀b');
  });
});

describe('rights at arrival', () => {
  it('S5, S9 what was typed before a right was taken is refused when it comes after', () => {
    ann.cell('a').updateSource(0, 0, 'late');
    ann.rights = author('ann');
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('a😀b');
    ann.rights = author('ann', FULL);
    ann.cell('a').updateSource(0, 0, 'now');
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('nowa😀b');
  });

  it("a lock of somebody else's keeps a cell from being edited, moved and deleted", () => {
    ann.rights = author('ann', { ...FULL, lockedCells: new Set(['a']) });
    ann.cell('a').updateSource(0, 0, 'x');
    ann.notebook.moveCell(0, 1);
    room.settle();
    expect(room.owner.notebook.cells.map(one => one.getId())).toEqual(['a', 'b']);
    ann.notebook.deleteCell(0);
    ann.cell('b').updateSource(0, 0, 'x');
    room.settle();
    expect(room.owner.notebook.cells.map(one => one.getSource())).toEqual(['a😀b', 'xprint']);
  });

  it("T85 undo takes back one's own edits only", () => {
    room.owner.cell('a').updateSource(0, 0, 'owner ');
    room.settle();
    ann.cell('a').updateSource(0, 0, 'mine ');
    ann.notebook.undo();
    ann.notebook.undo();
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('owner a😀b');
  });

  it('a refusal reports what was refused, bounded', () => {
    ann.rights = author('ann');
    ann.cell('a').updateSource(0, 0, 'x'.repeat(50_000));
    room.settle();
    const refused = ann.outcomes.find(outcome => outcome.kind === 'partial');
    expect(refused?.kind === 'partial' && refused.refused[0]?.text?.length).toBe(20_000);
  });
});

describe('cost (T79, T90)', () => {
  it('more steps than an update may take, and more work than a person may cause, are refused', () => {
    const cheap = new TestRoom([{ id: 'a', cell_type: 'code', source: 'a' }], {}, { limits: { steps: 5 } });
    const bob = cheap.guest('bob', FULL);
    const structs = Array.from(
      { length: 20 },
      () => ({ parent: 'state', key: 'x', content: { ref: 8, values: [1] } }) as const
    );
    const outcome = cheap.filter.receive(
      bob.connection ?? '',
      author('bob', FULL),
      forge([{ client: 5, clock: 0, structs }])
    );
    expect(outcome).toMatchObject({ kind: 'violation', code: 'too-large' });

    let now = 0;
    const slow = new TestRoom(
      [{ id: 'a', cell_type: 'code', source: 'a' }],
      {},
      { now: () => (now += 2000) }
    );
    const cat = slow.guest('cat', FULL);
    const kinds = [1, 2, 3, 4, 5, 6].map(
      () => slow.filter.receive(cat.connection ?? '', author('cat', FULL), Uint8Array.of(0, 0)).kind
    );
    expect(kinds).toContain('violation');
  });
});

describe('found by chance', () => {
  it('a right neighbour to the left in the same run of text is forged', () => {
    const client = room.owner.doc.clientID;
    const first = (cell(1).get('source') as Y.Text)._start?.id.clock ?? 0;
    const crossing = { origin: { client, clock: first + 2 }, rightOrigin: { client, clock: first + 1 } };
    unchanged(() => {
      expect(write([{ ...crossing, content: { ref: 4, text: 'x' } }])).toMatchObject({
        kind: 'partial',
        resync: true
      });
    });
  });

  it('a client that heard of a deletion without having what it deletes is not taken for one that had it', () => {
    const bob = room.guest('bob', FULL);
    bob.disconnect();
    const source = cell(1).get('source') as Y.Text;
    const client = room.owner.doc.clientID;
    const first = source._start?.id.clock ?? 0;
    // two refused structs: between the p and the r of print, and elsewhere
    const viewer = author('ann');
    room.filter.receive(
      connection,
      viewer,
      forge([
        {
          client: ME,
          clock: 0,
          structs: [{ origin: { client, clock: first }, content: { ref: 4, text: 'X' } }]
        }
      ])
    );
    bob.cell('b').updateSource(1, 1, '+');
    const whole = Y.encodeStateAsUpdate(bob.doc);
    room.filter.receive(
      connection,
      viewer,
      forge([
        { client: ME, clock: 1, structs: [{ parent: 'state', key: 'x', content: { ref: 1, length: 1 } }] }
      ])
    );
    bob.connect();
    const heard = Y.mergeUpdates([whole, forge([], [{ client: ME, clock: 1, length: 1 }])]);
    expect(room.receive(bob, heard, 'sync').kind).toBe('accepted');
    expect(source.toString()).toBe('p+rint');
  });

  it('what makes a cell is not repaired for others: who has deleted the cell meanwhile can undo that', () => {
    const bob = room.guest('bob', FULL);
    bob.notebook.deleteCell(0);
    write([{ origin: idOfKey(cell(0), 'cell_type') ?? null, content: { ref: 4, text: 'X' } }]);
    while (bob.read());
    bob.notebook.undo();
    room.settle();
    expect(room.owner.cell('a').getSource()).toBe('a😀b');
  });

  it('what is written next to something that lost its place is answered by a resync each time', () => {
    const first = (cell(1).get('source') as Y.Text)._start?.id ?? { client: 0, clock: 0 };
    const crossing = { origin: { client: first.client, clock: first.clock + 2 }, rightOrigin: first };
    const clock = Y.getState(room.doc.store, ME);
    unchanged(() => {
      write([{ ...crossing, content: { ref: 4, text: 'x' } }]);
      for (let n = 0; n < 2; n++) {
        const next = { origin: { client: ME, clock: clock + n }, content: { ref: 4, text: 'y' } } as const;
        expect(write([next])).toMatchObject({ kind: 'partial', resync: true });
      }
    });
  });

  it("the server's own positions stay right after a guest's insertion", () => {
    const text = cell(1).get('source') as Y.Text;
    text.insert(5, 'x'.repeat(300));
    text.insert(200, 'A');
    text.insert(100, 'B');
    room.settle();
    ann.cell('b').updateSource(0, 0, 'new ');
    room.settle();
    const before = text.toString();
    text.insert(150, 'C');
    expect(text.toString()).toBe(`${before.slice(0, 150)}C${before.slice(150)}`);
  });

  it('a code cell without an execution count gets one, other cells don’t, whatever they bring', () => {
    ann.notebook.transact(() => {
      for (const type of ['code', 'markdown', 'raw']) {
        const parts = {
          ...{ id: `new-${type}`, cell_type: type, source: new Y.Text(), metadata: new Y.Map() },
          ...(type === 'code' ? { outputs: new Y.Array() } : { execution_count: 3 })
        };
        ann.doc.getArray('cells').push([new Y.Map<unknown>(Object.entries(parts))]);
      }
    });
    room.settle();
    const counts = room.doc.getArray<Y.Map<unknown>>('cells').toArray().slice(2);
    expect(counts.map(each => each.get('execution_count'))).toEqual([null, undefined, undefined]);
    expect(jsonOf(ann.doc)).toEqual(room.json());
  });

  it('of two cells that would take the place of one, the first does', () => {
    const insertTwice = (first: string, second: string): void => {
      ann.notebook.transact(() => {
        ann.notebook.deleteCell(0);
        ann.notebook.insertCell(0, { cell_type: 'code', id: 'a', source: first });
        ann.notebook.insertCell(0, { cell_type: 'code', id: 'a', source: second });
      });
      room.settle();
    };
    insertTwice('one', 'two');
    expect(room.owner.notebook.cells.map(one => one.getId()).sort()).toEqual(['a', 'b']);
    ann.rights = author('ann', { edit: true, structure: true, cells: new Set() });
    const text = room.owner.cell('a').getSource();
    insertTwice('evil', text);
    expect(room.owner.notebook.cells.map(one => one.getSource())).toEqual([text, 'print']);
    expect(jsonOf(ann.doc)).toEqual(room.json());
  });
});
