/**
 * How the cells of notebooks that aren't shared run: as they would without this extension.
 * @module
 */
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { type INotebookCellExecutor, runCell } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

type RunCell = INotebookCellExecutor['runCell'];

/** JupyterLab's own way, or, where jupyter-collaboration is set to run cells on the server (`server_side_execution`), its REST call. */
export function ordinaryRun(settings: ServerConnection.ISettings): RunCell {
  return PageConfig.getOption('serverSideExecution') === 'true' ? options => ask(settings, options) : runCell;
}

/** `POST api/kernels/<kernel>/execute`, of jupyter-server-nbmodel. What isn't for it is JupyterLab's. */
async function ask(settings: ServerConnection.ISettings, options: Parameters<RunCell>[0]): Promise<boolean> {
  const { cell, notebook, sessionContext } = options;
  const kernel = sessionContext?.session?.kernel;
  if (cell.model.type !== 'code' || !sessionContext || !kernel || sessionContext.pendingInput) {
    return runCell(options);
  }
  options.onCellExecutionScheduled({ cell });
  const { sharedModel } = notebook;
  const url = URLExt.join(settings.baseUrl, 'api/kernels', encodeURIComponent(kernel.id), 'execute');
  const body = JSON.stringify({
    cell_id: cell.model.sharedModel.getId(),
    document_id: sharedModel.getState('document_id')
  });
  let success = false;
  try {
    ({ ok: success } = await ServerConnection.makeRequest(url, { method: 'POST', body }, settings));
  } finally {
    options.onCellExecuted({ cell, success });
  }
  return success;
}
