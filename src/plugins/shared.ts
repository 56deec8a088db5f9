/**
 * "Shared with me", for accounts that somebody on this server has shared a notebook with: a side panel, cards in the launcher, a button of
 * the file browser, and a command.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon, shareIcon } from '@jupyterlab/ui-components';
import { SHARES_EVENT } from '../../protocol/messages.ts';
import { fillLauncher } from '../account/launcher.ts';
import { SharedPanel } from '../account/panel.tsx';
import { SharedWithAccount } from '../account/shared.ts';
import { frontPanel, placePanel } from '../account/showPanel.ts';
import { OwnerApi } from '../api.ts';
import { sharedText } from '../components/SharedWithMe.tsx';
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
    const shared = new SharedWithAccount(() => api.sharedWithMe());
    const panel = new SharedPanel(shared, trans);
    panel.id = PANEL;
    panel.title.icon = shareIcon;
    panel.title.caption = trans.__('Shared with me');
    addCommands(app, shared, panel, trans);
    shared.changed.connect(() => {
      app.commands.notifyCommandChanged(CommandIDs.sharedWithMe);
      if (shared.all.length > 0) {
        void app.restored.then(() => placePanel(app.shell, panel));
      }
    });
    app.serviceManager.events.stream.connect((_, { schema_id }) => {
      if (schema_id === SHARES_EVENT) {
        void shared.refresh();
      }
    });
    palette?.addItem({ command: CommandIDs.sharedWithMe, category: trans.__('Notebook Operations') });
    void fillLauncher(app, shared, trans);
  }
};

function addCommands(
  app: JupyterFrontEnd,
  shared: SharedWithAccount,
  panel: SharedPanel,
  trans: TranslationBundle
): void {
  const find = ({ url }: { url?: unknown }) => shared.all.find(one => one.url === url) ?? null;
  app.commands.addCommand(CommandIDs.sharedWithMe, {
    label: ({ launcher, toolbar }) =>
      toolbar === true ? '' : launcher === true ? trans.__('All of them') : trans.__('Shared with me'),
    caption: trans.__('Notebooks that others here have shared with you'),
    icon: shareIcon,
    // A button of the file browser only where there is something behind it.
    isVisible: ({ toolbar }) => toolbar !== true || shared.all.length > 0,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: async () => {
      await shared.refresh();
      placePanel(app.shell, panel);
      frontPanel(app.shell, panel);
    }
  });
  app.commands.addCommand(CommandIDs.openShared, {
    label: args => find(args)?.name ?? trans.__('Shared notebook'),
    caption: args => {
      const one = find(args);
      return one ? `${one.name} · ${sharedText(one, trans)}` : '';
    },
    icon: notebookIcon,
    isVisible: args => find(args) !== null,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          url: { type: 'string', description: trans.__('Address of a notebook that is shared with you') }
        }
      }
    },
    execute: args => {
      // Nothing but what the server has listed: commands can be run by outputs.
      const one = find(args);
      if (one) {
        window.open(one.url, '_blank', 'noopener');
      }
    }
  });
}
