/**
 * Tells the sidecar which cell a request runs, when JupyterLab sends it to the kernel in the ordinary way: the kernel itself says
 * nothing of cells, and guests are to see what the owner runs.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { notebookPath } from './notebooks.ts';
import type { Shares } from './shares.ts';

/** A request that the kernel hasn't answered. */
interface Open {
  readonly panel: NotebookPanel;
  readonly cell: string;
}

/** Reports the runs of every notebook that is open, for as long as the page is. */
export function reportRuns(app: JupyterFrontEnd, tracker: INotebookTracker, shares: Shares): void {
  const watched = new WeakSet<Kernel.IKernelConnection>();
  const open = new Map<string, Open>();
  const shareOf = (panel: NotebookPanel) => (panel.isDisposed ? null : shares.find(notebookPath(app, panel)));
  const report = (run: string, { panel, cell }: Open) =>
    shareOf(panel)?.live.send({ type: 'running', cell, run });
  const watch = (panel: NotebookPanel, kernel: Kernel.IKernelConnection | null | undefined) => {
    if (!kernel || watched.has(kernel)) {
      return;
    }
    watched.add(kernel);
    kernel.anyMessage.connect((_, { direction, msg }) => {
      const cell = msg.metadata['cellId'];
      if (direction === 'send' && msg.header.msg_type === 'execute_request' && typeof cell === 'string') {
        open.set(msg.header.msg_id, { panel, cell });
        report(msg.header.msg_id, { panel, cell });
      } else if (direction === 'recv' && msg.header.msg_type === 'execute_reply') {
        open.delete((msg.parent_header as { msg_id?: string }).msg_id ?? '');
      }
    });
  };
  const adopt = (panel: NotebookPanel) => {
    watch(panel, panel.sessionContext.session?.kernel);
    panel.sessionContext.kernelChanged.connect((_, { newValue }) => watch(panel, newValue));
  };
  tracker.forEach(adopt);
  tracker.widgetAdded.connect((_, panel) => adopt(panel));
  // What began before the sidecar could be told, or while the way to it was cut, is told now.
  shares.connected.connect((_, share) => {
    for (const [run, each] of open) {
      if (shareOf(each.panel) === share) {
        report(run, each);
      }
    }
  });
}
