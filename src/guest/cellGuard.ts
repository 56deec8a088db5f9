/**
 * Cells that a guest may not change can't be typed in, moved or dropped upon, and say why.
 * @module
 */
import { type Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { lockIcon } from '@jupyterlab/ui-components';
import { onCellsMoved } from '../cells.ts';
import type { GuestSession } from './session.ts';
import { otherCells } from './words.ts';

const DRAGS = ['lm-dragenter', 'lm-dragover', 'lm-drop'] as const;
const LOCK = 'jp-LiveShare-lock';

/** Keeps one notebook's cells as the rights say, from now until it is closed. */
export function guardCells(panel: NotebookPanel, guest: GuestSession, trans: TranslationBundle): void {
  const apply = (): void => {
    panel.content.widgets.forEach(cell => guardCell(cell, guest, trans));
    panel.toggleClass('jp-LiveShare-mod-fixed', !guest.mayRestructure);
  };
  // Also what the owner made read-only meanwhile, at the latest when somebody goes there.
  const applyActive = (): void => {
    if (panel.content.activeCell) {
      guardCell(panel.content.activeCell, guest, trans);
    }
  };
  const stopDrag = (event: Event): void => {
    if (!guest.mayRestructure) {
      event.stopPropagation();
    }
  };
  DRAGS.forEach(type => panel.node.addEventListener(type, stopDrag, true));
  guest.rightsChanged.connect(apply);
  guest.ownChanged.connect(apply);
  onCellsMoved(panel, apply);
  panel.content.activeCellChanged.connect(applyActive);
  panel.disposed.connect(() => {
    guest.rightsChanged.disconnect(apply);
    guest.ownChanged.disconnect(apply);
  });
  void panel.context.ready.then(() => panel.isDisposed || apply());
  apply();
}

function guardCell(cell: Cell, guest: GuestSession, trans: TranslationBundle): void {
  const { id, sharedModel } = cell.model;
  guest.meet(id, isMadeHere(sharedModel));
  // Otherwise JupyterLab writes what is shown read-only or folded here into the notebook of everybody.
  cell.syncEditable = false;
  if (!guest.now.rights.edit) {
    cell.syncCollapse = false;
    if (cell instanceof CodeCell) {
      cell.syncScrolled = false;
    }
  }
  const covered = guest.mayEdit(id);
  const allowed = covered && cell.model.getMetadata('editable') !== false;
  cell.readOnly = !allowed;
  if (!guest.now.rights.edit || allowed) {
    showLock(cell, null);
  } else {
    showLock(cell, covered ? trans.__('This cell is read-only') : otherCells(guest.owner, trans));
  }
}

/** A small lock at the corner, with the reason on hover there and over the source; null takes it away. */
function showLock(cell: Cell, why: string | null): void {
  cell.toggleClass('jp-LiveShare-mod-locked', why !== null);
  let lock = cell.node.querySelector<HTMLElement>(`:scope > .${LOCK}`);
  if (why === null) {
    lock?.remove();
  } else if (!lock) {
    lock = document.createElement('div');
    lock.className = LOCK;
    lock.setAttribute('role', 'img');
    lockIcon.element({ container: lock, tag: 'span' });
    lock.className = LOCK;
    cell.node.append(lock);
  }
  if (lock && why !== null && lock.title !== why) {
    lock.title = why;
    lock.setAttribute('aria-label', why);
  }
  // The source is drawn when the cell comes into sight for the first time.
  void cell.ready.then(() => {
    if (!cell.isDisposed && cell.inputArea) {
      cell.inputArea.node.title = lock?.isConnected === false || why === null ? '' : why;
    }
  });
}

/** Whether the cell was inserted in this page, which its place in the shared document tells. */
function isMadeHere(cell: object): boolean {
  const map = 'ymodel' in cell ? (cell.ymodel as YMapLike | undefined) : undefined;
  return Boolean(map?._item) && map?._item?.id.client === map?.doc?.clientID;
}

/** What of Yjs this file looks at. */
interface YMapLike {
  readonly doc: { readonly clientID: number } | null;
  readonly _item: { readonly id: { readonly client: number } } | null;
}
