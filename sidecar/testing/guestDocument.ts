/**
 * A guest's document as a stock front end keeps it: the real notebook model, y-protocols over a socket.
 * @module
 */
import { YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import type * as Y from 'yjs';
import type { TestSocket } from './testSocket.ts';

/** The document. */
export class GuestDocument {
  readonly notebook: YNotebook;
  readonly socket: TestSocket;
  /** Resolves when the server's state is here. */
  readonly synced: Promise<void>;
  /** Raw answers, as text. */
  readonly answers: string[] = [];
  frames = 0;

  /** @param notebook a copy that there is already. */
  constructor(socket: TestSocket, notebook = new YNotebook()) {
    this.socket = socket;
    this.notebook = notebook;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.synced = promise.then(() => undefined);
    this.notebook.awareness.setLocalState(null);
    socket.socket.on('message', (data: Buffer) => {
      this.frames += 1;
      if (this.#take(new Uint8Array(data)) === syncProtocol.messageYjsSyncStep2) {
        resolve(undefined);
      }
    });
    this.notebook.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) {
        this.send(0, encoder => syncProtocol.writeUpdate(encoder, update));
      }
    });
    void socket.opened.then(() =>
      this.send(0, encoder => syncProtocol.writeSyncStep1(encoder, this.notebook.ydoc))
    );
  }

  get doc(): Y.Doc {
    return this.notebook.ydoc;
  }

  /** A cell's source. */
  source(id: string): string | undefined {
    return this.notebook.cells.find(cell => cell.id === id)?.getSource();
  }

  /** Types at the end of a cell. */
  type(id: string, text: string): void {
    const cell = this.notebook.cells.find(each => each.id === id)!;
    const { length } = cell.getSource();
    cell.updateSource(length, length, text);
  }

  /** Sends a frame. */
  send(type: number, write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, type);
    write(encoder);
    this.socket.send(encoding.toUint8Array(encoder));
  }

  /** Asks to save. */
  save(id: number): void {
    this.send(2, encoder => {
      encoding.writeVarString(encoder, 'save');
      encoding.writeVarUint(encoder, id);
    });
  }

  /** Says a presence for a client id. */
  present(client: number, state: unknown, clock = 1): void {
    const inner = encoding.createEncoder();
    encoding.writeVarUint(inner, 1);
    encoding.writeVarUint(inner, client);
    encoding.writeVarUint(inner, clock);
    encoding.writeVarString(inner, JSON.stringify(state));
    this.send(1, encoder => encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner)));
  }

  /** Everybody's presence as this guest sees it. */
  get others(): Record<string, unknown> {
    return Object.fromEntries(this.notebook.awareness.getStates());
  }

  #take(data: Uint8Array): number | null {
    const decoder = decoding.createDecoder(data);
    switch (decoding.readVarUint(decoder)) {
      case 0: {
        const encoder = encoding.createEncoder();
        encoding.writeVarUint(encoder, 0);
        const step = syncProtocol.readSyncMessage(decoder, encoder, this.doc, this);
        if (encoding.length(encoder) > 1) {
          this.socket.send(encoding.toUint8Array(encoder));
        }
        return step;
      }
      case 1:
        awarenessProtocol.applyAwarenessUpdate(
          this.notebook.awareness,
          decoding.readVarUint8Array(decoder),
          this
        );
        return null;
      default:
        this.answers.push(decoding.readVarString(decoder));
        return null;
    }
  }
}
