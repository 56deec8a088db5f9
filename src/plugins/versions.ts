/**
 * "Save version…": File menu (by the schema) and palette. The panel lists the versions.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { saveIcon } from '@jupyterlab/ui-components';
import { notebookPath } from '../owner/notebooks.ts';
import { messageOf } from '../problem.ts';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';
import { saveVersion } from '../versions/dialogs.tsx';
import type { NotebookVersions } from '../versions/notebookVersions.ts';

/** For owner and guest alike. */
export const versionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:versions',
  description: 'Versions of shared notebooks.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const current = (): NotebookVersions | null => {
      const panel = tracker.currentWidget;
      const share = panel && shares?.find(notebookPath(app, panel));
      return guest?.versions ?? (shares && share ? shares.versionsOf(share) : null);
    };
    const may = (): boolean => tracker.currentWidget !== null && current()?.can.save === true;
    app.commands.addCommand(CommandIDs.saveVersion, {
      label: trans.__('Save version…'),
      caption: trans.__('Save the notebook as a version with a message'),
      icon: saveIcon,
      isEnabled: may,
      isVisible: may,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const versions = current();
        if (!versions) {
          await showErrorMessage(
            trans.__('There are no versions of this notebook'),
            messageOf(new Error(trans.__('Share the notebook first.')))
          );
          return;
        }
        await saveVersion(versions, trans);
      }
    });
    palette?.addItem({ command: CommandIDs.saveVersion, category: trans.__('Notebook Operations') });
    const notify = (): void => app.commands.notifyCommandChanged(CommandIDs.saveVersion);
    tracker.currentChanged.connect(notify);
    shares?.changed.connect(notify);
    guest?.rightsChanged.connect(notify);
  }
};
