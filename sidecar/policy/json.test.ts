import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { Refusal } from './verdict.ts';

const code = (text: string) => {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
};

describe('parseJson', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = JSON.stringify(value);
        fc.pre(!/"(__proto__|constructor|prototype)":/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      })
    );
  });

  it.each([
    '{"__proto__":{}}',
    '{"constructor":1}',
    '{"prototype":1}',
    '{"a":{"b":[{"__proto__":1}]}}',
    '{"__proto__" \n : 1}',
    '{"\\u005f_proto__":1}',
    '{"\\u005f\\u005fproto\\u005f\\u005f":1}',
    '{"const\\u0072uctor":1}',
    '[[[{"prototype":null}]]]'
  ])('T83: %s is refused', text => {
    expect(code(text)).toBe('bad-request');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it.each([
    ['{"a":"__proto__"}', { a: '__proto__' }],
    ['{"a":"{\\"__proto__\\":1}"}', { a: '{"__proto__":1}' }],
    ['{"proto":1,"constructors":2}', { proto: 1, constructors: 2 }]
  ])('T83: %s is no such key and passes', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each(['', '{', 'undefined', "{'a':1}", '{"a":1}x'])('%j is no JSON', text => {
    expect(code(text)).toBe('bad-request');
  });

  it('nesting beyond any use is refused and harms nothing', () => {
    expect(code('['.repeat(200_000) + ']'.repeat(200_000))).toBe('bad-request');
  });
});
