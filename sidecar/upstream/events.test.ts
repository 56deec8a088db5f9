import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SHARES_EVENT } from '../../protocol/messages.ts';
import { Refusal } from '../policy/verdict.ts';
import { Events } from './events.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('many changes within a moment are one word that names nothing, and an answer is not needed', async () => {
  const call = vi.fn(() => Promise.reject(new Refusal('upstream-away')));
  const events = new Events({ call });
  for (let i = 0; i < 100; i++) {
    events.sharesChanged();
  }
  await vi.runAllTimersAsync();
  const body = { schema_id: SHARES_EVENT, version: '1', data: {} };
  expect(call.mock.calls).toEqual([[['api', 'events'], { method: 'POST', body }]]);
  events.sharesChanged();
  await vi.runAllTimersAsync();
  expect(call).toHaveBeenCalledTimes(2);
  events.sharesChanged();
  events.close();
  await vi.runAllTimersAsync();
  expect(call).toHaveBeenCalledTimes(2);
});
