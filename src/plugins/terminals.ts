/**
 * A guest who may see terminals opens one from the View menu; it is shown below the notebook.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, InputDialog, Notification } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import type { Terminal } from '@jupyterlab/services';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';

/** Does nothing in the owner's page, and for guests without the grant: for them JupyterLab has no terminals. */
export const terminalsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:terminals',
  description: 'Shows a guest the owner’s open terminals.',
  autoStart: true,
  requires: [ILiveShare],
  optional: [ICommandPalette, IMainMenu, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest }: ILiveShare,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    translator: ITranslator | null
  ): void => {
    const { terminals } = app.serviceManager;
    if (!guest || !terminals.isAvailable()) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const command = CommandIDs.showTerminal;
    app.commands.addCommand(command, {
      label: trans.__('Show Terminal…'),
      caption: trans.__('Look at a terminal that %1 has open', guest.owner),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const name = await choose(terminals, guest.owner, trans);
        if (name !== null) {
          await show(app, name);
        }
      }
    });
    palette?.addItem({ command, category: trans.__('Notebook Operations') });
    menu?.viewMenu.addGroup([{ command }], 50);
  }
};

/** The one that is open, or the one picked; null when there is none. */
async function choose(
  terminals: Terminal.IManager,
  owner: string,
  trans: TranslationBundle
): Promise<string | null> {
  await terminals.refreshRunning();
  const names = Array.from(terminals.running(), model => model.name);
  if (names.length === 0) {
    Notification.info(trans.__('%1 has no terminal open.', owner), { autoClose: 5_000 });
  }
  if (names.length < 2) {
    return names[0] ?? null;
  }
  const items = names.map(name => trans.__('Terminal %1', name));
  const { value } = await InputDialog.getItem({ title: trans.__('Show Terminal'), items });
  return value === null ? null : (names[items.indexOf(value)] ?? null);
}

/** JupyterLab's own terminal, below the notebook: in the main area it would stand in the notebook's place. */
async function show(app: JupyterFrontEnd, name: string): Promise<void> {
  const widget: unknown = await app.commands.execute('terminal:create-new', { name });
  if (widget instanceof Widget) {
    app.shell.add(widget, 'down', { type: 'Terminal' });
    app.shell.activateById(widget.id);
  }
}
