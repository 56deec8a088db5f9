/**
 * Opens the Share dialog on a share.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { onCellsMoved } from '../cells.ts';
import { ShareDialog } from '../components/ShareDialog.tsx';
import { cellNumberIn, notebookAt } from './notebooks.ts';
import type { OwnedShare } from './ownedShare.ts';
import { pickScope } from './pickScope.ts';

/** What the dialog needs. */
export interface ShareDialogOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly share: OwnedShare;
  readonly trans: TranslationBundle;
}

/** Shows the dialog until it is closed; while cells are picked in the notebook it stays out of the way. */
export async function openShareDialog(options: ShareDialogOptions): Promise<void> {
  let row: string | null = null;
  do {
    row = await showDialog(options, row);
    if (row !== null) {
      await pickScope(options, row);
    }
  } while (row !== null && !options.share.isDisposed);
}

/** Shows the dialog, one row with its details open; the row to pick cells for, or null when it was closed. */
async function showDialog(options: ShareDialogOptions, open: string | null): Promise<string | null> {
  const { share, trans } = options;
  let picking: string | null = null;
  const onPick = (row: string): void => {
    picking = row;
    dialog.reject();
  };
  const dialog = new ShareWindow({
    title: trans.__('Share "%1"', share.view.share.name),
    body: new ShareDialogBody({ ...options, open, onPick }),
    buttons: [Dialog.okButton({ label: trans.__('Done') })],
    hasClose: true,
    focusNodeSelector: open === null ? '.jp-LiveShare-addInput' : '.jp-LiveShare-pickButton'
  });
  dialog.addClass('jp-LiveShare-window');
  const close = (): void => dialog.reject();
  share.ended.connect(close);
  await dialog.launch();
  share.ended.disconnect(close);
  return picking;
}

interface BodyOptions extends ShareDialogOptions {
  readonly open: string | null;
  readonly onPick: (row: string) => void;
}

class ShareDialogBody extends ReactWidget {
  private readonly options: BodyOptions;
  constructor(options: BodyOptions) {
    super();
    this.options = options;
    const { app, share, tracker } = options;
    share.changed.connect(this.update, this);
    const panel = notebookAt(app, tracker, share.view.share.path);
    const cells = panel && onCellsMoved(panel, () => this.update());
    this.disposed.connect(() => cells?.dispose());
  }
  /** A button that goes with what it did (Undo, Remove) would take the focus, and with it Escape, out of the dialog. */
  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    void this.renderPromise?.then(() => {
      if (this.isAttached && document.activeElement === document.body) {
        this.node.querySelector<HTMLElement>('.jp-LiveShare-addInput')?.focus();
      }
    });
  }

  protected render(): React.JSX.Element {
    const { app, onPick, open, share, tracker, trans } = this.options;
    const cellNumber = cellNumberIn(app, tracker, share.view.share.path);
    return (
      <ShareDialog
        view={share.view}
        actions={share}
        cellNumber={cellNumber}
        onPick={onPick}
        open={open}
        trans={trans}
      />
    );
  }
}

/** JupyterLab's dialog takes Enter in any field as Done; here Enter adds a person, and Escape first closes an open list. */
class ShareWindow extends Dialog<void> {
  protected override _evtKeydown(event: KeyboardEvent): void {
    const inBody = event.target instanceof Element && event.target.closest('.jp-LiveShare') !== null;
    const inList =
      event.target instanceof Element && event.target.matches('[role=combobox][aria-expanded=true]');
    if ((event.key === 'Enter' && inBody) || (event.key === 'Escape' && inList)) {
      return;
    }
    super._evtKeydown(event);
  }
}
