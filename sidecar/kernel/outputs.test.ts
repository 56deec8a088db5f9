import { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { findCell } from '../document/cells.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { iopub, kernelMessage } from '../testing/messages.ts';
import { parseLimits } from '../testing/limits.ts';
import { KernelOutputs, OutputWriter, type WriteCell } from './outputs.ts';

let model: YNotebook;
let shared: KernelOutputs;
let sent: { type: string; content: Record<string, unknown> }[];
let updates: number;
let write: WriteCell;
beforeEach(() => {
  vi.useFakeTimers();
  model = new YNotebook();
  model.fromJSON(notebook({ a: 'x', b: 'y' }) as never);
  sent = [];
  shared = kernelOutputs();
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

const kernelOutputs = (limits: Record<string, number> = {}) =>
  new KernelOutputs({ limits: parseLimits(limits), send: (type, content) => sent.push({ type, content }) });
const writer = (cell = 'a') => {
  const made = new OutputWriter(cell, write, shared);
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
    run.flush();
    run.take('clear_output', { wait: false });
    run.flush();
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
    run.flush();
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('old') }]);
    const before = updates;
    run.take('display_data', data('new'));
    run.flush();
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
    run.flush();
    run.take('clear_output', { wait: false });
    run.flush();
    const before = updates;
    run.take('update_display_data', shown('two', 'd'));
    run.take('update_display_data', shown('two', 'unknown'));
    run.take('update_display_data', data('without id'));
    run.take('update_display_data', { ...data('x'), transient: null });
    run.flush();
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

describe('displays whose cell was built anew', () => {
  const shown = (text: string) => ({ ...data(text), transient: { display_id: 'd' } });
  const rebuilds: [string, () => void][] = [
    ['the notebook was loaded again', () => model.fromJSON(model.toJSON())],
    [
      'the cell was moved',
      () => {
        const copy = model.cells[0]!.toJSON();
        model.deleteCell(0);
        model.insertCell(1, copy as never);
      }
    ],
    [
      'its outputs were replaced',
      () => {
        const found = model.cells.find(each => each.id === 'a')! as unknown as {
          setOutputs(all: object[]): void;
        };
        found.setOutputs((outputs() as object[]).map(each => ({ ...each })));
      }
    ]
  ];

  it.each(rebuilds)('T55 S4: an update is written after %s', (_, rebuild) => {
    const first = writer('a');
    first.stream('before');
    first.take('display_data', shown('one'));
    first.end();
    rebuild();
    const second = writer('b');
    second.take('update_display_data', shown('two'));
    second.end();
    const expected = [stream('before'), { output_type: 'display_data', ...data('two') }];
    expect(outputs('a')).toEqual(expected);
    rebuild();
    second.take('update_display_data', shown('three'));
    second.flush();
    expect(outputs('a')).toEqual([stream('before'), { output_type: 'display_data', ...data('three') }]);
  });

  it('what came to stand in its place since is left alone', () => {
    const run = writer('a');
    run.take('display_data', shown('one'));
    run.flush();
    (findCell(model.ydoc, 'a')!.get('outputs') as Y.Array<unknown>).delete(0, 1);
    run.take('display_data', data('other'));
    run.take('update_display_data', shown('two'));
    run.flush();
    run.take('update_display_data', shown('three'));
    run.end();
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('other') }]);
  });

  it('a stream goes on after it, also through a carriage return', () => {
    const run = writer('a');
    run.stream('done\n 10%');
    run.flush();
    model.fromJSON(model.toJSON());
    run.stream('\r 20%');
    run.flush();
    expect(outputs()).toEqual([stream('done\n 20%')]);
    (findCell(model.ydoc, 'a')!.get('outputs') as Y.Array<unknown>).delete(0, 1);
    run.stream('\r 30%\nend');
    run.end();
    expect(outputs()).toEqual([stream('30%\nend'.padStart(8))]);
  });

  it('displays that nobody can ask for any longer are forgotten: another run, a new kernel', () => {
    const run = writer('a');
    run.take('display_data', shown('one'));
    run.end();
    const again = writer('a');
    again.take('display_data', data('new'));
    again.take('update_display_data', shown('two'));
    again.end();
    expect(outputs()).toEqual([{ output_type: 'display_data', ...data('new') }]);
    const third = writer('b');
    third.take('display_data', shown('three'));
    third.end();
    shared.reset();
    third.take('update_display_data', shown('four'));
    third.flush();
    expect(outputs('b')).toEqual([{ output_type: 'display_data', ...data('three') }]);
  });

  it('of very many displays the oldest is forgotten, and the others are not', () => {
    const run = writer('a');
    for (let i = 0; i <= 2_000; i++) {
      run.take('display_data', { ...data('-'), transient: { display_id: `d${i}` } });
    }
    run.flush();
    for (const id of ['d0', 'd1', 'd2000']) {
      run.take('update_display_data', { ...data(id), transient: { display_id: id } });
    }
    run.end();
    const texts = (outputs() as { data: Record<string, string> }[]).map(each => each.data['text/plain']);
    expect([texts[0], texts[1], texts[2000]]).toEqual(['-', 'd1', 'd2000']);
  });
});

