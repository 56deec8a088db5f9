import { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Y from 'yjs';
import { findCell } from '../document/cells.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { iopub } from '../testing/messages.ts';
import { OutputWriter, type Displays, type WriteCell } from './outputs.ts';

let model: YNotebook;
let displays: Displays;
let updates: number;
let write: WriteCell;
beforeEach(() => {
  vi.useFakeTimers();
  model = new YNotebook();
  model.fromJSON(notebook({ a: 'x', b: 'y' }) as never);
  displays = new Map();
  updates = 0;
  const doc: Y.Doc = model.ydoc;
  doc.on('update', () => (updates += 1));
  write = (id, change) =>
    doc.transact(() => {
      const cell = findCell(doc, id);
      if (cell !== undefined) {
        change(cell);
      }
    }, 'kernel');
});
afterEach(() => {
  vi.useRealTimers();
  model.dispose();
});

const writer = (cell = 'a') => {
  const made = new OutputWriter(cell, write, displays);
  made.start();
  return {
    end: (count: unknown = 1) => made.end(count),
    flush: () => made.flush(),
    take: (type: string, content: Record<string, unknown>) => made.take(iopub(type, content)),
    stream: (text: string, name = 'stdout') => made.take(iopub('stream', { name, text }))
  };
};
const cell = (id = 'a') => model.cells.find(each => each.id === id)!.toJSON();
const outputs = (id = 'a') => cell(id)['outputs'];
const stream = (text: string, name = 'stdout') => ({ output_type: 'stream', name, text });
const data = (text: string) => ({ data: { 'text/plain': text }, metadata: {} });

describe('streams', () => {
  it('text of one stream in a row is one output, in one update a tick', () => {
    const run = writer();
    const before = updates;
    for (const text of ['a', 'b\n', 'c']) {
      run.stream(text);
    }
    expect(updates).toBe(before);
    vi.advanceTimersByTime(50);
    expect(updates).toBe(before + 1);
    expect(outputs()).toEqual([stream('ab\nc')]);
    run.stream('d');
    vi.advanceTimersByTime(50);
    expect(outputs()).toEqual([stream('ab\ncd')]);
  });

  it('S41: a print loop costs a bounded number of updates', () => {
    const run = writer();
    const before = updates;
    for (let i = 0; i < 1_000; i++) {
      run.stream(`${i}\n`);
      vi.advanceTimersByTime(1);
    }
    run.end();
    expect(updates - before).toBeLessThanOrEqual(1_000 / 50 + 2);
    expect(outputs()).toEqual([stream(Array.from({ length: 1_000 }, (_, i) => `${i}\n`).join(''))]);
  });

  it('another stream, and output between, start a new one', () => {
    const run = writer();
    run.stream('out');
    run.stream('err', 'stderr');
    run.stream('out2');
    run.take('display_data', data('shown'));
    run.stream('out3');
    run.end();
    expect(outputs()).toEqual([
      stream('out'),
      stream('err', 'stderr'),
      stream('out2'),
      { output_type: 'display_data', ...data('shown') },
      stream('out3')
    ]);
  });
});

describe('clear_output', () => {
  it('clears at once', () => {
    const run = writer();
    run.stream('old');
    run.take('clear_output', { wait: false });
    expect(outputs()).toEqual([]);
    run.stream('new');
    run.take('display_data', data('shown'));
    run.end();
    expect(outputs()).toEqual([stream('new'), { output_type: 'display_data', ...data('shown') }]);
  });

  it('with wait clears with what comes next, in the same update: nothing flickers', () => {
    const run = writer();
    run.take('display_data', data('old'));
    run.take('clear_output', { wait: true });
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('old') }]);
    const before = updates;
    run.take('display_data', data('new'));
    expect(updates).toBe(before + 1);
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('new') }]);
    run.take('clear_output', { wait: true });
    run.stream('text');
    run.end();
    expect(outputs()).toEqual([stream('text')]);
  });

  it('with wait and nothing after it leaves what is there', () => {
    const run = writer();
    run.stream('kept');
    run.take('clear_output', { wait: true });
    run.end();
    expect(outputs()).toEqual([stream('kept')]);
  });
});

