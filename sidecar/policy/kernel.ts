/**
 * The kernel socket's table: what a guest may send, what reaches a guest. What isn't listed is refused.
 * Message names: Jupyter messaging protocol 5.4.
 * @module
 */
import type { Access } from '../../protocol/resources.ts';

/** What becomes of a request: answered from our own records, answered as empty, or refused with an error reply. */
export type Treatment = 'kernel-info' | 'empty' | 'refuse';

/** Requests that every front end makes unasked and that reveal nothing when answered as empty. */
const EMPTY: ReadonlySet<string> = new Set(['comm_info_request', 'history_request']);

/** The treatment of a request type. */
export function treatment(type: string): Treatment {
  if (type === 'kernel_info_request') {
    return 'kernel-info';
  }
  return EMPTY.has(type) ? 'empty' : 'refuse';
}

/** IOPub types that reach people with `live` when the message belongs to a cell of the notebook. */
const OF_A_CELL: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'update_display_data',
  'execute_result',
  'error',
  'clear_output',
  'execute_input'
]);

/** Whether an IOPub message reaches a guest: kernel status always, outputs only with the cell they belong to. */
export function reaches(access: Pick<Access, 'rights'>, type: string, cell: string | null): boolean {
  if (!access.rights.live) {
    return false;
  }
  return type === 'status' || (cell !== null && OF_A_CELL.has(type));
}
