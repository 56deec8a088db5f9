/**
 * A guest's page shows what they may do, and only that, live.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { GuestPage } from '../guest/page.ts';
import { DOMAIN, ILiveShare } from '../tokens.ts';

/** Does nothing in the owner's page. */
export const permissionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:permissions',
  description: 'Shows a guest what they may do, and why not the rest.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker, IDocumentManager],
  optional: [IMainMenu, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest }: ILiveShare,
    tracker: INotebookTracker,
    documents: IDocumentManager,
    menu: IMainMenu | null,
    translator: ITranslator | null
  ): void => {
    if (guest) {
      const trans = (translator ?? nullTranslator).load(DOMAIN);
      new GuestPage({ app, documents, guest, menu, tracker, trans }).start();
    }
  }
};
