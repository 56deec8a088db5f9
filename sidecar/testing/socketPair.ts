/**
 * Two ends of a WebSocket, over a unix socket in a temporary folder.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket, { WebSocketServer } from 'ws';
import { TestSocket } from './testSocket.ts';

/** Makes pairs until it is closed. */
export interface SocketPairs {
  /** A new pair: the server's end and the client's. */
  open(): Promise<{ server: WebSocket; client: TestSocket }>;
  close(): Promise<void>;
}

/** Starts the server for pairs. */
export async function socketPairs(): Promise<SocketPairs> {
  const folder = mkdtempSync(join(tmpdir(), 'lsp-'));
  const path = join(folder, 's');
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  await new Promise<void>(resolve => http.listen(path, resolve));
  return {
    open: async () => {
      const connected = new Promise<WebSocket>(resolve => sockets.once('connection', resolve));
      const client = new TestSocket(new WebSocket(`ws+unix://${path}:/`));
      const server = await connected;
      await client.opened;
      return { server, client };
    },
    close: async () => {
      sockets.clients.forEach(socket => socket.terminate());
      http.closeAllConnections();
      await new Promise(resolve => http.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
