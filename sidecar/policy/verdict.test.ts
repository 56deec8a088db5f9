import { describe, expect, it } from 'vitest';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { ALLOW, enforce, refuse, Refusal } from './verdict.ts';

describe('verdicts', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('%s as an error carries its row of the table', code => {
    const refusal = new Refusal(code);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal.status).toBe(REFUSALS[code].status);
    expect(refusal.close).toBe(REFUSALS[code].close);
    expect(refusal.problem).toMatchObject({ type: `liveshare:${code}`, detail: REFUSALS[code].detail });
    expect(new Refusal(code, 'Other words.').problem.detail).toBe('Other words.');
  });

  it('enforce lets an allowance pass and throws the refusal of its code', () => {
    expect(() => enforce(ALLOW)).not.toThrow();
    expect(() => enforce(refuse('too-fast'))).toThrow(new Refusal('too-fast'));
  });
});
