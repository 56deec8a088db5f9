/**
 * A guest changes over from JupyterLab to Jupyter Notebook, and back, where the owner has both: View menu and palette.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';

/** Does nothing in the owner's page: Notebook brings its own there. */
export const interfacePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:interface',
  description: 'Takes a guest from JupyterLab to Jupyter Notebook, and back.',
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
    if (!guest || PageConfig.getOption('liveshareNotebook') !== 'true') {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const command = CommandIDs.otherInterface;
    const inNotebook = PageConfig.getOption('notebookPage') !== '';
    app.commands.addCommand(command, {
      label: inNotebook ? trans.__('Open in JupyterLab') : trans.__('Open in Jupyter Notebook'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => window.location.assign(addressOf(inNotebook ? 'doc/tree' : 'notebooks'))
    });
    palette?.addItem({ command, category: trans.__('Notebook Operations') });
    menu?.viewMenu.addGroup([{ command }], 60);
  }
};

function addressOf(page: string): string {
  return URLExt.join(
    PageConfig.getBaseUrl(),
    page,
    encodeURIComponent(PageConfig.getOption('liveshareName'))
  );
}
