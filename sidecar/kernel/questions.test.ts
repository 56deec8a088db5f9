import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/books.ts';
import { askOf, replyOf } from './questions.ts';

const completed = {
  status: 'ok',
  matches: ['secret', 'secrets.txt', 'folder/secret'],
  cursor_start: 0,
  cursor_end: 4,
  metadata: {
    _jupyter_types_experimental: [
      { start: 0, end: 4, text: 'secret', type: 'instance', signature: '' },
      { start: 0, end: 4, text: 'secrets.txt', type: 'path', signature: '' }
    ]
  }
};

describe('questions to the kernel', () => {
  it('T62: are put in our own words', () => {
    expect(askOf('complete_request', { code: 'a', cursor_pos: 1, extra: 'x', subshell_id: 's' })).toEqual({
      code: 'a',
      cursor_pos: 1
    });
    expect(askOf('inspect_request', { code: 'a', cursor_pos: 1 })).toEqual({
      code: 'a',
      cursor_pos: 1,
      detail_level: 0
    });
    expect(askOf('is_complete_request', { code: 'a', evil: true })).toEqual({ code: 'a' });
  });

  it.each([
    ['complete_request', { code: 'a', cursor_pos: -1 }],
    ['complete_request', { code: 5, cursor_pos: 1 }],
    ['complete_request', { code: 'x'.repeat(200_001), cursor_pos: 1 }],
    ['inspect_request', { code: 'a', cursor_pos: 1, detail_level: 2 }],
    ['is_complete_request', {}],
    ['history_request', { code: 'a' }]
  ])('T62: %s that is malformed is refused', async (type, content) => {
    expect(await refusalOf(() => askOf(type, content))).toBe('bad-request');
  });

  it('T66: completions name no file, unless the owner has ticked it', () => {
    expect(replyOf('complete_request', completed, false)).toMatchObject({ matches: ['secret'] });
    expect(JSON.stringify(replyOf('complete_request', completed, false))).not.toMatch(/txt|folder/);
    expect(replyOf('complete_request', completed, true)['matches']).toEqual(completed.matches);
  });
});
