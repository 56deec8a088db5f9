/**
 * Server CPU per delivered IOPub message: a cell prints at a steady rate, N viewers listen, attached to the Jupyter Server directly
 * or through the sidecar, one after the other in one run; and what the same costs the Jupyter Server when the sidecar stands in front.
 * Needs the built extension (`jlpm build`), and Linux for `/proc`.
 *
 *     node bench/kernel.ts [viewers ...]
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { V1 } from '../protocol/kernel.ts';
import { code, Site, type Book } from '../sidecar/test/real/client.ts';
import { Channels } from '../sidecar/test/real/kernels.ts';
import { startServer, type Running } from '../sidecar/test/real/server.ts';
import { pause, until } from '../sidecar/test/real/until.ts';

/** Milliseconds of CPU per tick of `/proc/<pid>/stat` (USER_HZ is 100 on Linux). */
const TICK = 10;
const SECONDS = 8;
/** Messages before anything is measured. */
const WARM_UP = 300;
/** Messages a second, so that neither side is saturated. */
const rateFor = (viewers: number): number => Math.max(5, Math.min(100, Math.round(2_500 / viewers)));

/** CPU time of a process so far, milliseconds. */
function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** The sidecar among the children of the Jupyter Server. */
function sidecarOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const found = children.find(child => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('main.mjs'));
  if (found === undefined) {
    throw new Error('the sidecar is no child of the Jupyter Server');
  }
  return found;
}

/** Sockets that count the output messages they get. */
class Viewers {
  readonly sockets: WebSocket[] = [];
  delivered = 0;

  static async connect(count: number, address: () => string, token: string): Promise<Viewers> {
    const viewers = new Viewers();
    for (let index = 0; index < count; index += 25) {
      const batch = Array.from({ length: Math.min(25, count - index) }, () => viewers.#one(address(), token));
      await Promise.all(batch);
    }
    return viewers;
  }

  #one(address: string, token: string): Promise<void> {
    const headers = { authorization: `token ${token}` };
    const socket = new WebSocket(address, [V1], { headers, perMessageDeflate: false });
    socket.on('message', (data: Buffer) => (this.delivered += data.includes('"stream"') ? 1 : 0));
    this.sockets.push(socket);
    return new Promise((resolve, reject) => socket.once('open', () => resolve()).once('error', reject));
  }

  close(): void {
    this.sockets.forEach(socket => socket.terminate());
  }
}

interface Measured {
  readonly jupyter: number;
  readonly sidecar: number;
  readonly delivered: number;
}

/** CPU of both processes while something runs and all of it is delivered. */
async function measure(
  pid: number,
  viewers: Viewers,
  expected: number,
  run: () => Promise<unknown>
): Promise<Measured> {
  const sidecar = sidecarOf(pid);
  const before = [cpu(pid), cpu(sidecar)] as const;
  viewers.delivered = 0;
  await run();
  await until(() => viewers.delivered >= expected, 60_000, 'all messages').catch(() => undefined);
  return { jupyter: cpu(pid) - before[0], sidecar: cpu(sidecar) - before[1], delivered: viewers.delivered };
}

function source(count: number, rate: number): string {
  return `import time\nfor i in range(${count}):\n    print("x" * 80, i, flush=True)\n    time.sleep(1 / ${rate})`;
}

/** Viewers attached to the Jupyter Server itself, as its own front ends are. */
async function direct(site: Site, pid: number, count: number): Promise<Measured> {
  const rate = rateFor(count);
  const path = site.notebook(undefined, [code('a', '')]);
  const name = path.split('/').at(-1) ?? '';
  const owner = await Channels.owner({ path, name, site } as Book);
  await owner.run('1');
  const address = owner.wire.ws.url.replace(/session_id=.*/, 'session_id=');
  const viewers = await Viewers.connect(count, () => address + randomUUID(), site.server.token);
  // Unmeasured at first: a server that has just started compiles.
  await owner.run(source(WARM_UP, 100), 60_000);
  await pause(1_000);
  const expected = rate * SECONDS * count;
  const measured = await measure(pid, viewers, expected, () =>
    owner.run(source(rate * SECONDS, rate), 120_000)
  );
  viewers.close();
  await owner.wire.leave();
  return measured;
}

/** Guests of the sidecar, on its own port. */
async function shared(site: Site, pid: number, count: number): Promise<Measured> {
  const rate = rateFor(count);
  const book = await site.share(undefined, [
    code('warm', source(WARM_UP, 100)),
    code('a', source(rate * SECONDS, rate))
  ]);
  const runner = await book.guest(['execute']);
  const watcher = await book.guest(['live']);
  const execute = (cell: string) => runner.ask('api/kernels/current/execute', 'POST', { cell_id: cell });
  await execute('warm');
  const [kernel] = (await watcher.ask('api/kernels')).json<{ id: string }[]>();
  const { guestPort, base } = site.server;
  const address = `ws://127.0.0.1:${guestPort}${base}liveshare/s/${book.id}/api/kernels/${kernel?.id}/channels`;
  const viewers = await Viewers.connect(count, () => address, watcher.token);
  await execute('warm');
  await pause(1_000);
  const measured = await measure(pid, viewers, rate * SECONDS * count, () => execute('a'));
  viewers.close();
  return measured;
}

async function main(counts: readonly number[]): Promise<void> {
  const limits = { socketsPerPerson: 10_000, failuresPerMinute: 100_000 };
  const settings = [`--Liveshare.limits=${JSON.stringify(limits)}`];
  const running: Running = await startServer({ guests: true, settings });
  try {
    const site = new Site(running.server);
    const rows: Record<string, object> = {};
    for (const count of counts) {
      const expected = rateFor(count) * SECONDS * count;
      const alone = await direct(site, running.pid, count);
      const ours = await shared(site, running.pid, count);
      const micros = (milliseconds: number, { delivered }: Measured) => (milliseconds * 1_000) / delivered;
      const [theirs, mine] = [micros(alone.jupyter, alone), micros(ours.sidecar, ours)];
      rows[`${count} viewers`] = {
        'jupyter_server µs': Number(theirs.toFixed(1)),
        'sidecar µs': Number(mine.toFixed(1)),
        ratio: Number((mine / theirs).toFixed(3)),
        'Jupyter ms/s, direct': Math.round(alone.jupyter / SECONDS),
        'Jupyter ms/s, shared': Math.round(ours.jupyter / SECONDS),
        complete: alone.delivered >= expected && ours.delivered >= expected
      };
    }
    console.log(`µs of CPU per delivered message, one cell printing for ${SECONDS} s`);
    console.table(rows);
  } finally {
    await running.stop();
  }
}

await main(process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 50, 100, 500]);
