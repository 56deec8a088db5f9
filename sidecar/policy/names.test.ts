import { describe, expect, it } from 'vitest';
import { looksLike, MAX_NAME, plainName, withNumber, withoutNumber } from './names.ts';

describe('T48 names', () => {
  it.each([
    ['a right-to-left override', 'gnp\u202eexe'],
    ['an isolate', '\u2066Ada'],
    ['a control', 'a\u0007b'],
    ['a line end', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['nothing to see', '\u200d'],
    ['spaces alone', ' \u3000 '],
    ['an invisible letter', 'Ada\u3164'],
    ['a soft hyphen', 'A\u00adda'],
    ['a tag', 'Ada\u{e0041}'],
    ['a pile of marks', 'A' + '\u0301\u0316'.repeat(4)],
    ['too much', 'x'.repeat(MAX_NAME + 1)]
  ])('with %s are refused', (_, name) => {
    expect(plainName(name)).toBeNull();
  });

  it.each([
    ['  Ada\u00a0  Lovelace ', 'Ada Lovelace'],
    ['Zoe\u0308', 'Zoë'],
    ['👩‍🔬', '👩‍🔬'],
    ['می‌خواهم', 'می‌خواهم'],
    ['李小龙', '李小龙'],
    ['<b>O’Neil & Co.</b>', '<b>O’Neil & Co.</b>'],
    ['😀'.repeat(MAX_NAME), '😀'.repeat(MAX_NAME)]
  ])('%j stands as %j', (name, kept) => {
    expect(plainName(name)).toBe(kept);
  });

  it.each([
    ['Ada', 'ADA'],
    ['Ada Lovelace', 'adalovelace'],
    ['Ada', 'Áda'],
    ['Ada', 'аdа'],
    ['ОLGA', 'Olga'],
    ['Paul', 'Ρaul'],
    ['Olga', 'O1ga'],
    ['Ian', 'lan'],
    ['Ａda', 'Ada'],
    ['Ada', 'A\u200dda'],
    ['B0b', 'Bob'],
    ['🙂', '🙂']
  ])('%j and %j can be taken for one another', (a, b) => {
    expect(looksLike(a, b)).toBe(true);
    expect(looksLike(b, a)).toBe(true);
  });

  it.each([
    ['Anna', 'Hanna'],
    ['Ada', 'Ida'],
    ['Ian', 'Lan'],
    ['李', '王'],
    ['🙂', '🙃'],
    ['Guest 1', 'Guest 2']
  ])('%j and %j can’t', (a, b) => {
    expect(looksLike(a, b)).toBe(false);
  });

  it.each([
    ['Anna', 'Anna'],
    ['Anna (2)', 'Anna'],
    ['Anna（12）', 'Anna'],
    ['Anna 2', 'Anna 2'],
    ['(2)', '(2)']
  ])('%j without a number is %j', (name, bare) => {
    expect(withoutNumber(name)).toBe(bare);
  });

  it.each([
    ['Anna', 2, 'Anna (2)'],
    ['😀'.repeat(MAX_NAME), 10, `${'😀'.repeat(MAX_NAME - 5)} (10)`],
    [`${'x'.repeat(95)} ${'y'.repeat(4)}`, 2, `${'x'.repeat(95)} (2)`]
  ])('%j with number %i is %j', (name, number, named) => {
    expect(withNumber(name, number)).toBe(named);
  });
});
