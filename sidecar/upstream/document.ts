/**
 * A document's room at jupyter-collaboration: session, socket, sync protocol, saving, reconnecting.
 * Source: y-protocols sync; jupyter_server_ydoc (raw `save` messages).
 * @module
 */
import WebSocket from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { segments } from './contents.ts';
import type { Jupyter } from './jupyter.ts';
import {
  awarenessFrame,
  readRoomMessage,
  saveFrame,
  syncFrame,
  type RoomNews,
  type SaveNews,
  type SaveStatus
} from './roomMessages.ts';
import { Saves } from './saves.ts';

export type { SaveStatus } from './roomMessages.ts';

const Session = z.object({ format: z.string(), type: z.string(), fileId: z.string(), sessionId: z.string() });
const MAX_DELAY = 10_000;
/** Milliseconds between renewals of guests' presence: the room drops states it hasn't heard of for 30 s. */
const RENEW = 12_000;

/** Origin of transactions that bring the room's changes into our document. */
export const UPSTREAM = 'upstream';

/** What the upstream document works on. */
export interface UpstreamParts {
  readonly jupyter: Jupyter;
  readonly doc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  /** Applies an update of the room to the document, with {@link UPSTREAM} as its origin. */
  readonly apply: (update: Uint8Array, arrival: 'sync' | 'live') => void;
  /**
   * Takes the whole state of a room that isn't the one that the document was in step with; `room` is its id. Nothing of ours has
   * been sent to it. False when the document can't go on with it: this connection is then of no more use.
   */
  readonly arrive: (state: Uint8Array, room: string) => boolean;
  readonly onSaved: (saved: SaveNews) => void;
  /** A save failed: `read-only`, `full`, `gone` or `failed`. */
  readonly onFailed: (reason: string) => void;
  /** The file is about to overwrite the room (null), or has: the room's state right after it; empty when it couldn't be read. */
  readonly onOverwrite: (state: Uint8Array | null) => void;
  readonly log: Log;
  /** Path of the notebook as of now. */
  readonly path: () => Promise<string>;
  readonly onState: (state: 'live' | 'away') => void;
}

/** One connection to one room, kept up until closed. */
export class UpstreamDocument {
  readonly #parts: UpstreamParts;
  readonly #saves = new Saves();
  #socket: WebSocket | null = null;
  /** What came before it was known how to take it; null once it is. */
  #held: { answer: Uint8Array | null; updates: Uint8Array[] } | null = null;
  #room: string | null = null;
  #isNew = true;
  #pending: Uint8Array[] = [];
  #closed = false;
  #synced = false;
  #attempt = 0;
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

  /** Sends what the document got from us since the last time. */
  flush(): void {
    const updates = this.#pending;
    this.#pending = [];
    // Else the answer to the room's question has it.
    if (updates.length > 0 && this.#synced && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(syncFrame('update', Y.mergeUpdates(updates)));
    }
  }

  /** Saves now, all that was flushed. */
  save(): Promise<SaveStatus> {
    const socket = this.#socket;
    if (socket === null || !this.#synced) {
      return Promise.resolve('failed');
    }
    return this.#saves.ask(id => socket.send(saveFrame(id)));
  }

