import { describe, expect, it } from 'vitest';
import { iopub, kernelMessage } from '../testing/messages.ts';
import { parseLimits } from '../testing/limits.ts';
import { KernelOutputs } from './outputs.ts';
import { Queue } from './queue.ts';
import type { RunEnd } from '../../protocol/messages.ts';
import { refusalOf } from '../testing/books.ts';
import { Run } from './run.ts';

const outputs = new KernelOutputs({ limits: parseLimits(), send: () => undefined });
const make = (cell: string, person = 'p') =>
  new Run(
    { cell, source: '', person: { id: person, name: person, color: '#123456' } },
    () => undefined,
    outputs
  );
const end = async (run: Run, status: RunEnd = 'ok') => {
  run.take(kernelMessage('shell', 'execute_reply', { status, execution_count: 1 }, run.id));
  run.take(iopub('status', { execution_state: 'idle' }, run.id));
  await run.done;
};
function setUp() {
  const begun: string[] = [];
  const queue = new Queue(run => {
    begun.push(run.request.cell ?? '');
    run.begin('s');
  });
  const add = (cell: string, person?: string) => {
    const run = make(cell, person);
    queue.add(run);
    return run;
  };
  return { begun, queue, add };
}

describe('the queue', () => {
  it('runs one after the other, in order', async () => {
    const { begun, queue, add } = setUp();
    const [a, b, c] = [add('a'), add('b', 'q'), add('c')];
    expect(begun).toEqual(['a']);
    expect(queue.running).toBe(a);
    await end(a);
    expect(begun).toEqual(['a', 'b']);
    await end(b);
    await end(c);
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(queue.running).toBeNull();
    expect(queue.isEmpty).toBe(true);
  });

  it('a failure takes what its person queued behind it, and nobody else’s', async () => {
    const { begun, add } = setUp();
    const [a, b, c, d] = [add('a', 'p'), add('b', 'p'), add('c', 'q'), add('d', 'p')];
    await end(a, 'error');
    expect((await b.done).status).toBe('aborted');
    expect((await d.done).status).toBe('aborted');
    expect(begun).toEqual(['a', 'c']);
    await end(c);
    const e = add('e', 'p');
    expect(begun).toEqual(['a', 'c', 'e']);
    await end(e);
  });

  it('what was queued after the failure was seen runs', async () => {
    const { begun, add } = setUp();
    const a = add('a', 'p');
    await end(a, 'error');
    add('b', 'p');
    expect(begun).toEqual(['a', 'b']);
  });

  it('S38, T68: cleared, all of them end as aborted; what comes next runs', async () => {
    const { begun, queue, add } = setUp();
    const all = [add('a'), add('b'), add('c', 'q')];
    queue.clear();
    expect((await Promise.all(all.map(run => run.done))).map(({ status }) => status)).toEqual([
      'aborted',
      'aborted',
      'aborted'
    ]);
    expect(begun).toEqual(['a']);
    expect(queue.isEmpty).toBe(true);
    add('d');
    expect(begun).toEqual(['a', 'd']);
  });

  it('runs that can’t begin don’t stop the ones behind them', async () => {
    let open = false;
    const begun: string[] = [];
    const queue = new Queue(run => {
      if (open) {
        begun.push(run.request.cell ?? '');
      } else {
        run.abort(false);
        open = true;
      }
    });
    const [a, b] = [make('a'), make('b')];
    queue.add(a);
    queue.add(b);
    expect((await a.done).status).toBe('aborted');
    expect(begun).toEqual(['b']);
  });

  it('what waits can be taken out by its person, anything by the owner; what runs only by an interrupt', async () => {
    const { begun, queue, add } = setUp();
    const [a, b, c, d] = [add('a'), add('b'), add('c', 'q'), add('d', 'q')];
    expect(await refusalOf(() => queue.cancel(b.id, 'q'))).toBe('no-right');
    expect(await refusalOf(() => queue.cancel(a.id, 'p'))).toBe('no-right');
    expect(await refusalOf(() => queue.cancel(a.id, null))).toBe('no-right');
    expect(await refusalOf(() => queue.cancel('nothing', null))).toBe('not-found');
    queue.cancel(b.id, 'p');
    queue.cancel(c.id, null);
    expect([(await b.done).status, (await c.done).status]).toEqual(['aborted', 'aborted']);
    expect(await refusalOf(() => queue.cancel(b.id, 'p'))).toBe('not-found');
    await end(a);
    await end(d);
    expect(begun).toEqual(['a', 'd']);
  });

  it('S38: paused, nothing begins; then it goes on where it was', async () => {
    const { begun, queue, add } = setUp();
    queue.pause();
    const [a, b] = [add('a'), add('b')];
    expect(begun).toEqual([]);
    queue.resume();
    expect(begun).toEqual(['a']);
    await end(a);
    await end(b);
    expect(begun).toEqual(['a', 'b']);
  });

  it('a stock front end’s "run all" comes six at a time: behind a failure the rest of the click is stopped too', async () => {
    const { begun, queue, add } = setUp();
    const first = ['a', 'b', 'c', 'd', 'e', 'f'].map(cell => add(cell));
    await end(first[0]!, 'error');
    const late = make('g');
    queue.add(late, false);
    expect((await late.done).status).toBe('aborted');
    const other = make('h', 'q');
    queue.add(other, false);
    await end(other);
    const meant = make('i');
    queue.add(meant, true);
    expect(begun).toEqual(['a', 'h', 'i']);
    await end(meant);
  });

  it('what follows a run that failed falls with it, however late it comes; what was taken out pulls nothing along', async () => {
    const { begun, queue, add } = setUp();
    const a = add('a');
    await end(a, 'error');
    const [b, c] = [make('b'), make('c')];
    queue.add(b, true, a.id);
    queue.add(c, true, b.id);
    expect([(await b.done).status, (await c.done).status]).toEqual(['aborted', 'aborted']);
    expect(begun).toEqual(['a']);
    const [d, e, f] = [make('d'), make('e'), make('f')];
    queue.add(d, true, 'never heard of');
    queue.add(e, true, d.id);
    queue.cancel(e.id, 'p');
    queue.add(f, true, e.id);
    await end(d);
    await end(f);
    expect(begun).toEqual(['a', 'd', 'f']);
  });

  it('so many may wait, and no more', async () => {
    const { queue, add } = setUp();
    for (let count = 0; count <= 1_000; count++) {
      add('a');
    }
    expect(await refusalOf(() => queue.add(make('a')))).toBe('too-fast');
    queue.clear();
  });
});
