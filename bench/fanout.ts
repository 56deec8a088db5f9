/**
 * Server CPU per delivered update: some who type, many viewers; a raw `ws` relay, y-websocket, hocuspocus and the sidecar with its
 * filter, all running side by side and taking turns. Ratios are to the relay.
 *
 *     node bench/fanout.ts [viewers ...] [--writers 1] [--cursors] [--only relay,liveshare] [--profile folder]
 *
 * With `--cursors` every keystroke moves a cursor too, as in JupyterLab: a message of its own to the server. `--profile` writes each server's CPU profile into the folder.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Dialect } from './fanoutDialect.ts';
import { Pen } from './fanoutPen.ts';
import type { Addresses } from './fanoutServer.ts';

/** Updates a second of each who types. */
const RATE = 20;
/** Turns of each server, and how many seconds one takes. */
const ROUNDS = 10;
const SECONDS = 2;
/** Unmeasured at first: a server runs for hours, and one that has just started compiles. Fast, so with one viewer only. */
const WARM_UP = { rate: 200, seconds: 20 };
const KINDS: readonly { readonly kind: string; readonly dialect: Dialect }[] = [
  { kind: 'relay', dialect: 'yjs' },
  { kind: 'yWebsocket', dialect: 'yjs' },
  { kind: 'hocuspocus', dialect: 'hocuspocus' },
  { kind: 'liveshare', dialect: 'yjs' }
];

const { values: options, positionals: counts } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    profile: { type: 'string' },
    writers: { type: 'string' },
    cursors: { type: 'boolean' }
  }
});
const writers = Number(options.writers ?? 1);

/** A server with its viewers and those who type. */
interface Side {
  readonly kind: string;
  readonly server: ChildProcess;
  readonly viewers: ChildProcess;
  readonly pens: readonly Pen[];
  /** When each character was typed, milliseconds. */
  readonly typed: number[];
}

/** What one turn of a server came to. */
interface Turn {
  /** Microseconds per delivery. */
  readonly cpu: number;
  /** Milliseconds from each keystroke to a viewer's document. */
  readonly delays: readonly number[];
}

function start(file: string, args: readonly string[] = [], execArgv: readonly string[] = []): ChildProcess {
  return fork(join(import.meta.dirname, file), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...execArgv]
  });
}

/** Ends a process, which may have its profile to write. */
async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.disconnect();
  await ended;
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', message => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

async function ask<T>(child: ChildProcess, question: object | string): Promise<T> {
  const answer = next<T>(child);
  child.send(question);
  return answer;
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds));

/** Types for some seconds: everybody at the rate, spread over the time between two of one's strokes. */
async function write({ pens, typed }: Side, seconds: number, rate = RATE): Promise<void> {
  for (let index = 0; index < rate * seconds; index++) {
    for (const pen of pens) {
      typed.push(Date.now());
      pen.type();
      await wait(1_000 / rate / pens.length);
    }
  }
}

/** Starts a server, has it compile, and connects its viewers. */
async function prepare(kind: string, dialect: Dialect, count: number): Promise<Side> {
  const { profile } = options;
  const server = start(
    'fanoutServer.ts',
    [kind],
    profile === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${kind}-${count}.cpuprofile`]
  );
  const viewers = start('fanoutViewers.ts');
  const { writer, viewer, headers } = await next<Addresses>(server);
  const pens: Pen[] = [];
  for (let index = 0; index < writers; index++) {
    pens.push(await Pen.connect(writer, headers.writer, dialect, options.cursors === true));
  }
  const connect = (more: number): Promise<unknown> =>
    ask(viewers, { address: viewer, headers: headers.viewer, count: more, dialect });
  await connect(1);
  const side = { kind, server, viewers, pens, typed: [] };
  await write(side, WARM_UP.seconds, WARM_UP.rate / writers);
  await connect(count - 1);
  await wait(1_000);
  return side;
}

async function turn(side: Side, count: number): Promise<Turn> {
  const first = side.typed.length;
  const before = await ask<{ cpu: number }>(side.server, 'cpu');
  await write(side, SECONDS);
  await wait(300);
  const after = await ask<{ cpu: number }>(side.server, 'cpu');
  const { arrived } = await ask<{ arrived: readonly number[] }>(side.viewers, 'arrived');
  const strokes = side.typed.length - first;
  return {
    cpu: (after.cpu - before.cpu) / (strokes * count),
    delays: side.typed.slice(first).map((at, index) => (arrived[first + index] ?? Infinity) - at)
  };
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? NaN;
}

async function compare(count: number): Promise<Record<string, object>> {
  const sides: Side[] = [];
  for (const { kind, dialect } of KINDS) {
    if (options.only?.split(',').includes(kind) ?? true) {
      sides.push(await prepare(kind, dialect, count));
    }
  }
  const turns = new Map<Side, Turn[]>(sides.map(side => [side, []]));
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, so that a busy moment of the machine meets all of them.
    for (const side of sides) {
      turns.get(side)?.push(await turn(side, count));
    }
  }
  const relay = sides.find(({ kind }) => kind === 'relay');
  const floor = (relay && turns.get(relay)) ?? [];
  const rows = sides.map(side => {
    const all = turns.get(side) ?? [];
    const delays = all.flatMap(each => each.delays);
    const ratios = all.map(({ cpu }, index) => cpu / (floor[index]?.cpu ?? NaN));
    const row = {
      'µs per delivery': Number(
        quantile(
          all.map(({ cpu }) => cpu),
          0.5
        ).toFixed(2)
      ),
      'ratio to relay': Number(quantile(ratios, 0.5).toFixed(2)),
      'p50 ms': quantile(delays, 0.5),
      'p99 ms': quantile(delays, 0.99),
      complete: delays.every(Number.isFinite)
    };
    return [side.kind, row] as const;
  });
  sides.forEach(({ pens }) => pens.forEach(pen => pen.close()));
  await Promise.all(sides.flatMap(({ server, viewers }) => [end(server), end(viewers)]));
  return Object.fromEntries(rows);
}

for (const count of counts.map(Number)) {
  const rows = await compare(count);
  const typing = `${writers} typing${options.cursors === true ? ', with cursors' : ''}`;
  console.log(`${count} viewers, ${typing}, ${RATE} updates a second each; medians of ${ROUNDS} turns`);
  console.table(rows);
}
