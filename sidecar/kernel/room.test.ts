import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import { makeLog } from '../log.ts';
import { refusalOf } from '../testing/books.ts';
import { echo, FakeJupyter, type FakeKernel, type KernelScript } from '../testing/fakeJupyter.ts';
import { parseLimits } from '../testing/limits.ts';
import { Jupyter } from '../upstream/jupyter.ts';
import { Kernels } from '../upstream/kernel.ts';
import { alias } from './disguise.ts';
import type { KernelMember } from './member.ts';
import { KernelRoom } from './room.ts';
import { KernelRooms } from './rooms.ts';
import type { RunOrder } from './order.ts';
import { makeHeader, type RunResult } from './run.ts';

let jupyter: FakeJupyter;
let room: KernelRoom;
let metadata: Record<string, unknown>;
let cell: Y.Map<unknown>;
let present: boolean;
let here: Set<string>;
let told: [string, ServerMessage][];
let announced: ServerMessage[];
beforeEach(async () => {
  jupyter = await FakeJupyter.start();
  metadata = {};
  present = false;
  here = new Set();
  told = [];
  announced = [];
  const doc = new Y.Doc();
  cell = doc.getMap('cell');
  cell.set('outputs', new Y.Array());
  room = new KernelRoom({
    share: 'share',
    kernels: new Kernels(new Jupyter(jupyter.upstream)),
    log: makeLog('silent', { write: () => undefined }),
    path: () => Promise.resolve('note.ipynb'),
    limits: parseLimits(),
    metadata: key => metadata[key],
    write: (_, write) => doc.transact(() => write(cell), 'kernel'),
    present: () => present,
    linger: 50,
    // A cell is named as it reads.
    cell: id => Promise.resolve({ type: 'code', source: id, hash: `hash of ${id}` }),
    marked: () => [],
    hold: () => () => undefined,
    owner: () => who('owner'),
    here: person => here.has(person),
    tell: (person, message) => void told.push([person, message]),
    announce: message => void announced.push(message),
    ran: () => undefined
  });
});
afterEach(async () => {
  room.close();
  await jupyter.close();
});

const who = (id: string) => ({ id, name: id, color: '#123456' });
const order = (cell = '1 + 1', person = 'p', more: Partial<RunOrder> = {}): RunOrder => ({
  person: who(person),
  cell,
  check: () => undefined,
  types: () => false,
  answers: () => true,
  single: true,
  ...more
});
const run = async (cell?: string, person?: string, more?: Partial<RunOrder>): Promise<RunResult> =>
  (await room.runs.order(order(cell, person, more))).done;
const member = () => {
  const seen: { message: KernelMessage; cell: string | null }[] = [];
  const made: KernelMember = {
    hear: ({ shown, cell: of }) => void seen.push({ message: shown.message, cell: of })
  };
  return { seen, member: made };
};
const sent = (kernel: FakeKernel, type = 'execute_request') =>
  kernel.received.filter(each => each.header.msg_type === type);

