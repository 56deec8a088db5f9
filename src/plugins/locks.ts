/**
 * Locks on cells, for owner and guests alike: typing waits for the lock, and everybody sees who edits and who runs.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { OWNER_ID, type RunState } from '../../protocol/messages.ts';
import { CellGate, type Desk, Desks, type SharedCell } from '../locks/desk.ts';
import { heldTyping } from '../locks/heldTyping.ts';
import { CellMarks } from '../locks/marks.ts';
import { LockNotes } from '../locks/note.ts';
import { notebookPath } from '../owner/notebooks.ts';
import type { Shares } from '../owner/shares.ts';
import { messageOf } from '../problem.ts';
import { DOMAIN, ILiveShare } from '../tokens.ts';

/** Does nothing in a notebook that isn't shared. */
export const locksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:locks',
  description: 'Shows who edits and runs a cell, and lets one person type in it at a time.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker, IEditorExtensionRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    editors: IEditorExtensionRegistry,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const desks = new Desks();
    editors.addExtension({
      name: 'liveshare:locks',
      factory: ({ model }) =>
        isCell(model.sharedModel)
          ? EditorExtensionRegistry.createImmutableExtension(
              heldTyping(new CellGate(model.sharedModel, desks))
            )
          : null
    });
    const cancelOf = (run: RunState, panel: NotebookPanel): (() => void) | null => {
      const runs = guest?.runs ?? shares?.find(notebookPath(app, panel))?.runs;
      // What JupyterLab itself has sent waits at the kernel, out of our reach.
      const may = guest
        ? run.person.id === guest.person?.id
        : run.person.id !== OWNER_ID || runs?.knows(run.run) === true;
      return runs && may ? () => void runs.cancel(run.run).catch(tell) : null;
    };
    const adopt = async (panel: NotebookPanel): Promise<void> => {
      await panel.context.ready;
      const notebook = panel.content.model?.sharedModel;
      if (panel.isDisposed || !notebook) {
        return;
      }
      const desk = desks.of(notebook);
      desk.views += 1;
      new CellMarks(panel, desk, run => cancelOf(run, panel), trans);
      new LockNotes(panel, desk, guest === null, trans);
      if (guest) {
        desk.locks = guest.locks;
      } else if (shares) {
        follow(app, panel, desk, shares);
      }
      panel.disposed.connect(() => {
        desk.views -= 1;
        desk.locks = desk.views > 0 ? desk.locks : null;
      });
    };
    tracker.widgetAdded.connect((_, panel) => void adopt(panel));
    tracker.forEach(panel => void adopt(panel));
  }
};

function tell(error: unknown): void {
  Notification.warning(messageOf(error), { autoClose: 5_000 });
}

/** The owner's notebook has locks while it is shared. */
function follow(app: JupyterFrontEnd, panel: NotebookPanel, desk: Desk, shares: Shares): void {
  const find = (): void => {
    const share = shares.find(notebookPath(app, panel));
    desk.locks = share && shares.locks(share);
  };
  shares.changed.connect(find);
  panel.context.pathChanged.connect(find);
  panel.disposed.connect(() => shares.changed.disconnect(find));
  find();
  // Without an answer there is no share to show; the panel beside it says so.
  shares.look(notebookPath(app, panel)).catch(() => undefined);
}

function isCell(shared: object): shared is SharedCell {
  return 'getId' in shared && 'notebook' in shared;
}
