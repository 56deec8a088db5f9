/**
 * Cells of an open notebook by id: where they stand now, and when that changes.
 * @module
 */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

/** A cell's widget. */
export function cellWidget(panel: NotebookPanel | null, id: string): Cell | null {
  return panel?.content.widgets.find(cell => cell.model.id === id) ?? null;
}

/** A cell's number as people count; null when there is none with that id. */
export function cellNumber(panel: NotebookPanel | null, id: string): number | null {
  const index = panel?.content.widgets.findIndex(cell => cell.model.id === id) ?? -1;
  return index < 0 ? null : index + 1;
}

/** Makes a cell the active one and shows it in the middle of the notebook; false when it isn't there (any more). */
export async function goToCell(panel: NotebookPanel, id: string): Promise<boolean> {
  const { content } = panel;
  const index = content.widgets.findIndex(cell => cell.model.id === id);
  const cell = content.widgets[index];
  if (!cell) {
    return false;
  }
  content.deselectAll();
  content.mode = 'command';
  content.activeCellIndex = index;
  await content.scrollToCell(cell, 'center');
  return true;
}

/**
 * Calls back after cells came, went or moved, their widgets being in place, and when the notebook is loaded.
 * Ends with the notebook at the latest.
 */
export function onCellsMoved(panel: NotebookPanel, heard: () => void): IDisposable {
  let cells = panel.content.model?.cells ?? null;
  // Widgets of new cells are made by a listener of the same signal: look after it.
  const soon = (): void => void Promise.resolve().then(() => watch.isDisposed || panel.isDisposed || heard());
  const change = (): void => {
    cells?.changed.disconnect(soon);
    cells = panel.content.model?.cells ?? null;
    cells?.changed.connect(soon);
    soon();
  };
  const watch = new DisposableDelegate(() => {
    cells?.changed.disconnect(soon);
    panel.content.modelChanged.disconnect(change);
  });
  cells?.changed.connect(soon);
  panel.content.modelChanged.connect(change);
  panel.disposed.connect(() => watch.dispose());
  return watch;
}
