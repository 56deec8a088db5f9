/**
 * Writes what became of mutated real updates, for `jupyter_liveshare/tests/test_pycrdt.py`: `node sidecar/test/pycrdt/fuzz.ts <count> <seed>`. A
 * guest edits by the notebook model, some bytes of the update change on the way, the filter takes it or doesn't. One JSON object a line, one
 * line a room: the updates that left it, and what Yjs shows after each.
 * @module
 */
import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { author, generator, jsonOf, TestRoom, type TestCell } from '../../testing/random.ts';

const [count = 200, seed = 1] = process.argv.slice(2).map(Number);
/** Mutated updates that one room takes. */
const PER_ROOM = 100;
const CELLS: TestCell[] = [
  { id: 'a', cell_type: 'code', source: 'aé😀b', metadata: { tags: ['x'] } },
  { id: 'm', cell_type: 'markdown', source: 'mark' }
];
for (const method of ['log', 'warn', 'error'] as const) {
  console[method] = () => undefined;
}

type Random = (below: number) => number;

/** What a stock client sends for one edit, from the room's present state. */
function edit(room: TestRoom, clientId: number, random: Random): Uint8Array {
  const notebook = new YNotebook();
  Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(room.doc));
  notebook.ydoc.clientID = clientId;
  const before = Y.encodeStateVector(notebook.ydoc);
  const at = random(notebook.cells.length);
  const cell = notebook.cells[at];
  const length = cell?.getSource().length ?? 0;
  switch (cell ? random(6) : 0) {
    case 0:
      notebook.insertCell(at, {
        cell_type: random(2) ? 'code' : 'markdown',
        id: `n${random(1e6)}`,
        source: 'né'
      });
      break;
    case 1:
      notebook.moveCell(at, random(notebook.cells.length));
      break;
    case 2:
      cell?.setMetadata('name', `v${random(9)}`);
      break;
    case 3:
      cell?.updateSource(random(length + 1), length, '');
      break;
    default:
      cell?.updateSource(random(length + 1), length, 'xyz😀w');
  }
  const update = Y.encodeStateAsUpdate(notebook.ydoc, before);
  notebook.dispose();
  return update;
}

/** The same with a few bytes changed, dropped or doubled; sometimes untouched. */
function mutate(update: Uint8Array, random: Random): Uint8Array {
  const bytes = [...update];
  for (let n = random(4); n > 0; n--) {
    const at = random(bytes.length);
    const byte = bytes[at] ?? 0;
    switch (random(5)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = byte ^ (1 << random(8));
        break;
      case 2:
        bytes.splice(at, 1);
        break;
      case 3:
        bytes.splice(at, 0, byte);
        break;
      default:
        bytes[at] = (byte + (random(2) ? 1 : 255)) % 256;
    }
  }
  return Uint8Array.from(bytes);
}

function play(number: number): void {
  const random = generator(seed * 1000 + number);
  const room = new TestRoom(CELLS);
  const ann = room.guest('ann', { edit: true, structure: true });
  const updates = [Y.encodeStateAsUpdate(room.doc)];
  const shows: Record<number, unknown> = {};
  const outcomes: Record<string, number> = {};
  room.doc.on('update', update => {
    updates.push(update);
    shows[updates.length] = jsonOf(room.doc);
  });
  for (let n = 0; n < PER_ROOM; n++) {
    const update = mutate(edit(room, 1000, random), random);
    const { kind } = room.filter.receive(
      ann.connection ?? '',
      author('ann', { edit: true, structure: true }),
      update
    );
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
    if (room.doc.store.pendingStructs !== null || room.doc.store.pendingDs !== null) {
      throw new Error(`pending after update ${n} of room ${number}`);
    }
  }
  shows[updates.length] = jsonOf(room.doc);
  const name = `seed ${seed}, room ${number}`;
  process.stdout.write(
    `${JSON.stringify({ name, outcomes, updates: updates.map(each => Buffer.from(each).toString('base64')), shows })}\n`
  );
  room.end();
}

for (let number = 0; number * PER_ROOM < count; number++) {
  play(number);
}
