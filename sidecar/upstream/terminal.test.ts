import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeLog } from '../log.ts';
import type { Jupyter } from './jupyter.ts';
import { Terminals } from './terminal.ts';

const log = makeLog('silent', { write: () => undefined });
const listing = (status: number, body: unknown) =>
  new Terminals({ call: () => Promise.resolve({ status, json: () => body }) } as unknown as Jupyter).names();

describe('terminals of the Jupyter Server', () => {
  it('are named; where they are switched off, or the answer is odd, there are none', async () => {
    expect(await listing(200, [{ name: '1', last_activity: 'x' }, { name: 'two' }])).toEqual(['1', 'two']);
    for (const [status, body] of [
      [404, { message: 'no' }],
      [200, { x: 1 }],
      [200, [{ name: '../1' }]],
      [403, [{ name: '1' }]]
    ] as const) {
      expect(await listing(status, body)).toEqual([]);
    }
  });

  it('only output is heard, and nothing is ever sent', () => {
    const socket = new EventEmitter() as EventEmitter & { close: () => void };
    let closed = 0;
    socket.close = () => (closed += 1);
    const asked: unknown[] = [];
    const jupyter = { open: (...all: unknown[]) => (asked.push(all), socket) } as unknown as Jupyter;
    const heard: string[] = [];
    const handlers = {
      output: (text: string) => void heard.push(text),
      close: () => void heard.push('closed')
    };
    const stop = new Terminals(jupyter).listen('1', handlers, log);
    expect(asked).toEqual([[['terminals', 'websocket', '1'], {}]]);
    for (const frame of [
      '["setup", {}]',
      '["stdout", "a"]',
      '["stdout", 5]',
      '{',
      '["disconnect", 1]',
      '[]'
    ]) {
      socket.emit('message', Buffer.from(frame), false);
    }
    socket.emit('message', Buffer.from('["stdout", "binary"]'), true);
    socket.emit('error', new Error('x'));
    stop();
    socket.emit('close');
    expect(heard).toEqual(['a', 'closed']);
    expect(closed).toBe(1);
  });
});
