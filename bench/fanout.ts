/**
 * Server CPU per delivered update: one writer, many viewers; a raw `ws` relay, y-websocket, hocuspocus and the sidecar with its
 * filter, one after the other in one run. Ratios are to the relay.
 *
 *     node bench/fanout.ts [viewers ...]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { envelope, hello, open, type Dialect } from './fanoutDialect.ts';
import type { Addresses } from './fanoutServer.ts';

const RATE = 20;
const SECONDS = 10;
const WARM_UP = 6;
const KINDS: readonly { readonly kind: string; readonly dialect: Dialect }[] = [
  { kind: 'relay', dialect: 'yjs' },
  { kind: 'yWebsocket', dialect: 'yjs' },
  { kind: 'hocuspocus', dialect: 'hocuspocus' },
  { kind: 'liveshare', dialect: 'yjs' }
];

function start(file: string, ...args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, file), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as T));
    child.once('exit', code => reject(new Error(`a process ended with ${code}`)));
  });
}

async function ask<T>(child: ChildProcess, question: object | string): Promise<T> {
  const answer = next<T>(child);
  child.send(question);
  return answer;
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds));

/** Types for some seconds at the rate. */
async function write(pen: { type: () => void }, seconds: number): Promise<void> {
  for (let index = 0; index < RATE * seconds; index++) {
    pen.type();
    await wait(1_000 / RATE);
  }
}

/** A writer with a document of its own, connected and in step. */
async function writer(
  addresses: Addresses,
  dialect: Dialect
): Promise<{ type: () => void; length: () => number; close: () => void }> {
  const doc = new Y.Doc();
  const socket = new WebSocket(addresses.writer, {
    headers: addresses.headers.writer,
    perMessageDeflate: false
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (open(decoder, dialect)) {
      const encoder = encoding.createEncoder();
      syncProtocol.readSyncMessage(decoder, encoder, doc, 'server');
      if (encoding.length(encoder) > 0) {
        const reply = encoding.toUint8Array(encoder);
        socket.send(envelope(dialect, out => encoding.writeUint8Array(out, reply)));
      }
    }
  });
  hello(socket, dialect, doc);
  await wait(500);
  const target = (): Y.Text => {
    const cell: unknown = doc.getArray('cells').get(0);
    const source: unknown = cell instanceof Y.Map ? cell.get('source') : undefined;
    return source instanceof Y.Text ? source : doc.getText('t');
  };
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server') {
      socket.send(envelope(dialect, out => syncProtocol.writeUpdate(out, update)));
    }
  });
  return {
    type: () => target().insert(target().length, 'x'),
    length: () => target().length,
    close: () => socket.close()
  };
}

async function measure(
  kind: string,
  dialect: Dialect,
  count: number
): Promise<{ cpu: number; complete: boolean }> {
  const server = start('fanoutServer.ts', kind);
  const viewers = start('fanoutViewers.ts');
  try {
    const addresses = await next<Addresses>(server);
    const pen = await writer(addresses, dialect);
    const { viewer: address, headers } = addresses;
    await ask(viewers, { address, headers: headers.viewer, count, dialect });
    // Unmeasured at first: a server that has just started compiles.
    await write(pen, WARM_UP);
    const before = await ask<{ cpu: number }>(server, 'cpu');
    await write(pen, SECONDS);
    await wait(500);
    const after = await ask<{ cpu: number }>(server, 'cpu');
    const { length } = await ask<{ length: number }>(viewers, 'length');
    pen.close();
    return {
      cpu: (after.cpu - before.cpu) / (RATE * SECONDS * count),
      complete: length >= Math.min(pen.length(), RATE * (WARM_UP + SECONDS))
    };
  } finally {
    server.kill();
    viewers.kill();
  }
}

for (const count of process.argv.slice(2).map(Number)) {
  const rows: Record<string, object> = {};
  let floor = NaN;
  for (const { kind, dialect } of KINDS) {
    const { cpu, complete } = await measure(kind, dialect, count);
    floor = kind === 'relay' ? cpu : floor;
    rows[kind] = {
      'µs per delivery': Number(cpu.toFixed(2)),
      'ratio to relay': Number((cpu / floor).toFixed(2)),
      complete
    };
  }
  console.log(`${count} viewers, ${RATE} updates a second for ${SECONDS} s`);
  console.table(rows);
}
