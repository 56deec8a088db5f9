/**
 * Unsaved work: what the owner is offered, and the note in a guest's toolbar.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { SavedNote } from '../guest/savedNote.tsx';
import { notebookAt, notebookPath } from '../owner/notebooks.ts';
import type { OwnedShare } from '../owner/ownedShare.ts';
import type { Shares } from '../owner/shares.ts';
import { unsavedWork } from '../owner/unsavedWork.ts';
import { DOMAIN, ILiveShare } from '../tokens.ts';
import { Offers } from '../unsaved/offers.ts';

/** For owner and guest alike. */
export const unsavedPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:unsaved',
  description: 'Says what is not saved, and asks the owner what to do with it.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    if (shares) {
      offer(app, tracker, shares, trans);
    } else if (guest) {
      const adopt = (panel: NotebookPanel): void => {
        // Beside the chip, which style puts at the right end.
        panel.toolbar.insertItem(0, 'liveshare-saved', new SavedNote(guest, trans));
      };
      tracker.widgetAdded.connect((_, panel) => void panel.context.ready.then(() => adopt(panel)));
      tracker.forEach(panel => void panel.context.ready.then(() => adopt(panel)));
    }
  }
};

/** Offers are made for notebooks that are open. */
function offer(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  shares: Shares,
  trans: TranslationBundle
): void {
  const offers = new Map<OwnedShare, Offers>();
  const isOpen = (share: OwnedShare): boolean => notebookAt(app, tracker, share.view.share.path) !== null;
  const of = (share: OwnedShare): Offers => {
    const known = offers.get(share);
    if (known) {
      return known;
    }
    const made = new Offers(unsavedWork(app, tracker, share, trans));
    offers.set(share, made);
    share.changed.connect(() => made.looked());
    return made;
  };
  const open = (share: OwnedShare): void => {
    if (isOpen(share)) {
      of(share).opened();
    }
  };
  const close = (isOver: (share: OwnedShare) => boolean): void => {
    for (const [share, made] of [...offers].filter(([each]) => isOver(each))) {
      made.end();
      if (share.isDisposed) {
        offers.delete(share);
      }
    }
  };
  tracker.widgetAdded.connect((_, panel) => {
    const share = shares.find(notebookPath(app, panel));
    if (share) {
      open(share);
    }
    panel.disposed.connect(() => close(each => !isOpen(each)));
  });
  shares.changed.connect(() => close(share => share.isDisposed));
  // What the server says at its greeting is newer than what was known.
  shares.connected.connect((_, share) => open(share));
}
