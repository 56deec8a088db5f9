import { describe, expect, it } from 'vitest';
import { problem, REFUSALS, type RefusalCode } from './refusals.ts';

const rows = Object.entries(REFUSALS) as [RefusalCode, (typeof REFUSALS)[RefusalCode]][];

describe('the table of refusals', () => {
  it.each(rows)(
    '%s has a status, a close code an application may use, and a sentence that fits a close frame',
    (_, row) => {
      expect(row.status).toBeGreaterThanOrEqual(400);
      expect(row.status).toBeLessThan(600);
      expect(row.close).toBeGreaterThanOrEqual(4000);
      expect(row.close).toBeLessThan(5000);
      expect(row.detail).toMatch(/^[A-Z].*\.$/);
      // RFC 6455 §5.5: 125 bytes of payload, two for the code.
      expect(Buffer.byteLength(row.detail)).toBeLessThanOrEqual(120);
    }
  );

  it('the close codes that the contract names stand', () => {
    expect(REFUSALS['no-session'].close).toBe(4401);
    expect(REFUSALS['token-expired'].close).toBe(4401);
    expect(REFUSALS['no-right'].close).toBe(4403);
    expect(REFUSALS['resync-needed'].close).toBe(4409);
    expect(REFUSALS['too-large'].close).toBe(4413);
    expect(REFUSALS['too-fast'].close).toBe(4429);
  });

  it('a body says the code, the status and the sentence, or the sentence given instead', () => {
    expect(problem('no-right')).toEqual({
      type: 'liveshare:no-right',
      status: 403,
      title: REFUSALS['no-right'].detail,
      detail: REFUSALS['no-right'].detail
    });
    expect(problem('no-right', 'Not here.').detail).toBe('Not here.');
    expect(problem('no-right', 'Not here.').title).toBe(REFUSALS['no-right'].detail);
  });
});
