/**
 * The shared notebook's cells, read and written by id.
 * Source: @jupyter/ydoc's document format 2.0.0.
 * @module
 */
import { createHash } from 'node:crypto';
import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

/** A cell of the shared document. */
export type YCell = Y.Map<unknown>;

/** What a run needs to know of a cell. */
export interface CellView {
  readonly type: string;
  readonly source: string;
}

/** The list of cells. */
export function cellsOf(doc: Y.Doc): Y.Array<YCell> {
  return doc.getArray<YCell>('cells');
}

/** The one cell with an id; undefined when there is none, or when two carry it: which is meant would be a guess. */
export function findCell(doc: Y.Doc, id: string): YCell | undefined {
  const found = cellsOf(doc)
    .toArray()
    .filter(cell => cell.get('id') === id);
  return found.length === 1 ? found[0] : undefined;
}

/** A cell's type and source. */
export function viewCell(cell: YCell): CellView {
  const source = cell.get('source');
  return {
    type: String(cell.get('cell_type')),
    source: source instanceof Y.Text ? source.toString() : ''
  };
}

/** SHA-256 of a source, hex: what callers name to say which source they saw. */
export function sourceHash(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

/** A field of the notebook's metadata as JSON; undefined when it isn't there. */
export function notebookMetadata(doc: Y.Doc, key: string): unknown {
  const metadata = doc.getMap('meta').get('metadata');
  if (!(metadata instanceof Y.Map)) {
    return undefined;
  }
  const value: unknown = metadata.get(key);
  return value instanceof Y.AbstractType ? value.toJSON() : value;
}

/** The whole notebook as nbformat JSON. */
export function toNotebook(doc: Y.Doc): Record<string, unknown> {
  const notebook = new YNotebook();
  try {
    Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(doc));
    return { ...notebook.toJSON() };
  } finally {
    notebook.dispose();
  }
}
