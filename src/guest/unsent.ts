/**
 * What was typed here and may never have reached the server: all of it while there was no connection, and the last moments before. A
 * server that has begun anew knows nothing of this page's copy; what is in here is put into the new one.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { followSources, type SourceChange } from './sources.ts';

/** Milliseconds after which what was typed with a connection has been received. */
const RECEIVED = 3_000;
/** States of a text that are remembered: more than somebody types in that time. */
const MOST = 200;

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
    if (connected === this._connected) {
      return;
    }
    this.settle();
    this._connected = connected;
    // Connected again, with the same copy: it is being sent. Else the server may have it as it is now, and nothing that comes after.
    const at = connected ? performance.now() : Infinity;
    for (const [cell, { before }] of this.open) {
      this.open.set(cell, { before: connected ? before : [...before, this.sources.get(cell) ?? ''], at });
    }
  }

  /** Starts to listen to a notebook that is loaded; one that was listened to before is forgotten. */
  watch(panel: NotebookPanel): void {
    this.open.clear();
    const sources = followSources(panel, change => {
      // A copy that was replaced says nothing any more.
      if (change.local && sources === this.sources) {
        this.note(change);
      }
    });
    this.sources = sources;
  }

  /** What may be known here alone, now. */
  get texts(): readonly UnsentText[] {
    this.settle();
    return [...this.open]
      .map(([cell, { before }]) => ({ cell, before, text: this.sources.get(cell) ?? '' }))
      .filter(({ before, text }) => text !== before[0])
      .map(each => ({ ...each, before: each.before.filter(state => state !== each.text) }));
  }

  private note({ cell, before: last }: SourceChange): void {
    this.settle();
    const known = this.open.get(cell)?.before;
    const isNew = last !== null && (known === undefined || this._connected);
    const before = [...(known ?? []), ...(isNew ? [last] : [])].slice(-MOST);
    this.open.set(cell, { before, at: this._connected ? performance.now() : Infinity });
  }

  /** Forgets what has been received by now. */
  private settle(): void {
    const now = performance.now();
    this.open.forEach(({ at }, cell) => now - at > RECEIVED && this.open.delete(cell));
  }

  private _connected = false;
  private readonly open = new Map<string, { readonly before: readonly string[]; readonly at: number }>();
  private sources: ReadonlyMap<string, string> = new Map();
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
