import { describe, expect, it } from 'vitest';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { Comms } from './comms.ts';
import { makeHeader } from './run.ts';

function said(type: string, content: object, buffers: readonly Uint8Array[] = []): KernelMessage {
  const header = makeHeader('id', type, 's');
  return { channel: 'iopub', header, parent_header: {}, metadata: {}, content: { ...content }, buffers };
}
const open = (id: string, state: object, paths: unknown[] = [], buffers: readonly Uint8Array[] = []) =>
  said(
    'comm_open',
    { comm_id: id, target_name: 'jupyter.widget', data: { state, buffer_paths: paths } },
    buffers
  );
const update = (id: string, state: object, paths: unknown[] = [], buffers: readonly Uint8Array[] = []) =>
  said('comm_msg', { comm_id: id, data: { method: 'update', state, buffer_paths: paths } }, buffers);

describe('S39 T57: widgets’ states kept for late joiners are bounded', () => {
  it('a part that doesn’t fit is not kept, the rest is, and everybody here hears all of it', () => {
    const comms = new Comms(1_000);
    expect(comms.take(open('a', { value: 1, text: 'x'.repeat(900) }))).toBe(true);
    expect(comms.take(open('b', { value: 2, text: 'y'.repeat(900) }))).toBe(true);
    expect(comms.states().data).toMatchObject({
      states: { a: { state: { value: 1, text: 'x'.repeat(900) } }, b: { state: { value: 2 } } }
    });
    expect(comms.state('b', 'update')?.data['state']).toEqual({ value: 2 });
    expect(comms.bytes).toBeLessThanOrEqual(1_000);
    expect(comms.isUnsure).toBe(false);
  });

  it('binary parts count; what is replaced, shrinks or closes makes room', () => {
    const comms = new Comms(1_000);
    comms.take(open('a', { value: 1 }, [['image']], [new Uint8Array(900)]));
    comms.take(open('b', {}, [['image']], [new Uint8Array(900)]));
    expect(comms.states().data['buffer_paths']).toEqual([['a', 'state', 'image']]);
    comms.take(update('a', {}, [['image']], [new Uint8Array(10)]));
    comms.take(update('b', {}, [['image']], [new Uint8Array(900)]));
    expect(comms.states().buffers.map(each => each.length)).toEqual([10, 900]);
    expect(comms.take(said('comm_close', { comm_id: 'b' }))).toBe(true);
    comms.take(open('c', {}, [['image']], [new Uint8Array(900)]));
    expect(comms.states().buffers.map(each => each.length)).toEqual([10, 900]);
    comms.clear();
    expect(comms.bytes).toBe(0);
  });

  it('a value that has outgrown the limit isn’t told as it was before', () => {
    const comms = new Comms(1_000);
    comms.take(open('a', { text: 'short' }));
    comms.take(update('a', { text: 'z'.repeat(2_000) }));
    expect(comms.state('a', 'update')?.data['state']).toEqual({});
    comms.take(update('a', { text: 'short again' }));
    expect(comms.state('a', 'update')?.data['state']).toEqual({ text: 'short again' });
  });

  it('what is told at once of widgets that were there before is bounded too', () => {
    const comms = new Comms(1_000);
    comms.learn({ a: { target_name: 'jupyter.widget' }, b: { target_name: 'jupyter.widget' } });
    expect(comms.isUnsure).toBe(true);
    const state = { text: 'x'.repeat(800) };
    const data = { method: 'update_states', states: { a: { state }, b: { state } }, buffer_paths: [] };
    expect(comms.take(said('comm_msg', { comm_id: 'control', data }))).toBe(false);
    expect(comms.isUnsure).toBe(false);
    expect(comms.bytes).toBeLessThanOrEqual(1_000);
    expect(comms.state('a', 'update')?.data['state']).toMatchObject(state);
    expect(comms.state('b', 'update')?.data['state']).not.toHaveProperty('text');
  });
});
