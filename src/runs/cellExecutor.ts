/**
 * JupyterLab's way to run a cell, for notebooks whose cells run through the sidecar, and for all others.
 * @module
 */
import { Notification } from '@jupyterlab/apputils';
import type { INotebookCellExecutor } from '@jupyterlab/notebook';
import { messageOf } from '../problem.ts';
import type { RunQueue } from './runQueue.ts';

/** Runs cells. */
export class CellExecutor implements INotebookCellExecutor {
  private readonly queueOf: (path: string) => RunQueue | null;
  private readonly ordinary: INotebookCellExecutor['runCell'];
  /**
   * @param queueOf the queue of the notebook with that path; null: its cells run in the ordinary way.
   * @param ordinary the ordinary way.
   */
  constructor(queueOf: (path: string) => RunQueue | null, ordinary: INotebookCellExecutor['runCell']) {
    this.queueOf = queueOf;
    this.ordinary = ordinary;
  }

  /** Runs one cell; whether it ran well. */
  async runCell(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> {
    const { cell, sessionContext } = options;
    const { model } = cell;
    const queue = model.type === 'code' && sessionContext ? this.queueOf(sessionContext.path) : null;
    if (!queue) {
      return this.ordinary(options);
    }
    options.onCellExecutionScheduled({ cell });
    let success = false;
    try {
      const end = await queue.run(model.sharedModel.getId(), model.sharedModel.getSource());
      success = end === 'ok' || end === null;
    } catch (error) {
      Notification.dismiss(this.told);
      this.told = Notification.warning(messageOf(error), { autoClose: 8_000 });
    }
    options.onCellExecuted({ cell, success });
    return success;
  }

  private told = '';
}
