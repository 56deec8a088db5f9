import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet } from './ranges.ts';

describe('id sets', () => {
  it('hold what was added, however it came', () => {
    const range = fc.record({ client: fc.nat(1), from: fc.nat(40), length: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(range), ranges => {
        const set = new IdSet(
          ranges.map(({ client, from, length }) => ({ client, from, to: from + length }))
        );
        const plain = new Set(
          ranges.flatMap(({ client, from, length }) =>
            [...Array(length).keys()].map(i => `${client}/${from + i}`)
          )
        );
        for (let client = 0; client < 2; client++) {
          for (let clock = 0; clock < 50; clock++) {
            expect(set.has(client, clock)).toBe(plain.has(`${client}/${clock}`));
          }
        }
      })
    );
  });
});
