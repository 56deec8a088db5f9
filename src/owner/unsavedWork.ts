/**
 * A share's unsaved work, as the owner's dialogs and the panel's line take it.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { UnsavedActions } from '../components/UnsavedRow.tsx';
import {
  decideConflicts,
  dropUnsaved,
  keepUnsaved,
  lookAtUnsaved,
  type UnsavedWork
} from '../unsaved/dialogs.tsx';
import { cellNumberIn } from './notebooks.ts';
import type { OwnedShare } from './ownedShare.ts';

/** The work of one share. */
export function unsavedWork(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  share: OwnedShare,
  trans: TranslationBundle
): UnsavedWork {
  return {
    api: share.unsaved,
    share: () => share.view.share,
    cellNumber: id => cellNumberIn(app, tracker, share.view.share.path)(id),
    trans
  };
}

/** What can be done about it. */
export function unsavedActions(work: UnsavedWork): UnsavedActions {
  return {
    save: () => void keepUnsaved(work),
    look: () => void lookAtUnsaved(work),
    drop: () => void dropUnsaved(work),
    decide: () => void decideConflicts(work)
  };
}
