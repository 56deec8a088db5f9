import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMMENT_LENGTH } from '../../protocol/comments.ts';
import { commentText, mayChangeComment } from './comments.ts';

const OWNER = null;

it.each([
  ['edit', 'ada', 'ada', true],
  ['delete', 'ada', 'ada', true],
  ['edit', OWNER, OWNER, true],
  ['delete', OWNER, OWNER, true],
  ['delete', 'ada', OWNER, true],
  ['edit', 'ada', OWNER, false],
  ['edit', 'ada', 'bob', false],
  ['delete', 'ada', 'bob', false],
  ['edit', OWNER, 'bob', false],
  ['delete', OWNER, 'bob', false]
] as const)('T48 %s what %s wrote, by %s: %s', (did, author, caller, allow) => {
  expect(mayChangeComment({ did, author, caller }).allow).toBe(allow);
});

it.each([
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['\u202eright to left', '\u202eright to left'],
  ['  a\r\nb\rc\tand more ', 'a\nb\nc\tand more'],
  ['nul\u0000 bell\u0007 escape\u001b[31m', 'nul bell escape[31m'],
  ['half \ud83d of a pair', 'half \ufffd of a pair'],
  ['x'.repeat(COMMENT_LENGTH), 'x'.repeat(COMMENT_LENGTH)],
  ['x'.repeat(COMMENT_LENGTH + 1), null],
  [' \n\u0000 ', null],
  ['', null]
])('T48 %j is kept as %j', (typed, kept) => {
  expect(commentText(typed)).toBe(kept);
});

it('T48 what is kept is kept as it is when it comes again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), typed => {
      const text = commentText(typed);
      expect(text === null || commentText(text)).toBe(text ?? true);
    })
  );
});
