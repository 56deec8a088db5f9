import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../testing/books.ts';
import { Belongings } from './belongings.ts';

describe('belongings', () => {
  it('are one guest’s, until forgotten', () => {
    const all = new Belongings();
    all.of('p').put('settings', 'a', '1');
    expect(all.of('p').settings.get('a')).toBe('1');
    expect(all.of('q').settings.size).toBe(0);
    all.forget('p');
    expect(all.of('p').settings.size).toBe(0);
  });

  it('are bounded in size and number; what is there can be changed', async () => {
    const own = new Belongings().of('p');
    expect(await refusalOf(() => own.put('settings', 'a', 'x'.repeat(300_001)))).toBe('too-large');
    expect(await refusalOf(() => own.put('settings', 'x'.repeat(201), ''))).toBe('too-large');
    for (let i = 0; i < 100; i++) {
      own.put('workspaces', `w${i}`, '');
    }
    expect(await refusalOf(() => own.put('workspaces', 'one more', ''))).toBe('too-large');
    expect(await refusalOf(() => own.put('workspaces', 'w0', 'changed'))).toBeNull();
    expect(await refusalOf(() => own.put('settings', 'a', ''))).toBeNull();
  });

  it('of whoever came longest ago go first', () => {
    const all = new Belongings();
    all.of('first').put('settings', 'a', '1');
    all.of('second').put('settings', 'a', '2');
    for (let i = 0; i < 4_998; i++) {
      all.of(`p${i}`);
    }
    all.of('first');
    all.of('one more');
    expect(all.of('first').settings.get('a')).toBe('1');
    expect(all.of('second').settings.size).toBe(0);
  });
});
