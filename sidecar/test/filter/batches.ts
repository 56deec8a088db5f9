/**
 * Many random histories in batches, so that a failure names a seed that repeats it in seconds.
 * @module
 */
import { describe, it } from 'vitest';
import { tryHistories } from '../../testing/histories.ts';
import { quiet } from '../../testing/quiet.ts';

const RUNS = Number(process.env['FILTER_RUNS'] ?? 1000);
/** FILTER_SEED repeats a run. */
const SEED = Number(process.env['FILTER_SEED'] ?? Date.now() % 1_000_000_000);
const BATCH = 500;

/** Declares FILTER_RUNS histories. */
export function batches(name: string, withForger: boolean): void {
  quiet();
  describe(name, () => {
    for (let from = 0; from < RUNS; from += BATCH) {
      const runs = Math.min(BATCH, RUNS - from);
      const seed = SEED + from / BATCH;
      it(`${runs} histories from FILTER_SEED=${seed}`, () => {
        tryHistories(withForger, runs, seed);
      });
    }
  });
}
