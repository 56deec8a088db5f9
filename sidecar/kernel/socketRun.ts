/**
 * An `execute_request` on a guest's socket, in the one form that the run queue accepts: a cell that is named and says what the request
 * says; for somebody who may run anything, any code. Nothing else of the request counts (T59).
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import { granted } from '../../protocol/levels.ts';
import type { Guest } from '../access/guest.ts';
import { mayRunAnything } from '../policy/kernel.ts';
import { Refusal } from '../policy/verdict.ts';
import type { RunOrder } from './order.ts';
import type { Prompter } from './stdin.ts';

/** What is known about the socket. */
export interface SocketRunOptions {
  /** Whether any code may be run. */
  readonly anything: boolean;
  readonly accepted: (run: string) => void;
  readonly prompter: Prompter;
}

/** The order. */
export function socketRun(
  guest: Guest,
  { metadata, content }: KernelMessage,
  { anything, accepted, prompter }: SocketRunOptions
): RunOrder {
  const { code } = content;
  const cell = typeof metadata['cellId'] === 'string' ? metadata['cellId'] : null;
  if (typeof code !== 'string' || (cell === null && !anything)) {
    throw new Refusal('no-right', 'Only a cell of the notebook can be run, as it stands there.');
  }
  return {
    person: guest.who,
    cell,
    source: code,
    check: () => {
      const { access } = guest;
      if (!access.rights.execute || (cell === null && !mayRunAnything(access)) || !prompter.open()) {
        throw new Refusal('no-right');
      }
    },
    types: () => mayType(guest, cell),
    answers: () => mayAnswer(guest),
    single: false,
    prompter,
    accepted
  };
}

/** Whether somebody types in a cell, so that what they see may be on its way here. */
export function mayType({ access }: Guest, cell: string | null): boolean {
  const { rights, cells } = access;
  return rights.edit && (cells === 'all' || (cell !== null && cells.includes(cell)));
}

/** Whether somebody may answer `input()` now; whoever was removed may not. */
export function mayAnswer(guest: Guest): boolean {
  try {
    const { rights, grants, cells } = guest.access;
    return granted('input', rights, grants, cells);
  } catch (error) {
    if (error instanceof Refusal) {
      return false;
    }
    throw error;
  }
}
