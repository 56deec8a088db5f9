import { expect, it } from 'vitest';
import { withKey } from './meanwhile.ts';

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const type = (...keys: readonly (string | object)[]): string =>
  keys.reduce<string>((text, key) => {
    const event = typeof key === 'string' ? { ...none, key } : { ...none, key: '', ...key };
    return withKey(text, event) ?? text;
  }, '');

it('S8 letters, line ends and corrections are kept as they would have been typed', () => {
  expect(type('x', ' ', '=', ' ', '1', 'Enter', 'ü', '😀')).toBe('x = 1\nü😀');
  expect(type('a', '😀', 'Backspace', 'b')).toBe('ab');
  expect(type('Backspace', 'a')).toBe('a');
  expect(type({ key: 'A', shiftKey: true })).toBe('A');
});

it('S8 commands and keys without a letter type nothing', () => {
  for (const key of ['Shift', 'ArrowLeft', 'Escape', 'F5', 'Tab', 'Dead']) {
    expect(withKey('x', { ...none, key })).toBeNull();
  }
  expect(withKey('x', { ...none, key: 's', ctrlKey: true })).toBeNull();
  expect(withKey('x', { ...none, key: 'v', metaKey: true })).toBeNull();
  expect(withKey('x', { ...none, key: 'Enter', shiftKey: true })).toBeNull();
});
