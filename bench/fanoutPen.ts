/**
 * Somebody who types, for the fan-out bench: a document of their own, connected and in step.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { envelope, hello, open, presence, type Dialect } from './fanoutDialect.ts';

const SERVER = 'server';

/** The text that the bench types: a first cell's source, or a text of its own where there are no cells. */
export function typedText(doc: Y.Doc): Y.Text {
  const cell = doc.getArray('cells').get(0);
  const source: unknown = cell instanceof Y.Map ? cell.get('source') : undefined;
  return source instanceof Y.Text ? source : doc.getText('t');
}

/** One who types. */
export class Pen {
  readonly #doc = new Y.Doc();
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  readonly #awareness: awarenessProtocol.Awareness | null;

  private constructor(socket: WebSocket, dialect: Dialect, hasCursor: boolean) {
    this.#socket = socket;
    this.#dialect = dialect;
    this.#awareness = hasCursor ? new awarenessProtocol.Awareness(this.#doc) : null;
    socket.on('message', (data: Buffer) => this.#receive(data));
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== SERVER) {
        socket.send(envelope(dialect, out => syncProtocol.writeUpdate(out, update)));
      }
    });
  }

  /** Connects, and waits for the document. */
  static async connect(
    address: string,
    headers: Record<string, string>,
    dialect: Dialect,
    hasCursor: boolean
  ): Promise<Pen> {
    const socket = new WebSocket(address, { headers, perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const pen = new Pen(socket, dialect, hasCursor);
    hello(socket, dialect, pen.#doc);
    await new Promise(resolve => setTimeout(resolve, 500));
    return pen;
  }

  /** Types a character at the end. */
  type(): void {
    const text = typedText(this.#doc);
    text.insert(text.length, 'x');
    this.#moveTo(text);
  }

  /** Tells the others where the cursor is now, as JupyterLab's editors do. */
  #moveTo(text: Y.Text): void {
    const awareness = this.#awareness;
    if (awareness !== null) {
      const head = Y.createRelativePositionFromTypeIndex(text, text.length);
      awareness.setLocalState({ user: { name: 'Ada' }, cursors: [{ anchor: head, head, primary: true }] });
      const update = awarenessProtocol.encodeAwarenessUpdate(awareness, [this.#doc.clientID]);
      this.#socket.send(presence(this.#dialect, update));
    }
  }

  /** Leaves. */
  close(): void {
    this.#awareness?.destroy();
    this.#socket.close();
  }

  #receive(data: Buffer): void {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (open(decoder, this.#dialect)) {
      const encoder = encoding.createEncoder();
      syncProtocol.readSyncMessage(decoder, encoder, this.#doc, SERVER);
      if (encoding.length(encoder) > 0) {
        const reply = encoding.toUint8Array(encoder);
        this.#socket.send(envelope(this.#dialect, out => encoding.writeUint8Array(out, reply)));
      }
    }
  }
}