  /** Leaves the room. */
  close(): void {
    const { doc, awareness } = this.#parts;
    this.#closed = true;
    doc.off('update', this.#onUpdate);
    awareness.off('change', this.#onAwareness);
    clearInterval(this.#renewal);
    clearTimeout(this.#retry ?? undefined);
    this.#socket?.close();
    this.#saves.close();
  }

  async #connect(): Promise<void> {
    const { jupyter, log, path: where } = this.#parts;
    try {
      const path = await where();
      const answer = await jupyter.get(['api', 'collaboration', 'session', ...segments(path)], {
        method: 'PUT',
        body: { format: 'json', type: 'notebook' }
      });
      const session = Session.parse(answer);
      if (this.#closed) {
        return;
      }
      const room = `${session.format}:${session.type}:${session.fileId}`;
      this.#attach(jupyter.open(['api', 'collaboration', 'room', room], { sessionId: session.sessionId }));
    } catch (error) {
      log.warn({ err: error }, 'the notebook could not be opened for collaboration');
      this.#again();
    }
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer) => {
      try {
        this.#receive(data);
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
      this.#held = null;
      this.#saves.close();
      this.#parts.onState('away');
      this.#again();
    });
  }

  /** The room's id is known: a room that we know is asked for what we lack, any other for all it has. */
  #greet(room: string): void {
    this.#isNew = room !== this.#room || room === '';
    this.#room = room;
    this.#held = { answer: null, updates: [] };
    const known = this.#isNew ? new Uint8Array([0]) : Y.encodeStateVector(this.#parts.doc);
    this.#socket?.send(syncFrame('step1', known));
    this.#sendAwareness([...this.#parts.awareness.getStates().keys()]);
  }

  #receive(data: Buffer): void {
    const message = readRoomMessage(new Uint8Array(data));
    if (message === null) {
      return;
    }
    switch (message.kind) {
      case 'awareness':
        awarenessProtocol.applyAwarenessUpdate(this.#parts.awareness, message.update, UPSTREAM);
        return;
      case 'save':
        this.#saves.answered(message.id, message.status);
        return;
      case 'told':
        this.#hear(message.told);
        return;
      default:
        this.#receiveSync(message.kind, message.bytes);
    }
  }

  #hear(told: RoomNews): void {
    const { onSaved, onFailed, onOverwrite } = this.#parts;
    switch (told.event) {
      case 'room':
        this.#greet(told.room);
        return;
      case 'saved':
        onSaved(told);
        return;
      case 'failed':
        this.#saves.failed();
        onFailed(told.reason);
        return;
      default:
        onOverwrite(told.event === 'overwriting' ? null : Buffer.from(told.state ?? '', 'base64'));
    }
  }

  #receiveSync(kind: 'step1' | 'step2' | 'update', bytes: Uint8Array): void {
    if (this.#held === null && !this.#synced) {
      // A server without our extension in the room says nothing of itself.
      this.#greet('');
    }
    if (kind === 'step1') {
      if (this.#held === null) {
        this.#answer(bytes);
      } else {
        this.#held.answer = bytes;
      }
    } else if (this.#held === null) {
      this.#parts.apply(bytes, kind === 'step2' ? 'sync' : 'live');
    } else if (kind === 'step2') {
      this.#begin(this.#held, bytes);
    } else {
      this.#held.updates.push(bytes);
    }
  }

  /** The room has told what it has. */
  #begin({ answer, updates }: { answer: Uint8Array | null; updates: Uint8Array[] }, state: Uint8Array): void {
    const { apply, arrive, onState } = this.#parts;
    this.#held = null;
    if (!this.#isNew) {
      apply(state, 'sync');
    } else if (!arrive(state, this.#room ?? '')) {
      this.close();
      return;
    }
    updates.forEach(update => apply(update, 'live'));
    this.#pending = [];
    this.#synced = true;
    this.#attempt = 0;
    if (answer !== null) {
      this.#answer(answer);
    }
    onState('live');
  }

  #answer(vector: Uint8Array): void {
    this.#socket?.send(syncFrame('step2', Y.encodeStateAsUpdate(this.#parts.doc, vector)));
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== UPSTREAM && this.#synced) {
      this.#pending.push(update);
    }
  };

  readonly #onAwareness = (
    change: Record<'added' | 'updated' | 'removed', number[]>,
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
    const present = [...this.#parts.awareness.getStates().keys()];
    this.#sendAwareness(present.filter(client => !this.#theirs.has(client)));
  }

  #sendAwareness(clients: number[]): void {
    if (clients.length > 0 && this.#socket?.readyState === WebSocket.OPEN) {
      const update = awarenessProtocol.encodeAwarenessUpdate(this.#parts.awareness, clients);
      this.#socket.send(awarenessFrame(update));
    }
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
}
