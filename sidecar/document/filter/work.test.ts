import { describe, expect, it } from 'vitest';
import { Budget, Violation } from './limits.ts';
import { Work } from './work.ts';

describe('work', () => {
  it('is bounded per person, and forgiven with time', () => {
    let now = 0;
    const work = new Work({ burstMs: 100, msPerSecond: 10 }, () => now);
    const spend = (person: string, ms: number): void => {
      work.measure(person, () => {
        now += ms;
      });
    };
    spend('ann', 150);
    expect(() => spend('ann', 1)).toThrow(Violation);
    expect(() => spend('bob', 1)).not.toThrow();
    now += 6000;
    expect(() => spend('ann', 1)).not.toThrow();
  });

  it('counts also when it fails, and not at all without a clock', () => {
    let now = 0;
    const work = new Work({ burstMs: 100, msPerSecond: 10 }, () => now);
    const fail = (): never => {
      now += 200;
      throw new Error('x');
    };
    expect(() => work.measure('ann', fail)).toThrow('x');
    expect(() => work.measure('ann', () => 1)).toThrow(Violation);
    expect(new Work({ burstMs: 0, msPerSecond: 0 }).measure('ann', () => 1)).toBe(1);
  });

  it('in steps is bounded per update', () => {
    const budget = new Budget(2);
    budget.take();
    expect(budget.tryTake()).toBe(true);
    expect(budget.tryTake()).toBe(false);
    expect(() => budget.take()).toThrow(Violation);
  });
});
