/**
 * What somebody wants to run, and the source that is run for them: only ever what stands in the notebook, and what they saw there (S19).
 * @module
 */
import type { Who } from '../../protocol/messages.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Prompter } from './stdin.ts';

/** A cell as a run needs it. */
export interface RunnableCell {
  readonly type: string;
  readonly source: string;
  /** SHA-256 of the source, hex. */
  readonly hash: string;
}

/** What somebody wants to run. */
export interface RunOrder {
  readonly person: Who;
  /** Null: code that stands in no cell. */
  readonly cell: string | null;
  /** SHA-256 of the source that the person saw. */
  readonly hash?: string | undefined;
  /** The source itself, from clients that send it: it must be the cell's; for no cell, the code. */
  readonly source?: string | undefined;
  /** Refuses when the person may not run this now; looked at again when the run's turn to be queued comes. */
  readonly check: () => void;
  /** Whether the person types in this cell: what they see may be on its way here. */
  readonly types: () => boolean;
  /** Whether they may answer `input()`. */
  readonly answers: () => boolean;
  /** Whether the client waits for each run before the next: a stock front end doesn't. */
  readonly single: boolean;
  /** Id of the run that it follows in the same click ("run all"): when that one failed, this one doesn't run. */
  readonly after?: string | undefined;
  /** Set when the run is asked for on a kernel socket, which gets questions itself. */
  readonly prompter?: Prompter;
  /** Told the run's id before anything is sent to the kernel. */
  readonly accepted?: (run: string) => void;
}

/** Milliseconds for which a source that somebody has just typed is waited for. */
const TYPING = 1_500;
const LOOK_AGAIN = 50;
/** The source that runs: the cell's own, and the one that the person saw. */
export async function sourceOf(
  { cell: id, hash, source, types, check }: RunOrder,
  look: (id: string) => Promise<RunnableCell | undefined>
): Promise<string> {
  check();
  if (id === null) {
    return source ?? '';
  }
  const until = Date.now() + TYPING;
  for (;;) {
    const cell = await look(id);
    if (cell?.type !== 'code') {
      throw new Refusal('not-found', 'There is no code cell with that id.');
    }
    if ((hash === undefined || hash === cell.hash) && (source === undefined || source === cell.source)) {
      return cell.source;
    }
    if (!types() || Date.now() > until) {
      const words = 'The cell was changed meanwhile. Look again before running it.';
      throw new Refusal('changed-meanwhile', words, undefined, cell.hash);
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN));
  }
}
