import { describe, expect, it } from 'vitest';
import type { Activity } from '../../protocol/resources.ts';
import { merged, ShareActivity } from './shareActivity.ts';

const entry = (id: number, count = 1): Activity => ({
  id,
  at: '2026-01-01T00:00:00Z',
  until: '2026-01-01T00:00:00Z',
  person: null,
  kind: 'edited',
  cell: 'a',
  about: null,
  count
});

describe('activity', () => {
  it('replaces entries that went on, and stays newest first', () => {
    expect(merged([entry(2), entry(1)], [entry(3), entry(2, 5)])).toEqual([entry(3), entry(2, 5), entry(1)]);
  });

  it('goes back page by page, and a look at the newest doesn’t lose the place', async () => {
    const asked: (string | null)[] = [];
    const activity = new ShareActivity(before => {
      asked.push(before);
      return Promise.resolve(
        before === null
          ? { items: [entry(4), entry(3)], next: '3' }
          : { items: [entry(2), entry(1)], next: null }
      );
    });
    const shown = new Promise<void>(resolve => activity.changed.connect(() => resolve()));
    activity.open();
    await shown;
    expect(activity.view.next).toBe('3');
    await activity.more();
    expect(activity.view.items.map(item => item.id)).toEqual([4, 3, 2, 1]);
    expect(activity.view.next).toBeNull();
    expect(asked).toEqual([null, '3']);
    activity.dispose();
  });
});
