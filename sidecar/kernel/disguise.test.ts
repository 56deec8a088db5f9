import { describe, expect, it } from 'vitest';
import { iopub } from '../testing/messages.ts';
import { alias, disguise } from './disguise.ts';

describe('aliases', () => {
  it('are stable, shaped like a UUID, different by share and id, and tell nothing', () => {
    const id = 'b6b7f9a4-0d3b-4a55-9d59-2f2f9f5b5a10';
    expect(alias('s', id)).toBe(alias('s', id));
    expect(alias('s', id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(new Set([alias('s', id), alias('t', id), alias('s', `${id}x`), id]).size).toBe(4);
    // No two ways of cutting share and id give the same name.
    expect(alias('a', 'b\nc')).not.toBe(alias('ab', 'c'));
  });
});

describe('T62: a message as guests see it', () => {
  const message = { ...iopub('stream', { text: 'hi' }, 'parent-id'), metadata: { path: '/home/owner' } };

  it('names nothing of the owner’s, and keeps its content', () => {
    const shown = disguise(message, 'share', 'cell-1', 'run-1');
    const text = JSON.stringify(shown);
    for (const secret of [
      'owner-login',
      'session-of-the-owner',
      'parent-id',
      message.header.msg_id,
      '/home/owner'
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(shown.content).toEqual({ text: 'hi' });
    expect(shown.metadata).toEqual({ cell_id: 'cell-1', run: 'run-1' });
    expect(shown.parent_header.msg_id).toBe(alias('share', 'parent-id'));
  });

  it('a parent that is none stays none; without a cell there is no metadata', () => {
    const shown = disguise({ ...message, parent_header: {} }, 'share', null, null);
    expect(shown.parent_header).toEqual({});
    expect(shown.metadata).toEqual({});
  });
});
