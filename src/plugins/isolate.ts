/**
 * Outputs of shared notebooks can't reach the page: always in a guest's page, by setting in the owner's.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { harden } from '../isolate/harden.ts';
import type { IsolateOptions } from '../isolate/output.ts';
import { notebookPath } from '../owner/notebooks.ts';
import { followFlag } from '../settings.ts';
import { DOMAIN, ILiveShare } from '../tokens.ts';

/** For every notebook that is opened. */
export const isolatePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:isolate',
  description: 'Shows what outputs bring along in frames that can’t reach the page.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [IThemeManager, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    themes: IThemeManager | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const options: IsolateOptions = {
      frame: frameUrl(app, guest !== null),
      onTheme: listener => {
        themes?.themeChanged.connect(listener);
        return () => themes?.themeChanged.disconnect(listener);
      },
      trans: (translator ?? nullTranslator).load(DOMAIN)
    };
    const isWanted = followFlag(shares && settings, 'isolateOutputs');
    tracker.widgetAdded.connect((_, panel) => {
      const isOn = () => guest !== null || (isWanted() && shares?.find(notebookPath(app, panel)) !== null);
      harden(panel.content.rendermime, options, isOn);
    });
  }
};

/** `B assets/frame`: a guest's base address is the share's, below `B`. */
function frameUrl(app: JupyterFrontEnd, isGuest: boolean): string {
  const { baseUrl } = app.serviceManager.serverSettings;
  return isGuest
    ? URLExt.join(baseUrl, '../../assets/frame')
    : URLExt.join(baseUrl, 'liveshare/assets/frame');
}
