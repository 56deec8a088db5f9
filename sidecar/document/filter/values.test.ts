import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
  equal,
  fitsAttachments,
  fitsMetadata,
  fitsState,
  isCount,
  isJson,
  isOutput,
  shows
} from './values.ts';

describe('JSON', () => {
  it('is told from what only looks like it', () => {
    expect(isJson({ a: [1, null, 'x', { b: false }] })).toBe(true);
    for (const value of [undefined, NaN, Infinity, [undefined], { a: NaN }]) {
      expect(isJson(value)).toBe(false);
    }
  });

  it('is compared by content', () => {
    expect(equal({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(equal({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(equal([1], { 0: 1 })).toBe(false);
    expect(equal({ toString: 1 }, { x: 1 })).toBe(false);
  });

  it('is what shared types show', () => {
    const map = new Y.Doc().getMap('x');
    map.set('list', Y.Array.from([new Y.Text('t'), { a: 1 }]));
    expect(shows(map, { list: ['t', { a: 1 }] })).toBe(true);
    expect(shows(map, { list: ['t', { a: 2 }] })).toBe(false);
    expect(shows(map, { list: ['t'] })).toBe(false);
    expect(shows(map, { list: ['u', { a: 1 }] })).toBe(false);
  });
});

describe('shapes', () => {
  it('of metadata that stock clients rely on', () => {
    expect(fitsMetadata('tags', ['a'])).toBe(true);
    expect(fitsMetadata('tags', 'a')).toBe(false);
    expect(fitsMetadata('scrolled', 'auto')).toBe(true);
    expect(fitsMetadata('jupyter', null)).toBe(false);
    expect(fitsMetadata('mine', { any: ['thing'] })).toBe(true);
    expect(fitsMetadata('toString', 1)).toBe(true);
  });

  it('of attachments and state', () => {
    expect(fitsAttachments({ 'a.png': { 'image/png': 'x' } })).toBe(true);
    expect(fitsAttachments({ 'a.png': 'x' })).toBe(false);
    expect(fitsState('dirty', true, undefined)).toBe(true);
    expect(fitsState('dirty', 1, undefined)).toBe(false);
    expect(fitsState('document_id', 'a', undefined)).toBe(true);
    expect(fitsState('document_id', 'b', 'a')).toBe(false);
    expect(fitsState('document_id', 'x'.repeat(5000), undefined)).toBe(false);
    expect(fitsState('other', true, undefined)).toBe(false);
  });

  it('of outputs', () => {
    const good: unknown[] = [
      { output_type: 'stream', name: 'stdout', text: ['a'] },
      { output_type: 'display_data', data: {}, metadata: {} },
      { output_type: 'execute_result', data: {}, metadata: {}, execution_count: 1 },
      { output_type: 'error', ename: 'e', evalue: 'v', traceback: [] }
    ];
    expect(good.every(isOutput)).toBe(true);
    const bad: unknown[] = [
      null,
      {},
      { output_type: 'stream', name: 'stdout' },
      { output_type: 'display_data', data: {} },
      { output_type: 'execute_result', data: {}, metadata: {}, execution_count: 'x' },
      { output_type: 'error', ename: 'e', evalue: 'v', traceback: [1] },
      { output_type: 'other' }
    ];
    expect(bad.some(isOutput)).toBe(false);
    expect([null, 0, 3].every(isCount)).toBe(true);
    expect([-1, 1.5, 'x', undefined].some(isCount)).toBe(false);
  });
});
