import { Signal } from '@lumino/signaling';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RunEnd, ServerMessage } from '../../protocol/messages.ts';
import type { Live } from '../live.ts';
import { RunQueue, type RunOrder } from './runQueue.ts';

/** A server that says yes to everything but cells called "no". */
function setUp() {
  const live = {} as Pick<Live, 'message'>;
  const message = new Signal<Pick<Live, 'message'>, ServerMessage>(live);
  Object.assign(live, { message });
  const orders: RunOrder[] = [];
  const held: (() => void)[] = [];
  const order = async (order: RunOrder) => {
    orders.push(order);
    await new Promise<void>(resolve => held.push(resolve));
    if (order.cell_id === 'no') {
      throw new Error('The cell was changed meanwhile.');
    }
    return { run: `run of ${order.cell_id}` };
  };
  const queue = new RunQueue({ order, cancel: () => Promise.resolve() }, live as Live);
  /** Lets the server answer all that comes. */
  const answer = async () => {
    for (let i = 0; i < 20; i++) {
      held.splice(0).forEach(go => go());
      await Promise.resolve();
    }
  };
  const end = (cell: string, status: RunEnd) =>
    message.emit({ type: 'run_ended', run: `run of ${cell}`, cell, status, executionCount: 1 });
  const hello = (...cells: string[]) =>
    message.emit({
      type: 'hello',
      runs: cells.map(cell => ({ run: `run of ${cell}` }))
    } as unknown as ServerMessage);
  return { queue, orders, held, answer, end, hello };
}

it('one click’s cells go one after the other, each named as seen and as following the one before', async () => {
  const { queue, orders, held, answer, end } = setUp();
  const all = ['a', 'b', 'c'].map(cell => queue.run(cell, `print("${cell} ü")`));
  await Promise.resolve();
  expect(orders).toHaveLength(1);
  expect(held).toHaveLength(1);
  await answer();
  expect(orders.map(({ cell_id, after }) => [cell_id, after])).toEqual([
    ['a', undefined],
    ['b', 'run of a'],
    ['c', 'run of b']
  ]);
  expect(orders[0]?.source_hash).toBe(createHash('sha256').update('print("a ü")').digest('hex'));
  end('a', 'ok');
  end('b', 'error');
  end('c', 'aborted');
  expect(await Promise.all(all)).toEqual(['ok', 'error', 'aborted']);
});

it('the next click follows none, and waits for its turn all the same', async () => {
  const { queue, orders, answer, end } = setUp();
  const first = queue.run('a', '');
  await Promise.resolve();
  const second = queue.run('b', '');
  await answer();
  expect(orders.map(({ cell_id, after }) => [cell_id, after])).toEqual([
    ['a', undefined],
    ['b', undefined]
  ]);
  end('b', 'ok');
  end('a', 'error');
  expect(await Promise.all([first, second])).toEqual(['error', 'ok']);
});

it('what the server refuses stops the rest of its click, and no other', async () => {
  const { queue, orders, answer, end } = setUp();
  const refused = queue.run('no', '');
  const rest = queue.run('b', '');
  const told = expect(refused).rejects.toThrow('changed meanwhile');
  await answer();
  await told;
  expect(await rest).toBe('aborted');
  expect(orders.map(({ cell_id }) => cell_id)).toEqual(['no']);
  const next = queue.run('c', '');
  await answer();
  end('c', 'ok');
  expect(await next).toBe('ok');
});

it('an end that is told before the order is answered counts; one that was missed while away is known to be past', async () => {
  const { queue, answer, end, hello } = setUp();
  const quick = queue.run('a', '');
  end('a', 'error');
  await answer();
  expect(await quick).toBe('error');
  const [missed, going] = [queue.run('b', ''), queue.run('c', '')];
  await answer();
  hello('c');
  expect(await missed).toBeNull();
  end('c', 'ok');
  expect(await going).toBe('ok');
});
