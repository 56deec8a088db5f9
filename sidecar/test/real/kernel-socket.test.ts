/**
 * The kernel's socket: what a guest hears, and that nothing they say reaches the kernel.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CHANNELS, V1 } from '../../../protocol/kernel.ts';
import { code, Site, type Book, type Guest } from './client.ts';
import { Channels } from './kernels.ts';
import { pause, until } from './until.ts';

const site = new Site(inject('server'));
let book: Book;
let owner: Channels;
let all: Guest;
let viewer: Guest;
const open: Channels[] = [];

beforeAll(async () => {
  book = await site.share(undefined, [code('run', 'print("out", n)\nn'), code('set', 'n = 1')]);
  owner = await Channels.owner(book);
  // Jedi takes its time at the first completion of a home that it doesn't know.
  await owner.run('get_ipython().Completer.use_jedi = False\nn = 1\nsecret = "hunter2"');
  all = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
  viewer = await book.guest(['live']);
});
afterAll(async () => {
  await Promise.all([owner, ...open].map(each => each.wire.leave()));
});

async function channelsOf(guest: Guest, query = ''): Promise<Channels> {
  const channels = await Channels.of(guest, query);
  open.push(channels);
  return channels;
}

const EXECUTE = {
  code: 'n = 666',
  silent: false,
  store_history: true,
  user_expressions: { x: 'globals().update(n=667)' },
  allow_stdin: true
};
/** Every request of messaging 5.4, some of extensions, some that don't exist; with what would do harm. */
const REQUESTS: [string, object][] = [
  ['execute_request', EXECUTE],
  ['execute_request', { ...EXECUTE, code: '', silent: true }],
  ['inspect_request', { code: 'secret', cursor_pos: 6, detail_level: 0 }],
  ['complete_request', { code: 'secr', cursor_pos: 4 }],
  ['history_request', { output: true, raw: true, hist_access_type: 'tail', n: 100 }],
  ['is_complete_request', { code: 'n' }],
  ['connect_request', {}],
  ['comm_info_request', {}],
  ['shutdown_request', { restart: false }],
  ['interrupt_request', {}],
  ['debug_request', { type: 'request', seq: 1, command: 'evaluate', arguments: { expression: 'n' } }],
  ['create_subshell_request', {}],
  ['delete_subshell_request', { subshell_id: 'x' }],
  ['list_subshell_request', {}],
  ['usage_request', {}],
  ['apply_request', {}],
  ['clear_request', {}],
  ['made_up_request', { x: 1 }],
  ['__proto___request', {}]
];
const ONE_WAY = [
  'comm_open',
  'comm_msg',
  'comm_close',
  'input_reply',
  'display_data',
  'update_display_data',
  'stream',
  'clear_output',
  'error',
  'status',
  'execute_input',
  'execute_result',
  'execute_reply',
  'shutdown_reply',
  'nonsense'
];