describe('the kernel of a share', () => {
  it('a look starts nothing; to ensure starts the notebook’s own, once', async () => {
    expect(await room.look()).toBeNull();
    expect(jupyter.sessions).toEqual([]);
    metadata['kernelspec'] = { name: 'ir', display_name: 'My R', language: 'R' };
    const kernel = await room.ensure();
    expect(jupyter.sessions.map(each => [each.path, each.kernel.name])).toEqual([['note.ipynb', 'ir']]);
    expect(await room.ensure()).toEqual(kernel);
    expect(jupyter.sessions).toHaveLength(1);
  });

  it('S37: many who want it at once start one kernel together', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => room.ensure()));
    expect(new Set(all.map(each => each.kernel)).size).toBe(1);
    expect(jupyter.sessions).toHaveLength(1);
  });

  it('S20: its ids are ours; the owner’s appear nowhere', async () => {
    const real = jupyter.startKernel('note.ipynb');
    const shown = await room.look();
    expect(shown).toEqual({
      kernel: alias('share', real.id),
      session: alias('share', jupyter.sessions[0]!.id),
      name: 'python3',
      state: 'idle'
    });
  });

  it('S20: another notebook’s kernel is not this one’s', async () => {
    jupyter.startKernel('other.ipynb');
    expect(await room.look()).toBeNull();
  });

  it('many looks at once ask the server once', async () => {
    jupyter.startKernel('note.ipynb');
    await Promise.all(Array.from({ length: 20 }, () => room.look()));
    expect(jupyter.seenAt('/api/sessions')).toHaveLength(1);
  });

  it('specs: the notebook’s one alone, in its own words, without paths', async () => {
    metadata['kernelspec'] = { name: 'python3', display_name: 'Python 3 (mine)', language: 'python' };
    const specs = await room.specs();
    expect(specs).toEqual({
      default: 'python3',
      specs: [{ name: 'python3', displayName: 'Python 3 (mine)', language: 'python' }]
    });
    metadata['kernelspec'] = { name: 'not-installed' };
    expect((await room.specs()).default).toBe('python3');
  });

  it('info: the kernel’s, with the notebook’s words, without the banner', async () => {
    jupyter.startKernel('note.ipynb');
    expect(await room.info()).toMatchObject({
      implementation: 'fake',
      language_info: { version: '3.13' },
      banner: ''
    });
    metadata['language_info'] = { name: 'python', version: '3.9 (of the file)' };
    expect(await room.info()).toMatchObject({ language_info: { version: '3.9 (of the file)' } });
    expect(room.languageInfo).toMatchObject({ version: '3.13' });
    expect(JSON.stringify(await room.info())).not.toContain('/home/owner');
  });
});

