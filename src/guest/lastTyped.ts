/**
 * Remembers what was typed here last, cell by cell: a correction by the server may replace it before it can be copied.
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

/** Texts by cell id, as last typed in this page. */
export class LastTyped {
  /** Starts to listen to a notebook. */
  watch(panel: NotebookPanel): void {
    const shared = panel.content.model?.sharedModel;
    if (!shared || !('ydoc' in shared)) {
      return;
    }
    const doc = shared.ydoc as { on(name: 'afterTransaction', heard: (t: TransactionLike) => void): void };
    doc.on('afterTransaction', transaction => {
      if (transaction.local) {
        [...transaction.changed.keys()].forEach(type => this.keep(type));
      }
    });
  }

  /** What was typed in these cells; without ids, in any. */
  of(cells: readonly string[]): string {
    const ids = cells.length > 0 ? cells : [...this.texts.keys()].slice(-1);
    return ids.flatMap(id => this.texts.get(id) ?? []).join('\n\n');
  }

  private keep(type: TypeLike): void {
    const { parent } = type;
    const id = parent?.get?.('source') === type ? parent.get?.('id') : null;
    if (typeof id === 'string') {
      this.texts.delete(id);
      this.texts.set(id, type.toString());
    }
  }

  private readonly texts = new Map<string, string>();
}
