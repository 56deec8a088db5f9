/**
 * Opens the Share dialog on a share.
 * @module
 */
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { ShareDialog } from '../components/ShareDialog.tsx';
import type { OwnedShare } from './ownedShare.ts';

/** What the dialog needs. */
export interface ShareDialogOptions {
  readonly share: OwnedShare;
  readonly cellNumber: (id: string) => number | null;
  readonly trans: TranslationBundle;
}

/** Shows the dialog until it is closed. */
export async function openShareDialog(options: ShareDialogOptions): Promise<void> {
  const { share, trans } = options;
  const dialog = new ShareWindow({
    title: trans.__('Share "%1"', share.view.share.name),
    body: new ShareDialogBody(options),
    buttons: [Dialog.okButton({ label: trans.__('Done') })],
    hasClose: true,
    focusNodeSelector: '.jp-LiveShare-addInput'
  });
  dialog.addClass('jp-LiveShare-window');
  const close = (): void => dialog.reject();
  share.ended.connect(close);
  await dialog.launch();
  share.ended.disconnect(close);
}

class ShareDialogBody extends ReactWidget {
  private readonly options: ShareDialogOptions;
  constructor(options: ShareDialogOptions) {
    super();
    this.options = options;
    options.share.changed.connect(this.update, this);
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
    const { cellNumber, share, trans } = this.options;
    return <ShareDialog view={share.view} actions={share} cellNumber={cellNumber} trans={trans} />;
  }
}

/** JupyterLab's dialog takes Enter in any field as Done; here Enter adds a person. */
class ShareWindow extends Dialog<void> {
  protected override _evtKeydown(event: KeyboardEvent): void {
    const inBody = event.target instanceof Element && event.target.closest('.jp-LiveShare') !== null;
    if (event.key === 'Enter' && inBody) {
      return;
    }
    super._evtKeydown(event);
  }
}
