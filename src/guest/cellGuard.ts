/**
 * Cells that a guest may not change can't be typed in, moved or dropped upon.
 * @module
 */
import { type Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { GuestSession } from './session.ts';

const DRAGS = ['lm-dragenter', 'lm-dragover', 'lm-drop'] as const;

/** Keeps one notebook's cells as the rights say, from now until it is closed. */
export function guardCells(panel: NotebookPanel, guest: GuestSession): void {
  const apply = (): void => {
    panel.content.widgets.forEach(cell => guardCell(cell, guest));
    panel.toggleClass('jp-LiveShare-mod-fixed', !guest.mayRestructure);
  };
  // Widgets of new cells are made by a listener of the same signal: look after it.
  const soon = (): void => void Promise.resolve().then(() => panel.isDisposed || apply());
  const stopDrag = (event: Event): void => {
    if (!guest.mayRestructure) {
      event.stopPropagation();
    }
  };
  DRAGS.forEach(type => panel.node.addEventListener(type, stopDrag, true));
  guest.rightsChanged.connect(apply);
  panel.content.modelContentChanged.connect(soon);
  panel.content.activeCellChanged.connect(soon);
  panel.disposed.connect(() => guest.rightsChanged.disconnect(apply));
  void panel.context.ready.then(soon);
  apply();
}

function guardCell(cell: Cell, guest: GuestSession): void {
  // Otherwise JupyterLab writes what is shown read-only or folded here into the notebook of everybody.
  cell.syncEditable = false;
  if (!guest.now.rights.edit) {
    cell.syncCollapse = false;
    if (cell instanceof CodeCell) {
      cell.syncScrolled = false;
    }
  }
  const allowed = guest.mayEdit(cell.model.id) && cell.model.getMetadata('editable') !== false;
  cell.readOnly = !allowed;
  cell.toggleClass('jp-LiveShare-mod-locked', guest.now.rights.edit && !allowed);
}
