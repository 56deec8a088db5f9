/**
 * What the filter costs: a guest's typing, judged and integrated, against a bare `Y.applyUpdate` of the same updates, side by
 * side in one run, on notebooks of several sizes. Prints microseconds an update (medians of rounds) and their ratio.
 *
 *     node bench/filter.ts [rounds]
 */
import * as Y from 'yjs';
import { NotebookFilter, type Author } from '../sidecar/document/filter/filter.ts';

const TYPED = 400;
const WARM = 20;
const ROUNDS = Number(process.argv[2] ?? 7);
const SIZES = [
  { cells: 200, outputBytes: 0 },
  { cells: 200, outputBytes: 25_000 },
  { cells: 5_000, outputBytes: 0 },
  { cells: 5_000, outputBytes: 10_000 }
] as const;
const AUTHOR: Author = { person: 'ada', edit: true, cells: 'all', structure: true, lockedCells: new Set() };

function notebook(cells: number, outputBytes: number): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => {
    const meta = doc.getMap('meta');
    meta.set('nbformat', 4);
    meta.set('nbformat_minor', 5);
    meta.set('metadata', new Y.Map());
    doc.getArray('cells').push(Array.from({ length: cells }, (_, index) => cell(index, outputBytes)));
  });
  return Y.encodeStateAsUpdate(doc);
}

function cell(index: number, outputBytes: number): Y.Map<unknown> {
  const outputs = new Y.Array<unknown>();
  if (outputBytes > 0) {
    const text = new Y.Text('x'.repeat(outputBytes));
    outputs.push([new Y.Map<unknown>(Object.entries({ output_type: 'stream', name: 'stdout', text }))]);
  }
  return new Y.Map<unknown>(
    Object.entries({
      id: `cell-${index}`,
      cell_type: 'code',
      source: new Y.Text(`x = ${index}\n`.repeat(10)),
      metadata: new Y.Map(),
      outputs,
      execution_count: null,
      execution_state: 'idle'
    })
  );
}

/** What a person's browser sends while they type at the end of a cell in the middle, `dirty` flag included. */
function typing(state: Uint8Array, cells: number): Uint8Array[] {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const source = doc
    .getArray<Y.Map<unknown>>('cells')
    .get(Math.floor(cells / 2))
    .get('source') as Y.Text;
  for (let index = 0; index < TYPED; index++) {
    doc.transact(() => {
      source.insert(source.length, String.fromCharCode(97 + (index % 26)));
      doc.getMap('state').set('dirty', true);
    });
  }
  return updates;
}

function microseconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1_000 / TYPED;
}

function bare(state: Uint8Array, updates: readonly Uint8Array[]): number {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  doc.on('update', () => undefined);
  return microseconds(() => updates.forEach(update => Y.applyUpdate(doc, update, 'guest')));
}

function filtered(state: Uint8Array, updates: readonly Uint8Array[]): number {
  const doc = new Y.Doc();
  doc.clientID = 2 ** 32 + 1;
  Y.applyUpdate(doc, state);
  const filter = new NotebookFilter(doc, {
    announced: () => ({ kernelspec: undefined, language_info: undefined })
  });
  doc.on('update', () => undefined);
  filter.connect('guest', AUTHOR.person);
  // as a session does: it asks behind the state it sends, and the answer says that the state has arrived
  filter.asked('guest', true);
  filter.synced('guest');
  return microseconds(() => {
    for (const update of updates) {
      const { kind } = filter.receive('guest', AUTHOR, update);
      if (kind !== 'accepted') {
        throw new Error(`an honest update was ${kind}`);
      }
    }
  });
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const rows = SIZES.map(({ cells, outputBytes }) => {
  const state = notebook(cells, outputBytes);
  const updates = typing(state, cells);
  const bares: number[] = [];
  const filters: number[] = [];
  // Unmeasured, for the compiler: a server runs for hours.
  for (let round = 0; round < WARM; round++) {
    bare(state, updates);
    filtered(state, updates);
  }
  for (let round = 0; round < ROUNDS; round++) {
    // Alternating, so that a busy moment of the machine meets both.
    bares.push(bare(state, updates));
    filters.push(filtered(state, updates));
  }
  const [applied, judged] = [median(bares), median(filters)];
  return {
    cells,
    'outputs MB': Number(((cells * outputBytes) / 1e6).toFixed(0)),
    'applyUpdate µs': Number(applied.toFixed(1)),
    'with the filter µs': Number(judged.toFixed(1)),
    ratio: Number((judged / applied).toFixed(2))
  };
});
console.table(rows);