describe('T57 S40 S41 limits', () => {
  const limited = (limits: Record<string, number>) => {
    shared = kernelOutputs(limits);
    return writer();
  };
  const texts = () =>
    (outputs() as Record<string, unknown>[]).map(each => JSON.stringify(each['data'] ?? each['text']));

  it('a representation that is too large gives way to a notice, the small ones stay', () => {
    const run = limited({ outputBytes: 1_000 });
    const image = { 'image/png': 'A'.repeat(2_000), 'text/plain': '<Figure>' };
    run.take('display_data', { data: image, metadata: { 'image/png': { width: 1 } } });
    run.take('execute_result', {
      data: { 'text/html': 'B'.repeat(2_000) },
      metadata: {},
      execution_count: 1
    });
    run.take('display_data', { data: { 'text/plain': 'small' }, metadata: {} });
    run.end();
    const [figure, table, small] = texts();
    expect(figure).toMatch(/<Figure>.*Left out: image\/png of \d+ kB\. The limit for one output is 1 kB/);
    expect(table).toMatch(/Left out: text\/html/);
    expect(JSON.stringify(outputs())).not.toMatch(/AAA|BBB/);
    expect(small).toBe('{"text/plain":"small"}');
  });

  it('a cell that writes without end is cut, says so once, and still shows its error', () => {
    const run = limited({ cellOutputBytes: 100_000 });
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 10_000; i++) {
      run.stream(line);
    }
    run.take('display_data', data('late'));
    run.stream(line, 'stderr');
    run.take('error', { ename: 'KeyboardInterrupt', evalue: '', traceback: ['stopped'] });
    run.end();
    expect(JSON.stringify(outputs()).length).toBeLessThan(110_000 + 65_536);
    expect((outputs() as Record<string, unknown>[]).map(each => each['output_type'])).toEqual([
      'stream',
      'stream',
      'error'
    ]);
    expect(texts()[1]).toMatch(/More output was left out\. The limit for one cell is/);
  });

  it('one message of 12 MB is cut as well, near the limit', () => {
    const run = limited({ cellOutputBytes: 100_000 });
    run.stream('y'.repeat(12_000_000));
    run.end();
    expect(texts()[0]!.length).toBeLessThan(100_000 + 65_536 + 10);
    expect(texts()).toHaveLength(2);
  });

  it('the twin: a progress bar that says much and shows little is never cut; nor is what follows a clear', () => {
    const run = limited({ cellOutputBytes: 10_000 });
    for (let i = 0; i < 5_000; i++) {
      run.stream(`\r${String(i).padStart(100)}`);
    }
    run.flush();
    expect(outputs()).toEqual([stream('4999'.padStart(100))]);
    run.stream('z'.repeat(20_000));
    run.take('clear_output', { wait: true });
    run.stream('fresh');
    run.end();
    expect(outputs()).toEqual([stream('fresh')]);
  });

  it('displays don’t grow beyond it by updates, written or waiting', () => {
    const big = (id: string, size: number) => ({ ...data('q'.repeat(size)), transient: { display_id: id } });
    const run = limited({ cellOutputBytes: 10_000, outputBytes: 6_000 });
    run.take('display_data', big('d', 1));
    run.take('display_data', big('e', 1));
    run.flush();
    run.take('display_data', big('f', 1));
    for (const id of ['d', 'e', 'f']) {
      run.take('update_display_data', big(id, 5_000));
    }
    run.flush();
    expect(JSON.stringify(outputs()).length).toBeLessThan(16_000);
    expect(JSON.stringify(outputs())).toMatch(/More output was left out/);
    run.take('update_display_data', big('d', 2));
    run.end();
    expect(texts()[0]).toBe('{"text/plain":"qq"}');
  });

  it('a huge error keeps its name and its beginning', () => {
    const run = limited({ outputBytes: 10_000 });
    const trace = Array.from({ length: 50 }, (_, i) => `${i} ${'t'.repeat(5_000)}`);
    run.take('error', { ename: 'ValueError', evalue: 'v'.repeat(1_000_000), traceback: trace });
    run.take('error', { ename: null, traceback: 'none' });
    run.end();
    const [error, odd] = outputs() as { ename: string; evalue: string; traceback: string[] }[];
    expect(error).toMatchObject({ ename: 'ValueError', evalue: 'v'.repeat(2_000) });
    expect(error!.traceback).toHaveLength(21);
    expect(odd).toEqual({ output_type: 'error', ename: '', evalue: '', traceback: [] });
  });

  it('T83 a key that changes what its reader’s object is doesn’t get in', () => {
    const run = writer();
    const evil = JSON.parse(
      '{"application/json": {"a": {"__proto__": {"x": 1}, "constructor": 2}}, "__proto__": "y"}'
    );
    run.take('display_data', { data: evil, metadata: null });
    run.end();
    expect(JSON.stringify(outputs())).toBe(
      '[{"output_type":"display_data","data":{"application/json":{"a":{"constructor":2}}},"metadata":{}}]'
    );
  });
});

