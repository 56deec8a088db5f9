import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS, decodeMessage, encodeJson, encodeMessage, type KernelMessage } from './kernel.ts';

const text = new TextEncoder();
const word = fc.string({ unit: 'grapheme' });
const header = fc.record({
  msg_id: word,
  msg_type: word,
  username: word,
  session: word,
  date: word,
  version: word
});
const json = fc.dictionary(word, fc.jsonValue({ stringUnit: 'grapheme' }), { noNullPrototype: true });
const message: fc.Arbitrary<KernelMessage> = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  header,
  parent_header: fc.oneof(header, fc.constant({})),
  metadata: json,
  content: json,
  buffers: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 })
});
/** JSON has no -0. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const one: KernelMessage = {
  channel: 'shell',
  header: { msg_id: 'i', msg_type: 't', username: 'u', session: 's', date: 'd', version: '5.4' },
  parent_header: {},
  metadata: {},
  content: { code: '1' },
  buffers: [new Uint8Array([1, 2, 3])]
};

describe('the v1 frame', () => {
  it('round trips any message, buffers and all', () => {
    fc.assert(
      fc.property(message, sent => {
        const found = decodeMessage(encodeMessage(sent), true);
        expect(found).not.toBeNull();
        const { buffers, ...rest } = found!;
        const { buffers: sentBuffers, ...sentRest } = sent;
        expect(rest).toEqual(plain(sentRest));
        expect(buffers.map(each => [...each])).toEqual(sentBuffers.map(each => [...each]));
      })
    );
  });

  it('has little-endian 64-bit offsets from the start of the frame, as Jupyter Server writes them', () => {
    const frame = encodeMessage(one);
    const view = new DataView(frame.buffer);
    // offsets: channel, header, parent, metadata, content, buffer, end
    expect(view.getBigUint64(0, true)).toBe(7n);
    const first = Number(view.getBigUint64(8, true));
    expect(first).toBe(8 * 8);
    const second = Number(view.getBigUint64(16, true));
    expect(new TextDecoder().decode(frame.subarray(first, second))).toBe('shell');
    expect(Number(view.getBigUint64(8 * 7, true))).toBe(frame.length);
  });

  it('reads a frame that lies inside a larger buffer', () => {
    const frame = encodeMessage(one);
    const large = new Uint8Array(frame.length + 20);
    large.set(frame, 10);
    expect(decodeMessage(large.subarray(10, 10 + frame.length), true)?.content).toEqual({ code: '1' });
  });

  it('T62: malformed frames are null and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (frame, binary) => {
        expect(() => decodeMessage(frame, binary)).not.toThrow();
      })
    );
    const good = encodeMessage(one);
    for (let length = 0; length < good.length - one.buffers[0]!.length; length++) {
      expect(decodeMessage(good.slice(0, length), true)).toBeNull();
    }
  });

  it('T62: one changed byte never makes it throw, and never moves a part outside the frame', () => {
    const good = encodeMessage(one);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const frame = good.slice();
        frame[at] = value;
        const found = decodeMessage(frame, true);
        for (const buffer of found?.buffers ?? []) {
          expect(buffer.byteOffset + buffer.length).toBeLessThanOrEqual(frame.length);
        }
      }),
      { numRuns: 500 }
    );
  });

  it.each([
    ['a count beyond any memory', 2n ** 63n],
    ['a count above the bound', 5000n],
    ['no parts', 0n],
    ['too few parts', 5n]
  ])('T62: %s is refused', (_, count) => {
    const frame = new Uint8Array(64);
    new DataView(frame.buffer).setBigUint64(0, count, true);
    expect(decodeMessage(frame, true)).toBeNull();
  });

  it('offsets that go back, or into the table of offsets, are refused', () => {
    for (const [index, value] of [
      [1, 0n],
      [2, 1n],
      [3, 2n ** 60n]
    ] as const) {
      const frame = encodeMessage(one);
      new DataView(frame.buffer).setBigUint64(8 * index, value, true);
      expect(decodeMessage(frame, true)).toBeNull();
    }
  });
});

it('T62: a buffer that ends before it begins is refused', () => {
  const frame = encodeMessage(one);
  const view = new DataView(frame.buffer);
  view.setBigUint64(8 * 7, view.getBigUint64(8, true), true);
  expect(decodeMessage(frame, true)).toBeNull();
});

describe('the JSON frame', () => {
  it('round trips all but the buffers', () => {
    fc.assert(
      fc.property(message, sent => {
        const found = decodeMessage(text.encode(encodeJson(sent)), false);
        expect(found).toEqual(plain({ ...sent, buffers: [] }));
      })
    );
  });

  it('names id and type at the top, where stock clients look', () => {
    expect(JSON.parse(encodeJson(one))).toMatchObject({ msg_id: 'i', msg_type: 't', buffers: [] });
  });

  it.each([
    'null',
    '[]',
    '3',
    '"x"',
    '{}',
    '{"channel":"shell"}',
    '{"channel":"other","header":{"msg_id":"1","msg_type":"2"},"content":{}}',
    '{"channel":"shell","header":{"msg_id":1,"msg_type":"2"},"content":{}}',
    '{"channel":"shell","header":{"msg_id":"1","msg_type":"2"},"content":[]}',
    '{"channel":"shell","header":["msg_id"],"content":{}}',
    '{'
  ])('%s is no message', frame => {
    expect(decodeMessage(text.encode(frame), false)).toBeNull();
  });

  it('text that is not UTF-8 is no message', () => {
    expect(decodeMessage(new Uint8Array([0x22, 0xff, 0x22]), false)).toBeNull();
  });

  it('metadata and parent that are missing or no objects count as empty', () => {
    const found = decodeMessage(
      text.encode('{"channel":"iopub","header":{"msg_id":"1","msg_type":"2"},"content":{},"metadata":3}'),
      false
    );
    expect(found).toMatchObject({ metadata: {}, parent_header: {}, buffers: [] });
  });
});
