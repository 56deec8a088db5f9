/**
 * Goes to the cell somebody is in, and goes along with them until the person in front of this page moves by themselves.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';

/** What people do who want to look elsewhere. */
const MOVES = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;

/** Shows a cell in the middle of the notebook and makes it the active one; false when it isn't there (any more). */
export async function goToCell(panel: NotebookPanel, id: string): Promise<boolean> {
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === id);
  const cell = notebook.widgets[index];
  if (!cell) {
    return false;
  }
  notebook.deselectAll();
  notebook.mode = 'command';
  notebook.activeCellIndex = index;
  await notebook.scrollToCell(cell, 'center');
  return true;
}

/** Follows one person at a time. */
export class Follower {
  /** Whom; null for nobody. */
  get person(): string | null {
    return this._person;
  }
  /** Emitted when somebody else, or nobody any more, is followed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Starts following a person in a notebook; `at` is the cell they are in now. */
  start(panel: NotebookPanel, person: string, at: string | null): void {
    this.stop();
    this._person = person;
    this.panel = panel;
    for (const move of MOVES) {
      panel.node.addEventListener(move, this.moved, { capture: true, passive: true });
    }
    panel.disposed.connect(this.stop, this);
    this._changed.emit();
    this.at(at);
  }

  /** The person followed is in this cell now. */
  at(cell: string | null): void {
    if (!this.panel || cell === null || cell === this.shown) {
      return;
    }
    this.shown = cell;
    const found = this.panel.content.widgets.find(one => one.model.id === cell);
    if (found) {
      // One's own active cell stays where it is: looking along is not moving.
      void this.panel.content.scrollToCell(found, 'smart');
    }
  }

  /** Stops following. */
  stop(): void {
    const { panel } = this;
    if (!panel) {
      return;
    }
    MOVES.forEach(move => panel.node.removeEventListener(move, this.moved, { capture: true }));
    panel.disposed.disconnect(this.stop, this);
    this.panel = null;
    this.shown = null;
    this._person = null;
    this._changed.emit();
  }

  private readonly moved = (): void => this.stop();
  private panel: NotebookPanel | null = null;
  private shown: string | null = null;
  private _person: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
