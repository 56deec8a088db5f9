/**
 * The room upstream is away, gone, or overwritten from outside while people type.
 * @module
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Book, Site, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { startServer, type Running } from './server.ts';
import { checkAll, sidecarPid, sources, Typist } from './typists.ts';
import { pause, until } from './until.ts';

/** Seconds for which the Jupyter Server doesn't answer; `AWAY_SECONDS=60` looks longer. */
const AWAY = Number(process.env['AWAY_SECONDS'] ?? 6);
/** How often the file is replaced while people type. */
const CHECKOUTS = Number(process.env['CHECKOUT_ROUNDS'] ?? 3);

let running: Running;
let site: Site;
beforeAll(async () => {
  running = await startServer({
    guests: true,
    settings: ['--YDocExtension.document_cleanup_delay=1', '--Liveshare.limits={"roomLinger": 1}']
  });
  site = new Site(running.server);
});
afterAll(() => running.stop());

/** A guest at the sidecar's own port, which answers also while the Jupyter Server doesn't. */
async function besides(book: Book, rights: Parameters<Book['invite']>[0]): Promise<Guest> {
  const { token } = await book.invite(rights);
  const { id, path, name } = book;
  const there = new Site({ ...running.server, port: running.server.guestPort });
  const same = Object.assign(Object.create(Book.prototype) as Book, { site: there, id, path, name });
  return same.come(await same.enter(token));
}

async function come(
  book: Book,
  cells: readonly string[],
  mark: (n: number) => string | ((n: number) => string) = n => 'abc'[n] ?? ''
): Promise<Typist[]> {
  const guests = await Promise.all(cells.map(() => besides(book, ['edit', 'save'])));
  const typists = guests.map((guest, n) => new Typist(guest, cells[n] ?? '', mark(n)));
  await Promise.all(typists.map(each => each.come()));
  return typists;
}

const leave = (typists: readonly Typist[]) => Promise.all(typists.map(each => each.notebook.leave()));
const settle = (typists: readonly Typist[]) => Promise.all(typists.map(each => each.settle()));

async function typeFor(typists: readonly Typist[], milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    typists.forEach(each => each.notebook.wire.isOpen && each.type());
    await pause(40);
  }
}

describe('T119 the Jupyter Server is away', () => {
  test(
    `T119 for ${AWAY} s: what is typed is journaled, said to be unsaved, and comes into the file in its order`,
    async () => {
      const book = await site.share();
      const typists = await come(book, ['first', 'last']);
      const watcher = await besides(book, ['live']);
      const control = watcher.socket('api/liveshare/control');
      await control.message('hello');
      await typeFor(typists, 500);
      await settle(typists);
      await until(() => typists.every(({ marks }) => marks.every(mark => book.bytes.includes(mark))), 10_000);
      const told = control.frames.length;
      const before = book.bytes;
      process.kill(running.pid, 'SIGSTOP');
      try {
        const count = typists[0]?.marks.length ?? 0;
        await typeFor(typists, AWAY * 1_000);
        await settle(typists);
        expect(typists[0]?.marks.length).toBeGreaterThan(count + 20);
        // Guests see each other, and that it isn't in the file.
        await until(() =>
          typists[0]?.marks.every(mark => typists[1]?.notebook.source('first').includes(mark))
        );
        await until(() =>
          control.messages
            .slice(told)
            .some(({ type, people }) => type === 'unsaved' && (people as object[]).length === 2)
        );
        expect(book.bytes).toBe(before);
      } finally {
        process.kill(running.pid, 'SIGCONT');
      }
      await checkAll(book, typists);
      for (const [n, cell] of ['first', 'last'].entries()) {
        expect(typists[n]?.notebook.source(cell)).toContain(typists[n]?.marks.join(''));
      }
      await until(() => {
        const last = control.messages.findLast(({ type }) => type === 'unsaved');
        return (last?.['people'] as object[]).length === 0;
      });
      await leave(typists);
      await control.leave();
    },
    120_000 + AWAY * 2_000
  );

  test('T119 T99 and the sidecar is killed meanwhile: what was acknowledged is there when both are back', async () => {
    const book = await site.share();
    const typists = await come(book, ['first', 'last']);
    await typeFor(typists, 300);
    process.kill(running.pid, 'SIGSTOP');
    try {
      await typeFor(typists, 1_000);
      await settle(typists);
      process.kill(sidecarPid(running.pid), 'SIGKILL');
      await Promise.all(typists.map(each => each.notebook.wire.closed(10_000)));
    } finally {
      process.kill(running.pid, 'SIGCONT');
    }
    await Promise.all(typists.map(each => each.come()));
    await settle(typists);
    await checkAll(book, typists);
    await leave(typists);
  }, 90_000);
});

/** How often the Jupyter Server has said that it let go of a notebook's room: others of earlier tests go meanwhile. */
async function evictions(book: Book): Promise<() => number> {
  const room = await Notebook.roomOf(book);
  const told = `Deleting Y document from memory: ${room.split('?')[0]?.split('/').at(-1) ?? ''}`;
  return () => readFileSync(running.server.log, 'utf8').split(told).length - 1;
}

