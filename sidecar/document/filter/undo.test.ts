/**
 * Undo and redo of stock JupyterLab, in the notebook and in a cell: Yjs brings back what was deleted as new items, next to what was written meanwhile.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import { quiet } from '../../testing/quiet.ts';
import { author, jsonOf, TestRoom, type TestClient } from '../../testing/random.ts';

const FULL = { edit: true, structure: true };
let room: TestRoom;

quiet();

beforeEach(() => {
  room = new TestRoom([
    { id: 'a', cell_type: 'code', source: 'one two' },
    {
      id: 'b',
      cell_type: 'code',
      source: 'print(2)',
      metadata: { trusted: true },
      outputs: [{ output_type: 'stream', name: 'stdout', text: '2\n' }],
      execution_count: 4
    },
    { id: 'm', cell_type: 'markdown', source: 'mark' }
  ]);
  pause(room.owner);
});

afterEach(() => room.end());

/** What comes is undone by itself. */
function pause({ notebook }: TestClient): void {
  [notebook, ...notebook.cells].forEach(({ undoManager }) => undoManager?.stopCapturing());
}

/** Everything arrives, and everybody shows the same. */
function agree(): void {
  room.settle();
  for (const client of room.clients.values()) {
    expect(jsonOf(client.doc)).toEqual(room.json());
    pause(client);
  }
}

function sources(): unknown[] {
  return (room.json()['cells'] as { source: string }[]).map(({ source }) => source);
}

function type(client: TestClient, id: string, text: string, at = 0): void {
  client.cell(id).updateSource(at, at, text);
}

/** Whether everything a client did was taken as it was. */
function untouched(client: TestClient): boolean {
  return client.outcomes.every(({ kind }) => kind === 'accepted');
}

describe.each([
  ['in the whole notebook', false],
  ['cell by cell', true]
])('T85 S28 undo %s', (_, perCell) => {
  it.each([
    ['alone', false],
    ['while another types', true]
  ])('T85 a deleted cell comes back, is typed in, and that is undone and redone, %s', (_name, another) => {
    const ann = room.guest('ann', FULL, perCell);
    const bob = room.guest('bob', FULL);
    const meanwhile = (text: string): void => {
      if (another) {
        type(bob, 'a', text);
      }
      agree();
    };
    ann.cell('a').updateSource(0, 3, '');
    agree();
    ann.notebook.deleteCell(0);
    agree();
    ann.notebook.undo();
    agree();
    meanwhile('B');
    type(ann, 'a', 'X', 1);
    meanwhile('C');
    type(ann, 'a', 'Y', 2);
    meanwhile('D');
    ann.cell('a').undo();
    ann.cell('a').undo();
    meanwhile('E');
    expect(sources()[0]).toBe(another ? 'EDCB two' : ' two');
    ann.cell('a').redo();
    ann.cell('a').redo();
    agree();
    expect(sources()[0]).toMatch(another ? /^E[XYDCB]+ [XY]*two$/ : /^ XYtwo$/);
    expect(sources()[0]).toMatch(/X.*Y|Y.*X/);
    expect(untouched(ann) && untouched(bob)).toBe(true);
  });

  it('T85 what was deleted before the cell was comes back next to what was typed after', () => {
    const ann = room.guest('ann', FULL);
    ann.cell('a').updateSource(0, 3, '');
    agree();
    type(ann, 'a', 'K');
    agree();
    ann.notebook.deleteCell(0);
    agree();
    ann.notebook.undo();
    agree();
    type(ann, 'a', 'X', 1);
    agree();
    for (const expected of ['K two', ' two', 'one two']) {
      ann.notebook.undo();
      agree();
      expect(sources()[0]).toBe(expected);
    }
    for (const expected of [' two', 'K two', 'KX two']) {
      ann.notebook.redo();
      agree();
      expect(sources()[0]).toBe(expected);
    }
    expect(untouched(ann)).toBe(true);
  });

  it('S28 the owner undoes and redoes while guests type: their letters stay', () => {
    const ann = room.guest('ann', FULL, perCell);
    type(room.owner, 'a', 'OOO');
    agree();
    type(ann, 'a', 'A', 1);
    room.owner.notebook.undo();
    agree();
    expect(sources()[0]).toBe('Aone two');
    type(ann, 'a', 'N');
    room.owner.notebook.redo();
    agree();
    expect(sources()[0]).toMatch(/^(?=.*O.*O.*O)(?=.*N)(?=.*A)[NAO]{5}one two$/);
    expect(untouched(ann)).toBe(true);
  });

  it('S28 the owner deletes a cell in which a guest types, and undoes that: the guest types on', () => {
    const ann = room.guest('ann', FULL, perCell);
    room.owner.notebook.deleteCell(0);
    type(ann, 'a', 'lost ');
    agree();
    expect(sources()).toHaveLength(2);
    room.owner.notebook.undo();
    agree();
    type(ann, 'a', 'A');
    agree();
    expect(sources()[0]).toContain('A');
    expect(untouched(ann)).toBe(true);
  });

  it('S28 a move is undone and redone', () => {
    const ann = room.guest('ann', FULL, perCell);
    ann.notebook.moveCell(0, 2);
    agree();
    ann.notebook.undo();
    agree();
    expect(sources()).toEqual(['one two', 'print(2)', 'mark']);
    ann.notebook.redo();
    agree();
    expect(sources()).toEqual(['print(2)', 'mark', 'one two']);
    expect(untouched(ann)).toBe(true);
  });
});

