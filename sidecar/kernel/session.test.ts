import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeMessage, encodeJson, encodeMessage, V1, type KernelMessage } from '../../protocol/kernel.ts';
import { notebook, type FakeKernel } from '../testing/fakeJupyter.ts';
import { kernelMessage } from '../testing/messages.ts';
import { TestApp } from '../testing/makeTestApp.ts';
import type { TestSocket } from '../testing/testSocket.ts';

let test: TestApp;
let share: string;
let kernel: FakeKernel;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('note.ipynb', notebook({ a: 'print(1)', b: 'secret' }));
  kernel = test.jupyter.startKernel('note.ipynb');
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const kernelId = async (auth: Record<string, string>) => {
  const answer = await test.call(`s/${share}/api/kernels`, { headers: auth });
  return answer.json<{ id: string }[]>()[0]!.id;
};
async function open(rights: Record<string, boolean>, options: { binary?: boolean; id?: string } = {}) {
  const { auth, id } = await test.guest(share, rights);
  const at = options.id ?? (await kernelId(auth));
  const protocols = options.binary === false ? [] : [V1];
  const socket = test.open(`s/${share}/api/kernels/${at}/channels`, { headers: auth, protocols });
  return { socket, auth, person: id };
}
const next = async (socket: TestSocket): Promise<KernelMessage> => decodeMessage(await socket.next(), true)!;
async function until(socket: TestSocket, type: string): Promise<KernelMessage> {
  for (;;) {
    const message = await next(socket);
    if (message.header.msg_type === type) {
      return message;
    }
  }
}
/** What the kernel heard, besides our own questions what it is and has. */
const heard = () =>
  kernel.received
    .map(each => each.header.msg_type)
    .filter(type => !/^(kernel|comm)_info_request$/.test(type));
const ask = (
  type: string,
  channel: KernelMessage['channel'] = 'shell',
  content: Record<string, unknown> = {}
) => kernelMessage(channel, type, content);

describe('a guest’s kernel socket', () => {
  it('says the state when it is open, and answers kernel_info between busy and idle', async () => {
    const { socket } = await open({ live: true });
    expect((await until(socket, 'status')).content).toMatchObject({ execution_state: 'idle' });
    const request = ask('kernel_info_request');
    socket.send(encodeMessage(request));
    const answers = [await next(socket), await next(socket), await next(socket)];
    expect(answers.map(({ channel, header }) => `${channel} ${header.msg_type}`)).toEqual([
      'iopub status',
      'shell kernel_info_reply',
      'iopub status'
    ]);
    expect(answers.map(each => each.parent_header.msg_id)).toEqual(Array(3).fill(request.header.msg_id));
    expect(answers[1]!.content).toMatchObject({ status: 'ok', banner: '', implementation: 'fake' });
    expect(JSON.stringify(answers[1]!.content)).not.toContain('/home/owner');
  });

  it('S34: what is answered while the kernel works for somebody else doesn’t leave it shown as idle', async () => {
    const { socket } = await open({ live: true });
    await until(socket, 'status');
    test.jupyter.say(kernel, 'status', { execution_state: 'busy' });
    expect((await until(socket, 'status')).content).toEqual({ execution_state: 'busy' });
    for (const type of ['kernel_info_request', 'history_request', 'comm_msg']) {
      const request = ask(type, 'shell', { comm_id: 'none', data: {} });
      socket.send(encodeMessage(request));
      for (;;) {
        const { header, parent_header: parent, content } = await next(socket);
        if (header.msg_type === 'status' && parent.msg_id === undefined) {
          expect(content).toEqual({ execution_state: 'busy' });
          break;
        }
      }
    }
  });

  it('what the client asks before the kernel was looked up is answered too', async () => {
    const { auth } = await test.guest(share, { live: true });
    const id = await kernelId(auth);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    test.jupyter.gate = promise;
    // Longer than "is there a kernel?" is remembered.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
    const socket = test.open(`s/${share}/api/kernels/${id}/channels`, { headers: auth, protocols: [V1] });
    const looks = () => test.jupyter.seenAt('/liveshare/internal/files').length;
    const before = looks();
    await socket.opened;
    socket.send(encodeMessage(ask('kernel_info_request')));
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before));
    vi.restoreAllMocks();
    resolve(undefined);
    expect((await until(socket, 'kernel_info_reply')).content).toMatchObject({ status: 'ok' });
  });

  it('S42: a client that knows no binary frames gets text', async () => {
    const { socket } = await open({ live: true }, { binary: false });
    expect(socket.socket.protocol).toBe('');
    socket.send(encodeJson(ask('kernel_info_request')));
    for (;;) {
      const message = await socket.json<{ msg_type: string; content: { status?: string } }>();
      if (message.msg_type === 'kernel_info_reply') {
        expect(message.content.status).toBe('ok');
        break;
      }
    }
  });

  const shell = [
    'connect_request',
    'history_request',
    'shutdown_request',
    'debug_request',
    'create_subshell_request',
    'delete_subshell_request',
    'list_subshell_request',
    'usage_request',
    'unheard_of_request'
  ];
  it.each(shell.flatMap(type => [['shell', type] as const, ['control', type] as const]))(
    'T58, S42: on %s %s is refused with a reply, also for somebody with every right, and the kernel hears nothing',
    async (channel, type) => {
      const { socket } = await open({ edit: true, save: true, execute: true });
      await until(socket, 'status');
      const request = ask(type, channel, { code: 'import os', silent: false, restart: true });
      socket.send(encodeMessage(request));
      const reply = await until(socket, type.replace('_request', '_reply'));
      expect(reply).toMatchObject({
        channel,
        content: { status: 'error', ename: 'PermissionError' },
        parent_header: { msg_id: request.header.msg_id }
      });
      expect((await until(socket, 'status')).content).toEqual({ execution_state: 'idle' });
      expect(heard()).toEqual([]);
    }
  );

  it('T62, T66, T67: completion is asked in our own words, under our own ids', async () => {
    const { socket } = await open({ edit: true, execute: true });
    await until(socket, 'status');
    const request = ask('complete_request', 'shell', { code: 'secr', cursor_pos: 4, extra: 'x' });
    socket.send(encodeMessage(ask('inspect_request', 'shell', { code: 'a', cursor_pos: 1 })));
    socket.send(encodeMessage(request));
    await vi.waitFor(() => expect(heard()).toEqual(['inspect_request', 'complete_request']));
    const sent = kernel.received.at(-1)!;
    expect(sent.content).toEqual({ code: 'secr', cursor_pos: 4 });
    expect(sent.header.msg_id).not.toBe(request.header.msg_id);
    expect(sent.header.session).not.toBe(request.header.session);
    expect(sent.parent_header).toEqual({});
  });

  it('T54, T58, T64: what has no reply is dropped, on every channel, and the socket stays', async () => {
    const { socket } = await open({ edit: true, execute: true });
    await until(socket, 'status');
    for (const channel of ['shell', 'control', 'stdin', 'iopub'] as const) {
      for (const type of [
        'input_reply',
        'iopub_welcome',
        'execute_reply',
        'display_data',
        'stream',
        'status'
      ]) {
        socket.send(
          encodeMessage(ask(type, channel, { comm_id: 'c', target_name: 'jupyter.widget', data: {} }))
        );
      }
    }
    socket.send(encodeMessage(ask('kernel_info_request')));
    const answers = [await next(socket), await next(socket), await next(socket)];
    expect(answers.map(each => each.header.msg_type)).toEqual(['status', 'kernel_info_reply', 'status']);
    expect(heard()).toEqual([]);
  });

  it('T62: a frame that is no message closes it with 4400', async () => {
    for (const frame of ['{}', 'x', new Uint8Array([1, 2, 3])]) {
      const { socket } = await open({ live: true });
      await socket.opened;
      socket.send(frame);
      expect((await socket.closed).code).toBe(4400);
    }
  });

  it('S20, T12: only the share’s one kernel exists, under our name alone', async () => {
    const other = test.jupyter.startKernel('other.ipynb');
    for (const id of [kernel.id, other.id, 'x', '00000000-0000-0000-0000-000000000000']) {
      const { socket } = await open({ live: true, execute: true }, { id });
      expect((await socket.closed).code).toBe(4404);
    }
    expect(other.received).toEqual([]);
    expect(other.sockets.size).toBe(0);
  });

  it('T58: nobody without live gets one; who loses live loses it', async () => {
    const { auth, id: person } = await test.guest(share, { live: true, static: true });
    const id = await kernelId(auth);
    const path = `s/${share}/api/kernels/${id}/channels`;
    const { auth: reader } = await test.guest(share, { static: true });
    expect((await test.open(path, { headers: reader }).closed).code).toBe(4403);
    const socket = test.open(path, { headers: auth, protocols: [V1] });
    await until(socket, 'status');
    await test.owner(`api/shares/${share}/people/${person}`, {
      method: 'PATCH',
      json: { rights: { live: false } }
    });
    expect((await socket.closed).code).toBe(4403);
  });
});

