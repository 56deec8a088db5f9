/**
 * One server of the fan-out bench, in a process of its own: `node fanoutServer.ts <kind>`. Says where it listens over IPC, and
 * answers `cpu` with its CPU time so far, microseconds.
 */
import { fork } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';

/** Where the writer and the viewers connect. */
export interface Addresses {
  readonly writer: string;
  readonly viewer: string;
  readonly headers: { readonly writer: Record<string, string>; readonly viewer: Record<string, string> };
}

const kind = process.argv[2] ?? '';
/** The peers have a folder of their own, so that their copy of Yjs is never ours. */
const peers = createRequire(join(import.meta.dirname, 'peers', 'package.json'));
const NO_HEADERS = { writer: {}, viewer: {} };

function port(server: Server): Promise<number> {
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  );
}

/** The floor: every frame goes to everybody else, unread. */
async function relay(): Promise<Addresses> {
  const server = createServer();
  const sockets = new Set<WebSocket>();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data, binary) =>
      sockets.forEach(other => other !== socket && other.send(data, { binary }))
    );
  });
  const address = `ws://127.0.0.1:${await port(server)}/room`;
  return { writer: address, viewer: address, headers: NO_HEADERS };
}

async function yWebsocket(): Promise<Addresses> {
  const { setupWSConnection } = peers('y-websocket/bin/utils') as {
    setupWSConnection: (socket: WebSocket, request: unknown) => void;
  };
  const server = createServer();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', setupWSConnection);
  const address = `ws://127.0.0.1:${await port(server)}/room`;
  return { writer: address, viewer: address, headers: NO_HEADERS };
}

async function hocuspocus(): Promise<Addresses> {
  const { Server: Hocuspocus } = (await import(pathToFileURL(peers.resolve('@hocuspocus/server')).href)) as {
    Server: new (options: object) => { listen(): Promise<unknown>; address: { port: number } };
  };
  const server = new Hocuspocus({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: false });
  await server.listen();
  const address = `ws://127.0.0.1:${server.address.port}/room`;
  return { writer: address, viewer: address, headers: NO_HEADERS };
}

/** The whole sidecar with its filter, on a Jupyter Server of the tests. */
async function liveshare(): Promise<Addresses> {
  const { TestApp } = await import('../sidecar/testing/makeTestApp.ts');
  const jupyter = fork(join(import.meta.dirname, 'fanoutJupyter.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: []
  });
  const upstream = await new Promise(resolve => jupyter.once('message', resolve));
  const generous = { socketsPerPerson: 10_000, framesPerSecond: 100_000, bytesPerSecond: 1e9 };
  const app = await TestApp.start({
    config: { baseUrl: '/base/', limits: generous, logLevel: 'error', upstream }
  });
  const share = await app.share('lecture.ipynb');
  const writer = await app.guest(share, { edit: true });
  const viewer = await app.guest(share, { live: true });
  const file = app.app.parts.shares.get(share)?.file ?? '';
  const address = `ws://127.0.0.1:${await port(app.app.server(true))}/base/liveshare/s/${share}/api/collaboration/room/json:notebook:${file}`;
  return { writer: address, viewer: address, headers: { writer: writer.auth, viewer: viewer.auth } };
}

const servers: Record<string, () => Promise<Addresses>> = { relay, yWebsocket, hocuspocus, liveshare };
const start = servers[kind];
if (start === undefined) {
  throw new Error(`no server called ${kind}`);
}
process.send?.(await start());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit(0));
