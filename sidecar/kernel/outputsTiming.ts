/**
 * When a run began and ended, in its cell's metadata, as JupyterLab writes it when its setting "Record timing" is on.
 * Source: @jupyterlab/cells `CodeCell.execute`; nbformat "cell metadata", `execution`.
 * @module
 */
import * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';

const REPLY = 'shell.execute_reply';

/** The times of one run, ISO 8601. */
export class Timing {
  #times: Record<string, string> = {};
  /** Whether something was noted since the last `write`. */
  changed = false;

  /** Notes a message; whether it was one that counts. */
  note({ header, content, metadata }: KernelMessage): boolean {
    const { date, msg_type: type } = header;
    if (type === 'status') {
      this.#set(`iopub.status.${String(content['execution_state'])}`, date);
    } else if (type === 'execute_input') {
      this.#set('iopub.execute_input', date);
    } else if (type === 'execute_reply') {
      if (typeof metadata['started'] === 'string') {
        this.#set(`${REPLY}.started`, metadata['started']);
      }
      this.#set(REPLY, date);
    } else {
      return false;
    }
    return true;
  }

  /** The run has ended: without a reply it has failed. */
  end(): void {
    if (this.#times[REPLY] === undefined) {
      this.#set('execution_failed', new Date().toISOString());
    }
  }

  /** Writes the times into a cell. */
  write(cell: Y.Map<unknown>): void {
    const metadata = cell.get('metadata');
    if (this.changed && metadata instanceof Y.Map) {
      metadata.set('execution', { ...this.#times });
      this.changed = false;
    }
  }

  #set(key: string, time: string): void {
    this.#times[key] = time === '' ? new Date().toISOString() : time;
    this.changed = true;
  }
}