describe('T85 undo of a cell’s deletion', () => {
  it('T85 brings back outputs, count and trust that it had, however often', () => {
    const before = room.json();
    const ann = room.guest('ann', FULL);
    for (let n = 0; n < 3; n++) {
      ann.notebook.deleteCell(1);
      agree();
      ann.notebook.undo();
      agree();
      expect(room.json()['cells']).toEqual(before['cells']);
    }
    expect(untouched(ann)).toBe(true);
  });

  it('T53 brings back no others: not those of an owner’s deletion, and none that were made up', () => {
    const ann = room.guest('ann', FULL);
    const stale = ann.cell('b').toJSON();
    room.owner.notebook.deleteCell(1);
    agree();
    ann.notebook.insertCell(1, stale as Parameters<typeof ann.notebook.insertCell>[1]);
    agree();
    expect(room.json()['cells']).toMatchObject([{}, { id: 'b', outputs: [], execution_count: null }, {}]);
    ann.notebook.deleteCell(1);
    agree();
    ann.notebook.insertCell(1, {
      ...(stale as Parameters<typeof ann.notebook.insertCell>[1]),
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'forged' }]
    } as Parameters<typeof ann.notebook.insertCell>[1]);
    agree();
    expect(room.json()['cells']).toMatchObject([{}, { id: 'b', outputs: [] }, {}]);
  });

  it('T74 in a scope: any cell that one has taken out comes back as it was, and stays whose it was', () => {
    const bob = room.guest('bob', { ...FULL, cells: new Set(['m']) });
    for (const index of [0, 2]) {
      bob.notebook.deleteCell(index);
      agree();
      bob.notebook.undo();
      agree();
      expect(sources()).toEqual(['one two', 'print(2)', 'mark']);
    }
    expect(untouched(bob)).toBe(true);
    type(bob, 'm', 'B');
    type(bob, 'a', 'B');
    agree();
    expect(sources()).toEqual(['one two', 'print(2)', 'Bmark']);
  });

  it('T74 in a scope: it does not come back with other text, nor what somebody else took out', () => {
    const bob = room.guest('bob', { ...FULL, cells: new Set(['m']) });
    const changed = { ...bob.cell('a').toJSON(), source: 'evil' };
    bob.notebook.deleteCell(0);
    agree();
    bob.notebook.insertCell(0, changed as Parameters<typeof bob.notebook.insertCell>[1]);
    agree();
    expect(sources()).toEqual(['print(2)', 'mark']);
    bob.notebook.undo();
    bob.notebook.undo();
    room.owner.notebook.deleteCell(0);
    agree();
    const stale = { id: 'b', cell_type: 'code', source: 'print(2)', metadata: {} };
    bob.notebook.insertCell(0, stale as Parameters<typeof bob.notebook.insertCell>[1]);
    agree();
    expect(sources()).not.toContain('print(2)');
  });

  it('T74 one’s own cell that came back is one’s own after a restart too: that it came back is news for the journal', () => {
    const bob = room.guest('bob', { ...FULL, cells: new Set(['m']) });
    const own = { id: 'own', cell_type: 'code', source: 'mine', metadata: {} };
    bob.notebook.insertCell(0, own as Parameters<typeof bob.notebook.insertCell>[1]);
    agree();
    expect(room.filter.authorship().authors).toEqual([['own', 'bob']]);
    bob.notebook.deleteCell(0);
    agree();
    const { stamp } = room.filter;
    expect(room.filter.authorship().authors).toEqual([]);
    bob.notebook.undo();
    agree();
    expect(room.filter.authorship().authors).toEqual([['own', 'bob']]);
    expect(room.filter.stamp).toBeGreaterThan(stamp);
  });

  it('T84 S28 a locked cell that one took out before stays out while another holds its lock', () => {
    const ann = room.guest('ann', FULL);
    ann.notebook.deleteCell(2);
    agree();
    ann.rights = author('ann', { ...FULL, cells: new Set(['m']), lockedCells: new Set(['m']) });
    ann.notebook.undo();
    agree();
    expect(sources()).toHaveLength(2);
  });

  it('two who deleted the same cell and both undo that: it is there once, and who came second is told', () => {
    const [ann, bob] = [room.guest('ann', FULL), room.guest('bob', FULL)];
    ann.notebook.deleteCell(2);
    bob.notebook.deleteCell(2);
    agree();
    ann.notebook.undo();
    bob.notebook.undo();
    agree();
    expect(sources()).toEqual(['one two', 'print(2)', 'mark']);
    expect(bob.outcomes.at(-1)).toMatchObject({
      kind: 'partial',
      resync: false,
      refused: [{ cell: 'm', text: 'mark' }]
    });
    expect(room.doc.getArray<Y.Map<unknown>>('cells').length).toBe(3);
  });
});
