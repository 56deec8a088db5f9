import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { forge } from '../../testing/forge.ts';
import { author, jsonOf, TestRoom } from '../../testing/random.ts';
import { decodeUpdate, sliceStruct } from './decode.ts';
import { DEFAULT_LIMITS, Violation } from './limits.ts';
import type { Struct } from './model.ts';

const decode = (bytes: Uint8Array | readonly number[]): ReturnType<typeof decodeUpdate> =>
  decodeUpdate(Uint8Array.from(bytes), DEFAULT_LIMITS);

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

function realUpdate(): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('state').set('deep', { list: [1, -7, 2.5, 'é😀', null, true, { a: false }] });
  doc.getArray('cells').insert(0, [new Y.Map([['source', new Y.Text('text')]])]);
  doc.getMap('state').delete('deep');
  return Y.encodeStateAsUpdate(doc);
}

describe('decoding', () => {
  it('reads what Yjs writes, with the same clocks', () => {
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'abc');
    doc.getText('t').delete(1, 1);
    const update = decode(Y.encodeStateAsUpdate(doc));
    expect(update.blocks.map(({ client, structs }) => [client, structs.length])).toEqual([[doc.clientID, 3]]);
    expect(update.deletes).toEqual([{ client: doc.clientID, from: 1, to: 2 }]);
  });

  it('joins characters typed one by one', () => {
    const structs = [...'abc'].map((text, i) => ({
      origin: { client: 7, clock: 9 + i },
      rightOrigin: { client: 1, clock: 2 },
      content: { ref: 4, text } as const
    }));
    const { blocks } = decode(forge([{ client: 7, clock: 10, structs }]));
    expect(blocks[0]?.structs).toMatchObject([{ clock: 10, length: 3, content: { text: 'abc' } }]);
  });

  it('sorts and merges delete ranges', () => {
    const ranges = [
      { client: 1, clock: 5, length: 3 },
      { client: 1, clock: 0, length: 2 },
      { client: 1, clock: 1, length: 4 }
    ];
    expect(decode(forge([], ranges)).deletes).toEqual([{ client: 1, from: 0, to: 8 }]);
  });

  const one = (
    content: Parameters<typeof forge>[0][number]['structs'][number]['content'],
    clock = 0
  ): Uint8Array => forge([{ client: 1, clock, structs: [{ parent: 'cells', content }] }]);
  const bad: Record<string, Uint8Array | readonly number[]> = {
    'T76 nothing': [],
    'T76 trailing bytes': [0, 0, 0],
    'T76 a number not in its shortest form': [0x80, 0x00, 0],
    'T76 a claim of 30 million structs': [1, 0x80, 0x87, 0xa7, 0x0e, 1, 0],
    'T76 an empty block': [1, 0, 1, 0, 0],
    'T76 a repeated client': forge([
      { client: 1, clock: 0, structs: [{ content: { ref: 0, length: 1 } }] },
      { client: 1, clock: 1, structs: [{ content: { ref: 0, length: 1 } }] }
    ]),
    'T76 a V2 update':
      Y.encodeStateAsUpdateV2(new Y.Doc()).length > 3 ? Y.convertUpdateFormatV1ToV2(realUpdate()) : [0],
    'T71 a clock of 2^31': one({ ref: 4, text: 'a' }, 2 ** 31 - 1),
    'T71 a clock of 2^32 + 5': one({ ref: 4, text: 'a' }, 2 ** 32 + 5),
    'T71 a GC of length 2^50': one({ ref: 0, length: 2 ** 50 }),
    'an empty text': one({ ref: 4, text: '' }),
    'an empty GC': one({ ref: 0, length: 0 }),
    'T74 a skip': one({ ref: 10, length: 1 }),
    'T74 JSON of old': one({ ref: 2, raw: Uint8Array.of(1, 1, 49) }),
    'T74 a binary': one({ ref: 3, raw: Uint8Array.of(1, 1) }),
    'T74 an embed': one({ ref: 5, raw: Uint8Array.of(2, 0x7b, 0x7d) }),
    'T74 a format': one({ ref: 6, raw: Uint8Array.of(1, 0x62, 4, 0x74, 0x72, 0x75, 0x65) }),
    'T75 a subdocument': one({ ref: 9, raw: Uint8Array.of(1, 0x61, 118, 0) }),
    'T75 XML': one({ ref: 7, type: 4 }),
    'T75 XML text': one({ ref: 7, type: 6 }),
    'an unknown kind': one({ ref: 17, raw: Uint8Array.of() }),
    'a big integer': one({ ref: 8, raw: Uint8Array.of(1, 122, 0, 0, 0, 0, 0, 0, 0, 1) }),
    'bytes in a value': one({ ref: 8, raw: Uint8Array.of(1, 116, 1, 1) }),
    'half a UTF-8 character': one({ ref: 4, raw: Uint8Array.of(1, 0xc3) }),
    'T83 __proto__ in a value': one({ ref: 8, values: [JSON.parse('{"a":[{"__proto__":1}]}')] }),
    'T83 constructor as a key': forge([
      {
        client: 1,
        clock: 0,
        structs: [{ parent: 'state', key: 'constructor', content: { ref: 8, values: [1] } }]
      }
    ]),
    'nesting without end': one({
      ref: 8,
      raw: Uint8Array.from([1, ...Array.from({ length: 200 }, () => [117, 1]).flat(), 126])
    }),
    'a deletion of nothing': forge([], [{ client: 1, clock: 0, length: 0 }]),
    'a deletion beyond 2^31': forge([], [{ client: 1, clock: 5, length: 2 ** 31 - 2 }])
  };
  for (const [name, bytes] of Object.entries(bad)) {
    it(`refuses: ${name}`, () => {
      expect(() => decode(bytes)).toThrow(Violation);
    });
  }

  it('T79 refuses one byte, struct or range beyond a limit, and takes the last one within', () => {
    const update = forge(
      [
        {
          client: 1,
          clock: 0,
          structs: [{ content: { ref: 0, length: 1 } }, { content: { ref: 0, length: 1 } }]
        }
      ],
      [{ client: 1, clock: 0, length: 1 }]
    );
    const fits = { ...DEFAULT_LIMITS, bytes: update.length, structs: 2, ranges: 1 };
    expect(() => decodeUpdate(update, fits)).not.toThrow();
    expect(() => decodeUpdate(update, { ...fits, bytes: update.length - 1 })).toThrow(/too large/);
    expect(() => decodeUpdate(update, { ...fits, structs: 1 })).toThrow(/too many structs/);
    expect(() => decodeUpdate(update, { ...fits, ranges: 0 })).toThrow(/too many deletions/);
  });

  it('refuses every truncation of a real update', () => {
    const update = realUpdate();
    for (let length = 0; length < update.length; length++) {
      expect(() => decode(update.slice(0, length))).toThrow(Violation);
    }
  });
});

