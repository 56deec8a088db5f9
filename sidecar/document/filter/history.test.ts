/**
 * Random histories: an owner and guests with the real notebook model and rights that change, the messages between them in any order,
 * connections that break, and one guest who forges updates. `make test-filter` tries 20,000 of them; FILTER_RUNS sets how many are here.
 */
import { describe, it } from 'vitest';
import { tryHistories } from '../../testing/histories.ts';
import { quiet } from '../../testing/quiet.ts';

const RUNS = Number(process.env['FILTER_RUNS'] ?? 300);

quiet();

describe('random histories', () => {
  it.each([
    ['of honest guests: nothing forbidden shows, nothing permitted is lost, all agree', false],
    ['with a guest who forges updates: the same', true]
  ])('%s', { timeout: 600_000 }, (_, withForger) => {
    tryHistories(withForger, RUNS);
  });
});
