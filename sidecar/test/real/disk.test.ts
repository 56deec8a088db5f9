/**
 * The disk under a shared notebook: full, read-only, the file moved, gone, or something else. Nothing acknowledged is lost, nothing is
 * acknowledged that isn't kept, and what isn't in the file is said.
 * @module
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Share } from '../../../protocol/resources.ts';
import { Book, Site } from './client.ts';
import { Notebook } from './notebook.ts';
import { startServer, type Running } from './server.ts';
import { checkAll, sources, Typist } from './typists.ts';
import { pause, until } from './until.ts';

const isRoot = process.getuid?.() === 0;
const works = (command: readonly string[]) =>
  spawnSync(command[0] ?? '', [...command.slice(1), 'true']).status === 0;
/** File modes count for root, too. */
const asAnybody = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
const modesCount = !isRoot || works(asAnybody);
/** A small disk under the notebook and another under our own state, which nobody else sees and which go with the server. */
const own = ['unshare', ...(isRoot ? [] : ['--map-root-user']), '--mount'];
const DISKS = [
  'mkdir -p owners-root/small owners-state',
  'mount -t tmpfs -o size=256k,mode=700 small owners-root/small',
  'mount -t tmpfs -o size=32m,mode=700 state owners-state',
  'exec "$0" "$@"'
].join(' && ');
const canMount = works([...own, 'sh', '-c', 'mount -t tmpfs none /tmp && exec "$0"']) && works(asAnybody);

let running: Running;
let site: Site;
beforeAll(async () => {
  const within = [
    ...(canMount ? [...own, 'sh', '-c', DISKS] : []),
    ...(isRoot || canMount ? (modesCount ? asAnybody : []) : [])
  ];
  running = await startServer({ within });
  const { server, pid } = running;
  // What is mounted there is seen through the server's process alone.
  const root = canMount ? `/proc/${pid}/root${server.root}` : server.root;
  site = new Site({ ...server, root });
});
afterAll(() => running.stop());

/** A notebook on the small disk. */
async function shareSmall(): Promise<Book> {
  site = new Site({ ...site.server, folder: 'small' });
  return site.share();
}

async function come(book: Book): Promise<Typist[]> {
  const guests = await Promise.all(['first', 'last'].map(() => book.guest(['edit', 'save'])));
  const typists = guests.map((guest, n) => new Typist(guest, ['first', 'last'][n] ?? '', 'ab'[n] ?? ''));
  await Promise.all(typists.map(each => each.come()));
  return typists;
}

async function type(typists: readonly Typist[], count = 10): Promise<void> {
  for (let n = 0; n < count; n++) {
    typists.forEach(each => each.notebook.wire.isOpen && each.type());
    await pause(30);
  }
}

const settle = (typists: readonly Typist[]) => Promise.all(typists.map(each => each.settle()));
const leave = (typists: readonly Typist[]) => Promise.all(typists.map(each => each.notebook.leave()));
const fileOf = (book: Book) => join(site.server.root, book.path);
const shown = async (book: Book) => (await book.owner('')).json<Share>();
const inFile = (typists: readonly Typist[], text: () => string) =>
  until(() => typists.every(({ marks }) => marks.every(mark => text().includes(mark))), 15_000, 'the file');

/** Types, has it acknowledged, and waits until it is said that it can't be saved; the file stays as it is. */
async function typeInVain(
  book: Book,
  typists: readonly Typist[],
  failure: RegExp,
  file?: string
): Promise<void> {
  await type(typists);
  await settle(typists);
  expect(await typists[0]?.notebook.save()).toBe('failed');
  await until(async () => {
    const { saveFailure, unsaved } = await shown(book);
    expect({ saveFailure, unsaved }).toEqual({
      saveFailure: expect.stringMatching(failure) as string,
      unsaved: true
    });
    return true;
  }, 15_000);
  if (file !== undefined) {
    await pause(2_000);
    expect(book.bytes).toBe(file);
  }
}

/** Fills a disk to the last byte; the function returned makes room again. */
function fill(folder: string): () => void {
  const ballast = join(folder, '.ballast');
  for (let size = 2 ** 20; size >= 1; size >>= 1) {
    for (;;) {
      try {
        writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
        break;
      }
    }
  }
  return () => rmSync(ballast);
}

