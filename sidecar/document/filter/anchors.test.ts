/**
 * Forged anchors: whatever a guest claims as the neighbours of an insertion, every replica shows the same text, in whatever order it
 * gets the updates that left the server.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { forge, type ForgedId, type ForgedStruct } from '../../testing/forge.ts';
import { author, shuffled, TestRoom, type TestClient } from '../../testing/random.ts';

const RUNS = Number(process.env['FILTER_RUNS'] ?? 1500);
const FULL = author('any', { edit: true, structure: true });

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

interface Move {
  readonly kind: 'type' | 'deliver' | 'forge' | 'ask';
  readonly who: number;
  readonly at: number;
  readonly to: number;
}

/** Ids in a text, in its order, tombstones included. */
function idsIn(text: Y.Text): ForgedId[] {
  const ids: ForgedId[] = [];
  for (let item = text._start; item; item = item.right) {
    for (let offset = 0; offset < item.length; offset++) {
      ids.push({ client: item.id.client, clock: item.id.clock + offset });
    }
  }
  return ids;
}

function textOf(doc: Y.Doc): Y.Text {
  return doc.getArray<Y.Map<Y.Text>>('cells').get(0).get('source') as Y.Text;
}

function play(moves: readonly Move[]): { texts: string[]; accepted: number } {
  const room = new TestRoom([{ id: 'a', cell_type: 'raw', source: 'abcdef' }]);
  const start = Y.encodeStateAsUpdate(room.doc);
  const honest = ['ann', 'bob'].map(person => room.guest(person, { edit: true }));
  const forgers = ['eve', 'mal'].map(person => room.guest(person, { edit: true }));
  let accepted = 0;
  for (const { kind, who, at, to } of moves) {
    const client = honest[who % 2] as TestClient;
    if (kind === 'type') {
      const text = textOf(client.doc);
      if (to % 3 === 0 && text.length > 2) {
        text.delete(at % (text.length - 1), 1);
      } else {
        text.insert(at % (text.length + 1), String.fromCharCode(0x4e00 + to));
      }
    } else if (kind === 'deliver') {
      for (let n = 0; n < 4; n++) {
        if (to % 2) {
          client.send();
        } else {
          client.read();
        }
      }
    } else if (kind === 'ask') {
      room.ask(client);
    } else {
      accepted += forgeOne(room, forgers[who % 2] as TestClient, 10 + (who % 4) * 1_000_000_000, at, to);
    }
  }
  room.settle();
  const texts = [room.doc, ...honest.map(({ doc }) => doc), room.owner.doc].map(doc =>
    textOf(doc).toString()
  );
  for (const seed of [1, 2, 3, 4]) {
    const replica = new Y.Doc();
    Y.applyUpdate(replica, start);
    for (const update of shuffled(room.log, seed)) {
      Y.applyUpdate(replica, update);
    }
    texts.push(textOf(replica).toString());
  }
  return { texts, accepted };
}

function forgeOne(room: TestRoom, client: TestClient, id: number, at: number, to: number): number {
  const ids = idsIn(textOf(room.doc));
  const left = at % (ids.length + 1);
  const right = to % 4 === 0 ? to % (ids.length + 1) : left + 1 + (to % 5);
  const struct: ForgedStruct = {
    origin: ids[left - 1] ?? null,
    rightOrigin: ids[right - 1] ?? null,
    parent: textOf(room.doc)._item?.id ?? 'cells',
    content: { ref: 4, text: String.fromCharCode(65 + (to % 26), 97 + (at % 26)) }
  };
  const update = forge([{ client: id, clock: Y.getState(room.doc.store, id), structs: [struct] }]);
  const outcome = room.filter.receive(
    client.connection ?? '',
    { ...FULL, person: client.person },
    update,
    'live'
  );
  return outcome.kind === 'accepted' ? 1 : 0;
}

describe('forged anchors', () => {
  it('never make replicas differ', { timeout: 600_000 }, () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            kind: fc.constantFrom('type', 'type', 'deliver', 'deliver', 'forge', 'forge', 'forge', 'ask'),
            who: fc.nat(3),
            at: fc.nat(999),
            to: fc.nat(999)
          }) as fc.Arbitrary<Move>,
          { minLength: 4, maxLength: 30 }
        ),
        moves => {
          const played = play(moves);
          accepted += played.accepted;
          expect(new Set(played.texts).size).toBe(1);
        }
      ),
      { numRuns: RUNS }
    );
    expect(accepted).toBeGreaterThan(RUNS / 10);
  });
});
