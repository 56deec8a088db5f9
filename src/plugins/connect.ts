/**
 * Connects to the sidecar: as the owner, or, in a guest's page, as the guest.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { GuestApi, OwnerApi } from '../api.ts';
import { GuestSession } from '../guest/session.ts';
import { Shares } from '../owner/shares.ts';
import { DOMAIN, ILiveShare } from '../tokens.ts';

/** Provides `ILiveShare`. */
export const connectPlugin: JupyterFrontEndPlugin<ILiveShare> = {
  id: 'jupyter-liveshare:connect',
  description: 'Connects to the part of Jupyter Server that shares notebooks.',
  autoStart: true,
  provides: ILiveShare,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): ILiveShare => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const settings = app.serviceManager.serverSettings;
    if (PageConfig.getOption('liveshareMode') === 'guest') {
      return { shares: null, guest: new GuestSession(new GuestApi(settings)) };
    }
    return { shares: new Shares(new OwnerApi(settings), trans), guest: null };
  }
};
