import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { framed } from './framed.ts';

const http = createServer();
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let raw: Duplex;
let ours: WebSocket;
let client: WebSocket;

beforeEach(async () => {
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const opened = new Promise<void>(resolve => {
    http.once('upgrade', (request, socket, head) => {
      raw = socket;
      server.handleUpgrade(request, socket, head, ws => {
        ours = ws;
        resolve();
      });
    });
  });
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  await opened;
});
afterEach(async () => {
  client.terminate();
  ours.terminate();
  await new Promise(resolve => http.close(resolve));
});

describe('a frame made once', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])(
    'of %i bytes is read as that message, between messages sent the ordinary way',
    async length => {
      const payload = Uint8Array.from({ length }, (_, index) => index % 251);
      const heard: Buffer[] = [];
      const done = new Promise<void>(resolve => {
        client.on('message', (data: Buffer) => {
          heard.push(data);
          if (heard.length === 3) {
            resolve();
          }
        });
      });
      ours.send('before');
      raw.write(framed(payload).bytes);
      ours.send('after');
      await done;
      expect(heard[0]?.toString()).toBe('before');
      expect(Buffer.compare(heard[1] ?? Buffer.alloc(0), Buffer.from(payload))).toBe(0);
      expect(heard[2]?.toString()).toBe('after');
    }
  );

  it('of several messages is read as those', async () => {
    const heard: string[] = [];
    const done = new Promise<void>(resolve => {
      client.on('message', (data: Buffer, binary: boolean) => {
        heard.push(`${binary ? 'binary' : 'text'} ${data.toString()}`);
        if (heard.length === 2) {
          resolve();
        }
      });
    });
    raw.write(framed(Buffer.from('one'), 'two').bytes);
    await done;
    expect(heard).toEqual(['binary one', 'text two']);
  });
});
