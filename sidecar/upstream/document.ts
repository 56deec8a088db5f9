/**
 * A document's room at jupyter-collaboration: session, socket, sync protocol, saving, reconnecting.
 * Source: y-protocols sync; jupyter_server_ydoc (raw `save` messages).
 * @module
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import type * as Y from 'yjs';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import { segments } from './contents.ts';
import type { Jupyter } from './jupyter.ts';

const MESSAGE = { sync: 0, awareness: 1, raw: 2 } as const;
const Session = z.object({ format: z.string(), type: z.string(), fileId: z.string(), sessionId: z.string() });
const SaveReply = z.object({ type: z.literal('save'), responseTo: z.number(), status: z.string() });
const SAVE_TIMEOUT = 30_000;
const MAX_DELAY = 10_000;
/** Milliseconds between renewals of guests' presence: the room drops states it hasn't heard of for 30 s. */
const RENEW = 12_000;

/** Origin of transactions that bring the room's changes into our document. */
export const UPSTREAM = 'upstream';

/** What became of a save. */
export type SaveStatus = 'success' | 'failed' | 'skipped';

/** What the upstream document works on. */
export interface UpstreamParts {
  readonly jupyter: Jupyter;
  readonly doc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  /** Applies an update of the room to the document, with {@link UPSTREAM} as its origin. */
  readonly apply: (update: Uint8Array, arrival: 'sync' | 'live') => void;
  readonly log: Log;
  /** Path of the notebook as of now. */
  readonly path: () => Promise<string>;
  /** The file's id, from the room's session. */
  readonly onState: (state: 'live' | 'away') => void;
}

/** One connection to one room, kept up until closed. */
export class UpstreamDocument {
  readonly #parts: UpstreamParts;
  readonly #saves = new Map<number, (status: SaveStatus) => void>();
  #socket: WebSocket | null = null;
  #session: string | null = null;
  #closed = false;
  #synced = false;
  #attempt = 0;
  #saveId = 0;
  readonly #theirs = new Set<number>();
  readonly #renewal: NodeJS.Timeout;
  #retry: NodeJS.Timeout | null = null;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
    parts.doc.on('update', this.#onUpdate);
    parts.awareness.on('change', this.#onAwareness);
    this.#renewal = setInterval(() => this.#renew(), RENEW);
    void this.#connect();
  }

  /** Whether the document holds the room's state. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Whether a client was seen in the room's presence, other than those of whom we told it. */
  knows(client: number): boolean {
    return this.#theirs.has(client);
  }

  /** Saves now. */
  save(): Promise<SaveStatus> {
    const socket = this.#socket;
    if (socket === null || !this.#synced) {
      return Promise.resolve('failed');
    }
    const id = ++this.#saveId;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.raw);
    encoding.writeVarString(encoder, 'save');
    encoding.writeVarUint(encoder, id);
    return new Promise(resolve => {
      const timer = setTimeout(() => this.#saves.get(id)?.('failed'), SAVE_TIMEOUT);
      this.#saves.set(id, status => {
        clearTimeout(timer);
        this.#saves.delete(id);
        resolve(status);
      });
      socket.send(encoding.toUint8Array(encoder));
    });
  }

