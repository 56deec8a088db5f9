/**
 * Completion, inspection and "is this complete", asked of a real kernel: with the grant and without, and whose answer goes to whom.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { code, Site, type Book } from './client.ts';
import { Channels } from './kernels.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
let book: Book;
let owner: Channels;
const open: Channels[] = [];

beforeAll(async () => {
  book = await site.share(undefined, [code('a', '1')]);
  owner = await Channels.owner(book);
  // Jedi takes its time at the first completion of a home that it doesn't know.
  await owner.run(
    [
      'get_ipython().Completer.use_jedi = False',
      'alpha_secret = "hunter2"; beta_one = 1; gamma_one = 2',
      'open("owners-plans.txt", "w").close()'
    ].join('\n')
  );
});
afterAll(async () => void (await Promise.all([owner, ...open].map(each => each.wire.leave()))));

async function come(...how: Parameters<Book['guest']>): Promise<Channels> {
  const channels = await Channels.of(await book.guest(...how));
  open.push(channels);
  return channels;
}
const ASK: [string, object][] = [
  ['complete_request', { code: 'alpha_s', cursor_pos: 7 }],
  ['inspect_request', { code: 'alpha_secret', cursor_pos: 12, detail_level: 0 }],
  ['is_complete_request', { code: 'for each in range(3):' }]
];

test('T66 T58 with `complete` each is answered by the kernel, without it each is refused, and tells nothing', async () => {
  const may = await come(['execute'], { grants: { complete: true } });
  const byEditing = await come(['edit', 'execute']);
  for (const each of [may, byEditing]) {
    const told = [];
    for (const [type, content] of ASK) {
      told.push((await each.reply(each.send(type, content), 30_000)).content);
    }
    expect(told).toMatchObject([
      { status: 'ok', matches: ['alpha_secret'], cursor_start: 0, cursor_end: 7 },
      { status: 'ok', found: true },
      { status: 'incomplete', indent: '    ' }
    ]);
    expect(JSON.stringify(told[1])).toContain('hunter2');
  }
  const without = [
    await come(['live']),
    await come(['edit']),
    await come(['execute']),
    await come(['edit', 'execute'], { grants: { complete: false } })
  ];
  for (const each of without) {
    for (const [type, content] of ASK) {
      const { content: told } = await each.reply(each.send(type, content));
      expect(told, type).toMatchObject({ status: 'error', ename: 'PermissionError' });
    }
    expect(each.wire.all).not.toMatch(/alpha_secret|hunter2/);
  }
});

test('T66 completions name the owner’s files by the owner’s own tick alone', async () => {
  const ask = { code: 'open("owners-p', cursor_pos: 14 };
  const ticked = await come(['edit', 'execute'], { grants: { complete: true } });
  const told = await ticked.reply(ticked.send('complete_request', ask), 30_000);
  expect(JSON.stringify(told.content['matches'])).toContain('owners-plans.txt');
  const byEditing = await come(['edit', 'execute']);
  const untold = await byEditing.reply(byEditing.send('complete_request', ask), 30_000);
  expect(untold.content).toMatchObject({ status: 'ok', matches: [] });
  expect(byEditing.wire.all).not.toContain('owners-plans');
});

test('T67 T62 replies go to the asker alone, under their own parent, also when two send the same message id', async () => {
  const [one, two] = [await come(['edit', 'execute']), await come(['edit', 'execute'])];
  const same = randomUUID();
  const ask = (each: Channels, text: string, id: string) =>
    each.send('complete_request', { code: text, cursor_pos: text.length }, 'shell', { msg_id: id });
  const mine = randomUUID();
  ask(one, 'beta_', same);
  ask(two, 'gamma_', same);
  ask(one, 'beta_o', mine);
  for (const [each, id, match] of [
    [one, same, 'beta_one'],
    [two, same, 'gamma_one'],
    [one, mine, 'beta_one']
  ] as const) {
    const { content, parent_header: parent } = await each.reply(id, 30_000);
    expect(content).toMatchObject({ matches: [match] });
    expect(parent).toMatchObject({ msg_id: id, session: each.session });
  }
  // Whatever was on its way to the wrong one is here by now, too.
  await two.reply(two.send('kernel_info_request'));
  const replies = (each: Channels) =>
    each.messages.filter(({ header }) => header.msg_type === 'complete_reply');
  expect([replies(one).length, replies(two).length]).toEqual([2, 1]);
  expect(two.wire.all).not.toMatch(new RegExp(`beta_one|${mine}|${one.session}`));
  expect(one.wire.all).not.toMatch(new RegExp(`gamma_one|${two.session}`));
  // The kernel hears none of their ids: the owner's client, which hears all of it, has seen none.
  await owner.run('1');
  expect(owner.wire.all).not.toMatch(new RegExp([same, mine, one.session, two.session].join('|')));
});

test('T66 the grant taken while the kernel is busy: the answer doesn’t come through', async () => {
  const guest = await book.guest(['edit', 'execute']);
  const asking = await Channels.of(guest);
  open.push(asking);
  const busy = owner.send('execute_request', {
    code: 'input("hold")',
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: true
  });
  const held = await owner.heard(({ header }) => header.msg_type === 'input_request');
  asking.send('complete_request', { code: 'alpha_s', cursor_pos: 7 });
  // Answered in order: the question is on its way to the kernel.
  await asking.reply(asking.send('kernel_info_request'));
  await book.tick(guest, ['live']);
  owner.send('input_reply', { value: 'x' }, 'stdin', {}, { parent: held.header });
  await owner.reply(busy);
  const other = await come(['edit', 'execute']);
  // Asked later, answered by the kernel later.
  const told = await other.reply(other.send('complete_request', { code: 'alpha_s', cursor_pos: 7 }), 30_000);
  expect(told.content).toMatchObject({ matches: ['alpha_secret'] });
  await until(() => asking.wire.frames.length > 0);
  await asking.reply(asking.send('kernel_info_request'));
  expect(asking.wire.all).not.toContain('alpha_secret');
});
