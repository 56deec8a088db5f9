/**
 * What was acknowledged survives: the sidecar and the Jupyter Server are killed at any moment, rooms are evicted, files are changed.
 * The oracle: each acknowledged marker exactly once, in every replica and in the file. `JOURNAL_ROUNDS=200` looks longer.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { startServer, type Running } from './server.ts';
import { pause, until } from './until.ts';

const STORES = ['.jupyter_ystore.db', '.jupyter_ystore.db-wal', '.jupyter_ystore.db-shm'];
const ROUNDS = Number(process.env['JOURNAL_ROUNDS'] ?? 3);

let running: Running;
let site: Site;
beforeAll(async () => {
  running = await startServer();
  site = new Site(running.server);
});
afterAll(() => running.stop());

/** The pid of the process that listens on the sidecar's socket: the only child that runs our bundle. */
function sidecarPid(parent: number): number {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(parent)], { encoding: 'utf8' });
  return Number(/^\s*(\d+) .*main\.mjs/m.exec(listed)?.[1] ?? 0);
}

/** Somebody who types markers and knows which were acknowledged: our state vector has the clock that they ended at. */
class Typist {
  readonly #guest: Guest;
  readonly #cell: string;
  readonly #name: string;
  readonly typed: { readonly mark: string; readonly end: number; readonly client: number }[] = [];
  readonly acked = new Set<string>();
  #notebook: Notebook | null = null;
  /** Where its copy belongs: the address names the history. */
  #room: string | null = null;
  #known = new Map<number, number>();
  #count = 0;

  constructor(guest: Guest, cell: string, name: string) {
    this.#guest = guest;
    this.#cell = cell;
    this.#name = name;
  }

  get notebook(): Notebook {
    return this.#notebook ?? missing();
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
    const mark = `<${this.#name}${this.#count++}>`;
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
function checkMarks(where: string, text: string, typists: readonly Typist[]): void {
  const marks = typists.flatMap(({ typed, acked }) =>
    typed.map(({ mark }) => ({ mark, acked: acked.has(mark), times: times(text, mark) }))
  );
  const lost = marks.filter(each => each.acked && each.times === 0).map(({ mark }) => mark);
  const doubled = marks.filter(each => each.times > 1).map(({ mark }) => mark);
  expect({ where, lost, doubled }).toEqual({ where, lost: [], doubled: [] });
}

async function checkAll(book: Book, typists: readonly Typist[]): Promise<void> {
  const sources = (notebook: Notebook) => notebook.cells.map(cell => String(cell.get('source'))).join('\n');
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

describe('T99 the sidecar is killed', () => {
  test(
    `T99 at any moment, ${ROUNDS} times, while three type: nothing acknowledged is lost, nothing is doubled`,
    async () => {
      const book = await site.share();
      const cells = ['first', 'words', 'last'];
      const guests = await Promise.all(cells.map(() => book.guest(['edit', 'save'])));
      const typists = guests.map((guest, n) => new Typist(guest, cells[n]!, 'abc'[n]!));
      await Promise.all(typists.map(each => each.come()));
      for (let round = 0; round < ROUNDS; round++) {
        const until = Date.now() + 200 + Math.random() * 1_500;
        while (Date.now() < until) {
          typists.forEach(each => each.notebook.wire.isOpen && each.type());
          await pause(20);
        }
        const pid = sidecarPid(running.pid);
        expect(pid).toBeGreaterThan(1);
        process.kill(pid, 'SIGKILL');
        const began = Date.now();
        await Promise.all(typists.map(each => each.notebook.wire.closed(10_000)));
        await Promise.all(typists.map(each => each.come()));
        expect(Date.now() - began).toBeLessThan(40_000);
      }
      typists.forEach(each => each.type());
      await Promise.all(typists.map(each => each.settle()));
      expect(typists.every(({ acked }) => acked.size > 5 * ROUNDS)).toBe(true);
      await checkAll(book, typists);
      await Promise.all(typists.map(each => each.notebook.leave()));
    },
    60_000 + ROUNDS * 60_000
  );
});

describe('T100 T102 the Jupyter Server is killed', () => {
  test.each([
    ['with its store', [], ['edit', 'save']],
    ['its store deleted', STORES, ['edit', 'save']],
    ['with edits that wait for a save', [], ['edit']],
    ['with edits that wait for a save, its store deleted', STORES, ['edit']]
  ] as const)(
    'T100 T102 %s: what was acknowledged comes back once',
    async (_, gone, rights) => {
      const book = await site.share();
      const typists = [
        new Typist(await book.guest(rights), 'first', 'a'),
        new Typist(await book.guest(rights), 'last', 'b')
      ];
      const isHeld = !rights.includes('save' as never);
      await Promise.all(typists.map(each => each.come()));
      for (let n = 0; n < 20; n++) {
        typists.forEach(each => each.type());
        await pause(30);
      }
      await Promise.all(typists.map(each => each.settle()));
      const before = book.bytes;
      await pause(50 + Math.random() * 1_900);
      if (isHeld) {
        expect(book.bytes).toBe(before);
      }
      await running.kill();
      for (const name of gone) {
        rmSync(join(running.server.work, name), { force: true });
      }
      running = await startServer({ again: running.server });
      await Promise.all(typists.map(each => each.come()));
      if (isHeld) {
        await pause(6_000);
        expect(book.bytes).toBe(before);
        const saver = await Notebook.of(await book.guest(['save']));
        expect(await saver.save()).toBe('success');
        await saver.leave();
      }
      await checkAll(book, typists);
      await Promise.all(typists.map(each => each.notebook.leave()));
    },
    120_000
  );
});
