/**
 * Cells of a guest's page run through the sidecar; by setting, those of the owner's shared notebooks too.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookCellExecutor, INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { notebookPath } from '../owner/notebooks.ts';
import { CellExecutor } from '../runs/cellExecutor.ts';
import { ordinaryRun } from '../runs/ordinary.ts';
import { awaitWidgets } from '../runs/widgetViews.ts';
import { followFlag } from '../settings.ts';
import { ILiveShare } from '../tokens.ts';

/** Extensions that run cells in a way of their own, which is left alone. */
const OTHERS: readonly string[] = ['jupyter-server-nbmodel'];

/** Whether this page's cells are ours to run. */
export function isOursToRun(): boolean {
  const loaded = PageConfig.getOption('federated_extensions');
  return !OTHERS.some(name => loaded.includes(`"${name}"`));
}

/** Takes the place of jupyter-collaboration's, which is JupyterLab's own or asks the Jupyter Server. */
export const runsPlugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: 'jupyter-liveshare:cell-executor',
  description: 'Runs the cells of shared notebooks on the server.',
  autoStart: true,
  requires: [ILiveShare],
  optional: [ISettingRegistry],
  provides: INotebookCellExecutor,
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    settings: ISettingRegistry | null
  ): INotebookCellExecutor => {
    const isWanted = followFlag(shares && settings, 'runOnServer');
    return new CellExecutor(path => {
      if (guest) {
        return guest.runs;
      }
      const share = isWanted() && shares?.find(app.serviceManager.contents.localPath(path));
      return share ? share.runs : null;
    }, ordinaryRun(app.serviceManager.serverSettings));
  }
};

/** Outputs of such runs come with the document: widgets in them wait for the kernel's word. */
export const widgetViewsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:widget-views',
  description: 'Shows widgets that others’ runs have made.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  activate: (app: JupyterFrontEnd, { guest, shares }: ILiveShare, tracker: INotebookTracker): void => {
    tracker.widgetAdded.connect((_, panel) => {
      awaitWidgets(panel, () => guest !== null || Boolean(shares?.find(notebookPath(app, panel))));
    });
  }
};