describe('other outputs', () => {
  it('results, displays and errors are nbformat outputs', () => {
    const run = writer();
    run.take('display_data', {
      data: { 'image/png': 'AA==' },
      metadata: { 'image/png': { width: 3 } },
      transient: {}
    });
    run.take('execute_result', { ...data('3'), execution_count: 7 });
    run.take('error', { ename: 'ValueError', evalue: 'no', traceback: ['a', 'b'] });
    run.take('display_data', {});
    run.end(7);
    expect(cell()).toMatchObject({
      execution_count: 7,
      outputs: [
        {
          output_type: 'display_data',
          data: { 'image/png': 'AA==' },
          metadata: { 'image/png': { width: 3 } }
        },
        { output_type: 'execute_result', ...data('3'), execution_count: 7 },
        { output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['a', 'b'] },
        { output_type: 'display_data', data: {}, metadata: {} }
      ]
    });
  });

  it('nothing transient is written', () => {
    const run = writer();
    run.take('display_data', { ...data('x'), transient: { display_id: 'd' }, secret: 1 });
    run.end();
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('x') }]);
  });

  it.each(['status', 'execute_input', 'comm_open', 'comm_msg', 'debug_event', 'unknown'])(
    '%s writes no output',
    type => {
      const run = writer();
      run.take(type, { ...data('x'), execution_count: 3 });
      run.end(null);
      expect(outputs()).toEqual([]);
    }
  );
});

describe('displays with an id', () => {
  const shown = (text: string, id: string) => ({ ...data(text), transient: { display_id: id } });

  it('T55: are updated wherever they stand, in other cells too, and only those', () => {
    const first = writer('a');
    first.take('display_data', shown('one', 'd'));
    first.take('display_data', shown('other', 'e'));
    first.end();
    const second = writer('b');
    second.take('display_data', shown('two', 'd'));
    second.take('update_display_data', {
      data: { 'text/plain': 'three' },
      metadata: { m: 1 },
      transient: { display_id: 'd' }
    });
    second.end();
    const updated = { output_type: 'display_data', data: { 'text/plain': 'three' }, metadata: { m: 1 } };
    expect(outputs('a')).toEqual([updated, { output_type: 'display_data', ...data('other') }]);
    expect(outputs('b')).toEqual([updated]);
  });

  it('an update of what is not there, or no longer, writes nothing', () => {
    const run = writer();
    run.take('display_data', shown('one', 'd'));
    run.take('clear_output', { wait: false });
    const before = updates;
    run.take('update_display_data', shown('two', 'd'));
    run.take('update_display_data', shown('two', 'unknown'));
    run.take('update_display_data', data('without id'));
    run.take('update_display_data', { ...data('x'), transient: null });
    expect(outputs()).toEqual([]);
    expect(updates).toBe(before);
  });

  it('a result with an id can be updated as well', () => {
    const run = writer();
    run.take('execute_result', { ...shown('one', 'd'), execution_count: 1 });
    run.take('update_display_data', shown('two', 'd'));
    run.end();
    expect(outputs()).toEqual([{ output_type: 'execute_result', ...data('two'), execution_count: 1 }]);
  });
});

describe('a run and its cell', () => {
  it('start empties it and marks it as running; end sets count and state', () => {
    const earlier = writer();
    earlier.stream('old');
    earlier.end(3);
    const run = writer();
    expect(cell()).toMatchObject({ outputs: [], execution_count: null });
    expect(findCell(model.ydoc, 'a')?.get('execution_state')).toBe('running');
    run.stream('new');
    run.end(4);
    expect(cell()).toMatchObject({ outputs: [stream('new')], execution_count: 4 });
    expect(findCell(model.ydoc, 'a')?.get('execution_state')).toBe('idle');
  });

  it('S43: a count that is no number is not written', () => {
    const run = writer();
    for (const count of [{}, '5', null, [3]]) {
      run.end(count);
      expect(cell()['execution_count']).toBeNull();
    }
  });

  it('a cell that is deleted while it runs takes nothing with it', () => {
    const run = writer();
    run.stream('gathered');
    model.deleteCell(0);
    run.take('display_data', { ...data('x'), transient: { display_id: 'd' } });
    run.take('clear_output', { wait: false });
    vi.advanceTimersByTime(100);
    run.end(1);
    expect(model.cells.map(each => each.id)).toEqual(['b']);
    expect(outputs('b')).toEqual([]);
  });

  it('a cell that became markdown gets no outputs', () => {
    model.transact(() => {
      findCell(model.ydoc, 'a')?.delete('outputs');
    });
    const run = writer();
    run.stream('x');
    run.take('display_data', data('x'));
    run.end(1);
    expect(findCell(model.ydoc, 'a')?.get('outputs')).toBeUndefined();
  });
});
