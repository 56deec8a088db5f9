import { beforeAll, describe, expect, it, vi } from 'vitest';
import { jsonOf, TestRoom, type TestCell } from '../../testing/random.ts';

const CELLS: TestCell[] = [
  { id: 'a', cell_type: 'code', source: 'a = 1', metadata: { trusted: true, tags: ['x'] } },
  {
    id: 'b',
    cell_type: 'code',
    source: 'print(2)',
    metadata: { editable: false },
    outputs: [{ output_type: 'stream', name: 'stdout', text: '2\n' }],
    execution_count: 3
  },
  { id: 'm', cell_type: 'markdown', source: '# title' }
];

function agree(room: TestRoom): void {
  room.settle();
  for (const client of room.clients.values()) {
    expect(jsonOf(client.doc)).toEqual(room.json());
  }
  expect(room.doc.store.pendingStructs).toBeNull();
  expect(room.doc.store.pendingDs).toBeNull();
}

beforeAll(() => {
  // Yjs warns of reading types that stand in no document; the notebook model does that for every new cell.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

describe('typing', () => {
  it('passes for an editor, byte for byte for everybody', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true });
    ann.cell('a').updateSource(5, 5, '23');
    agree(room);
    expect(room.owner.cell('a').getSource()).toBe('a = 123');
    expect(ann.outcomes.at(-1)).toMatchObject({ kind: 'accepted', corrected: false });
  });

  it('outside the scope is taken back in place, with the text to keep', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true, cells: new Set(['a']) });
    ann.cell('b').updateSource(0, 0, 'evil ');
    ann.cell('a').updateSource(5, 5, '23');
    agree(room);
    expect(room.owner.cell('b').getSource()).toBe('print(2)');
    expect(room.owner.cell('a').getSource()).toBe('a = 123');
    expect(ann.outcomes.find(outcome => outcome.kind === 'partial')).toEqual({
      kind: 'partial',
      cells: [],
      refused: [{ cell: 'b', field: 'source', code: 'no-right', text: 'evil ' }],
      resync: false
    });
  });

  it('in one transaction inside and outside the scope: the permitted half survives', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true, cells: new Set(['a']) });
    ann.notebook.transact(() => {
      ann.cell('b').updateSource(0, 0, 'evil ');
      ann.cell('a').updateSource(5, 5, '23');
    });
    agree(room);
    expect(room.owner.cell('b').getSource()).toBe('print(2)');
    expect(room.owner.cell('a').getSource()).toBe('a = 123');
  });

  it('a refused deletion resyncs', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann');
    ann.cell('b').updateSource(0, 5, '');
    agree(room);
    expect(room.owner.cell('b').getSource()).toBe('print(2)');
    expect(ann.cell('b').getSource()).toBe('print(2)');
    expect(ann.outcomes.some(outcome => outcome.kind === 'partial' && outcome.resync)).toBe(true);
  });
});

describe('cells', () => {
  it('a new one arrives, untrusted', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true, structure: true });
    ann.notebook.insertCell(1, { cell_type: 'code', id: 'n', source: 'new', metadata: { trusted: true } });
    agree(room);
    expect(room.owner.notebook.cells.map(cell => cell.getId())).toEqual(['a', 'n', 'b', 'm']);
    expect(room.owner.cell('n').getMetadata()).toEqual({});
    expect(ann.outcomes.every(outcome => outcome.kind === 'accepted')).toBe(true);
  });

  it('a new one without structure is taken back', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true });
    ann.notebook.insertCell(1, { cell_type: 'code', id: 'n', source: 'new' });
    ann.cell('n').updateSource(0, 0, 'more ');
    agree(room);
    expect(room.owner.notebook.cells.map(cell => cell.getId())).toEqual(['a', 'b', 'm']);
  });

  it('moves with its outputs, also out of scope', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true, structure: true, cells: new Set(['a']) });
    const before = room.owner.cell('b').toJSON();
    ann.notebook.moveCell(1, 0);
    agree(room);
    expect(room.owner.notebook.cells.map(cell => cell.getId())).toEqual(['b', 'a', 'm']);
    expect(room.owner.cell('b').toJSON()).toEqual(before);
    ann.cell('b').updateSource(0, 0, 'x');
    agree(room);
    expect(room.owner.cell('b').getSource()).toBe('print(2)');
  });

  it('deletion needs structure', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true });
    ann.notebook.deleteCell(1);
    agree(room);
    expect(room.owner.notebook.cells).toHaveLength(3);
    const bob = room.guest('bob', { edit: true, structure: true });
    bob.notebook.deleteCell(1);
    agree(room);
    expect(room.owner.notebook.cells).toHaveLength(2);
  });
});

describe('metadata, outputs and state', () => {
  it('trusted is set back in place', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true });
    ann.cell('m').setMetadata('trusted', true);
    ann.cell('a').setMetadata('trusted', false);
    ann.cell('a').setMetadata('tags', ['y']);
    ann.cell('a').deleteMetadata('trusted');
    agree(room);
    expect(room.owner.cell('m').getMetadata()).toEqual({});
    expect(room.owner.cell('a').getMetadata()).toEqual({ trusted: true, tags: ['y'] });
    expect(ann.outcomes.every(outcome => outcome.kind !== 'violation')).toBe(true);
  });

  it('an editor clears outputs, nobody writes them', () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann', { edit: true });
    const cell = ann.cell('b') as unknown as {
      setOutputs(outputs: unknown[]): void;
      clearOutputs(): void;
      execution_count: number | null;
      executionState: string;
    };
    cell.setOutputs([{ output_type: 'stream', name: 'stdout', text: 'forged' }]);
    cell.execution_count = 9;
    cell.executionState = 'running';
    agree(room);
    expect(room.owner.cell('b').toJSON()).toMatchObject({
      outputs: [{ text: '2\n' }],
      execution_count: 3
    });
    const again = ann.cell('b') as unknown as typeof cell;
    again.clearOutputs();
    again.execution_count = null;
    agree(room);
    expect(room.owner.cell('b').toJSON()).toMatchObject({ outputs: [], execution_count: null });
  });

  it("a viewer's stock writes disturb nobody", () => {
    const room = new TestRoom(CELLS);
    const ann = room.guest('ann');
    ann.notebook.setState('document_id', 'json:notebook:1');
    ann.notebook.setMetadata('language_info', { name: 'python' });
    ann.notebook.dirty = true;
    const cell = ann.cell('b') as unknown as { executionState: string; execution_count: number | null };
    cell.executionState = 'running';
    cell.execution_count = null;
    agree(room);
    expect(ann.outcomes.every(outcome => outcome.kind === 'accepted')).toBe(true);
    expect(room.owner.notebook.metadata).toEqual({});
    expect(room.owner.cell('b').toJSON()).toMatchObject({ execution_count: 3 });
  });
});
