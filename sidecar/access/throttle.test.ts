import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bucket, FailureLimit } from './throttle.ts';

describe('a bucket', () => {
  it('gives its burst at once, and its rate after that', () => {
    const bucket = new Bucket(2, 5, 0);
    expect(Array.from({ length: 6 }, () => bucket.take(1, 0))).toEqual([true, true, true, true, true, false]);
    expect(bucket.take(1, 499)).toBe(false);
    expect(bucket.take(1, 500)).toBe(true);
    expect(bucket.take(2, 1_000)).toBe(false);
    expect(bucket.take(2, 1_500)).toBe(true);
  });

  it('has more than its burst never, and a look takes nothing', () => {
    const bucket = new Bucket(2, 5, 0);
    expect(bucket.has(5, 1_000_000)).toBe(true);
    expect(bucket.has(5, 1_000_000)).toBe(true);
    expect(bucket.has(6, 1_000_000)).toBe(false);
    expect(bucket.isFull(1_000_000)).toBe(true);
    bucket.take(1, 1_000_000);
    expect(bucket.isFull(1_000_000)).toBe(false);
    expect(bucket.isFull(1_000_500)).toBe(true);
  });

  it('never gives more than burst plus rate times time, whatever the order, also when the clock goes back (T110)', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 1, max: 5 })));
    fc.assert(
      fc.property(steps, sequence => {
        const bucket = new Bucket(3, 10, 0);
        let now = 0;
        let forward = 0;
        let given = 0;
        for (const [passed, cost] of sequence) {
          now += passed;
          forward += Math.max(0, passed);
          given += bucket.take(cost, now) ? cost : 0;
        }
        expect(given).toBeLessThanOrEqual(10 + (forward / 1000) * 3 + 1e-6);
      })
    );
  });
});

it('T110: a clock that went back an hour empties no bucket', () => {
  const bucket = new Bucket(1, 5, 3_600_000);
  expect(bucket.take(5, 0)).toBe(true);
  expect(bucket.take(1, 999)).toBe(false);
  expect(bucket.take(1, 1_000)).toBe(true);
});

describe('T18: failures by address', () => {
  it('so many a minute; others are not affected; it passes', () => {
    let now = 0;
    const limit = new FailureLimit(30, () => now);
    for (let i = 0; i < 30; i++) {
      expect(limit.mayTry('a')).toBe(true);
      limit.failed('a');
    }
    expect(limit.mayTry('a')).toBe(false);
    expect(limit.mayTry('b')).toBe(true);
    now = 2_000;
    expect(limit.mayTry('a')).toBe(true);
    limit.failed('a');
    expect(limit.mayTry('a')).toBe(false);
  });

  it('5,000 failures from each of many addresses leave no address that never failed waiting', () => {
    const limit = new FailureLimit(30, () => 0);
    for (let i = 0; i < 12_000; i++) {
      limit.failed(`10.0.${i % 256}.${i >> 8}`);
    }
    expect(limit.mayTry('192.0.2.7')).toBe(true);
  });
});
