import { describe, expect, it } from 'vitest';
import { GRACE, Presence } from './presence.ts';

const ann = { id: 'p', name: 'Ann', color: '#112233' };

describe('who comes and goes', () => {
  it('comes with the first socket, leaves after the last one is gone for long enough, at the time it went', () => {
    const presence = new Presence();
    expect([presence.here('s', ann), presence.here('s', ann)]).toEqual([true, false]);
    expect(presence.left(10 * GRACE)).toEqual([]);
    presence.away('p', 1_000);
    presence.away('p', 2_000);
    expect(presence.left(GRACE + 999)).toEqual([]);
    expect(presence.left(GRACE + 1_000)).toEqual([{ share: 's', person: ann, at: 1_000 }]);
    expect(presence.left(10 * GRACE)).toEqual([]);
    expect(presence.here('s', ann)).toBe(true);
  });

  it('a reconnect is neither', () => {
    const presence = new Presence();
    presence.here('s', ann);
    presence.away('p', 0);
    expect(presence.here('s', ann)).toBe(false);
    expect(presence.left(10 * GRACE)).toEqual([]);
    presence.away('p', 10 * GRACE);
    expect(presence.left(11 * GRACE - 1)).toEqual([]);
    expect(presence.left(11 * GRACE)).toHaveLength(1);
  });

  it('who was removed does not leave', () => {
    const presence = new Presence();
    presence.here('s', ann);
    presence.forget('p');
    presence.away('p', 0);
    expect(presence.left(GRACE)).toEqual([]);
  });
});
