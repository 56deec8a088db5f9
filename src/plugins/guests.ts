/**
 * The Collaborators panel in the right sidebar, and the toast about people who ask for more.
 * @module
 */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import { SHARES_EVENT } from '../../protocol/messages.ts';
import { askText, knockText } from '../components/Waiting.tsx';
import { askForInput } from '../components/askInput.ts';
import { GuestPanel } from '../guest/panel.tsx';
import type { Live } from '../live.ts';
import { OwnerPanel } from '../owner/panel.tsx';
import { notebookPath } from '../owner/notebooks.ts';
import { reportRuns } from '../owner/runReports.ts';
import type { Shares } from '../owner/shares.ts';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';
import { Whereabouts } from '../whereabouts.ts';

const PANEL = 'jp-LiveShare-collaborators';

/** Panel for owner and guest alike. */
export const guestsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:guests',
  description: 'Shows who is in the notebook and what they may do.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const panel = shares
      ? new OwnerPanel({ app, tracker, shares, trans })
      : guest && new GuestPanel(guest, tracker, trans);
    if (!panel) {
      return;
    }
    panel.id = PANEL;
    panel.title.icon = usersIcon;
    panel.title.caption = trans.__('Collaborators');
    app.shell.add(panel, 'right', { rank: 300, type: 'Collaborators' });
    restorer?.add(panel, PANEL);
    app.commands.addCommand(CommandIDs.showPanel, {
      label: trans.__('Show collaborators'),
      icon: usersIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(PANEL)
    });
    palette?.addItem({ command: CommandIDs.showPanel, category: trans.__('Notebook Operations') });
    if (guest) {
      askForInput(guest.live, trans);
    }
    if (shares) {
      reportRuns(app, tracker, shares);
      noticeShares(app, tracker, shares);
      tellRequests(app, shares, trans);
      const live = (): Live | null =>
        tracker.currentWidget && (shares.find(notebookPath(app, tracker.currentWidget))?.live ?? null);
      const whereabouts = new Whereabouts(tracker, live);
      shares.connected.connect(() => whereabouts.refresh());
    } else if (guest) {
      const whereabouts = new Whereabouts(tracker, () => guest.live);
      guest.live.message.connect((_, { type }) => type === 'hello' && whereabouts.refresh());
    }
  }
};

/** A notebook that is open here may be shared elsewhere: in another tab, or by a script. */
function noticeShares(app: JupyterFrontEnd, tracker: INotebookTracker, shares: Shares): void {
  app.serviceManager.events.stream.connect((_, { schema_id }) => {
    if (schema_id === SHARES_EVENT) {
      const open: string[] = [];
      tracker.forEach(panel => open.push(notebookPath(app, panel)));
      // Without an answer it stays as it was: the panel asks again when its notebook comes to the front.
      shares.noticed(open).catch(() => undefined);
    }
  });
}

/** Somebody waits at the door, or asks for more: a toast that leads to the panel. */
function tellRequests(app: JupyterFrontEnd, shares: Shares, trans: TranslationBundle): void {
  const told = new Set<string>();
  const tell = (text: string): void => {
    Notification.info(text, {
      autoClose: 15_000,
      actions: [
        {
          label: trans.__('Answer'),
          displayType: 'accent',
          callback: () => void app.commands.execute(CommandIDs.showPanel)
        }
      ]
    });
  };
  shares.knocked.connect((_, name) => tell(knockText({ name }, trans)));
  shares.requested.connect((_, request) => {
    if (!told.has(request.id)) {
      told.add(request.id);
      tell(askText(request, trans));
    }
  });
}
