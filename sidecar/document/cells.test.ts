import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { notebook } from '../testing/fakeJupyter.ts';
import { cellsOf, findCell, notebookMetadata, toNotebook, viewCell } from './cells.ts';

function make(cells: Record<string, string> = { a: 'x = 1', b: 'y = 2' }) {
  const model = new YNotebook();
  model.fromJSON(notebook(cells) as never);
  return { doc: model.ydoc, model };
}

describe('cells', () => {
  it('are found by id', () => {
    const { doc } = make();
    expect(viewCell(findCell(doc, 'b')!)).toEqual({ type: 'code', source: 'y = 2' });
    expect(findCell(doc, 'c')).toBeUndefined();
    expect(findCell(doc, '')).toBeUndefined();
  });

  it('S25, T60: an id that two cells carry names neither', () => {
    const { doc } = make();
    cellsOf(doc).get(1).set('id', 'a');
    expect(findCell(doc, 'a')).toBeUndefined();
    expect(findCell(doc, 'b')).toBeUndefined();
  });

  it('a source that is no text is empty, never run as something else', () => {
    const { doc } = make();
    findCell(doc, 'a')!.set('source', 'import os' as never);
    expect(viewCell(findCell(doc, 'a')!)).toEqual({ type: 'code', source: '' });
  });
});

describe('the notebook', () => {
  it('its metadata is read as JSON', () => {
    const { doc } = make();
    expect(notebookMetadata(doc, 'kernelspec')).toEqual({
      name: 'python3',
      display_name: 'Python 3 (mine)',
      language: 'python'
    });
    expect(notebookMetadata(doc, 'nothing')).toBeUndefined();
    expect(notebookMetadata(new Y.Doc(), 'kernelspec')).toBeUndefined();
  });

  it('is nbformat JSON, and reading it changes nothing', () => {
    const { doc } = make();
    const before = Y.encodeStateVector(doc);
    expect(toNotebook(doc)).toMatchObject({
      nbformat: 4,
      cells: [
        { id: 'a', cell_type: 'code', source: 'x = 1', outputs: [] },
        { id: 'b', source: 'y = 2' }
      ]
    });
    expect(Y.encodeStateVector(doc)).toEqual(before);
  });
});
