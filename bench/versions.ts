/**
 * The store of versions against a file for each version, as it is and gzipped: bytes on disk and time to save, for versions of one notebook
 * with a few cells changed between each, side by side in one run.
 *
 *     node bench/versions.ts [versions] [megabytes]
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openDatabase } from '../sidecar/store/database.ts';
import { Versions } from '../sidecar/store/versions.ts';
import { VersionBook } from '../sidecar/versions/book.ts';

const VERSIONS = Number(process.argv[2] ?? 500);
const MEGABYTES = Number(process.argv[3] ?? 20);
/** Cells that are changed between two versions; one of them gets another plot. */
const CHANGED = 3;
/** Bytes of a plot: 50 kB in base64, which nothing compresses but by its alphabet. */
const PLOT = 37_500;

interface Cell {
  readonly id: string;
  readonly cell_type: 'code';
  source: string;
  readonly metadata: object;
  readonly execution_count: number;
  outputs: readonly object[];
}

const plot = (): readonly object[] => [
  { output_type: 'display_data', data: { 'image/png': randomBytes(PLOT).toString('base64') }, metadata: {} }
];
const cells: Cell[] = Array.from({ length: Math.round((MEGABYTES * 1e6) / 50_500) }, (_, index) => ({
  id: `cell-${index}`,
  cell_type: 'code',
  source: `x = ${index}\n`.repeat(20),
  metadata: {},
  execution_count: index,
  outputs: plot()
}));
const content = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };

/** Somebody works on it. */
function work(version: number): void {
  for (let change = 0; change < CHANGED; change++) {
    const cell = cells[Math.floor(Math.random() * cells.length)];
    if (cell !== undefined) {
      cell.source += `y = ${version}\n`;
      cell.outputs = change === 0 ? plot() : cell.outputs;
    }
  }
}

/** A way to keep versions. */
interface Keeper {
  readonly name: string;
  readonly folder: string;
  readonly save: (version: number) => unknown;
  readonly read: (version: number) => unknown;
  readonly times: number[];
  readonly close: () => void;
}

/** One file for each version, on disk before it counts, as the store's are. */
function files(name: string, pack: (text: Buffer) => Buffer, unpack: (bytes: Buffer) => Buffer): Keeper {
  const folder = mkdtempSync(join(tmpdir(), 'bench-files-'));
  const path = (version: number) => join(folder, `${version}.ipynb`);
  return {
    name,
    folder,
    times: [],
    save: version => {
      const file = openSync(path(version), 'w');
      writeSync(file, pack(Buffer.from(JSON.stringify(content, null, 1))));
      fsyncSync(file);
      closeSync(file);
    },
    read: version => JSON.parse(unpack(readFileSync(path(version))).toString('utf8')) as unknown,
    close: () => undefined
  };
}

function store(): Keeper {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  mkdirSync(folder, { recursive: true });
  const database = openDatabase(folder);
  const book = new VersionBook({
    versions: new Versions(database),
    limits: { versionsKept: VERSIONS + 1, versionBytes: 2 ** 40, versionsPerMinute: 1e6 },
    now: Date.now,
    file: share => share,
    isShared: () => true,
    named: () => new Set(),
    capture: () => Promise.resolve({ content, file: 'success' }),
    commit: null,
    changed: () => undefined
  });
  return {
    name: 'store of versions',
    folder,
    times: [],
    save: version => book.save('share', null, `version ${version}`),
    read: version => book.read('share', version + 1),
    close: () => database.close()
  };
}

const same = (buffer: Buffer) => buffer;
const sizeOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function timed(run: () => unknown): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const keepers = [
  store(),
  files('a file each', same, same),
  files('a gzipped file each', text => gzipSync(text, { level: 6 }), gunzipSync)
];
/** Compressing takes a second a version: enough of them show what it costs, and the bytes of the rest follow. */
const GZIPPED = Math.min(VERSIONS, 25);
try {
  for (let version = 0; version < VERSIONS; version++) {
    work(version);
    for (const keeper of keepers.slice(0, version < GZIPPED ? 3 : 2)) {
      keeper.times.push(await timed(() => keeper.save(version)));
    }
  }
  const rows: Record<string, object> = {};
  const [ours] = keepers;
  for (const keeper of keepers) {
    const { name, folder, times, read, close } = keeper;
    const back = await timed(() => read(0));
    close();
    const bytes = (sizeOf(folder) / times.length) * VERSIONS;
    rows[name] = {
      MB: Math.round(bytes / 1e6),
      'times the store': Number((bytes / sizeOf(ours?.folder ?? folder)).toFixed(1)),
      'first save, ms': Math.round(times[0] ?? 0),
      'median save, ms': Math.round(quantile(times.slice(1), 0.5)),
      'p99 save, ms': Math.round(quantile(times.slice(1), 0.99)),
      'read the oldest, ms': Math.round(back)
    };
  }
  const size = JSON.stringify(content).length / 1e6;
  console.log(
    `${VERSIONS} versions of a notebook of ${size.toFixed(1)} MB, ${CHANGED} cells changed between each`
  );
  console.table(rows);
} finally {
  keepers.forEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));
}
