/**
 * A static page from the cache against nbconvert for each request: requests a second and time of one, the same notebook, side by side in
 * one run, through the same server. Needs the built extension (`jlpm build`).
 *
 *     node bench/pages.ts [cells ...]
 */
import { code, Site, type FileCell } from '../sidecar/test/real/client.ts';
import { startServer } from '../sidecar/test/real/server.ts';
import { ask } from '../sidecar/test/real/wire.ts';

const CACHED = 200;
const CONVERTED = 10;

const notebook = (count: number): FileCell[] =>
  Array.from({ length: count }, (_, index) =>
    index % 3 === 0
      ? {
          id: `m${index}`,
          cell_type: 'markdown' as const,
          source: `## Part ${index}\n\nWords, *more* words.`
        }
      : code(`c${index}`, `for i in range(${index}):\n    print(i)`, {
          outputs: [{ output_type: 'stream', name: 'stdout', text: 'x\n'.repeat(20) }],
          execution_count: index
        })
  );

/** Milliseconds of each of so many requests, one after the other. */
async function times(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n++) {
    const from = performance.now();
    await run();
    all.push(performance.now() - from);
  }
  return all.sort((a, b) => a - b);
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? 0;

async function main(sizes: readonly number[]): Promise<void> {
  const running = await startServer();
  const { server } = running;
  try {
    const site = new Site(server);
    const rows: Record<string, object> = {};
    for (const size of sizes) {
      const book = await site.share(undefined, notebook(size));
      const guest = await book.guest(['static']);
      const path = book.path.split('/').map(encodeURIComponent).join('/');
      const headers = { authorization: `token ${server.token}` };
      const check = (status: number, wanted: number) => {
        if (status !== wanted) {
          throw new Error(`answered ${status}`);
        }
      };
      const convert = async () =>
        check((await ask(server.port, `${server.base}nbconvert/html/${path}`, { headers })).status, 200);
      let tag = '';
      const page = async () => {
        const answer = await guest.ask('page/latest/body');
        check(answer.status, 200);
        tag = String(answer.headers.etag);
      };
      const again = async () =>
        check((await guest.ask('page/latest/body', 'GET', undefined, { 'if-none-match': tag })).status, 304);
      await convert();
      const first = await times(1, page);
      const converted = await times(CONVERTED, convert);
      const cached = await times(CACHED, page);
      const known = await times(CACHED, again);
      rows[`${size} cells`] = {
        'nbconvert, ms': Number(median(converted).toFixed(1)),
        'first page, ms': Number(median(first).toFixed(1)),
        'cached page, ms': Number(median(cached).toFixed(1)),
        '304, ms': Number(median(known).toFixed(1)),
        'nbconvert / cached': Number((median(converted) / median(cached)).toFixed(1)),
        'nbconvert / 304': Number((median(converted) / median(known)).toFixed(1))
      };
    }
    console.log('medians of requests one after the other');
    console.table(rows);
  } finally {
    await running.stop();
  }
}

await main(process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20, 200, 1_000]);
