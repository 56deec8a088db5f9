/**
 * The sources of a notebook's cells, and what becomes of them, here and elsewhere.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';

/** What of Yjs this file looks at: a text that is the source of a cell. */
interface TypeLike {
  readonly parent: { get?(key: string): unknown } | null;
  toString(): string;
}
interface TransactionLike {
  readonly local: boolean;
  readonly changed: ReadonlyMap<TypeLike, unknown>;
}

/** A source that has changed. */
export interface SourceChange {
  readonly cell: string;
  /** Null for a cell that is new. */
  readonly before: string | null;
  readonly after: string;
  /** Whether it was changed here. */
  readonly local: boolean;
}

/** Listens to a notebook that is loaded, for as long as there is this copy of it. Its sources by cell id, kept up to date. */
export function followSources(
  panel: NotebookPanel,
  heard: (change: SourceChange) => void
): ReadonlyMap<string, string> {
  const shared = panel.content.model?.sharedModel;
  if (!shared || !('ydoc' in shared)) {
    return new Map();
  }
  const sources = new Map(shared.cells.map(cell => [cell.getId(), cell.getSource()]));
  const doc = shared.ydoc as { on(name: 'afterTransaction', heard: (t: TransactionLike) => void): void };
  doc.on('afterTransaction', ({ changed, local }) => {
    for (const type of changed.keys()) {
      const { parent } = type;
      const cell = parent?.get?.('source') === type ? parent.get?.('id') : null;
      if (typeof cell === 'string') {
        const [before, after] = [sources.get(cell) ?? null, type.toString()];
        sources.set(cell, after);
        heard({ cell, before, after, local });
      }
    }
  });
  return sources;
}
