/**
 * The kernel socket's table: what a guest may send, what reaches a guest. What isn't listed is refused.
 * Message names: Jupyter messaging protocol 5.4.
 * @module
 */
import type { Channel } from '../../protocol/kernel.ts';
import { granted, type Grant } from '../../protocol/levels.ts';
import type { Access } from '../../protocol/resources.ts';

/** What a row asks for: a right, or a grant with the right it stands under. */
export type KernelNeed = 'live' | 'execute' | Extract<Grant, 'complete' | 'widgets' | 'input' | 'interrupt'>;

/**
 * What becomes of a message. `info` and `comms` are answered from our own records; `ask` is asked of the kernel in our own words; `run`
 * goes into the queue; `input` answers one's own run's question; `comm` goes to the kernel in our own words; `mirror` changes nothing,
 * and shows the sender how things are.
 */
export type Treatment = 'info' | 'comms' | 'ask' | 'run' | 'interrupt' | 'input' | 'comm' | 'mirror';

/** A row. */
export interface KernelRow {
  readonly on: readonly Channel[];
  readonly needs: KernelNeed;
  readonly does: Treatment;
  /** What becomes of it from somebody with `live` alone; refused when absent. */
  readonly else?: Treatment;
}

/** Guest to kernel. */
export const KERNEL_TABLE: Readonly<Record<string, KernelRow>> = {
  kernel_info_request: { on: ['shell', 'control'], needs: 'live', does: 'info' },
  comm_info_request: { on: ['shell'], needs: 'live', does: 'comms' },
  complete_request: { on: ['shell'], needs: 'complete', does: 'ask' },
  inspect_request: { on: ['shell'], needs: 'complete', does: 'ask' },
  is_complete_request: { on: ['shell'], needs: 'complete', does: 'ask' },
  execute_request: { on: ['shell'], needs: 'execute', does: 'run' },
  interrupt_request: { on: ['control'], needs: 'interrupt', does: 'interrupt' },
  input_reply: { on: ['stdin'], needs: 'input', does: 'input' },
  comm_open: { on: ['shell'], needs: 'widgets', does: 'comm', else: 'mirror' },
  comm_msg: { on: ['shell'], needs: 'widgets', does: 'comm', else: 'mirror' },
  comm_close: { on: ['shell'], needs: 'widgets', does: 'comm', else: 'mirror' }
};

/**
 * Kernel to guest, on IOPub, for people with `live`: `all` always, `cell` when it belongs to a cell of the notebook or to something that
 * they asked for themselves.
 */
export const IOPUB_TABLE: Readonly<Record<string, 'all' | 'cell'>> = {
  status: 'all',
  comm_open: 'all',
  comm_msg: 'all',
  comm_close: 'all',
  stream: 'cell',
  display_data: 'cell',
  update_display_data: 'cell',
  execute_result: 'cell',
  error: 'cell',
  clear_output: 'cell',
  execute_input: 'cell'
};

/** What becomes of a message; `refuse`: an error reply, `drop`: nothing, since the protocol has no reply to it. */
export function treatment(type: string, channel: Channel, access: Access): Treatment | 'refuse' | 'drop' {
  const no = type.endsWith('_request') ? 'refuse' : 'drop';
  const row = Object.hasOwn(KERNEL_TABLE, type) ? KERNEL_TABLE[type] : undefined;
  if (row === undefined || !row.on.includes(channel) || !access.rights.live) {
    return no;
  }
  return holds(row.needs, access) ? row.does : (row.else ?? no);
}

/** Whether somebody has what a row asks for. */
export function holds(need: KernelNeed, { rights, grants, cells }: Access): boolean {
  return need === 'live' || need === 'execute' ? rights[need] : granted(need, rights, grants, cells);
}

/** Whether somebody may run code that stands in no cell. */
export function mayRunAnything({ rights, grants, cells }: Access): boolean {
  return granted('console', rights, grants, cells);
}

/** Whether completions may name files: by the owner's own tick alone, not by default (T66). */
export function seesFiles({ grants }: Access): boolean {
  return grants.complete === true;
}

/** Whether an IOPub message reaches a guest. */
export function reaches(
  access: Pick<Access, 'rights'>,
  type: string,
  cell: string | null,
  own = false
): boolean {
  const row = Object.hasOwn(IOPUB_TABLE, type) ? IOPUB_TABLE[type] : undefined;
  return access.rights.live && row !== undefined && (row === 'all' || cell !== null || own);
}
