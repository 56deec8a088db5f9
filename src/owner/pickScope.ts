/**
 * Lets the owner pick, in the notebook, the cells that a person's Edit covers.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { pickCells } from './cellPicker.ts';
import { notebookAt } from './notebooks.ts';
import type { OwnedShare } from './ownedShare.ts';
import { accessOf } from './shareState.ts';

/** What picking needs. */
export interface PickScopeOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly share: OwnedShare;
  readonly trans: TranslationBundle;
}

/** Resolves when the picking is over; what was picked is then on its way to the server. */
export async function pickScope(options: PickScopeOptions, row: string): Promise<void> {
  const { app, share, tracker, trans } = options;
  const access = accessOf(share.view.share, row);
  const panel = notebookAt(app, tracker, share.view.share.path);
  if (!access || !panel) {
    return;
  }
  app.shell.activateById(panel.id);
  const person = share.view.share.people.find(one => one.id === row);
  const cells = await pickCells({
    panel,
    who: person?.name ?? trans.__('anyone with the link'),
    color: person?.color ?? null,
    chosen: access.cells === 'all' ? [] : access.cells,
    trans
  });
  if (cells && !share.isDisposed) {
    // New, moved and deleted cells come with the whole notebook; where the owner had ticked them beside a scope, they stay.
    share.change(row, { cells, structure: access.cells !== 'all' && access.structure });
  }
}
