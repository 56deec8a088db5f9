/**
 * The Share command: toolbar button and File menu (by the schema), palette, dialog.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { shareIcon } from '@jupyterlab/ui-components';
import { openShareDialog } from '../owner/dialog.tsx';
import { notebookPath } from '../owner/notebooks.ts';
import { messageOf } from '../problem.ts';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';

/** Absent in a guest's page: the command isn't registered there, so button and entries stay away. */
export const sharePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:share',
  description: 'Share a notebook with people, right by right.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { shares }: ILiveShare,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    if (!shares) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.share, {
      label: trans.__('Share notebook…'),
      caption: trans.__('Share this notebook, live'),
      icon: shareIcon,
      isEnabled: () => tracker.currentWidget !== null,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const panel = tracker.currentWidget;
        if (!panel) {
          return;
        }
        const path = notebookPath(app, panel);
        try {
          const share = await shares.open(path);
          await openShareDialog({ app, tracker, share, trans });
        } catch (error) {
          await showErrorMessage(trans.__('This notebook can’t be shared now'), messageOf(error));
        }
      }
    });
    tracker.currentChanged.connect(() => app.commands.notifyCommandChanged(CommandIDs.share));
    palette?.addItem({ command: CommandIDs.share, category: trans.__('Notebook Operations') });
  }
};