describe('T58 F14 F15 requests on the socket', () => {
  test('S4 kernel_info is answered, without the owner’s host in it', async () => {
    const mine = await channelsOf(viewer);
    const reply = await mine.reply(mine.send('kernel_info_request'));
    expect(reply).toMatchObject({
      channel: 'shell',
      content: { status: 'ok', language_info: { name: 'python' } }
    });
  });

  for (const [who, guest, may] of [
    [
      'every right',
      () => all,
      ['comm_info_request', 'complete_request', 'is_complete_request', 'inspect_request', 'interrupt_request']
    ],
    ['live alone', () => viewer, ['comm_info_request']]
  ] as const) {
    test(`T58 F14 F15 with ${who}: each other request on each channel gets a reply and idle, as its row says, and no code reaches the kernel`, async () => {
      const mine = await channelsOf(guest());
      for (const channel of ['shell', 'control'] as const) {
        for (const [type, content] of REQUESTS) {
          const reply = await mine.reply(mine.send(type, content, channel), 15_000).catch(() => null);
          expect(reply?.header.msg_type, `${type} on ${channel}`).toBe(type.replace(/_request$/, '_reply'));
          expect(reply?.channel).toBe(channel);
          const right = channel === (type === 'interrupt_request' ? 'control' : 'shell');
          const answered = right && (may as readonly string[]).includes(type);
          expect(reply?.content['status'] !== 'error', `${type} on ${channel}`).toBe(answered);
          if (!answered) {
            expect(JSON.stringify(reply), type).not.toMatch(/hunter2|secret =/);
          }
        }
      }
      for (const channel of CHANNELS) {
        ONE_WAY.forEach(type =>
          mine.send(
            type,
            {
              comm_id: 'x',
              target_name: 'jupyter.widget',
              data: {},
              value: 'x',
              code: 'n = 668',
              text: 'x',
              name: 'stdout'
            },
            channel
          )
        );
        mine.send('execute_request', EXECUTE, channel);
      }
      await mine.reply(mine.send('kernel_info_request'));
      expect(await owner.run('n')).toBe('1');
      expect(await owner.run('secret')).toBe("'hunter2'");
      expect(owner.wire.isOpen).toBe(true);
    });
  }

  test('T62 what is no message closes its sender alone', async () => {
    const twin = await channelsOf(viewer);
    const frames: (string | Uint8Array)[] = [
      '',
      '{',
      '[]',
      'null',
      '{"channel":"shell"}',
      '{"channel":"evil","header":{"msg_id":"a","msg_type":"b"},"content":{}}',
      new Uint8Array(40),
      new Uint8Array(8).fill(255)
    ];
    for (const frame of frames) {
      const mine = await channelsOf(viewer);
      mine.wire.ws.send(frame);
      expect((await mine.wire.closed()).code, String(frame)).toBe(4400);
    }
    await twin.reply(twin.send('kernel_info_request'));
  });

  test('T62 T63 F13 forged ids, sessions and users; the owner’s session in the query: the owner stays connected', async () => {
    const query = `?session_id=${new URL(owner.wire.ws.url).searchParams.get('session_id')}`;
    const mine = await channelsOf(all, query);
    mine.send('execute_request', EXECUTE, 'shell', {
      session: owner.session,
      username: 'owner',
      msg_id: randomUUID()
    });
    await mine.reply(mine.send('kernel_info_request'));
    expect(owner.wire.isOpen).toBe(true);
    expect(await owner.run('n')).toBe('1');
  });

  test('S4 the binary subprotocol is spoken to who asks for it', async () => {
    const [kernel] = (await viewer.ask('api/kernels')).json<{ id: string }[]>();
    const wire = viewer.socket(`api/kernels/${kernel?.id}/channels`, [V1]);
    await until(() => wire.frames.length > 0);
    expect(wire.ws.protocol).toBe(V1);
    expect(wire.frames.every(each => each.binary)).toBe(true);
    await wire.leave();
  });
});

describe('T67 F17 what a guest hears', () => {
  test('T67 outputs of a guest’s run reach a live guest with cell and run; ids and names of the owner’s side do not', async () => {
    const [mine, other] = [await channelsOf(viewer), await channelsOf(all)];
    const ran = await all.ask('api/kernels/current/execute', 'POST', { cell_id: 'run' });
    expect(ran.status).toBe(200);
    const { run } = ran.json<{ run: string }>();
    for (const each of [mine, other]) {
      const heard = await until(() =>
        each.messages.find(message => message.header.msg_type === 'stream' && message.metadata['run'] === run)
      );
      expect(heard).toMatchObject({
        channel: 'iopub',
        metadata: { cell_id: 'run', run },
        content: { text: 'out 1\n' }
      });
      await until(() =>
        each.messages.some(
          message => message.header.msg_type === 'execute_result' && message.metadata['run'] === run
        )
      );
      expect(each.messages.filter(message => message.header.msg_type === 'execute_reply')).toEqual([]);
    }
    await until(() =>
      owner.messages.some(
        message => message.header.msg_type === 'stream' && message.content['text'] === 'out 1\n'
      )
    );
    const theirs = new Set(
      owner.messages.flatMap(message => [
        message.header.msg_id,
        message.header.session,
        message.parent_header.msg_id,
        message.parent_header.session
      ])
    );
    // The run's own id is ours, and what guests are told a run by.
    const known = [...theirs].filter(each => each !== undefined && each.length > 20 && each !== run);
    expect(known.length).toBeGreaterThan(2);
    expect(known.filter(each => mine.wire.all.includes(each ?? '-'))).toEqual([]);
  });

  test('T67 F16 the owner’s own runs: guests hear that the kernel is busy, and no code, output, prompt or error of them', async () => {
    const mine = await channelsOf(all);
    await owner.run('print("owners-own-output")\n"owners-value"\n');
    const asking = owner.send('execute_request', {
      code: 'import getpass\np = getpass.getpass("owners-prompt")',
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true
    });
    await until(() => owner.messages.some(each => each.header.msg_type === 'input_request'));
    mine.send('input_reply', { value: 'guessed' }, 'stdin');
    await mine.reply(mine.send('kernel_info_request'));
    await pause(300);
    expect(
      owner.messages.some(
        each => each.parent_header.msg_id === asking && each.header.msg_type === 'execute_reply'
      )
    ).toBe(false);
    owner.send('input_reply', { value: 'mine' }, 'stdin');
    await owner.reply(asking);
    expect(await owner.run('p')).toBe("'mine'");
    expect(mine.wire.all).not.toMatch(/owners-|getpass|guessed/);
    expect(
      mine.messages.some(
        each => each.header.msg_type === 'status' && each.content['execution_state'] === 'busy'
      )
    ).toBe(true);
  });
});
