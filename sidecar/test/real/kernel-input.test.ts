/**
 * `input()` and `getpass()` of guests' runs: who is asked, whose answer counts, and where a password is not.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { code, Site, type Book } from './client.ts';
import type { Channels } from './kernels.ts';
import { Notebook } from './notebook.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';
import { begin, Visits } from './visits.ts';

const site = new Site(inject('server'));
const visits = new Visits(site);
const CELLS = [
  code('ask', 'name = input("your name?")\nprint("hi", name)'),
  code('pass', 'import getpass\np = getpass.getpass("password?")\nlen(p)')
];
let book: Book;
let owner: Wire;
let notebook: Notebook;
beforeEach(async () => {
  book = await site.share(undefined, CELLS);
  owner = await visits.ownerControl(book);
  notebook = visits.kept(await Notebook.owner(book));
});
afterEach(() => visits.leave());

const reply = (wire: Wire, run: string, value: string) =>
  wire.ws.send(JSON.stringify({ type: 'input_reply', run, value }));
const asked = (wire: Wire) => wire.messages.filter(each => each.type === 'input_request');
const waits = (wire: Wire, run: string) =>
  until(
    () =>
      wire.messages.some(
        each =>
          each.type === 'runs' &&
          (each['runs'] as { run: string; state: string }[]).some(
            one => one.run === run && one.state === 'input'
          )
      ),
    30_000,
    'everybody to see that the run waits'
  );

test('T64 S36 the runner alone is asked; others see whom the cell waits for, and their answers are nothing', async () => {
  const [runner, other, viewer] = [
    await book.guest(['execute']),
    await book.guest(['edit', 'execute']),
    await book.guest(['live'])
  ];
  const [mine, theirs, seen] = (await Promise.all(
    [runner, other, viewer].map(each => visits.control(each))
  )) as [Wire, Wire, Wire];
  const run = await begin(runner, 'ask');
  expect(await mine.message('input_request', 30_000)).toMatchObject({
    run,
    cell: 'ask',
    prompt: 'your name?',
    password: false,
    person: { id: runner.id }
  });
  await Promise.all([theirs, seen, owner].map(wire => waits(wire, run)));
  const sockets = await Promise.all([other, viewer].map(each => visits.channels(each)));
  for (const socket of sockets) {
    socket.send('input_reply', { value: 'Eve' }, 'stdin');
    await socket.reply(socket.send('kernel_info_request'));
  }
  for (const wire of [theirs, seen, owner]) {
    reply(wire, run, 'Eve');
    // A guest is told by whom it can be answered.
    expect(await wire.message('error')).toMatchObject({ reason: 'no-right' });
  }
  expect([theirs, seen, owner].flatMap(asked)).toEqual([]);
  reply(mine, randomUUID(), 'lost');
  expect(await mine.message('error')).toMatchObject({ reason: 'not-found' });
  reply(mine, run, 'Ada');
  expect(await mine.message('run_ended', 15_000)).toMatchObject({ run, cell: 'ask', status: 'ok' });
  await until(() => JSON.stringify(notebook.outputs('ask')).includes('hi Ada'));
  expect(JSON.stringify(notebook.outputs('ask'))).not.toContain('Eve');
});

test('T64 S36 what is typed for a password is in no document, no page of others, no log and no store', async () => {
  const [runner, other] = [await book.guest(['execute']), await book.guest(['edit', 'execute'])];
  const [mine, theirs] = (await Promise.all([runner, other].map(each => visits.control(each)))) as [
    Wire,
    Wire
  ];
  const heard = await begin(runner, 'pass').then(() => visits.channels(other));
  const question = await mine.message('input_request', 30_000);
  expect(question).toMatchObject({ prompt: 'password?', password: true });
  const secret = `pass-${randomUUID()}`;
  reply(mine, String(question['run']), secret);
  expect(await mine.message('run_ended', 15_000)).toMatchObject({ status: 'ok' });
  // The kernel has it: its length is the result.
  await until(() => JSON.stringify(notebook.outputs('pass')).includes(String(secret.length)));
  await until(async () => (await other.ask(`api/contents/${book.name}`)).body.includes('········'));
  await heard.reply(heard.send('kernel_info_request'));
  expect(JSON.stringify(notebook.doc.toJSON())).not.toContain(secret);
  expect(theirs.all + owner.all + heard.wire.all).not.toContain(secret);
  expect((await other.ask(`api/contents/${book.name}`)).body).not.toContain(secret);
  const { log, state } = site.server;
  const files = readdirSync(state, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(each => join(each.parentPath, each.name));
  expect(files.length).toBeGreaterThan(0);
  for (const file of [log, ...files]) {
    expect(readFileSync(file, 'latin1').includes(secret), file).toBe(false);
  }
});

test('T64 S36 when the runner leaves, the owner is asked, and may answer', async () => {
  const runner = await book.guest(['execute']);
  const mine = await visits.control(runner);
  const run = await begin(runner, 'ask');
  await mine.message('input_request', 30_000);
  expect(asked(owner)).toEqual([]);
  await mine.leave();
  expect(await owner.message('input_request', 10_000)).toMatchObject({ run, person: { id: runner.id } });
  reply(owner, run, 'Olga');
  await until(() => JSON.stringify(notebook.outputs('ask')).includes('hi Olga'), 15_000);
});

test('T64 T6 the grant `input`: without it nobody is asked and the cell errors; taken while it asks, the owner answers', async () => {
  const without = await book.guest(['execute'], { grants: { input: false } });
  const theirs = await visits.control(without);
  await begin(without, 'ask');
  expect(await theirs.message('run_ended', 30_000)).toMatchObject({ status: 'error' });
  await until(() => notebook.outputs('ask').some(each => each['ename'] === 'StdinNotImplementedError'));
  expect([...asked(theirs), ...asked(owner)]).toEqual([]);

  const runner = await book.guest(['execute']);
  const mine = await visits.control(runner);
  const run = await begin(runner, 'ask');
  await mine.message('input_request', 15_000);
  const taken = await book.owner(`people/${runner.id}`, 'PATCH', { grants: { input: false } });
  expect(taken.status).toBe(200);
  await owner.message('input_request');
  reply(mine, run, 'too late');
  expect(await mine.message('error')).toMatchObject({ reason: 'no-right' });
  reply(owner, run, 'Olga');
  expect(await mine.message('run_ended', 15_000)).toMatchObject({ run, status: 'ok' });
  await until(() => JSON.stringify(notebook.outputs('ask')).includes('hi Olga'));
  expect(JSON.stringify(notebook.outputs('ask'))).not.toContain('too late');
});

test('T64 T67 a run asked for on a kernel socket is asked on that socket alone; forged parents answer nothing', async () => {
  const [runner, other] = [await book.guest(['execute']), await book.guest(['edit', 'execute'])];
  expect((await other.ask('api/sessions', 'POST', { path: 'x.ipynb' })).status).toBe(201);
  const [mine, twin, theirs] = [
    await visits.channels(runner),
    await visits.channels(runner),
    await visits.channels(other)
  ];
  const id = mine.send(
    'execute_request',
    { code: CELLS[0]?.source, silent: false, allow_stdin: true },
    'shell',
    {},
    { metadata: { cellId: 'ask' } }
  );
  const question = await mine.heard(({ header }) => header.msg_type === 'input_request', 30_000);
  expect(question).toMatchObject({
    channel: 'stdin',
    parent_header: { msg_id: id },
    content: { prompt: 'your name?', password: false }
  });
  for (const [socket, parent] of [
    [twin, question.header],
    [theirs, question.header],
    [mine, { ...question.header, msg_id: randomUUID() }],
    [mine, {}]
  ] as const) {
    socket.send('input_reply', { value: 'Eve' }, 'stdin', {}, { parent });
    await socket.reply(socket.send('kernel_info_request'));
  }
  mine.send('input_reply', { value: 'Ada' }, 'stdin', {}, { parent: question.header });
  expect(await mine.reply(id, 15_000)).toMatchObject({ content: { status: 'ok' } });
  await until(() => JSON.stringify(notebook.outputs('ask')).includes('hi Ada'));
  expect(JSON.stringify(notebook.outputs('ask'))).not.toContain('Eve');
  const questions = (each: Channels) => each.messages.filter(({ channel }) => channel === 'stdin');
  expect([...questions(twin), ...questions(theirs)]).toEqual([]);
});
