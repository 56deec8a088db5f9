/**
 * Running cells by naming them: what runs, and where its outputs land.
 * @module
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { code, Site, type Book, type Guest } from './client.ts';
import { Channels } from './kernels.ts';
import { newCell, Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: { leave(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(each => each.leave()))));

const CELLS = [
  code('count', 'import builtins\nbuiltins.n = getattr(builtins, "n", 0) + 1\nbuiltins.n'),
  code('stream', 'import sys\nprint("one")\nprint("two", file=sys.stderr)\nprint("three")'),
  code('display', 'from IPython.display import display, HTML\ndisplay(HTML("<b>hi</b>"))\n5'),
  code('error', '1/0'),
  code('clear', 'from IPython.display import clear_output\nprint("gone")\nclear_output()\nprint("stays")'),
  code(
    'wait',
    'from IPython.display import clear_output\nprint("old")\nclear_output(wait=True)\nprint("new")'
  ),
  code('update', 'h = display("first", display_id="d1")\nh.update("second")'),
  code('later', 'display("third", display_id="d1", update=True)'),
  code('ask', 'name = input("your name?")'),
  code('slow', 'import time\nfor i in range(6):\n    print(i, flush=True)\n    time.sleep(.2)'),
  { id: 'words', cell_type: 'markdown' as const, source: '# Words' }
];

async function set(): Promise<{ book: Book; runner: Guest; viewer: Guest; owner: Notebook }> {
  const book = await site.share(undefined, CELLS);
  const owner = await Notebook.owner(book);
  open.push(owner);
  return { book, owner, runner: await book.guest(['execute']), viewer: await book.guest(['live']) };
}

async function execute(
  guest: Guest,
  cell: string,
  more: object = {}
): Promise<{ status: number; result: Record<string, unknown> }> {
  const answer = await guest.ask('api/kernels/current/execute', 'POST', { cell_id: cell, ...more });
  return { status: answer.status, result: answer.json() };
}

describe('running a cell', () => {
  test('S4 the present source runs, and stream, result, display, error, clearing and updates land in the document, for all', async () => {
    const { owner, runner, viewer } = await set();
    const seen = await Notebook.of(viewer);
    open.push(seen);
    expect(await execute(runner, 'count')).toMatchObject({
      status: 200,
      result: { status: 'ok', execution_count: 1 }
    });
    await until(() => owner.outputs('count').length === 1);
    expect(owner.outputs('count')).toMatchObject([
      { output_type: 'execute_result', execution_count: 1, data: { 'text/plain': '1' } }
    ]);
    await until(() => owner.cell('count').get('execution_state') === 'idle');
    expect(owner.cell('count').get('execution_count')).toBe(1);
    await execute(runner, 'stream');
    const texts = () => owner.outputs('stream').map(each => [each['name'], each['text']]);
    await until(() => ['two', 'three'].every(each => texts().flat().join('').includes(each)));
    expect(
      texts()
        .filter(([name]) => name === 'stdout')
        .map(([, text]) => text)
        .join('')
    ).toBe('one\nthree\n');
    expect(
      texts()
        .filter(([name]) => name === 'stderr')
        .map(([, text]) => text)
        .join('')
    ).toBe('two\n');
    await execute(runner, 'display');
    await until(() => owner.outputs('display').length === 2);
    expect(owner.outputs('display')).toMatchObject([
      { output_type: 'display_data', data: { 'text/html': '<b>hi</b>' } },
      { output_type: 'execute_result', data: { 'text/plain': '5' } }
    ]);
    expect(await execute(runner, 'error')).toMatchObject({ status: 200, result: { status: 'error' } });
    await until(() => owner.outputs('error').length === 1);
    expect(owner.outputs('error')).toMatchObject([{ output_type: 'error', ename: 'ZeroDivisionError' }]);
    await until(() => owner.cell('error').get('execution_state') === 'idle');
    for (const [cell, left] of [
      ['clear', 'stays\n'],
      ['wait', 'new\n']
    ] as const) {
      await execute(runner, cell);
      await until(() => owner.outputs(cell)[0]?.['text'] === left && owner.outputs(cell).length === 1);
    }
    await execute(runner, 'update');
    await until(() => JSON.stringify(owner.outputs('update')).includes('second'));
    expect(owner.outputs('update')).toHaveLength(1);
    await execute(runner, 'later');
    await until(() => JSON.stringify(owner.outputs('update')).includes('third'));
    // The order of keys is each replica's own.
    await until(() =>
      isDeepStrictEqual(seen.doc.getArray('cells').toJSON(), owner.doc.getArray('cells').toJSON())
    );
  });

  test('T59 S19 only what the notebook says runs: other code, expressions and cells in the request are nothing', async () => {
    const { owner, runner, book } = await set();
    await execute(runner, 'count');
    const kernel = await Channels.owner(book);
    open.push(kernel.wire);
    await kernel.run('import builtins');
    const evil = 'import builtins\nbuiltins.n = 999';
    const more = {
      code: evil,
      source: evil,
      content: { code: evil },
      user_expressions: { x: '__import__("builtins").__dict__.update(n=999)' },
      silent: true,
      store_history: false,
      allow_stdin: true,
      metadata: { cellId: 'twin' },
      cell: { source: evil },
      subshell_id: 'x',
      document_id: 'json:notebook:other',
      cellId: 'twin'
    };
    expect((await execute(runner, 'count', more)).status).toBe(200);
    expect(await kernel.run('builtins.n')).toBe('2');
    expect(owner.cell('count').get('execution_count')).toBeGreaterThan(1);
    const late = await execute(runner, 'count', {
      __proto__: null,
      source_hash: createHash('sha256').update(owner.source('count')).digest('hex')
    });
    expect(late.status).toBe(200);
    expect(await kernel.run('builtins.n')).toBe('3');
  });

  test('T60 S19 a cell that isn’t there, isn’t code, is there twice, or was changed since it was looked at doesn’t run', async () => {
    const { owner, runner, viewer, book } = await set();
    await execute(runner, 'count');
    const kernel = await Channels.owner(book);
    open.push(kernel.wire);
    await kernel.run('import builtins');
    owner.doc.getArray('cells').push([newCell('twin', 'n = 666'), newCell('twin', 'n = 667')]);
    await until(async () => (await runner.ask(`api/contents/${book.name}`)).body.includes('n = 667'));
    for (const cell of ['nothing', 'words', 'twin', '__proto__', 'constructor', 'x'.repeat(128)]) {
      expect((await execute(runner, cell)).status, cell).toBe(404);
    }
    for (const cell of ['', 'x'.repeat(129), 7, null, ['count'], { id: 'count' }]) {
      expect((await execute(runner, cell as string)).status).toBe(400);
    }
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const looked = hash(owner.source('count'));
    owner.text('count').insert(0, '# changed\n');
    await until(async () => (await runner.ask(`api/contents/${book.name}`)).body.includes('# changed'));
    expect((await execute(runner, 'count', { source_hash: looked })).status).toBe(409);
    expect((await execute(runner, 'count', { source_hash: 'x' })).status).toBe(400);
    expect((await execute(viewer, 'count')).status).toBe(403);
    for (const rights of [['static'], ['edit'], ['save']] as const) {
      expect((await execute(await book.guest(rights), 'count')).status).toBe(403);
    }
    expect(await kernel.run('builtins.n')).toBe('1');
    expect((await execute(runner, 'count', { source_hash: hash(owner.source('count')) })).status).toBe(200);
    expect(await kernel.run('builtins.n')).toBe('2');
    expect((await runner.ask('api/kernels/nonsense/execute', 'POST', { cell_id: 'count' })).status).toBe(404);
  });

  test('T61 who may edit some cells and run: every cell runs, others’ only as they stand; magics and shell lines are plain code', async () => {
    const { owner, book } = await set();
    const guest = await book.guest(['edit', 'execute'], { cells: ['error'], structure: false });
    const mine = await Notebook.of(guest);
    open.push(mine);
    const kernel = await Channels.owner(book);
    open.push(kernel.wire);
    await kernel.run('import builtins; builtins.n = 0');
    const own = 'import builtins\nbuiltins.mine = 1\n!echo from the shell\n%time builtins.mine';
    mine.text('error').delete(0, mine.source('error').length);
    mine.text('error').insert(0, own);
    await until(() => owner.source('error') === own);
    expect((await execute(guest, 'error')).result).toMatchObject({ status: 'ok' });
    await until(() => JSON.stringify(owner.outputs('error')).includes('from the shell'));
    expect(await kernel.run('builtins.mine')).toBe('1');
    // A cell outside: what was written there goes nowhere, and what runs is what stands there.
    const stands = owner.source('count');
    mine.text('count').insert(0, 'import builtins; builtins.n = 666\n');
    await until(() => mine.source('count') === stands);
    expect((await execute(guest, 'count', { source_hash: 'f'.repeat(64) })).status).toBe(409);
    expect((await execute(guest, 'count')).result).toMatchObject({ status: 'ok' });
    expect(owner.source('count')).toBe(stands);
    expect(await kernel.run('builtins.n')).toBe('1');
  });

  test('T6 execute taken while a cell runs: that run ends as it would, the next is refused', async () => {
    const { owner, runner, book } = await set();
    const running = execute(runner, 'slow');
    await until(() => owner.outputs('slow').length > 0, 15_000);
    expect(owner.cell('slow').get('execution_state')).toBe('running');
    await book.tick(runner, ['live']);
    expect((await execute(runner, 'count')).status).toBe(403);
    expect((await running).result).toMatchObject({ status: 'ok' });
    await until(() => owner.outputs('slow')[0]?.['text'] === '0\n1\n2\n3\n4\n5\n');
  });

  test('S35 a run goes on and its output is whole when whoever asked for it has gone, and nobody is there', async () => {
    const { book, owner, runner } = await set();
    await owner.leave();
    await execute(runner, 'count');
    void runner.ask('api/kernels/current/execute', 'POST', { cell_id: 'slow' }).catch(() => undefined);
    await until(async () => (await runner.ask(`api/contents/${book.name}`)).body.includes('"0\\n'), 10_000);
    await book.owner(`people/${runner.id}`, 'DELETE');
    const back = await Notebook.owner(book);
    open.push(back);
    await until(() => back.outputs('slow')[0]?.['text'] === '0\n1\n2\n3\n4\n5\n', 10_000);
    await until(() => back.cell('slow').get('execution_state') === 'idle');
  });

  test('T64 input() in a guest’s run ends cleanly: nobody is asked', async () => {
    const { owner, runner } = await set();
    expect((await execute(runner, 'ask')).result).toMatchObject({ status: 'error' });
    await until(() => owner.outputs('ask').length === 1);
    expect(owner.outputs('ask')).toMatchObject([{ output_type: 'error', ename: 'StdinNotImplementedError' }]);
  });

  test('T68 interrupting takes its grant; the run ends, and the next one works', async () => {
    const { owner, runner, viewer, book } = await set();
    const without = await book.guest(['execute'], { grants: { interrupt: false } });
    const running = execute(runner, 'slow');
    await until(() => owner.outputs('slow').length > 0, 15_000);
    const [kernel] = (await runner.ask('api/kernels')).json<{ id: string }[]>();
    for (const guest of [viewer, without]) {
      expect((await guest.ask(`api/kernels/${kernel?.id}/interrupt`, 'POST')).status).toBe(403);
    }
    expect((await runner.ask(`api/kernels/${kernel?.id}/restart`, 'POST')).status).toBe(403);
    expect((await runner.ask(`api/kernels/${kernel?.id}/interrupt`, 'POST')).status).toBe(204);
    expect((await running).result).toMatchObject({ status: 'error' });
    expect((await execute(runner, 'count')).result).toMatchObject({ status: 'ok' });
  });

  test('T68 S38 restarting takes its grant: what runs and what waits ends as aborted, and the next one meets a fresh kernel', async () => {
    const { owner, runner, book } = await set();
    const may = await book.guest(['execute'], { grants: { restart: true } });
    await execute(runner, 'count');
    expect((await execute(runner, 'count')).result).toMatchObject({ execution_count: 2 });
    const running = execute(runner, 'slow');
    await until(() => owner.outputs('slow').length > 0, 15_000);
    const waiting = execute(may, 'count');
    const [kernel] = (await may.ask('api/kernels')).json<{ id: string }[]>();
    expect((await runner.ask(`api/kernels/${kernel?.id}/restart`, 'POST')).status).toBe(403);
    expect((await may.ask(`api/kernels/${kernel?.id}/restart`, 'POST')).status).toBe(200);
    expect([(await running).result['status'], (await waiting).result['status']]).toEqual([
      'aborted',
      'aborted'
    ]);
    await until(() => owner.cell('slow').get('execution_state') === 'idle');
    expect((await execute(runner, 'count')).result).toMatchObject({ status: 'ok', execution_count: 1 });
    await until(
      () =>
        (owner.outputs('count')[0]?.['data'] as { 'text/plain'?: string } | undefined)?.['text/plain'] === '1'
    );
  });
});
