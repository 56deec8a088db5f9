/**
 * People who type while things break, and the oracle: each acknowledged marker exactly once, in every replica and in the file.
 * @module
 */
import { execFileSync } from 'node:child_process';
import * as Y from 'yjs';
import { expect } from 'vitest';
import type { Book, Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { pause, until } from './until.ts';

/** Where jupyter-collaboration keeps rooms, in the folder that the server was started in. */
export const STORES = ['.jupyter_ystore.db', '.jupyter_ystore.db-wal', '.jupyter_ystore.db-shm'];

/** The pid of the process that listens on the sidecar's socket: the only child that runs our bundle. */
export function sidecarPid(parent: number): number {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(parent)], { encoding: 'utf8' });
  return Number(/^\s*(\d+) .*main\.mjs/m.exec(listed)?.[1] ?? 0);
}

/** Somebody who types markers and knows which were acknowledged: our state vector has the clock that they ended at. */
export class Typist {
  readonly #guest: Guest;
  readonly #cell: string;
  readonly #mark: (n: number) => string;
  readonly typed: { readonly mark: string; readonly end: number; readonly client: number }[] = [];
  readonly acked = new Set<string>();
  #notebook: Notebook | null = null;
  /** Where its copy belongs: the address names the history. */
  #room: string | null = null;
  #known = new Map<number, number>();
  #count = 0;

  /** @param mark the n-th marker, or what it begins with. */
  constructor(guest: Guest, cell: string, mark: string | ((n: number) => string)) {
    this.#guest = guest;
    this.#cell = cell;
    this.#mark = typeof mark === 'string' ? n => `<${mark}${n}>` : mark;
  }

  get notebook(): Notebook {
    return this.#notebook ?? missing();
  }

  /** The marks so far, in the order typed. */
  get marks(): string[] {
    return this.typed.map(({ mark }) => mark);
  }

  /** Comes in, or back with the copy that there is; with a new one when the server says so. */
  async come(): Promise<void> {
    const end = Date.now() + 40_000;
    let copy = this.#notebook?.doc;
    let last: unknown;
    while (Date.now() < end) {
      try {
        if (copy === undefined || this.#room === null) {
          this.#room = await this.#guest.room();
        }
        const notebook = new Notebook(this.#guest.socket(this.#room), copy);
        await notebook.wire.opened;
        await until(() => notebook.synced || !notebook.wire.isOpen, 15_000);
        if (notebook.synced) {
          this.#notebook = notebook;
          this.#listen(notebook);
          return;
        }
        const { code } = await notebook.wire.closed();
        last = code;
        copy = code >= 4400 && code < 4500 ? undefined : copy;
      } catch (error) {
        // Away, or still starting.
        last = error;
      }
      await pause(200);
    }
    throw new Error('the notebook did not come back', { cause: last });
  }

  type(): void {
    const { doc } = this.notebook;
    const mark = this.#mark(this.#count++);
    this.notebook.type(this.#cell, mark);
    const client = doc.clientID;
    this.typed.push({ mark, client, end: Y.getState(doc.store, client) });
  }

  /** Asks what the server has: its sync step 1 or the answer to ours. */
  async settle(): Promise<void> {
    await until(
      () => {
        this.notebook.askState();
        return this.typed.every(({ mark }) => this.acked.has(mark) || !this.isOwn(mark));
      },
      10_000,
      'everything to be acknowledged'
    );
  }

  /** Whether a marker was typed into the copy that there is now. */
  isOwn(mark: string): boolean {
    return this.typed.some(each => each.mark === mark && each.client === this.notebook.doc.clientID);
  }

  #listen(notebook: Notebook): void {
    const hear = (vector: Map<number, number>) => {
      vector.forEach((clock, client) =>
        this.#known.set(client, Math.max(clock, this.#known.get(client) ?? 0))
      );
      for (const { mark, client, end } of this.typed) {
        if ((this.#known.get(client) ?? 0) >= end) {
          this.acked.add(mark);
        }
      }
    };
    hear(notebook.theirs);
    notebook.onState = hear;
  }
}

function missing(): never {
  throw new Error('not in the room');
}

const times = (text: string, mark: string): number => text.split(mark).length - 1;

/** Every acknowledged marker once, every other at most once. */
export function checkMarks(where: string, text: string, typists: readonly Typist[]): void {
  const marks = typists.flatMap(({ typed, acked }) =>
    typed.map(({ mark }) => ({ mark, acked: acked.has(mark), times: times(text, mark) }))
  );
  const lost = marks.filter(each => each.acked && each.times === 0).map(({ mark }) => mark);
  const doubled = marks.filter(each => each.times > 1).map(({ mark }) => mark);
  expect({ where, lost, doubled }).toEqual({ where, lost: [], doubled: [] });
}

/** The source of all cells. */
export function sources(notebook: Notebook): string {
  return notebook.cells.map(cell => String(cell.get('source'))).join('\n');
}

/** The oracle, once everybody is back and nothing moves: replicas of guests and owner agree, and the file comes to have it all. */
export async function checkAll(book: Book, typists: readonly Typist[]): Promise<void> {
  await until(
    () => new Set(typists.map(({ notebook }) => sources(notebook))).size === 1,
    10_000,
    'agreement'
  );
  const owner = await Notebook.owner(book);
  await until(() => sources(owner) === sources(typists[0]!.notebook), 10_000, 'agreement with the owner');
  checkMarks('in the room', sources(owner), typists);
  await owner.leave();
  await until(
    () => typists.every(({ acked }) => [...acked].every(mark => book.bytes.includes(mark))),
    15_000,
    'the file to have it all'
  );
  checkMarks('in the file', book.bytes, typists);
}
