import { YNotebook, type YCodeCell } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import { quiet } from '../testing/quiet.ts';
import { changesContent, hasContentOf } from './content.ts';

quiet();

const OUTPUT = { output_type: 'stream' as const, name: 'stdout' as const, text: 'x' };

describe('what counts as a change of the content', () => {
  const notebook = new YNotebook();
  notebook.fromJSON({
    cells: [{ id: 'a', cell_type: 'code', source: 'x', metadata: {}, outputs: [], execution_count: null }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
  const doc = notebook.ydoc;
  const counts = (change: () => void): boolean => {
    let found = false;
    const look = (_: Uint8Array, __: unknown, ___: Y.Doc, transaction: Y.Transaction): void => {
      found ||= changesContent(doc, transaction);
    };
    doc.on('update', look);
    change();
    doc.off('update', look);
    return found;
  };

  it('cells and metadata do', () => {
    expect(counts(() => notebook.cells[0]?.setSource('y'))).toBe(true);
    expect(counts(() => notebook.cells[0]?.setMetadata('tags', ['a']))).toBe(true);
    expect(counts(() => notebook.setMetadata('title', 'x'))).toBe(true);
    expect(counts(() => (notebook.nbformat_minor = 4))).toBe(true);
  });
  it('what a kernel says of itself, and what is no part of the notebook, does not', () => {
    expect(counts(() => notebook.setMetadata('language_info', { name: 'python' }))).toBe(false);
    expect(counts(() => notebook.setMetadata('kernelspec', { name: 'a', display_name: 'A' }))).toBe(false);
    expect(counts(() => notebook.setState('dirty', true))).toBe(false);
    expect(
      counts(() =>
        doc.transact(() => {
          notebook.setMetadata('language_info', { name: 'r' });
          notebook.setMetadata('title', 'y');
        })
      )
    ).toBe(true);
  });
});

describe('whether a document has what the file has', () => {
  const file = {
    cells: [
      {
        id: 'a',
        cell_type: 'code',
        source: 'x',
        metadata: { trusted: true },
        outputs: [],
        execution_count: 2
      },
      { id: 'b', cell_type: 'markdown', source: '# b', metadata: { tags: ['t'] } }
    ],
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' }, title: 'x' },
    nbformat: 4,
    nbformat_minor: 5
  };
  const open = () => {
    const notebook = new YNotebook();
    notebook.fromJSON(structuredClone(file));
    return notebook;
  };

  it('it has, also when a kernel has said what it is and cells are trusted or not', () => {
    const notebook = open();
    notebook.setMetadata('language_info', { name: 'python', version: '3.14' });
    notebook.cells[0]?.setMetadata('trusted', false);
    expect(hasContentOf(notebook.ydoc, file)).toBe(true);
  });
  it.each<[string, (notebook: YNotebook) => void]>([
    ['a source', notebook => notebook.cells[1]?.setSource('# c')],
    ['an output', notebook => (notebook.cells[0] as YCodeCell).setOutputs([OUTPUT])],
    ['a count', notebook => ((notebook.cells[0] as YCodeCell).execution_count = 3)],
    ['metadata of a cell', notebook => notebook.cells[1]?.setMetadata('tags', [])],
    ['metadata', notebook => notebook.setMetadata('title', 'y')],
    ['the order', notebook => notebook.moveCell(0, 1)],
    ['a cell more', notebook => void notebook.addCell({ cell_type: 'raw', source: '' })]
  ])('it has not: %s', (_, change) => {
    const notebook = open();
    change(notebook);
    expect(hasContentOf(notebook.ydoc, file)).toBe(false);
  });
  it.each([null, 'text', {}, { cells: 1 }])('no notebook: %j', content => {
    expect(hasContentOf(open().ydoc, content)).toBe(false);
  });
});
