/**
 * The viewers of the fan-out bench: `node fanoutViewers.ts`, told over IPC where and how many. One of them keeps a document, to
 * show that everything arrives; the others count bytes.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { hello, open, type Dialect } from './fanoutDialect.ts';

/** What the viewers are told. */
export interface ViewersTask {
  readonly address: string;
  readonly headers: Record<string, string>;
  readonly count: number;
  readonly dialect: Dialect;
}

process.on('message', (task: ViewersTask | 'length') => {
  if (task === 'length') {
    process.send?.({ length: typedLength() });
  } else {
    void connect(task).then(() => process.send?.({ ready: true }));
  }
});
process.on('disconnect', () => process.exit(0));

const doc = new Y.Doc();

function typedLength(): number {
  const cell = doc.getArray<Y.Map<unknown>>('cells').get(0);
  const source: unknown = cell instanceof Y.Map ? cell.get('source') : undefined;
  return source instanceof Y.Text ? source.length : doc.getText('t').length;
}

async function connect(task: ViewersTask): Promise<void> {
  for (let index = 0; index < task.count; index += 50) {
    const batch = Array.from({ length: Math.min(50, task.count - index) }, (_, each) =>
      one(task, index + each === 0)
    );
    await Promise.all(batch);
  }
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
        }
      });
    }
  });
}
