/**
 * Loads the notebook again without loading the page: the old copy is thrown away, nothing of it is sent.
 * @module
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookPanel } from '@jupyterlab/notebook';

/** Disposes the notebook and opens it again where the reader was. */
export async function reopen(documents: IDocumentManager, panel: NotebookPanel): Promise<void> {
  const { path } = panel.context;
  const active = panel.content.activeCellIndex;
  const top = scroller(panel)?.scrollTop ?? 0;
  // Without asking: what could be saved was refused.
  panel.dispose();
  const fresh = documents.open(path, 'Notebook');
  if (!(fresh instanceof NotebookPanel)) {
    throw new Error(`No notebook at ${path}`);
  }
  await fresh.revealed;
  fresh.content.activeCellIndex = Math.min(active, fresh.content.widgets.length - 1);
  scroller(fresh)?.scrollTo({ top });
}

function scroller(panel: NotebookPanel): Element | null {
  return panel.node.querySelector('.jp-WindowedPanel-outer');
}