describe('T103 the room is evicted', () => {
  test.each([
    ['its store', false],
    ['a file that changed', true]
  ])(
    'T103 and rebuilt from %s: what was typed meanwhile comes once, or its author is told to start again',
    async (_, isChanged) => {
      const book = await site.share();
      const typists = await come(book, ['first', 'last']);
      await typeFor(typists, 400);
      await settle(typists);
      await until(() => typists.every(({ marks }) => marks.every(mark => book.bytes.includes(mark))), 10_000);
      const evicted = await evictions(book);
      const before = evicted();
      await Promise.all(typists.map(each => each.notebook.wire.leave()));
      typists.forEach(each => each.type());
      const unsent = typists.map(({ marks }) => marks.at(-1) ?? '');
      const isAway = async () => (await book.owner('')).json<{ unsaved: boolean | null }>().unsaved === null;
      await until(isAway, 20_000, 'the room to close');
      await until(() => evicted() > before, 20_000, 'the room upstream to go');
      if (isChanged) {
        replace(book, cells => (cells.find(({ id }) => id === 'words')!.source = '# Words of the file'));
      }
      await Promise.all(typists.map(each => each.come()));
      await settle(typists);
      if (isChanged) {
        expect(typists[0]?.notebook.source('words')).toBe('# Words of the file');
      }
      // Where jupyter-collaboration takes the file instead of its store, which it also does with a file that it has just written itself,
      // an author may have been given a new copy: what wasn't taken is in the old one.
      const kept = unsent.filter(mark => typists.some(each => each.isOwn(mark)));
      expect(kept.filter(mark => !typists.some(({ acked }) => acked.has(mark)))).toEqual([]);
      await checkAll(book, typists);
      await leave(typists);
    },
    90_000
  );
});

interface FileCell {
  readonly id: string;
  source: string;
}

/** Puts another file in the place of the notebook's, as git does. */
function replace(book: Book, change: (cells: FileCell[]) => void): void {
  const file = join(running.server.root, book.path);
  const notebook = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: (FileCell & { source: string | string[] })[];
  };
  for (const cell of notebook.cells) {
    cell.source = [cell.source].flat().join('');
  }
  change(notebook.cells);
  writeFileSync(`${file}.new`, JSON.stringify(notebook, null, 1));
  renameSync(`${file}.new`, file);
}

interface Conflict {
  readonly id: number;
  readonly cell: string | null;
  readonly mine: { readonly source: string } | null;
  readonly theirs: { readonly source: string } | null;
}

/** Where the letters begin that each may write: ten thousand for those who type. */
const GLYPHS = [0x4e00, 0xac00, 0xe000, 0xf000];

describe('T104 S23 the file is replaced while people type', () => {
  test(
    `T104 S23 ${CHECKOUTS} times: neither side is silently lost, both versions are kept where they differ`,
    async () => {
      const book = await site.share();
      // One character each: what two write at one place at one time stands there mixed.
      const glyph = (who: number, n: number) => String.fromCharCode((GLYPHS[who] ?? 0) + n);
      const typists = await come(book, ['first', 'last'], who => n => glyph(who, n));
      const outside: string[] = [];
      for (let round = 0; round < CHECKOUTS; round++) {
        await typeFor(typists, 600 + Math.random() * 1_500);
        replace(book, cells => {
          const [words, first] = ['words', 'first'].map(id => cells.find(each => each.id === id)!);
          words!.source += glyph(2, round);
          first!.source = glyph(3, round) + first!.source;
        });
        outside.push(glyph(2, round), glyph(3, round));
        await typeFor(typists, 1_500);
        await Promise.all(typists.map(each => (each.notebook.wire.isOpen ? null : each.come())));
      }
      await settle(typists);
      const conflicts = async () => (await book.owner('conflicts')).json<Conflict[]>();
      const owner = await Notebook.owner(book);
      const where = async () => {
        const kept = (await conflicts()).map(({ mine, theirs }) => `${mine?.source}\n${theirs?.source}`);
        return { room: sources(owner), kept: kept.join('\n') };
      };
      const acked = typists.flatMap(each => [...each.acked]);
      expect(acked.length).toBeGreaterThan(30 * CHECKOUTS);
      // The last file may still be on its way in.
      await until(async () => {
        const { room, kept } = await where();
        const lost = [...acked, ...outside].filter(mark => !room.includes(mark) && !kept.includes(mark));
        expect(lost, 'in neither the notebook nor a conflict').toEqual([]);
        return true;
      }, 10_000);
      const { room } = await where();
      expect(acked.filter(mark => room.split(mark).length > 2)).toEqual([]);
      // What the file alone changed, and what guests alone changed, is nobody's to decide.
      expect((await conflicts()).every(({ cell }) => cell === 'first')).toBe(true);
      expect(owner.source('words')).toBe(`# Words${outside.filter((_, n) => n % 2 === 0).join('')}`);
      for (const { id } of await conflicts()) {
        expect((await book.owner(`conflicts/${id}`, 'POST', { choose: 'both' })).status).toBe(204);
      }
      const all = [...acked, ...outside];
      await until(() => all.every(mark => sources(owner).includes(mark)), 10_000, 'both in the notebook');
      await until(() => all.every(mark => book.bytes.includes(mark)), 15_000, 'both in the file');
      await Promise.all([owner.leave(), leave(typists)]);
    },
    60_000 + CHECKOUTS * 20_000
  );
});
