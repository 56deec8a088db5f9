/**
 * A room of jupyter-collaboration in memory: a Y document of a notebook, y-protocols' sync and awareness, and raw saves.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { WebSocket } from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';

const MESSAGE = { sync: 0, awareness: 1, raw: 2 } as const;

/** The room. */
export class FakeRoom {
  /** As our server extension tells it. */
  readonly id = randomUUID();
  readonly notebook = new YNotebook();
  readonly sockets = new Set<WebSocket>();
  /** Updates as clients sent them. */
  readonly updates: Uint8Array[] = [];
  saves = 0;
  /** What the next saves answer. */
  answer: 'success' | 'failed' | 'skipped' | 'nothing' = 'success';
  readonly #file: { content: Record<string, unknown> };

  /** @param stored what its store had of it (a Yjs update), instead of what is in the file. */
  constructor(file: { content: Record<string, unknown> }, stored: Uint8Array | null = null) {
    this.#file = file;
    if (stored === null) {
      this.notebook.fromJSON(structuredClone(file.content) as never);
    } else {
      Y.applyUpdate(this.notebook.ydoc, stored);
    }
    this.notebook.ydoc.getMap('state').set('path', 'folder of the owner/note.ipynb');
    this.notebook.dirty = false;
    this.notebook.awareness.setLocalState(null);
    this.notebook.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      this.#broadcast(
        frame(MESSAGE.sync, encoder => syncProtocol.writeUpdate(encoder, update)),
        origin
      );
    });
    this.notebook.awareness.on(
      'update',
      (
        { added, updated, removed }: { added: number[]; updated: number[]; removed: number[] },
        origin: unknown
      ) => {
        const clients = [...added, ...updated, ...removed];
        const update = awarenessProtocol.encodeAwarenessUpdate(this.notebook.awareness, clients);
        this.#broadcast(
          frame(MESSAGE.awareness, encoder => encoding.writeVarUint8Array(encoder, update)),
          origin
        );
      }
    );
  }

  /** A cell's source, by id. */
  source(id: string): string {
    return this.cell(id)?.getSource() ?? '';
  }

  /** A cell of the notebook. */
  cell(id: string): YNotebook['cells'][number] | undefined {
    return this.notebook.cells.find(cell => cell.id === id);
  }

  /** A client's socket comes. */
  add(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data: Buffer) => this.#receive(socket, new Uint8Array(data)));
    this.tell({ event: 'room', room: this.id }, [socket]);
    socket.send(frame(MESSAGE.sync, encoder => syncProtocol.writeSyncStep1(encoder, this.notebook.ydoc)));
  }

  /** Tells what our server extension tells. */
  tell(news: Record<string, unknown>, sockets: Iterable<WebSocket> = this.sockets): void {
    const text = JSON.stringify({ type: 'liveshare', ...news });
    for (const socket of sockets) {
      socket.send(frame(MESSAGE.raw, encoder => encoding.writeVarString(encoder, text)));
    }
  }

  /** The file overwrites the room, as it does when it was changed outside; `before` and `after` happen while it does. */
  async overwrite(
    content: Record<string, unknown>,
    { before, after }: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> } = {}
  ): Promise<void> {
    this.tell({ event: 'overwriting' });
    await before?.();
    this.#file.content = content;
    this.notebook.fromJSON(structuredClone(content) as never);
    const state = Buffer.from(Y.encodeStateAsUpdate(this.notebook.ydoc)).toString('base64');
    this.notebook.dirty = false;
    await after?.();
    this.tell({ event: 'overwritten', state });
  }

  /** The file can't be read when it should overwrite the room. */
  unreadable(): void {
    this.tell({ event: 'overwriting' });
    this.tell({ event: 'overwritten', state: null });
  }

  /** Saves, by itself as jupyter-collaboration does a second after typing stops, or because somebody asked for it. */
  autosave(by: 'client' | 'sidecar' | 'room' = 'room'): void {
    const { ydoc } = this.notebook;
    const vector = Y.encodeStateVector(ydoc);
    this.#file.content = this.notebook.toJSON() as unknown as Record<string, unknown>;
    this.tell({
      event: 'saved',
      by,
      state: Buffer.from(vector).toString('base64'),
      deletes: Buffer.from(Y.encodeStateAsUpdate(ydoc, vector)).toString('base64')
    });
    this.notebook.dirty = false;
  }

  /** Cuts all sockets, as a restart of the server does. */
  cut(): void {
    this.sockets.forEach(socket => socket.terminate());
  }

  /** Ends the room. */
  close(): void {
    this.cut();
    this.notebook.dispose();
  }

  #receive(socket: WebSocket, data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    switch (decoding.readVarUint(decoder)) {
      case MESSAGE.sync: {
        const encoder = encoding.createEncoder();
        encoding.writeVarUint(encoder, MESSAGE.sync);
        const kept = data.slice();
        if (syncProtocol.readSyncMessage(decoder, encoder, this.notebook.ydoc, socket) !== 0) {
          this.updates.push(kept);
        }
        if (encoding.length(encoder) > 1) {
          socket.send(encoding.toUint8Array(encoder));
        }
        return;
      }
      case MESSAGE.awareness:
        awarenessProtocol.applyAwarenessUpdate(
          this.notebook.awareness,
          decoding.readVarUint8Array(decoder),
          socket
        );
        return;
      case MESSAGE.raw:
        if (decoding.readVarString(decoder) === 'save') {
          this.#save(socket, decoding.readVarUint(decoder));
        }
    }
  }

  #save(socket: WebSocket, id: number): void {
    this.saves += 1;
    if (this.answer === 'nothing') {
      return;
    }
    if (this.answer === 'success') {
      this.autosave('sidecar');
    }
    const status = this.answer;
    socket.send(
      frame(MESSAGE.raw, encoder =>
        encoding.writeVarString(encoder, JSON.stringify({ type: 'save', responseTo: id, status }))
      )
    );
  }

  #broadcast(message: Uint8Array, except: unknown): void {
    for (const socket of this.sockets) {
      if (socket !== except) {
        socket.send(message);
      }
    }
  }
}

function frame(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
