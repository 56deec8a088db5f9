/**
 * Writes random histories for `jupyter_liveshare/tests/test_pycrdt.py`, which replays them in jupyter-collaboration's own room:
 * `node sidecar/test/pycrdt/histories.ts <count> <seed>`. One JSON object a line, one line a replay; two replays a history: the updates as
 * the share's room makes them, and as the owner's side sees them, with the owner's own ones earlier.
 * @module
 */
import fc from 'fast-check';
import * as Y from 'yjs';
import { History, type Step } from '../../testing/history.ts';
import { histories } from '../../testing/histories.ts';
import { jsonOf } from '../../testing/random.ts';

/** One replay. */
interface Replay {
  readonly name: string;
  /** Base64. */
  readonly updates: string[];
  /** What Yjs shows after so many updates; always after the last. */
  readonly shows: Record<number, unknown>;
}

/** How many updates pass between two looks. */
const LOOK = 7;

const [count = 10, seed = 1] = process.argv.slice(2).map(Number);
for (const method of ['log', 'warn', 'error'] as const) {
  console[method] = () => undefined;
}

/** Follows a document from now on. */
function follow(name: string, doc: Y.Doc): Replay {
  const replay: Replay = { name, updates: [base64(Y.encodeStateAsUpdate(doc))], shows: {} };
  doc.on('update', (update: Uint8Array) => {
    replay.updates.push(base64(update));
    if (replay.updates.length % LOOK === 0) {
      replay.shows[replay.updates.length] = jsonOf(doc);
    }
  });
  return replay;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function write(steps: readonly Step[], withForger: boolean, number: number): void {
  const history = new History(withForger);
  const { room } = history;
  const name = `seed ${seed}, ${withForger ? 'forged' : 'honest'} ${number}`;
  const replays: [Replay, Y.Doc][] = [
    [follow(`${name}, the share's room`, room.doc), room.doc],
    [follow(`${name}, the owner's side`, room.owner.doc), room.owner.doc]
  ];
  history.play(steps);
  history.finish();
  for (const [replay, doc] of replays) {
    replay.shows[replay.updates.length] = jsonOf(doc);
    process.stdout.write(`${JSON.stringify(replay)}\n`);
  }
  room.end();
}

for (const withForger of [false, true]) {
  const all = fc.sample(histories(withForger), { numRuns: Math.ceil(count / 2), seed });
  for (const [number, steps] of all.entries()) {
    write(steps, withForger, number);
  }
}