describe('runs', () => {
  it('T59: the source goes to the kernel, the outputs into the cell, the status to who asked', async () => {
    const result = await run('print(1)');
    expect(result).toMatchObject({ status: 'ok', execution_count: 1 });
    const kernel = jupyter.sessions[0]!.kernel;
    expect(sent(kernel).map(each => each.content['code'])).toEqual(['print(1)']);
    expect(sent(kernel)[0]?.header).toMatchObject({ msg_id: result.run, username: 'liveshare' });
    expect(cell.toJSON()).toMatchObject({
      execution_count: 1,
      execution_state: 'idle',
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'print(1)' }]
    });
  });

  it('T63: the socket upstream has a session of its own', async () => {
    await run();
    const [opened] = jupyter.seenAt('/api/kernels/');
    expect(opened?.target).toMatch(/\/channels\?session_id=[0-9a-f-]{36}$/);
    const kernel = jupyter.sessions[0]!.kernel;
    expect(opened?.target).toContain(sent(kernel)[0]!.header.session);
  });

  it('two runs never overlap', async () => {
    const scripts: (() => void)[] = [];
    jupyter.execute = (script, kernel) => void scripts.push(() => echo(script, kernel));
    const runs = [run('a'), run('b')];
    await vi.waitFor(() => expect(scripts).toHaveLength(1));
    scripts[0]!();
    await runs[0];
    await vi.waitFor(() => expect(scripts).toHaveLength(2));
    scripts[1]!();
    expect(await Promise.all(runs)).toHaveLength(2);
  });

  it('T106: the kernel dies in the middle: the run ends, the mark goes, the next one starts a new kernel', async () => {
    let dying = true;
    jupyter.execute = (script, kernel) => {
      if (dying) {
        dying = false;
        script.iopub('status', { execution_state: 'busy' });
        jupyter.killKernel(kernel);
      } else {
        echo(script, kernel);
      }
    };
    const lost = [run('a'), run('b')];
    expect((await Promise.all(lost)).map(({ status }) => status)).toEqual(['aborted', 'aborted']);
    expect(cell.get('execution_state')).toBe('idle');
    expect(await run('c')).toMatchObject({ status: 'ok' });
    expect(jupyter.sessions).toHaveLength(1);
  });

  it('S38, T68: a restart ends what runs and what waits', async () => {
    const begun: KernelScript[] = [];
    jupyter.execute = script => void begun.push(script);
    const runs = [run('a'), run('b', 'q')];
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    await room.control('restart', who('p'));
    expect((await Promise.all(runs)).map(({ status }) => status)).toEqual(['aborted', 'aborted']);
    const { kernel } = jupyter.sessions[0]!;
    expect(jupyter.seenAt(`/api/kernels/${kernel.id}/restart`)[0]?.method).toBe('POST');
    jupyter.execute = echo;
    expect(await run('c')).toMatchObject({ status: 'ok' });
  });

  it('S38: the owner’s restart does so too', async () => {
    const begun: KernelScript[] = [];
    jupyter.execute = script => void begun.push(script);
    const ran = run('a');
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    jupyter.say(jupyter.sessions[0]!.kernel, 'status', { execution_state: 'restarting' });
    expect((await ran).status).toBe('aborted');
  });

  it('interrupt asks the server and leaves the queue to the kernel’s answer', async () => {
    expect(await refusalOf(() => room.control('interrupt', who('p')))).toBe('not-found');
  });

  it('an error of one person’s run stops their own queue only', async () => {
    jupyter.execute = (script, kernel) => {
      if (script.request.content['code'] === 'bad') {
        script.iopub('error', { ename: 'E', evalue: '', traceback: [] });
        script.reply({ status: 'error', execution_count: 1, ename: 'E', evalue: '', traceback: [] });
        script.iopub('status', { execution_state: 'idle' });
      } else {
        echo(script, kernel);
      }
    };
    const results = await Promise.all([run('bad', 'p'), run('x', 'p'), run('y', 'q')]);
    expect(results.map(({ status }) => status)).toEqual(['error', 'aborted', 'ok']);
  });

  it('S34: while anybody is in the notebook the kernel is listened to, also before and between runs', async () => {
    present = true;
    room.consider();
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(jupyter.sessions).toEqual([]);
    const kernel = jupyter.startKernel('note.ipynb');
    await vi.waitFor(() => expect(kernel.sockets.size).toBe(1), 4_000);
    jupyter.say(kernel, 'status', { execution_state: 'busy' });
    await vi.waitFor(() => expect(room.state).toBe('busy'));
    await run();
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(kernel.sockets.size).toBe(1);
    present = false;
    room.consider();
    await vi.waitFor(() => expect(kernel.sockets.size).toBe(0));
  });

  it('S37: a kernel that the owner puts in its place is followed within two seconds', async () => {
    const first = jupyter.startKernel('note.ipynb');
    present = true;
    room.consider();
    await vi.waitFor(() => expect(first.sockets.size).toBe(1));
    // The old one lives on, as when another notebook uses it.
    jupyter.sessions.splice(0);
    const second = jupyter.startKernel('note.ipynb', 'ir');
    await vi.waitFor(() => expect([first.sockets.size, second.sockets.size]).toEqual([0, 1]), 2_000);
    expect((await room.look())?.name).toBe('ir');
  });

  it('T107: a socket that breaks is opened again, and what ran on the living kernel ends as the kernel says', async () => {
    const begun: [KernelScript, FakeKernel][] = [];
    jupyter.execute = (script, kernel) => void begun.push([script, kernel]);
    const ran = run('long');
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    const [[script, kernel]] = begun as [[KernelScript, FakeKernel]];
    kernel.sockets.forEach(socket => socket.terminate());
    const ids = () => jupyter.seenAt(`/api/kernels/${kernel.id}/channels`).map(each => each.target);
    await vi.waitFor(() => expect(ids()).toHaveLength(2));
    // The same session: what the Jupyter Server kept for it is handed over.
    expect(ids()[0]).toBe(ids()[1]);
    script.iopub('status', { execution_state: 'idle' });
    const result = await ran;
    // The reply was lost with the socket; that the kernel answers anything on shell says that the run is over.
    expect(result.status).toBe('aborted');
    expect(cell.get('execution_state')).toBe('idle');
  });

  it('the socket upstream closes when nobody watches and nothing runs', async () => {
    await run();
    const { kernel } = jupyter.sessions[0]!;
    await vi.waitFor(() => expect(kernel.sockets.size).toBe(0));
    expect(jupyter.kernels.size).toBe(1);
  });
});

