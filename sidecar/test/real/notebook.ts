/**
 * A raw client of a document room, the owner's or a guest's: sync protocol and awareness by hand.
 * @module
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awareness from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import type { Book, Guest } from './client.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

/** A cell's map. */
export type YCell = Y.Map<unknown>;

/** A client that holds the notebook. */
export class Notebook {
  readonly doc: Y.Doc;
  readonly presence: awareness.Awareness;
  readonly wire: Wire;
  readonly saves = new Map<number, string>();
  /** Frames that the other side sent, by kind. */
  synced = false;
  /** The other side's state as last heard. */
  theirs = new Map<number, number>();
  /** Told whenever the other side says its state. */
  onState: (state: Map<number, number>) => void = () => undefined;
  #saveId = 0;

  /** A new copy, or one that was there before. */
  constructor(wire: Wire, doc = new Y.Doc()) {
    this.doc = doc;
    this.presence = new awareness.Awareness(doc);
    this.wire = wire;
    wire.ws.on('open', () => this.#sendSync(encoder => sync.writeSyncStep1(encoder, this.doc)));
    wire.ws.on('message', (data: Buffer, binary: boolean) => binary && this.#take(new Uint8Array(data)));
    this.doc.on('update', (update: Uint8Array, origin: unknown) => origin !== wire && this.update(update));
    this.presence.on('update', ({ added, updated, removed }: Record<string, number[]>, origin: unknown) => {
      if (origin === 'local') {
        this.sendPresence([...(added ?? []), ...(updated ?? []), ...(removed ?? [])]);
      }
    });
  }

  /** A guest's. */
  static async of(guest: Guest): Promise<Notebook> {
    const notebook = new Notebook(guest.socket(await guest.room()));
    await until(() => notebook.synced, 15_000, 'the notebook');
    return notebook;
  }

  /** Address of the notebook's room at the Jupyter Server, for its owner. */
  static async roomOf(book: Book): Promise<string> {
    const path = book.path.split('/').map(encodeURIComponent).join('/');
    const body = { format: 'json', type: 'notebook' };
    const session = await book.site.jupyter(`api/collaboration/session/${path}`, 'PUT', body);
    const { fileId, sessionId } = session.json<{ fileId: string; sessionId: string }>();
    return `api/collaboration/room/json:notebook:${fileId}?sessionId=${sessionId}`;
  }

  /** The owner's, at jupyter-collaboration itself. */
  static async owner(book: Book): Promise<Notebook> {
    const notebook = new Notebook(book.site.jupyterSocket(await Notebook.roomOf(book)));
    await until(() => notebook.synced, 15_000, "the owner's notebook");
    return notebook;
  }

  /** The cell of an id. */
  cell(id: string): YCell {
    const found = this.cells.find(cell => cell.get('id') === id);
    if (found === undefined) {
      throw new Error(`no cell ${id}`);
    }
    return found;
  }

  /** All cells. */
  get cells(): YCell[] {
    return this.doc.getArray<YCell>('cells').toArray();
  }

  /** The text of a cell. */
  text(id: string): Y.Text {
    return this.cell(id).get('source') as Y.Text;
  }

  /** The source of a cell. */
  source(id: string): string {
    return this.text(id).toString();
  }

  /** Outputs of a cell as JSON. */
  outputs(id: string): Record<string, unknown>[] {
    return (this.cell(id).get('outputs') as Y.Array<Y.Map<unknown>>).toJSON() as Record<string, unknown>[];
  }

  /** Types at the end of a cell. */
  type(id: string, text: string): void {
    const source = this.text(id);
    source.insert(source.length, text);
  }

  /** Sends an update of any bytes. */
  update(update: Uint8Array): void {
    this.#sendSync(encoder => sync.writeUpdate(encoder, update));
  }

  /** Sends a step 2 of any bytes. */
  step2(update: Uint8Array): void {
    this.#sendSync(encoder => {
      encoding.writeVarUint(encoder, sync.messageYjsSyncStep2);
      encoding.writeVarUint8Array(encoder, update);
    });
  }

  /** Asks for nothing, so that the other side asks back and so tells its state. */
  askState(): void {
    this.#sendSync(encoder => sync.writeSyncStep1(encoder, this.doc));
  }

  /** Sends the presence of some clients as it stands here. */
  sendPresence(clients: number[]): void {
    this.rawPresence(awareness.encodeAwarenessUpdate(this.presence, clients));
  }

  /** Sends presence of any bytes. */
  rawPresence(bytes: Uint8Array): void {
    this.send(
      frame(encoder => {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarUint8Array(encoder, bytes);
      })
    );
  }

  /** Any frame. */
  send(bytes: Uint8Array): void {
    if (this.wire.isOpen) {
      this.wire.ws.send(bytes);
    }
  }

  /** Asks for a save by the raw message; the answer's status. */
  save(): Promise<string> {
    const id = ++this.#saveId;
    this.send(saveFrame(id));
    return until(
      () => this.saves.get(id) ?? (this.wire.isOpen ? null : 'closed'),
      15_000,
      'the answer to a save'
    );
  }

  /** Leaves. */
  async leave(): Promise<void> {
    this.presence.destroy();
    await this.wire.leave();
    this.doc.destroy();
  }

  #hear(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    if (decoding.readVarUint(decoder) === sync.messageYjsSyncStep1) {
      this.theirs = Y.decodeStateVector(decoding.readVarUint8Array(decoder));
      this.onState(this.theirs);
    }
  }

  #sendSync(write: (encoder: encoding.Encoder) => void): void {
    this.send(
      frame(encoder => {
        encoding.writeVarUint(encoder, 0);
        write(encoder);
      })
    );
  }

  #take(bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const type = decoding.readVarUint(decoder);
    if (type === 0) {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, 0);
      this.#hear(bytes.slice(1));
      const step = sync.readSyncMessage(decoder, encoder, this.doc, this.wire);
      if (encoding.length(encoder) > 1) {
        this.send(encoding.toUint8Array(encoder));
      }
      this.synced ||= step === sync.messageYjsSyncStep2;
    } else if (type === 1) {
      awareness.applyAwarenessUpdate(this.presence, decoding.readVarUint8Array(decoder), this.wire);
    } else if (type === 2) {
      const reply = JSON.parse(decoding.readVarString(decoder)) as {
        type: string;
        responseTo: number;
        status: string;
      };
      if (reply.type === 'save') {
        this.saves.set(reply.responseTo, reply.status);
      }
    }
  }
}

/** A frame of one's own. */
export function frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** A raw "save". */
export function saveFrame(id: number): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarString(encoder, 'save');
    encoding.writeVarUint(encoder, id);
  });
}

/** A cell as front ends make it. */
export function newCell(id: string, source: string, more: Record<string, unknown> = {}): YCell {
  const parts = {
    id,
    cell_type: 'code',
    source: new Y.Text(source),
    metadata: new Y.Map(),
    outputs: new Y.Array(),
    execution_count: null,
    ...more
  };
  return new Y.Map<unknown>(Object.entries(parts));
}
