/**
 * "Shared with me": a side panel for accounts that somebody on this server has shared a notebook with, and a command for it.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { shareIcon } from '@jupyterlab/ui-components';
import { SharedPanel } from '../account/panel.tsx';
import { frontPanel, placePanel } from '../account/showPanel.ts';
import { OwnerApi } from '../api.ts';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';

const PANEL = 'jp-LiveShare-shared';

/** Absent in a guest's page: there is one notebook there. */
export const sharedPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:shared-with-me',
  description: 'Shows the notebooks that others on this server have shared with one’s account.',
  autoStart: true,
  requires: [ILiveShare],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { shares }: ILiveShare,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    if (!shares) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const api = new OwnerApi(app.serviceManager.serverSettings);
    const found = (): void => void app.restored.then(() => placePanel(app.shell, panel));
    const panel = new SharedPanel(() => api.sharedWithMe(), found, trans);
    panel.id = PANEL;
    panel.title.icon = shareIcon;
    panel.title.caption = trans.__('Shared with me');
    app.commands.addCommand(CommandIDs.sharedWithMe, {
      label: trans.__('Shared with me'),
      caption: trans.__('Notebooks that others here have shared with you'),
      icon: shareIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        await panel.refresh();
        placePanel(app.shell, panel);
        frontPanel(app.shell, panel);
      }
    });
    palette?.addItem({ command: CommandIDs.sharedWithMe, category: trans.__('Notebook Operations') });
  }
};
