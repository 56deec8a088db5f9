/**
 * Property tests run with one seed, so that a run can be had again and a change is judged by what it changes. `FC_SEED=random`
 * looks elsewhere, `FC_SEED=n` repeats what a run printed.
 */
import fc from 'fast-check';

const wish = process.env['FC_SEED'] ?? '20261125';
if (wish !== 'random') {
  fc.configureGlobal({ seed: Number(wish) });
}
