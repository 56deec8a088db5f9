import { describe, expect, it } from 'vitest';
import { problem } from '../protocol/refusals.ts';
import { detailOf, isAway, messageOf } from './problem.ts';

describe('detailOf', () => {
  it('is the problem’s own sentence', () => {
    expect(detailOf(429, JSON.stringify(problem('too-fast')))).toBe('That was too fast. Wait a little.');
  });
  it('takes Jupyter’s message where there is no problem', () => {
    expect(detailOf(403, '{"message":"Forbidden"}')).toBe('Forbidden');
  });
  it('takes a 404 that is not ours for a server without live sharing', () => {
    expect(detailOf(404, '{"message":"Not Found"}')).toBe('Live sharing is not installed on this server.');
    expect(detailOf(404, JSON.stringify(problem('share-ended')))).toBe('This notebook is no longer shared.');
  });
  it.each([
    [403, '<html>'],
    [502, ''],
    [500, '{"detail":" "}'],
    [500, 'null'],
    [500, '{"detail":7}']
  ])('has a sentence for %i with %j', (status, text) => {
    expect(detailOf(status, text)).toMatch(/^[A-Z].*\.$/u);
  });
});

describe('messageOf', () => {
  it('is an error’s message, else whatever it was', () => {
    expect(messageOf(new Error('No.'))).toBe('No.');
    expect(messageOf('odd')).toBe('odd');
  });
});

describe('isAway', () => {
  it('is a failed fetch', () => {
    expect(isAway(new TypeError('Failed to fetch'))).toBe(true);
    expect(isAway(new Error('other'))).toBe(false);
  });
});
