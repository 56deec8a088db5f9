import { beforeEach, describe, expect, it } from 'vitest';
import { ClientIds } from './clientIds.ts';

let ids: ClientIds;

beforeEach(() => {
  ids = new ClientIds(id => id === 9, { idsPerConnection: 2 });
  ids.connect('ann/1', 'ann');
  ids.connect('bob/1', 'bob');
});

describe('client ids', () => {
  it('belong to whom they were first seen with', () => {
    expect(ids.claim('ann/1', 5)).toBe(true);
    expect(ids.claim('ann/1', 5)).toBe(true);
    expect(ids.claim('bob/1', 5)).toBe(false);
    expect(ids.personOf(5)).toBe('ann');
    expect(ids.personOf(6)).toBeNull();
  });

  it('outlive the connection, and can be taken over from a former process', () => {
    ids.claim('ann/1', 5);
    ids.disconnect('ann/1');
    expect(ids.claim('ann/1', 5)).toBe(false);
    ids.connect('ann/2', 'ann');
    expect(ids.claim('ann/2', 5)).toBe(true);
    ids.restore(9, 'bob');
    expect(ids.claim('bob/1', 9)).toBe(true);
    expect([...ids.entries()]).toEqual([
      [5, 'ann'],
      [9, 'bob']
    ]);
  });

  it('are few per connection, and none that the document knows', () => {
    expect(ids.claim('ann/1', 9)).toBe(false);
    expect([1, 2, 3].map(id => ids.claim('ann/1', id))).toEqual([true, true, false]);
    expect([0, -1, 1.5, 2 ** 32, NaN].some(id => ids.claim('bob/1', id))).toBe(false);
    expect(ids.claim('bob/1', 2 ** 32 - 1)).toBe(true);
  });
});
