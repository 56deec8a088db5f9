/**
 * Comments on cells: marks in notebooks, the command that begins one. The panel shows the threads.
 * @module
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { CellComments } from '../comments/cellComments.ts';
import { markCells } from '../comments/marks.ts';
import { commentIcon } from '../components/commentIcon.ts';
import { notebookPath } from '../owner/notebooks.ts';
import { CommandIDs, DOMAIN, ILiveShare } from '../tokens.ts';

/** For owner and guest alike. */
export const commentsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-liveshare:comments',
  description: 'Comments on the cells of shared notebooks.',
  autoStart: true,
  requires: [ILiveShare, INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { guest, shares }: ILiveShare,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const commentsOf = (panel: NotebookPanel): CellComments | null => {
      const share = shares?.find(notebookPath(app, panel));
      return guest?.comments ?? (shares && share ? shares.commentsOf(share) : null);
    };
    const current = (): CellComments | null => {
      const comments = tracker.currentWidget && commentsOf(tracker.currentWidget);
      return comments?.allowed ? comments : null;
    };

    app.commands.addCommand(CommandIDs.comment, {
      label: trans.__('Comment on cell'),
      caption: trans.__('Write a comment on this cell'),
      icon: commentIcon,
      isEnabled: () => current() !== null && tracker.activeCell !== null,
      isVisible: () => current() !== null,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const cell = tracker.activeCell?.model.id;
        const comments = current();
        if (cell !== undefined && comments) {
          await app.commands.execute(CommandIDs.showPanel);
          comments.compose(cell);
        }
      }
    });
    palette?.addItem({ command: CommandIDs.comment, category: trans.__('Notebook Operations') });

    const markAll = markNotebooks({ app, tracker, commentsOf, trans });
    const notify = (): void => app.commands.notifyCommandChanged(CommandIDs.comment);
    tracker.currentChanged.connect(notify);
    tracker.activeCellChanged.connect(notify);
    shares?.changed.connect(() => {
      markAll();
      notify();
    });
    guest?.rightsChanged.connect(notify);
  }
};

interface MarkNotebooksOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly commentsOf: (panel: NotebookPanel) => CellComments | null;
  readonly trans: TranslationBundle;
}

/** Marks the cells of every open notebook that has comments; returns what to call after shares came or went. */
function markNotebooks({ app, commentsOf, tracker, trans }: MarkNotebooksOptions): () => void {
  const marked = new Map<NotebookPanel, { comments: CellComments; marks: IDisposable }>();
  const mark = (panel: NotebookPanel): void => {
    const comments = panel.isDisposed ? null : commentsOf(panel);
    const before = marked.get(panel);
    if (before?.comments === comments) {
      return;
    }
    before?.marks.dispose();
    marked.delete(panel);
    if (comments) {
      const onClick = (cell: string): void =>
        void app.commands.execute(CommandIDs.showPanel).then(() => comments.show(cell));
      marked.set(panel, { comments, marks: markCells({ panel, comments, onClick, trans }) });
    }
  };
  const adopt = (panel: NotebookPanel): void => {
    mark(panel);
    panel.context.pathChanged.connect(() => mark(panel));
    panel.disposed.connect(() => marked.delete(panel));
  };
  tracker.widgetAdded.connect((_, panel) => adopt(panel));
  tracker.forEach(adopt);
  return () => tracker.forEach(mark);
}
