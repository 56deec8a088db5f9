import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import { changesContent } from './content.ts';

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
