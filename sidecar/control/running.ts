/**
 * What the control sockets know of a kernel's runs, and what they hand on to it.
 * @module
 */
import type { HeldLock, RunState, ServerMessage } from '../../protocol/messages.ts';

/** The runs of one kernel. */
export interface Running {
  /** Every run that waits or goes on. */
  readonly states: readonly RunState[];
  /** The execute locks. */
  readonly locks: readonly HeldLock[];
  /** The question that a person, or the owner (`owner`), has to answer. */
  question(person: string): ServerMessage | null;
  /** An answer to `input()`; refuses whoever wasn't asked. */
  answer(person: string, run: string, value: string): void;
  /** The owner's page has sent a request for a cell. */
  ownerSent(cell: string, run: string): void;
}