describe.skipIf(!canMount)(
  'T108 the disk is full (needs a mount namespace of one’s own: unshare, setpriv)',
  () => {
    test('T108 the notebook’s: what is typed is kept and said to be unsaved, the file stays whole, and follows when there is room', async () => {
      const book = await shareSmall();
      const typists = await come(book);
      await type(typists);
      await settle(typists);
      await inFile(typists, () => book.bytes);
      const makeRoom = fill(join(site.server.root, 'small'));
      try {
        await typeInVain(book, typists, /^full$/, book.bytes);
      } finally {
        makeRoom();
      }
      await checkAll(book, typists);
      await until(
        async () => (await shown(book)).saveFailure === null && (await shown(book)).unsaved === false
      );
      await leave(typists);
    }, 90_000);

    test('T108 our own: nothing is acknowledged or shown to others that isn’t kept; it goes on when there is room', async () => {
      const book = await shareSmall();
      const typists = await come(book);
      await type(typists);
      await settle(typists);
      const viewer = await Notebook.of(await book.guest(['live']));
      const makeRoom = fill(join(`/proc/${running.pid}/root`, site.server.state));
      try {
        await type(typists, 40);
        // Whoever wrote what isn't kept is sent away with it.
        await Promise.all(typists.map(each => each.notebook.wire.closed(15_000)));
        const refused = typists.flatMap(({ marks, acked }) => marks.filter(mark => !acked.has(mark)));
        expect(refused.length).toBeGreaterThan(0);
        await pause(2_000);
        const seen = sources(viewer) + book.bytes;
        expect(refused.filter(mark => seen.includes(mark))).toEqual([]);
      } finally {
        makeRoom();
      }
      await Promise.all(typists.map(each => each.come()));
      await type(typists);
      await settle(typists);
      await checkAll(book, typists);
      await Promise.all([viewer.leave(), leave(typists)]);
    }, 120_000);
  }
);

describe.skipIf(!modesCount)('T105 T108 the file’s mode (root without setpriv ignores modes)', () => {
  test.each([
    ['444', 0o444, /^read-only$/],
    ['000', 0o000, /./]
  ])(
    'T105 T108 chmod %s: said, nothing lost, and the file follows when it may be written again',
    async (_, mode, failure) => {
      const book = await site.share();
      const typists = await come(book);
      await type(typists);
      await settle(typists);
      await inFile(typists, () => book.bytes);
      const before = book.bytes;
      chmodSync(fileOf(book), mode);
      await typeInVain(book, typists, failure);
      chmodSync(fileOf(book), 0o644);
      expect(book.bytes).toBe(before);
      await checkAll(book, typists);
      await until(async () => (await shown(book)).saveFailure === null);
      await leave(typists);
    },
    60_000
  );
});

describe('T105 the file moves while people type', () => {
  test('T105 the share follows, and nothing is written where it was', async () => {
    const book = await site.share();
    const typists = await come(book);
    await type(typists);
    const to = book.path.replace('.ipynb', ' moved.ipynb');
    const address = `api/contents/${encodeURIComponent(book.path)}`;
    expect((await site.jupyter(address, 'PATCH', { path: to })).status).toBe(200);
    await type(typists, 60);
    await settle(typists);
    const moved = new Book(site, await shown(book));
    expect(moved.path).toBe(to);
    await checkAll(moved, typists);
    expect(existsSync(fileOf(book))).toBe(false);
    await leave(typists);
  }, 60_000);
});

describe('T105 the file is gone', () => {
  test.each(['deleted by Jupyter', 'moved outside of Jupyter', 'a folder in its place'])(
    'T105 %s: it is said, nothing is written there, and with a file again it is all there',
    async how => {
      const book = await site.share();
      const typists = await come(book);
      await type(typists);
      await settle(typists);
      await inFile(typists, () => book.bytes);
      const file = fileOf(book);
      if (how === 'deleted by Jupyter') {
        const gone = await site.jupyter(`api/contents/${encodeURIComponent(book.path)}`, 'DELETE');
        expect(gone.status).toBe(204);
      } else {
        renameSync(file, `${file}.elsewhere`);
      }
      if (how === 'a folder in its place') {
        mkdirSync(file);
      }
      await typeInVain(book, typists, /./);
      await pause(2_000);
      expect(existsSync(file) && statSync(file).isFile()).toBe(false);
      if (how === 'a folder in its place') {
        rmdirSync(file);
      }
      if (how !== 'deleted by Jupyter') {
        renameSync(`${file}.elsewhere`, file);
        await checkAll(book, typists);
      }
      await leave(typists);
    },
    60_000
  );
});
