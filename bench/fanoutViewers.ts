/**
 * The viewers of the fan-out bench: `node fanoutViewers.ts`, told over IPC where and how many. One of them keeps a document, to
 * show that everything arrives, and when; the others read it and throw it away.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { hello, open, type Dialect } from './fanoutDialect.ts';
import { typedText } from './fanoutPen.ts';

/** What the viewers are told. */
export interface ViewersTask {
  readonly address: string;
  readonly headers: Record<string, string>;
  readonly count: number;
  readonly dialect: Dialect;
}

process.on('message', (task: ViewersTask | 'arrived') => {
  if (task === 'arrived') {
    process.send?.({ arrived });
  } else {
    void connect(task).then(() => {
      before ??= typedText(doc).length;
      process.send?.({ ready: true });
    });
  }
});
process.on('disconnect', () => process.exit(0));

const doc = new Y.Doc();
/** Whether somebody keeps it. */
let isKept = false;
/** When each of the characters typed was there, milliseconds. */
const arrived: number[] = [];
/** How many there were at first. */
let before: number | null = null;

function look(): void {
  const { length } = typedText(doc);
  const now = Date.now();
  while (before !== null && arrived.length < length - before) {
    arrived.push(now);
  }
}

async function connect(task: ViewersTask): Promise<void> {
  for (let index = 0; index < task.count; index += 50) {
    const batch = Array.from({ length: Math.min(50, task.count - index) }, () => {
      const keeps = !isKept;
      isKept = true;
      return one(task, keeps);
    });
    await Promise.all(batch);
  }
  // Until the one who keeps a document has it.
  await new Promise(resolve => setTimeout(resolve, 500));
}

function one(task: ViewersTask, keeps: boolean): Promise<void> {
  const socket = new WebSocket(task.address, { headers: task.headers, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      hello(socket, task.dialect, doc);
      resolve();
    });
    if (keeps) {
      socket.on('message', (data: Buffer) => {
        const decoder = decoding.createDecoder(new Uint8Array(data));
        if (open(decoder, task.dialect)) {
          const encoder = encoding.createEncoder();
          syncProtocol.readSyncMessage(decoder, encoder, doc, 'server');
          look();
        }
      });
    }
  });
}
