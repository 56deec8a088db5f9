import { describe, expect, it } from 'vitest';
import { backOff, isFinal, parseMessage } from './wire.ts';

describe('parseMessage', () => {
  it('names what it knows', () => {
    const removed = { type: 'removed', reason: 'share-ended', detail: 'Over.' };
    expect(parseMessage(JSON.stringify(removed))).toEqual(removed);
  });
  it.each([
    ['no text', new ArrayBuffer(2)],
    ['no JSON', '{'],
    ['no object', '3'],
    ['null', 'null'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"surprise"}'],
    ['a name from the prototype', '{"type":"constructor"}'],
    ['a field missing', '{"type":"rights","rights":{}}']
  ])('drops %s', (_, frame) => {
    expect(parseMessage(frame)).toBeNull();
  });
});

describe('backOff', () => {
  it('doubles, with half of it chance, up to 30 s', () => {
    expect(backOff(0, 0)).toBe(250);
    expect(backOff(0, 1)).toBe(500);
    expect(backOff(3, 0)).toBe(2000);
    expect(backOff(50, 1)).toBe(30_000);
  });
});

describe('isFinal', () => {
  it('is so for no session, no right, no share; a lost line is not', () => {
    expect([4401, 4403, 4404].every(isFinal)).toBe(true);
    expect([1000, 1006, 1012, 4409, 4429, 4502].some(isFinal)).toBe(false);
  });
});
