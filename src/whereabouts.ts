/**
 * Tells the server which cell this tab is in, so that the others see it.
 * @module
 */
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { Live } from './live.ts';

/** Milliseconds for which the tab stays in a cell before it is told: somebody running through the notebook isn't in each of its cells. */
const STAY = 120;

/**
 * Reports the active cell of the notebook in front.
 * @param live The socket to tell it on; null while that notebook isn't shared. Asked whenever the cell changes.
 */
export class Whereabouts implements IDisposable {
  private readonly tracker: INotebookTracker;
  private readonly live: () => Live | null;
  constructor(tracker: INotebookTracker, live: () => Live | null) {
    this.tracker = tracker;
    this.live = live;
    tracker.activeCellChanged.connect(this.soon, this);
    tracker.currentChanged.connect(this.soon, this);
  }

  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this.later.isDisposed;
  }

  /** The socket may be a new one, or new to us: tells it again. */
  refresh(): void {
    this.told = null;
    this.soon();
  }

  /** Stops reporting. */
  dispose(): void {
    this.later.dispose();
    this.tracker.activeCellChanged.disconnect(this.soon, this);
    this.tracker.currentChanged.disconnect(this.soon, this);
  }

  private soon(): void {
    void this.later.invoke();
  }

  private tell(): void {
    const live = this.live();
    const cell = this.tracker.activeCell?.model.id ?? null;
    if (!live || (this.told?.live === live && this.told.cell === cell)) {
      return;
    }
    if (live.send({ type: 'at', cell })) {
      this.told = { live, cell };
    }
  }

  private told: { readonly live: Live; readonly cell: string | null } | null = null;
  private readonly later = new Debouncer<void>(() => this.tell(), STAY);
}
