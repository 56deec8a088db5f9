/**
 * How much one update, one connection and one person may cost, and the one error for input that no honest client sends.
 * @module
 */
import type { RefusalCode } from '../../../protocol/refusals.ts';

/** Bounds of the filter; a room may set others. */
export interface Limits {
  /** Bytes of one update. */
  readonly bytes: number;
  /** Blocks of structs (client ids) in one update. */
  readonly blocks: number;
  /** Structs in one update. */
  readonly structs: number;
  /** Delete ranges in one update; a sync step 2 names every deletion the client knows of. */
  readonly ranges: number;
  /** Levels of nested arrays and objects in a JSON value. */
  readonly depth: number;
  /** Shared types within shared types that one update makes; an output's text stands in the fourth. */
  readonly nesting: number;
  /** Steps through the notebook that one update may cause: neighbours compared, structs overlapped. */
  readonly steps: number;
  /** Client ids first seen on one connection. */
  readonly idsPerConnection: number;
  /** Milliseconds of work a person may cause in a burst, and per second in the long run. */
  readonly burstMs: number;
  readonly msPerSecond: number;
  /** Characters of refused text handed back to its author, per place. */
  readonly keptText: number;
}

/** Bounds that honest clients stay far below. */
export const DEFAULT_LIMITS: Limits = {
  bytes: 8 * 1024 * 1024,
  blocks: 64,
  structs: 20_000,
  ranges: 100_000,
  depth: 64,
  nesting: 8,
  steps: 400_000,
  idsPerConnection: 16,
  burstMs: 3_000,
  msPerSecond: 250,
  keptText: 20_000
};

/** Input that is answered by closing the connection: nothing of it was applied. */
export class Violation extends Error {
  readonly code: RefusalCode;

  constructor(reason: string, code: RefusalCode = 'bad-request') {
    super(reason);
    this.code = code;
  }
}

/** A client's clock has a gap, or names something unknown: before its first sync it is dropped, after it a violation. */
export class Gap extends Violation {}

/** Counts the steps of one update. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** Takes `steps`; throws when none are left. Only to be called before anything was applied. */
  take(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) {
      throw new Violation('the update costs too much', 'too-large');
    }
  }

  /** Takes `steps` and says whether there were any left: for callers that can't stop half way. */
  tryTake(steps = 1): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}
