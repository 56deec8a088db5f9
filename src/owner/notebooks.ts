/**
 * What the owner's widgets need to know about the notebook in front.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { cellNumber } from '../cells.ts';

/** A notebook's path from the server's root, without a drive's prefix. */
export function notebookPath(app: JupyterFrontEnd, panel: NotebookPanel): string {
  return app.serviceManager.contents.localPath(panel.context.path);
}

/** Its file name. */
export function notebookName(panel: NotebookPanel): string {
  return PathExt.basename(panel.context.localPath);
}

/** The open notebook with that path. */
export function notebookAt(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  path: string
): NotebookPanel | null {
  return tracker.find(one => notebookPath(app, one) === path) ?? null;
}

/** Number of a cell as people count, for the open notebook with that path. */
export function cellNumberIn(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  path: string
): (id: string) => number | null {
  return id => cellNumber(notebookAt(app, tracker, path), id);
}