describe('times', () => {
  const at = (seconds: number) => `2026-01-02T03:04:0${seconds}.000Z`;
  const timed = (message: KernelMessage, seconds: number): KernelMessage => ({
    ...message,
    header: { ...message.header, date: at(seconds) }
  });
  const times = () => (cell()['metadata'] as Record<string, unknown>)['execution'];

  it('go into the metadata as JupyterLab writes them, when it records them; those of an earlier run go', () => {
    shared = new KernelOutputs({ limits: parseLimits(), send: () => undefined, recordTiming: () => true });
    const run = new OutputWriter('a', write, shared);
    run.start();
    run.take(timed(iopub('status', { execution_state: 'busy' }), 1));
    run.take(timed(iopub('execute_input', { code: 'x', execution_count: 1 }), 2));
    vi.advanceTimersByTime(50);
    expect(times()).toEqual({ 'iopub.status.busy': at(1), 'iopub.execute_input': at(2) });
    const reply = kernelMessage('shell', 'execute_reply', { status: 'ok' });
    run.take(timed({ ...reply, metadata: { started: at(1) } }, 3));
    run.take(timed(iopub('status', { execution_state: 'idle' }), 4));
    run.end(1);
    expect(times()).toEqual({
      'iopub.status.busy': at(1),
      'iopub.execute_input': at(2),
      'shell.execute_reply.started': at(1),
      'shell.execute_reply': at(3),
      'iopub.status.idle': at(4)
    });
    const died = new OutputWriter('a', write, shared);
    died.start();
    expect(times()).toBeUndefined();
    died.take(iopub('status', { execution_state: 'busy' }));
    died.end(null);
    expect(Object.keys(times() as object)).toEqual(['iopub.status.busy', 'execution_failed']);
    shared = kernelOutputs();
    writer().end(2);
    expect(times()).toBeUndefined();
  });
});

