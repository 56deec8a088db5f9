/**
 * Random histories: an owner and guests with the real notebook model and rights that change, the messages between them in any order,
 * connections that break, and one guest who forges updates. FILTER_RUNS sets how many histories are tried.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { History, type Step } from '../../testing/history.ts';

const RUNS = Number(process.env['FILTER_RUNS'] ?? 500);

beforeAll(() => {
  for (const method of ['warn', 'error', 'log'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
});

const number = fc.nat(0xffff);
const step = (kinds: readonly Step['kind'][]): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constantFrom(...kinds), who: fc.nat(3), a: number, b: number, c: number });

const HONEST: readonly Step['kind'][] = [
  'edit',
  'edit',
  'edit',
  'edit',
  'edit',
  'edit',
  'two',
  'undo',
  'send',
  'send',
  'send',
  'read',
  'read',
  'read',
  'cut',
  'join',
  'rights',
  'ask',
  'run'
];

describe('random histories', () => {
  it(
    'of honest guests: nothing forbidden shows, nothing permitted is lost, all agree',
    { timeout: 600_000 },
    () => {
      fc.assert(
        fc.property(fc.array(step(HONEST), { minLength: 5, maxLength: 80, size: 'max' }), steps => {
          const history = new History(false);
          history.play(steps);
          history.finish();
          expect(history.faults).toEqual([]);
        }),
        { numRuns: RUNS }
      );
    }
  );

  it('with a guest who forges updates: the same', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(step([...HONEST, 'forge', 'forge', 'forge', 'forge']), {
          minLength: 5,
          maxLength: 80,
          size: 'max'
        }),
        steps => {
          const history = new History(true);
          history.play(steps);
          history.finish();
          expect(history.faults).toEqual([]);
        }
      ),
      { numRuns: RUNS }
    );
  });
});