describe('what a guest sees of the kernel', () => {
  it('outputs of cells that were run by naming them, and who looks sees the cell', async () => {
    const { socket } = await open({ live: true });
    await until(socket, 'status');
    const { auth } = await test.guest(share, { execute: true });
    const id = await kernelId(auth);
    const run = test.call(`s/${share}/api/kernels/${id}/execute`, {
      method: 'POST',
      headers: auth,
      json: { cell_id: 'a' }
    });
    const stream = await until(socket, 'stream');
    const result = (await run).json<{ run: string }>();
    expect(stream.content).toEqual({ name: 'stdout', text: 'print(1)' });
    expect(stream.metadata).toEqual({ cell_id: 'a', run: result.run });
  });

  it('T65, T67: neither what belongs to no cell, nor replies, nor comms, nor prompts', async () => {
    const { socket } = await open({ live: true, execute: true });
    await until(socket, 'status');
    test.jupyter.say(kernel, 'stream', { name: 'stdout', text: 'the owner’s console' });
    test.jupyter.say(kernel, 'comm_open', { comm_id: 'c' });
    test.jupyter.say(kernel, 'input_request', { prompt: 'password' });
    test.jupyter.say(kernel, 'status', { execution_state: 'busy' });
    // Messages keep their order: had one of the others been sent, it would be here first.
    expect((await next(socket)).content).toEqual({ execution_state: 'busy' });
  });

  it('the right is looked up for every message', async () => {
    const { socket, person } = await open({ live: true });
    await until(socket, 'status');
    const row = test.app.parts.people.get(person)!;
    // As if the change had not closed the socket yet.
    test.app.parts.people.put({ ...row, rights: { ...row.rights, live: false } });
    test.jupyter.say(kernel, 'status', { execution_state: 'busy' });
    await vi.waitFor(() => expect(test.app.parts.kernelRooms.of(share).state).toBe('busy'));
    test.app.parts.people.put(row);
    test.jupyter.say(kernel, 'status', { execution_state: 'idle' });
    expect((await next(socket)).content).toEqual({ execution_state: 'idle' });
  });
});