describe('Output widgets', () => {
  const comm = (type: string, content: Record<string, unknown>) =>
    shared.observe(iopub(type, { comm_id: 'w', ...content }));
  const open = (state: object, target_name = 'jupyter.widget') =>
    comm('comm_open', { target_name, data: { state: { _model_name: 'OutputModel', ...state } } });
  const set = (state: object) => comm('comm_msg', { data: { method: 'update', state } });
  const run = () => {
    const made = new OutputWriter('a', write, shared);
    made.start();
    const take = (type: string, content: Record<string, unknown>) => made.take(iopub(type, content, 'run'));
    return { made, take, print: (text: string) => take('stream', { name: 'stdout', text }) };
  };
  const told = () => sent.map(each => (each.content['data'] as { state: object }).state);

  it('take what is printed while they capture, and the kernel is told in one message a tick', () => {
    open({ outputs: [] });
    const { made, print, take } = run();
    print('before ');
    set({ msg_id: 'run' });
    print('one\n');
    print('10%');
    print('\r20%');
    take('display_data', data('shown'));
    take('error', { ename: 'E', evalue: '', traceback: [] });
    vi.advanceTimersByTime(50);
    print('more');
    set({ msg_id: '' });
    print('after');
    made.end(1);
    expect(outputs()).toEqual([stream('before after')]);
    const first = [
      stream('one\n20%'),
      { output_type: 'display_data', ...data('shown') },
      { output_type: 'error', ename: 'E', evalue: '', traceback: [] }
    ];
    expect(told()).toEqual([{ outputs: first }, { outputs: [...first, stream('more')] }]);
    expect(sent[0]).toMatchObject({
      type: 'comm_msg',
      content: { comm_id: 'w', data: { method: 'update', buffer_paths: [] } }
    });
  });

  it('clear, go on where the kernel left them, and hand over to an inner one', () => {
    open({ outputs: [stream('old')], msg_id: 'run' });
    const { made, print, take } = run();
    print('new');
    made.flush();
    take('clear_output', { wait: true });
    made.flush();
    print('fresh');
    shared.observe(
      iopub('comm_open', {
        comm_id: 'inner',
        target_name: 'jupyter.widget',
        data: { state: { _model_name: 'OutputModel', msg_id: 'run' } }
      })
    );
    print('inside');
    shared.observe(iopub('comm_close', { comm_id: 'inner' }));
    print('!');
    made.flush();
    set({ outputs: [] });
    print('last');
    made.end(1);
    expect(told()).toEqual([
      { outputs: [stream('old'), stream('new')] },
      { outputs: [stream('old'), stream('new')] },
      { outputs: [stream('fresh!')] },
      { outputs: [stream('last')] }
    ]);
    expect(outputs()).toEqual([]);
  });

  it('capture their run alone, and nothing that isn’t theirs makes a widget of it', () => {
    open({ msg_id: 'other' });
    open({ msg_id: 'run' }, 'jupyter.widget.control');
    shared.observe(kernelMessage('shell', 'comm_open', { comm_id: 'x', target_name: 'jupyter.widget' }));
    comm('comm_msg', { comm_id: 'unknown', data: { method: 'update', state: { msg_id: 'run' } } });
    const { made, print } = run();
    print('plain');
    made.flush();
    set({ msg_id: 'run' });
    shared.reset();
    print('!');
    made.end(1);
    expect(outputs()).toEqual([stream('plain!')]);
    expect(sent).toEqual([]);
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