describe('slicing', () => {
  const struct: Struct = {
    client: 1,
    clock: 10,
    length: 4,
    origin: null,
    rightOrigin: null,
    parent: { root: 'x' },
    key: null,
    content: { kind: 'text', text: 'a😀b' }
  };

  it('anchors the rest on what is cut off', () => {
    expect(sliceStruct(struct, 13)).toMatchObject({
      clock: 13,
      length: 1,
      origin: { client: 1, clock: 12 },
      parent: null,
      content: { text: 'b' }
    });
  });

  it('never cuts a surrogate pair', () => {
    expect(() => sliceStruct(struct, 12)).toThrow(Violation);
  });
});

describe('fuzzing', () => {
  it(
    'T77 mutated real updates end in an outcome, leave nothing pending and make no roots',
    { timeout: 120_000 },
    () => {
      const room = new TestRoom([{ id: 'a', cell_type: 'code', source: 'a😀b' }]);
      const ann = room.guest('ann', { edit: true });
      const bases: Uint8Array[] = [];
      ann.doc.on('update', (update: Uint8Array) => bases.push(update));
      ann.cell('a').updateSource(1, 3, 'xyz');
      ann.notebook.insertCell(0, { cell_type: 'code', id: 'n', source: 'n' });
      ann.notebook.moveCell(0, 1);
      ann.cell('a').setMetadata('tags', ['x']);
      ann.outbox = [];
      const roots = [...room.doc.share.keys()].sort();
      const mutation = fc.record({
        base: fc.nat(99),
        at: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
        cut: fc.nat(20)
      });
      fc.assert(
        fc.property(mutation, ({ base, at, cut }) => {
          const bytes = Uint8Array.from(bases[base % bases.length] ?? []);
          for (const [index, value] of at) {
            bytes[index % bytes.length] = value;
          }
          const update = cut === 0 ? bytes.slice(0, -1) : bytes;
          const outcome = room.filter.receive(
            ann.connection ?? '',
            author('ann', { edit: true, structure: true }),
            update
          );
          expect(['accepted', 'partial', 'ignored', 'violation']).toContain(outcome.kind);
          expect(room.doc.store.pendingStructs).toBeNull();
          expect(room.doc.store.pendingDs).toBeNull();
        }),
        { numRuns: Number(process.env['FILTER_RUNS'] ?? 5000) }
      );
      expect([...room.doc.share.keys()].sort()).toEqual(roots);
      const replica = new Y.Doc();
      Y.applyUpdate(replica, Y.encodeStateAsUpdate(room.doc));
      expect(jsonOf(replica)).toEqual(room.json());
    }
  );
});
