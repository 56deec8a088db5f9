import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { parseLimits } from '../testing/limits.ts';
import { iopub, kernelMessage } from '../testing/messages.ts';
import { KernelOutputs } from './outputs.ts';
import { infoRequests, Run } from './run.ts';

function make(source = 'x = 1') {
  const doc = new Y.Doc();
  const cell = doc.getMap<unknown>('cell');
  const writes: string[] = [];
  const run = new Run(
    { cell: 'a', source, person: { id: 'p', name: 'P', color: '#123456' } },
    (id, write) => {
      writes.push(id);
      write(cell as Y.Map<unknown>);
    },
    new KernelOutputs({ limits: parseLimits(), send: () => undefined })
  );
  const reply = (content: Record<string, unknown>) =>
    run.take(kernelMessage('shell', 'execute_reply', content, run.id));
  const idle = () => run.take(iopub('status', { execution_state: 'idle' }, run.id));
  return { run, cell, writes, reply, idle };
}

describe('a run', () => {
  it('T59: the request says the source, the cell and nothing that anybody else chose', () => {
    const { run } = make('print("hi")');
    expect(run.begin('our-session')).toEqual({
      channel: 'shell',
      header: {
        msg_id: run.id,
        msg_type: 'execute_request',
        username: 'liveshare',
        session: 'our-session',
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        version: '5.4'
      },
      parent_header: {},
      metadata: { cellId: 'a' },
      content: {
        code: 'print("hi")',
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: false
      },
      buffers: []
    });
  });

  it.each([
    ['ok', 'ok'],
    ['error', 'error'],
    ['aborted', 'aborted'],
    ['abort', 'aborted'],
    [undefined, 'aborted']
  ])('ends with reply and idle, in either order: status %j is %j', async (status, ended) => {
    for (const order of ['reply first', 'idle first']) {
      const { run, cell, reply, idle } = make();
      run.begin('s');
      run.take(iopub('execute_input', { code: 'x = 1', execution_count: 5 }, run.id));
      let done = false;
      void run.done.then(() => (done = true));
      const steps = [() => reply({ status, execution_count: 5 }), idle];
      const [first, second] = order === 'reply first' ? steps : steps.reverse();
      first!();
      await Promise.resolve();
      expect(done).toBe(false);
      second!();
      expect(await run.done).toMatchObject({ run: run.id, status: ended, execution_count: 5 });
      expect(cell.get('execution_state')).toBe('idle');
      expect(cell.get('execution_count')).toBe(5);
    }
  });

  it('what the kernel dropped unseen, since other code failed before it, can be sent again, some times', async () => {
    const { run, reply, idle, cell } = make();
    for (let sent = 1; sent < 3; sent++) {
      run.begin('s');
      reply({ status: 'aborted' });
      idle();
      expect(run.wasDropped).toBe(true);
      expect(cell.get('execution_state')).toBe('running');
    }
    run.begin('s');
    reply({ status: 'aborted' });
    idle();
    expect(run.wasDropped).toBe(false);
    expect((await run.done).status).toBe('aborted');
  });

  it('T65: of an error, what its output says too; nothing else of a reply', async () => {
    const { run, reply, idle } = make();
    run.begin('s');
    reply({
      status: 'error',
      execution_count: 1,
      ename: 'E',
      evalue: 'v',
      traceback: ['t', 5],
      payload: [{ source: 'set_next_input', text: 'evil' }],
      user_expressions: { x: 1 }
    });
    idle();
    expect(await run.done).toEqual({
      run: run.id,
      status: 'error',
      execution_count: 1,
      error: { ename: 'E', evalue: 'v', traceback: ['t', '5'] }
    });
  });

  it('S36: an answer to input() is shown as JupyterLab shows it, a password never', () => {
    const { run, cell } = make();
    cell.set('outputs', new Y.Array());
    run.begin('s');
    run.showInput('name? ', 'Ada', false);
    run.showInput('secret: ', 'hunter2', true);
    run.abort(true);
    expect(JSON.stringify(cell.toJSON())).toContain('name? Ada');
    expect(JSON.stringify(cell.toJSON())).toContain('secret: ········');
    expect(JSON.stringify(cell.toJSON())).not.toContain('hunter2');
  });

  it('busy ends nothing', async () => {
    const { run, reply } = make();
    run.begin('s');
    reply({ status: 'ok', execution_count: 1 });
    run.take(iopub('status', { execution_state: 'busy' }, run.id));
    const ended = await Promise.race([run.done, Promise.resolve('not yet')]);
    expect(ended).toBe('not yet');
    // What the kernel has answered stands, also when its last word is lost.
    run.abort(true);
    expect((await run.done).status).toBe('ok');
  });

  it('S43: a count that is no number counts as none', async () => {
    const { run, reply, idle } = make();
    run.begin('s');
    reply({ status: 'ok', execution_count: { a: 1 } });
    idle();
    expect((await run.done).execution_count).toBeNull();
  });

  it('T68: aborted before its start it leaves the cell alone; after it, the running mark goes', async () => {
    const waiting = make();
    waiting.run.abort(false);
    expect(await waiting.run.done).toMatchObject({ status: 'aborted', execution_count: null });
    expect(waiting.writes).toEqual([]);
    const started = make();
    started.run.begin('s');
    started.run.abort(true);
    expect(started.cell.get('execution_state')).toBe('idle');
  });

  it('ends once: what comes after it changes nothing', async () => {
    const { run, cell, reply, idle } = make();
    run.begin('s');
    run.abort(true);
    reply({ status: 'ok', execution_count: 9 });
    idle();
    expect((await run.done).status).toBe('aborted');
    expect(cell.get('execution_count')).not.toBe(9);
  });

  it('a reply of another type is none', async () => {
    const { run, idle } = make();
    run.begin('s');
    run.take(kernelMessage('shell', 'complete_reply', { status: 'ok' }, run.id));
    idle();
    run.abort(true);
    expect((await run.done).status).toBe('aborted');
  });
});

it('a kernel is asked for its info under the session given, on both channels that answer', () => {
  const asked = infoRequests('s');
  expect(asked.map(each => each.channel)).toEqual(['shell', 'control']);
  for (const each of asked) {
    expect(each).toMatchObject({
      header: { msg_type: 'kernel_info_request', session: 's' },
      content: {}
    });
  }
});
