/**
 * Outputs that the server writes are, cell by cell, what nbclient writes for the same notebook.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { code, Site, type Book } from './client.ts';
import { Notebook } from './notebook.ts';
import { BOOKS } from './outputs/books.ts';
import { normal } from './outputs/normal.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: Notebook[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(each => each.leave()))));

interface Ran {
  readonly outputs: Record<string, unknown>[];
  readonly execution_count: number | null;
}

/** What nbclient makes of the book. */
async function reference(book: Book): Promise<Record<string, Ran>> {
  const { root, folder, work } = site.server;
  const script = join(import.meta.dirname, 'outputs', 'reference.py');
  const home = join(work, 'owners-home');
  const child = spawn('python', [script, join(root, book.path), join(root, folder)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // nbclient waits for ever for what a kernel said before it listened.
    timeout: 60_000,
    env: {
      ...process.env,
      HOME: home,
      IPYTHONDIR: join(home, 'ipython'),
      JUPYTER_RUNTIME_DIR: join(work, 'runtime')
    }
  });
  const told: Record<'out' | 'err', string> = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told.err += text));
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0) {
    throw new Error(`nbclient: ${told.err}`);
  }
  return JSON.parse(told.out) as Record<string, Ran>;
}

/** What a guest's runs leave in the document, and in the owner's copy of it. */
async function ours(book: Book, ids: readonly string[]): Promise<Record<string, Ran>> {
  const owner = await Notebook.owner(book);
  open.push(owner);
  const runner = await book.guest(['execute']);
  for (const id of ids) {
    const answer = await runner.ask('api/kernels/current/execute', 'POST', { cell_id: id });
    expect(answer.status, answer.all).toBe(200);
  }
  const seen = async () => {
    const { content } = (await runner.ask(`api/contents/${book.name}`)).json<{
      content: { cells: (Ran & { id: string })[] };
    }>();
    return Object.fromEntries(content.cells.map(each => [each.id, each]));
  };
  const all = await seen();
  await until(() => ids.every(id => owner.cell(id).get('execution_state') === 'idle'), 15_000);
  for (const id of ids) {
    expect(owner.outputs(id), id).toEqual(all[id]?.outputs);
  }
  return all;
}

describe('outputs as nbclient writes them', () => {
  test.each(Object.entries(BOOKS))(
    'S35 T55: %s',
    // Once more where nbclient did not hear its kernel.
    { timeout: 120_000, retry: 1 },
    async (_, sources) => {
      const cells = sources.map((source, index) => code(`cell-${index}`, source));
      const book = await site.share(undefined, cells);
      // One after the other: a machine that is busy with the other notebook splits streams elsewhere, which is another test's matter.
      const expected = await reference(book);
      const all = await ours(
        book,
        cells.map(each => each.id)
      );
      for (const { id, source } of cells) {
        expect({ outputs: normal(all[id]?.outputs ?? []), count: all[id]?.execution_count }, source).toEqual({
          outputs: normal(expected[id]?.outputs ?? []),
          count: expected[id]?.execution_count
        });
      }
    }
  );
});