describe('members', () => {
  it('get IOPub with the cell of our run, and null for what belongs to none', async () => {
    jupyter.startKernel('note.ipynb');
    const { seen, member: guest } = member();
    await room.join(guest);
    const { run: ran } = await run('hello');
    jupyter.say(jupyter.sessions[0]!.kernel, 'stream', { name: 'stdout', text: 'the owner’s own' });
    await vi.waitFor(() =>
      expect(seen.some(each => each.message.content['text'] === 'the owner’s own')).toBe(true)
    );
    const stream = seen.filter(each => each.message.header.msg_type === 'stream');
    expect(stream.map(each => [each.cell, each.message.content['text']])).toEqual([
      ['hello', 'hello'],
      [null, 'the owner’s own']
    ]);
    expect(stream[0]!.message.metadata).toEqual({ cell_id: 'hello', run: ran });
    expect(JSON.stringify(seen)).not.toMatch(/owner-login|\/home\/owner|session-/);
  });

  it('S34: what the kernel answers beside the cell that runs doesn’t show it as idle', async () => {
    const kernel = jupyter.startKernel('note.ipynb');
    const { seen, member: guest } = member();
    await room.join(guest);
    const cellRun = makeHeader('run', 'execute_request', 'owner');
    const beside = makeHeader('info', 'kernel_info_request', 'owner');
    const says = (state: string, parent = cellRun) =>
      jupyter.say(kernel, 'status', { execution_state: state }, parent);
    says('busy');
    says('busy', beside);
    says('idle', beside);
    jupyter.say(kernel, 'stream', { name: 'stdout', text: 'on' }, cellRun);
    await vi.waitFor(() => expect(seen.some(each => each.message.content['text'] === 'on')).toBe(true));
    const states = () => seen.flatMap(({ message }) => message.content['execution_state'] ?? []);
    expect(states().slice(-2)).toEqual(['busy', 'busy']);
    expect(room.state).toBe('busy');
    expect((await room.look())?.state).toBe('busy');
    says('idle');
    await vi.waitFor(() => expect(room.state).toBe('idle'));
    expect(states().at(-1)).toBe('idle');
    says('busy', beside);
    says('idle', beside);
    await vi.waitFor(() => expect(states().slice(-2)).toEqual(['busy', 'idle']));
    // One that restarts ends what it worked on.
    says('busy');
    await vi.waitFor(() => expect(room.state).toBe('busy'));
    jupyter.say(kernel, 'status', { execution_state: 'restarting' });
    await vi.waitFor(() => expect(room.state).toBe('restarting'));
  });

  it('T67: replies on shell reach no member', async () => {
    const { seen, member: guest } = member();
    jupyter.startKernel('note.ipynb');
    await room.join(guest);
    await run();
    expect(seen.every(each => each.message.channel === 'iopub')).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('many members cost one socket, which goes with the last', async () => {
    const kernel = jupyter.startKernel('note.ipynb');
    const all = Array.from({ length: 5 }, () => member().member);
    await Promise.all(all.map(each => room.join(each)));
    await vi.waitFor(() => expect(kernel.sockets.size).toBe(1));
    all.slice(1).forEach(each => room.leave(each));
    expect(kernel.sockets.size).toBe(1);
    room.leave(all[0]!);
    await vi.waitFor(() => expect(kernel.sockets.size).toBe(0));
  });

  it('without a kernel, to join is refused', async () => {
    expect(await refusalOf(() => room.join(member().member))).toBe('not-found');
  });
});

describe('kernel rooms', () => {
  it('are made on demand, one a share, and left together', () => {
    const made: string[] = [];
    const rooms = new KernelRooms(share => {
      made.push(share);
      return room;
    });
    expect(rooms.peek('s')).toBeUndefined();
    expect(rooms.of('s')).toBe(rooms.of('s'));
    rooms.of('t');
    expect(made).toEqual(['s', 't']);
    rooms.end('s');
    rooms.end('nothing');
    expect(rooms.peek('s')).toBeUndefined();
    expect(rooms.peek('t')).toBe(room);
    rooms.close();
    expect(rooms.peek('t')).toBeUndefined();
  });
});
