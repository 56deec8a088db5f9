/**
 * Runs as everybody sees them: the queue, taking out of it, the owner's own runs; `execute_request` on a guest's socket.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import type { Problem } from '../../../protocol/refusals.ts';
import { code, Site, type Guest } from './client.ts';
import type { Channels } from './kernels.ts';
import { Notebook } from './notebook.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';
import { begin, Visits } from './visits.ts';

const site = new Site(inject('server'));
const visits = new Visits(site);
afterEach(() => visits.leave());

/** Goes on when the test says so, not when time has passed. */
const gate = () => join(site.server.work, `gate-${randomUUID()}`);
const waiting = (file: string) =>
  `import os, time\nprint("begun", flush=True)\nwhile not os.path.exists("${file}"):\n    time.sleep(.02)\nprint("through")`;
const COUNT = 'import builtins\nbuiltins.n = getattr(builtins, "n", 0) + 1\nbuiltins.n';

interface Run {
  readonly run: string;
  readonly cell: string;
  readonly state: string;
  readonly person: { readonly id: string; readonly name: string };
}

/** The last that somebody was told of the runs. */
const runs = (wire: Wire) =>
  (wire.messages.findLast(each => each.type === 'runs' || each.type === 'hello')?.['runs'] ?? []) as Run[];
const board = (wire: Wire) => runs(wire).map(each => [each.cell, each.person.name, each.state]);
const shows = (wire: Wire, wanted: string[][]) =>
  until(
    () => JSON.stringify(board(wire)) === JSON.stringify(wanted),
    15_000,
    `runs to be ${JSON.stringify(wanted)}`
  );

test('S34 S38 the queue is seen by all, late joiners too; one takes out one’s own, the owner anybody’s', async () => {
  const file = gate();
  const cells = [code('slow', waiting(file)), code('count', COUNT), code('more', '2')];
  const book = await site.share(undefined, cells);
  const [ada, bob, viewer] = [
    await book.guest(['execute']),
    await book.guest(['execute']),
    await book.guest(['live'])
  ];
  const [adas, bobs, seen] = (await Promise.all([ada, bob, viewer].map(each => visits.control(each)))) as [
    Wire,
    Wire,
    Wire
  ];
  const owners = await visits.ownerControl(book);
  const slow = await begin(ada, 'slow');
  const mine = await begin(bob, 'count');
  const other = await begin(bob, 'more');
  const all = [
    ['slow', ada.name, 'running'],
    ['count', bob.name, 'queued'],
    ['more', bob.name, 'queued']
  ];
  const late = await visits.control(await book.guest(['live']));
  await Promise.all([adas, bobs, seen, owners, late].map(wire => shows(wire, all)));
  const locks = (wire: Wire) =>
    wire.messages.filter(
      each => each.type === 'lock' && each['kind'] === 'execute' && each['cell'] === 'slow'
    );
  await until(() => locks(seen).length === 1);
  // Who may not see the live notebook sees nothing of it.
  const outside = await book.guest(['static']);
  const theirs = visits.kept(outside.socket('api/liveshare/control'));
  expect((await theirs.message('hello'))['runs']).toEqual([]);

  const cancel = (guest: Guest, run: string) => guest.ask(`api/kernels/current/runs/${run}`, 'DELETE');
  expect((await cancel(ada, mine)).status).toBe(403);
  expect((await cancel(viewer, mine)).status).toBe(403);
  expect((await cancel(bob, randomUUID())).status).toBe(404);
  expect((await cancel(bob, mine)).status).toBe(204);
  expect(await bobs.message('run_ended')).toMatchObject({ run: mine, status: 'aborted' });
  expect((await book.owner(`runs/${other}`, 'DELETE')).status).toBe(204);
  await Promise.all(
    [adas, bobs, seen, owners, late].map(wire => shows(wire, [['slow', ada.name, 'running']]))
  );
  // What runs is interrupted, not taken out.
  expect((await cancel(ada, slow)).status).toBe(403);
  expect(board(seen)).toEqual([['slow', ada.name, 'running']]);
  writeFileSync(file, '');
  expect(await adas.message('run_ended', 15_000)).toMatchObject({ run: slow, status: 'ok' });
  await Promise.all([adas, bobs, seen, owners, late].map(wire => shows(wire, [])));
  await until(() => locks(seen).at(-1)?.['holder'] === null);
  expect(locks(late).at(-1)?.['holder']).toBe(null);
  expect(theirs.all).not.toContain('"runs":[{');
});

test('S34 T67 the owner’s ordinary run: guests see its cell, that the owner runs it, and its IOPub with cell and run', async () => {
  const file = gate();
  const book = await site.share(undefined, [code('slow', waiting(file)), code('other', '1')]);
  const kernel = await visits.ownerChannels(book);
  await kernel.run('1');
  const owners = await visits.ownerControl(book);
  const guest = await book.guest(['live']);
  const [seen, heard] = [await visits.control(guest), await visits.channels(guest)];
  const id = randomUUID();
  const execute = {
    code: waiting(file),
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false
  };
  owners.ws.send(JSON.stringify({ type: 'running', cell: 'slow', run: id }));
  kernel.send('execute_request', execute, 'shell', { msg_id: id }, { metadata: { cellId: 'slow' } });
  const state = await until(() => runs(seen).find(each => each.state === 'running'), 15_000);
  expect(state).toMatchObject({ cell: 'slow', person: { id: 'owner' } });
  const late = await visits.control(await book.guest(['live']));
  expect(runs(late)).toEqual([state]);
  const out = await heard.heard(({ header }) => header.msg_type === 'stream');
  expect(out).toMatchObject({
    metadata: { cell_id: 'slow', run: state.run },
    content: { text: 'begun\n' }
  });
  writeFileSync(file, '');
  await kernel.reply(id);
  await Promise.all([seen, late].map(wire => shows(wire, [])));
  // The owner's own ids are nobody's business.
  expect(seen.all + late.all + heard.wire.all).not.toContain(id);
  // A guest can't say that the owner runs something.
  seen.ws.send(JSON.stringify({ type: 'running', cell: 'other', run: randomUUID() }));
  expect((await seen.closed()).code).toBe(4400);
  expect(board(late)).toEqual([]);
});

