/**
 * What was typed here and may never have reached the server: all of it while there was no connection, and the last moments before. A
 * server that has begun anew knows nothing of this page's copy; what is in here is put into the new one.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';

/** Milliseconds after which what was typed with a connection has been received. */
const RECEIVED = 3_000;
/** States of a text that are remembered: more than somebody types in that time. */
const MOST = 200;

/** What of Yjs this file looks at: a text that is the source of a cell. */
interface TypeLike {
  readonly parent: { get?(key: string): unknown } | null;
  toString(): string;
}
interface TransactionLike {
  readonly local: boolean;
  readonly changed: ReadonlyMap<TypeLike, unknown>;
}

/** One cell's text that may be known here alone. */
export interface UnsentText {
  readonly cell: string;
  /** What the server may have of it: the text as it was before, and what it became while there was a connection. */
  readonly before: readonly string[];
  readonly text: string;
}

/** Follows one copy of the notebook. */
export class Unsent {
  /** Whether the notebook's own socket is open. */
  get connected(): boolean {
    return this._connected;
  }
  set connected(connected: boolean) {
    this.settle();
    this._connected = connected;
    this.left.clear();
    const now = performance.now();
    // Connected again, with the same copy: it is being sent.
    this.open.forEach((each, cell) => this.open.set(cell, { ...each, at: connected ? now : Infinity }));
  }

  /** Starts to listen to a notebook that is loaded; one that was listened to before is forgotten. */
  watch(panel: NotebookPanel): void {
    const shared = panel.content.model?.sharedModel;
    if (!shared || !('ydoc' in shared)) {
      return;
    }
    this.open.clear();
    this.left.clear();
    this.sources = new Map(shared.cells.map(cell => [cell.getId(), cell.getSource()]));
    const { sources } = this;
    const doc = shared.ydoc as { on(name: 'afterTransaction', heard: (t: TransactionLike) => void): void };
    doc.on('afterTransaction', ({ changed, local }) => {
      // A copy that was replaced says nothing any more.
      if (sources === this.sources) {
        [...changed.keys()].forEach(type => this.note(type, local));
      }
    });
  }

  /** What may be known here alone, now. */
  get texts(): readonly UnsentText[] {
    this.settle();
    return [...this.open]
      .map(([cell, { before }]) => ({ cell, before, text: this.sources.get(cell) ?? '' }))
      .filter(({ before, text }) => text !== before[0]);
  }

  private note(type: TypeLike, local: boolean): void {
    const { parent } = type;
    const cell = parent?.get?.('source') === type ? parent.get?.('id') : null;
    if (typeof cell !== 'string') {
      return;
    }
    if (local) {
      this.settle();
      const before = this.open.get(cell)?.before ?? [];
      const last = this.sources.get(cell);
      const isNew = last !== undefined && (this._connected || before.length === 0 || !this.left.has(cell));
      this.open.set(cell, {
        before: isNew ? [...before, last].slice(-MOST) : before,
        at: this._connected ? performance.now() : Infinity
      });
      if (!this._connected) {
        this.left.add(cell);
      }
    }
    this.sources.set(cell, type.toString());
  }

  /** Forgets what has been received by now. */
  private settle(): void {
    const now = performance.now();
    this.open.forEach(({ at }, cell) => now - at > RECEIVED && this.open.delete(cell));
  }

  private _connected = false;
  private readonly open = new Map<string, { readonly before: readonly string[]; readonly at: number }>();
  /** Cells that were changed here since the connection broke. */
  private readonly left = new Set<string>();
  private sources = new Map<string, string>();
}

/**
 * Puts texts into a new copy, where a cell says what it said before; what can't be put there is given to `lost`.
 * @param mayEdit whether a cell can be changed here.
 */
export function putBack(
  texts: readonly UnsentText[],
  panel: NotebookPanel,
  mayEdit: (cell: string) => boolean,
  lost: (cell: string, text: string) => void
): void {
  const cells = new Map(panel.content.model?.sharedModel.cells.map(cell => [cell.getId(), cell]));
  for (const { cell, before, text } of texts) {
    const found = cells.get(cell);
    const now = found?.getSource();
    if (now === text) {
      continue;
    }
    if (found && now !== undefined && before.includes(now) && mayEdit(cell)) {
      found.setSource(text);
    } else if (text.trim() !== '') {
      lost(cell, text);
    }
  }
}
