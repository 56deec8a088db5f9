import { YNotebook } from '@jupyter/ydoc';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { putBack, Unsent } from './unsent.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const make = (...sources: string[]) => {
  const notebook = new YNotebook();
  sources.forEach((source, index) =>
    notebook.addCell({ cell_type: 'code', source, id: `cell-${index}` } as Parameters<
      typeof notebook.addCell
    >[0])
  );
  return notebook;
};
const panelOf = (sharedModel: YNotebook) =>
  ({ content: { model: { sharedModel } } }) as unknown as NotebookPanel;
const edit = (notebook: YNotebook, index: number, source: string) => notebook.cells[index]!.setSource(source);

function setUp(...sources: string[]) {
  const notebook = make(...sources);
  const unsent = new Unsent();
  unsent.watch(panelOf(notebook));
  unsent.connected = true;
  return { notebook, unsent };
}

it('with a connection it is what was typed in the last moments; without one, all that was typed since', () => {
  const { notebook, unsent } = setUp('a', 'b', 'c');
  edit(notebook, 0, 'a received');
  vi.advanceTimersByTime(2_000);
  edit(notebook, 1, 'b on its way');
  vi.advanceTimersByTime(2_000);
  unsent.connected = false;
  edit(notebook, 2, 'c away');
  vi.advanceTimersByTime(3_600_000);
  edit(notebook, 2, 'c far away');
  expect(unsent.texts).toEqual([
    { cell: 'cell-1', before: ['b'], text: 'b on its way' },
    { cell: 'cell-2', before: ['c'], text: 'c far away' }
  ]);
});

it('of what was on its way when the connection broke, the server may have any part', () => {
  const { notebook, unsent } = setUp('a');
  edit(notebook, 0, 'ab');
  edit(notebook, 0, 'abc');
  unsent.connected = false;
  edit(notebook, 0, 'abcd');
  edit(notebook, 0, 'abcde');
  const { texts } = unsent;
  expect(texts).toEqual([{ cell: 'cell-0', before: ['a', 'ab', 'abc'], text: 'abcde' }]);
  const fresh = make('ab');
  putBack(texts, panelOf(fresh), () => true, expect.unreachable);
  expect(fresh.cells[0]?.getSource()).toBe('abcde');
});

it('connected again with the same copy, it is sent, and not kept for a later time', () => {
  const { notebook, unsent } = setUp('a');
  unsent.connected = false;
  edit(notebook, 0, 'a away');
  unsent.connected = true;
  unsent.connected = false;
  expect(unsent.texts).toHaveLength(1);
  unsent.connected = true;
  vi.advanceTimersByTime(4_000);
  unsent.connected = false;
  expect(unsent.texts).toEqual([]);
});

it('what others wrote is not what was typed here', () => {
  const { notebook, unsent } = setUp('a');
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(notebook.ydoc));
  const cell = other.getArray('cells').get(0) as Y.Map<Y.Text>;
  cell.get('source')?.insert(1, ' by others');
  unsent.connected = false;
  Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(other));
  expect(notebook.cells[0]?.getSource()).toBe('a by others');
  expect(unsent.texts).toEqual([]);
});

it('a copy that was replaced is forgotten', () => {
  const { notebook, unsent } = setUp('a');
  unsent.connected = false;
  edit(notebook, 0, 'old');
  const fresh = make('a');
  unsent.watch(panelOf(fresh));
  edit(notebook, 0, 'older');
  expect(unsent.texts).toEqual([]);
  edit(fresh, 0, 'new');
  expect(unsent.texts).toEqual([{ cell: 'cell-0', before: ['a'], text: 'new' }]);
});

it('goes into the new copy where nothing else changed; the rest is handed out', () => {
  const fresh = make('a', 'b by others', 'c', 'd new');
  const lost: [string, string][] = [];
  putBack(
    [
      { cell: 'cell-0', before: ['a'], text: 'a mine' },
      { cell: 'cell-1', before: ['b'], text: 'b mine' },
      { cell: 'cell-2', before: ['c'], text: 'c mine' },
      { cell: 'cell-3', before: ['d'], text: 'd new' },
      { cell: 'made here', before: [], text: 'e mine' },
      { cell: 'made and left empty', before: [], text: ' ' }
    ],
    panelOf(fresh),
    cell => cell !== 'cell-2',
    (cell, text) => lost.push([cell, text])
  );
  expect(fresh.cells.map(cell => cell.getSource())).toEqual(['a mine', 'b by others', 'c', 'd new']);
  expect(lost).toEqual([
    ['cell-1', 'b mine'],
    ['cell-2', 'c mine'],
    ['made here', 'e mine']
  ]);
});
