import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Places, type Moves } from './places.ts';

let told: [string, Moves][];
let places: Places;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  places = new Places((share, moves) => told.push([share, moves]));
});
afterEach(() => {
  places.close();
  vi.useRealTimers();
});
const [first, second] = [{}, {}];

describe('where people are', () => {
  it('is the cell that the tab named which spoke last', () => {
    places.set('s', 'ada', first, 'a');
    places.set('s', 'ada', second, 'b');
    expect(places.of('s', 'ada')).toBe('b');
    places.set('s', 'ada', first, 'c');
    expect(places.of('s', 'ada')).toBe('c');
    expect(places.of('t', 'ada')).toBeNull();
  });

  it('S45 is that of the other tab when one is gone, and nowhere after the last', () => {
    places.set('s', 'ada', first, 'a');
    places.set('s', 'ada', second, 'b');
    places.leave('s', 'ada', second);
    expect(places.of('s', 'ada')).toBe('a');
    places.set('s', 'ada', first, null);
    expect(places.of('s', 'ada')).toBeNull();
    places.leave('s', 'ada', first);
    places.leave('s', 'ada', first);
    expect(places.of('s', 'ada')).toBeNull();
  });

  it('is told in bundles: a run through the notebook is one message', () => {
    for (const cell of ['a', 'b', 'c', 'd']) {
      places.set('s', 'ada', first, cell);
    }
    places.set('s', 'gus', second, 'x');
    places.set('t', 'eve', second, 'y');
    vi.runAllTimers();
    expect(told.map(([share, moves]) => [share, Object.fromEntries(moves)])).toEqual([
      ['s', { ada: 'd', gus: 'x' }],
      ['t', { eve: 'y' }]
    ]);
    places.set('s', 'ada', first, 'd');
    vi.runAllTimers();
    expect(told).toHaveLength(2);
    places.leave('s', 'ada', first);
    vi.runAllTimers();
    expect(Object.fromEntries(told[2]![1])).toEqual({ ada: null });
  });
});