test('T60 S19 a cell that was changed since it was looked at: 409, with the hash of what it says now', async () => {
  const book = await site.share(undefined, [code('count', COUNT)]);
  const runner = await book.guest(['execute']);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const execute = (seen: string) =>
    runner.ask('api/kernels/current/execute', 'POST', { cell_id: 'count', source_hash: seen, wait: false });
  const refused = await execute(hash('what I saw'));
  expect(refused.status).toBe(409);
  const problem = refused.json<Problem & { hash?: string }>();
  expect(JSON.stringify(problem)).toContain(hash(COUNT));
  expect((await execute(hash(COUNT))).status).toBe(202);
});

test('T59 T65 execute_request on the socket: a cell as it stands runs, and nothing else of the request counts', async () => {
  const payload = [
    'get_ipython().set_next_input("evil")',
    'get_ipython().payload_manager.write_payload({"source": "page", "data": {"text/plain": "evil"}, "start": 0})',
    '"paid"'
  ].join('\n');
  const book = await site.share(undefined, [code('count', COUNT), code('pay', payload)]);
  const kernel = await visits.ownerChannels(book);
  await kernel.run('import builtins\nbuiltins.n = 0');
  const notebook = visits.kept(await Notebook.owner(book));
  const guest = await book.guest(['execute']);
  const mine = await visits.channels(guest);
  const theirs = await visits.channels(await book.guest(['live']));
  const send = (source: string, cell: string | null, more: object = {}) =>
    mine.send(
      'execute_request',
      {
        code: source,
        silent: true,
        store_history: false,
        user_expressions: { x: '__import__("builtins").__dict__.update(n=666)' },
        allow_stdin: true,
        stop_on_error: true,
        ...more
      },
      'shell',
      {},
      { metadata: cell === null ? {} : { cellId: cell, deletedCells: ['pay'] } }
    );
  const id = send(COUNT, 'count');
  const ran = await mine.reply(id, 30_000);
  expect(ran.content).toMatchObject({ status: 'ok', payload: [], user_expressions: {} });
  expect(ran.parent_header).toMatchObject({ msg_id: id, session: mine.session });
  await until(() => JSON.stringify(notebook.outputs('count')).includes('"1"'));
  expect(await kernel.run('builtins.n')).toBe('1');
  const heard = await theirs.heard(({ header }) => header.msg_type === 'execute_result');
  expect(heard.metadata).toMatchObject({ cell_id: 'count' });
  expect(heard.parent_header.msg_id).not.toBe(id);
  expect(theirs.messages.filter(({ header }) => header.msg_type === 'execute_reply')).toEqual([]);

  const paid = await mine.reply(send(payload, 'pay'), 30_000);
  expect(paid.content).toMatchObject({ status: 'ok', payload: [] });
  for (const [source, cell] of [
    ['builtins.n = 667', 'count'],
    ['builtins.n = 667', null],
    ['', null],
    [COUNT, 'nothing'],
    [COUNT, 'pay']
  ] as const) {
    const { content } = await mine.reply(send(source, cell));
    expect(content, `${source} in ${cell}`).toMatchObject({ status: 'error', traceback: [] });
  }
  const viewing = theirs.send(
    'execute_request',
    { code: COUNT },
    'shell',
    {},
    { metadata: { cellId: 'count' } }
  );
  expect((await theirs.reply(viewing)).content).toMatchObject({ status: 'error', ename: 'PermissionError' });
  expect(await kernel.run('builtins.n')).toBe('1');
});

test('T59 T67 any code runs with the grant `console` alone, and is heard by who sent it, not by others', async () => {
  const book = await site.share(undefined, [code('count', COUNT)]);
  const kernel = await visits.ownerChannels(book);
  await kernel.run('marker = 0');
  const may = await visits.channels(await book.guest(['edit', 'execute'], { grants: { console: true } }));
  const viewer = await visits.channels(await book.guest(['live']));
  const execute = (each: Channels, source: string) =>
    each.send('execute_request', { code: source, silent: false, store_history: true, allow_stdin: false });
  const id = execute(may, 'marker += 1\nprint("from-the-console")');
  const ran = await may.reply(id, 30_000);
  expect(ran.content).toMatchObject({ status: 'ok', payload: [], user_expressions: {} });
  const out = may.messages.find(({ header }) => header.msg_type === 'stream');
  expect(out).toMatchObject({ parent_header: { msg_id: id }, content: { text: 'from-the-console\n' } });
  await viewer.reply(viewer.send('kernel_info_request'));
  expect(viewer.wire.all).not.toContain('from-the-console');
  for (const [rights, more] of [
    [['edit', 'execute'], {}],
    [['execute'], { grants: { console: true } }],
    [['edit', 'execute'], { grants: { console: true }, cells: ['count'] }]
  ] as const) {
    const each = await visits.channels(await book.guest([...rights], more as object));
    const { content } = await each.reply(execute(each, 'marker += 100'));
    expect(content).toMatchObject({ status: 'error', ename: 'PermissionError' });
  }
  expect(await kernel.run('marker')).toBe('1');
});