  /** Leaves the room. */
  close(): void {
    this.#closed = true;
    this.#parts.doc.off('update', this.#onUpdate);
    this.#parts.awareness.off('change', this.#onAwareness);
    clearInterval(this.#renewal);
    if (this.#retry !== null) {
      clearTimeout(this.#retry);
    }
    this.#socket?.close();
    this.#failSaves();
  }

  async #connect(): Promise<void> {
    const { jupyter, log } = this.#parts;
    try {
      const path = await this.#parts.path();
      const answer = await jupyter.get(['api', 'collaboration', 'session', ...segments(path)], {
        method: 'PUT',
        body: { format: 'json', type: 'notebook' }
      });
      const session = Session.parse(answer);
      if (this.#closed) {
        return;
      }
      this.#session = session.sessionId;
      const room = `${session.format}:${session.type}:${session.fileId}`;
      this.#attach(jupyter.open(['api', 'collaboration', 'room', room], { sessionId: this.#session }));
    } catch (error) {
      log.warn({ err: error }, 'the notebook could not be opened for collaboration');
      this.#again();
    }
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => this.#greet(socket));
    socket.on('message', (data: Buffer) => {
      try {
        this.#receive(socket, data);
      } catch (error) {
        // @jupyter/ydoc and Yjs observers can throw; the room goes on (yfilter.md, known faults).
        this.#parts.log.error({ err: error }, 'a message of the document room could not be taken');
      }
    });
    socket.on('error', error => this.#parts.log.warn({ err: error }, 'document room'));
    socket.on('close', code => {
      this.#parts.log.info({ closed: code }, 'left the document room');
      this.#socket = null;
      this.#synced = false;
      this.#failSaves();
      this.#parts.onState('away');
      this.#again();
    });
  }

  #greet(socket: WebSocket): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.sync);
    syncProtocol.writeSyncStep1(encoder, this.#parts.doc);
    socket.send(encoding.toUint8Array(encoder));
    const known = [...this.#parts.awareness.getStates().keys()];
    if (known.length > 0) {
      this.#sendAwareness(known);
    }
  }

  #receive(socket: WebSocket, data: Buffer): void {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    switch (decoding.readVarUint(decoder)) {
      case MESSAGE.sync: {
        this.#receiveSync(socket, decoder);
        return;
      }
      case MESSAGE.awareness:
        awarenessProtocol.applyAwarenessUpdate(
          this.#parts.awareness,
          decoding.readVarUint8Array(decoder),
          UPSTREAM
        );
        return;
      case MESSAGE.raw: {
        const reply = SaveReply.safeParse(parse(decoding.readVarString(decoder)));
        if (reply.success) {
          this.#saves.get(reply.data.responseTo)?.(saveStatus(reply.data.status));
        }
      }
    }
  }

  #receiveSync(socket: WebSocket, decoder: decoding.Decoder): void {
    const type = decoding.readVarUint(decoder);
    if (type === syncProtocol.messageYjsSyncStep1) {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, MESSAGE.sync);
      syncProtocol.readSyncStep1(decoder, encoder, this.#parts.doc);
      socket.send(encoding.toUint8Array(encoder));
      return;
    }
    const isAnswer = type === syncProtocol.messageYjsSyncStep2;
    try {
      this.#parts.apply(decoding.readVarUint8Array(decoder), isAnswer ? 'sync' : 'live');
    } finally {
      // An observer that throws leaves the update applied.
      if (isAnswer && !this.#synced) {
        this.#synced = true;
        this.#attempt = 0;
        this.#parts.onState('live');
      }
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === UPSTREAM || this.#socket?.readyState !== WebSocket.OPEN) {
      return;
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.sync);
    syncProtocol.writeUpdate(encoder, update);
    this.#socket.send(encoding.toUint8Array(encoder));
  };

  readonly #onAwareness = (
    change: { added: number[]; updated: number[]; removed: number[] },
    origin: unknown
  ): void => {
    const clients = [...change.added, ...change.updated, ...change.removed];
    if (origin === UPSTREAM) {
      clients.forEach(client => this.#theirs.add(client));
    } else {
      this.#sendAwareness(clients);
    }
  };

  /** Sends guests' presence again, all in one message. */
  #renew(): void {
    const guests = [...this.#parts.awareness.getStates().keys()].filter(client => !this.#theirs.has(client));
    if (guests.length > 0) {
      this.#sendAwareness(guests);
    }
  }

  #sendAwareness(clients: number[]): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return;
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.awareness);
    encoding.writeVarUint8Array(
      encoder,
      awarenessProtocol.encodeAwarenessUpdate(this.#parts.awareness, clients)
    );
    this.#socket.send(encoding.toUint8Array(encoder));
  }

  #again(): void {
    if (this.#closed || this.#retry !== null) {
      return;
    }
    const delay = Math.min(MAX_DELAY, 250 * 2 ** this.#attempt++) * (0.75 + Math.random() / 2);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#connect();
    }, delay);
  }

  #failSaves(): void {
    for (const resolve of [...this.#saves.values()]) {
      resolve('failed');
    }
  }
}

function saveStatus(text: string): SaveStatus {
  return text === 'success' || text === 'skipped' ? text : 'failed';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw new Refusal('internal');
  }
}
