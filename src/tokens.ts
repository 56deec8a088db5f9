/**
 * Names other extensions may use: the plugin token and the command ids.
 * @module
 */
import { Token } from '@lumino/coreutils';
import type { GuestSession } from './guest/session.ts';
import type { Shares } from './owner/shares.ts';

/** What the connection to the sidecar offers; exactly one of the two sides is present. */
export interface ILiveShare {
  /** The owner's shares; null in a guest's page. */
  readonly shares: Shares | null;
  /** The guest's own session; null in the owner's page. */
  readonly guest: GuestSession | null;
}

/** Provided by `jupyter-liveshare:connect`. */
export const ILiveShare = new Token<ILiveShare>(
  'jupyter-liveshare:ILiveShare',
  'The notebooks shared from here, or, in a guest’s page, the guest’s own session.'
);

/** Commands of this extension. */
export const CommandIDs = {
  /** Opens the Share dialog for the notebook in front. */
  share: 'liveshare:share',
  /** Asks for a message and saves the notebook in front as a version. */
  saveVersion: 'liveshare:save-version',
  /** Shows the Collaborators panel. */
  showPanel: 'liveshare:show-collaborators',
  /** Shows what others have shared with this account. */
  sharedWithMe: 'liveshare:shared-with-me',
  /** Opens one of these. */
  openShared: 'liveshare:open-shared',
  /** Shows a guest one of the owner's open terminals. */
  showTerminal: 'liveshare:show-terminal',
  /** Takes a guest from JupyterLab to Jupyter Notebook, and back. */
  otherInterface: 'liveshare:other-interface',
  /** Begins a comment on the active cell. */
  comment: 'liveshare:comment'
} as const;

/** The translation domain. */
export const DOMAIN = 'jupyter_liveshare';
