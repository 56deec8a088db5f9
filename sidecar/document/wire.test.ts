import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Refusal } from '../policy/verdict.ts';
import { awarenessFrame, decodeFrame, saveReplyFrame, step1Frame, step2Frame, updateFrame } from './wire.ts';

function frame(type: number, write: (encoder: encoding.Encoder) => void = () => undefined): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
function code(bytes: Uint8Array): RefusalCode | null {
  try {
    decodeFrame(bytes);
    return null;
  } catch (error) {
    if (error instanceof Refusal) {
      return error.code;
    }
    throw error;
  }
}
function someDoc(): Y.Doc {
  const doc = new Y.Doc();
  doc.getArray('cells').insert(0, ['a', 'b']);
  doc.getText('t').insert(0, 'hello');
  return doc;
}
const awareness = (states: [number, number, string][]) =>
  frame(1, encoder => {
    const inner = encoding.createEncoder();
    encoding.writeVarUint(inner, states.length);
    for (const [client, clock, state] of states) {
      encoding.writeVarUint(inner, client);
      encoding.writeVarUint(inner, clock);
      encoding.writeVarString(inner, state);
    }
    encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
  });

describe('what y-protocols writes is read', () => {
  it('sync step 1, the state vector encoded anew', () => {
    const doc = someDoc();
    const bytes = frame(0, encoder => syncProtocol.writeSyncStep1(encoder, doc));
    expect(decodeFrame(bytes)).toEqual({ kind: 'step1', vector: Y.encodeStateVector(doc) });
  });

  it('sync step 2 and updates, as bytes of their own', () => {
    const doc = someDoc();
    const update = Y.encodeStateAsUpdate(doc);
    const step2 = frame(0, encoder => syncProtocol.writeSyncStep2(encoder, doc));
    expect(decodeFrame(step2)).toEqual({ kind: 'step2', update });
    const live = frame(0, encoder => syncProtocol.writeUpdate(encoder, update));
    const found = decodeFrame(live);
    expect(found).toEqual({ kind: 'update', update });
    live.fill(255);
    expect(found).toEqual({ kind: 'update', update });
  });

  it('awareness, a query and a save', () => {
    const all = new awarenessProtocol.Awareness(new Y.Doc());
    all.setLocalState({ cursors: [], user: { name: 'x' } });
    const sent = awarenessProtocol.encodeAwarenessUpdate(all, [all.clientID]);
    expect(decodeFrame(frame(1, encoder => encoding.writeVarUint8Array(encoder, sent)))).toEqual({
      kind: 'awareness',
      states: [{ client: all.clientID, clock: 1, state: { cursors: [], user: { name: 'x' } } }]
    });
    all.destroy();
    expect(decodeFrame(frame(3))).toEqual({ kind: 'query' });
    const save = frame(2, encoder => {
      encoding.writeVarString(encoder, 'save');
      encoding.writeVarUint(encoder, 42);
    });
    expect(decodeFrame(save)).toEqual({ kind: 'save', id: 42 });
  });

  it('somebody who is gone sends null', () => {
    expect(decodeFrame(awareness([[5, 9, 'null']]))).toEqual({
      kind: 'awareness',
      states: [{ client: 5, clock: 9, state: null }]
    });
  });
});

describe('what we write y-protocols reads', () => {
  it('a whole sync, both ways', () => {
    const [ours, theirs] = [someDoc(), someDoc()];
    const read = (bytes: Uint8Array, doc: Y.Doc) => {
      const decoder = decoding.createDecoder(bytes);
      expect(decoding.readVarUint(decoder)).toBe(0);
      const encoder = encoding.createEncoder();
      syncProtocol.readSyncMessage(decoder, encoder, doc, 'test');
      expect(decoding.hasContent(decoder)).toBe(false);
      return encoding.toUint8Array(encoder);
    };
    const answer = read(step1Frame(Y.encodeStateVector(ours)), theirs);
    expect(answer[0]).toBe(syncProtocol.messageYjsSyncStep2);
    read(step2Frame(Y.encodeStateAsUpdate(ours, Y.encodeStateVector(theirs))), theirs);
    ours.getText('t').insert(0, 'more ');
    read(updateFrame(Y.encodeStateAsUpdate(ours)), theirs);
    expect(theirs.getText('t').toString()).toContain('more ');
  });

  it('presence', () => {
    const from = new awarenessProtocol.Awareness(new Y.Doc());
    const to = new awarenessProtocol.Awareness(new Y.Doc());
    from.setLocalState({ a: 1 });
    const decoder = decoding.createDecoder(
      awarenessFrame(awarenessProtocol.encodeAwarenessUpdate(from, [from.clientID]))
    );
    expect(decoding.readVarUint(decoder)).toBe(1);
    awarenessProtocol.applyAwarenessUpdate(to, decoding.readVarUint8Array(decoder), 'test');
    expect(to.getStates().get(from.clientID)).toEqual({ a: 1 });
    from.destroy();
    to.destroy();
  });

  it.each(['success', 'failed', 'skipped'] as const)('the answer to a save: %s', status => {
    const decoder = decoding.createDecoder(saveReplyFrame(7, status));
    expect(decoding.readVarUint(decoder)).toBe(2);
    expect(JSON.parse(decoding.readVarString(decoder))).toEqual({ type: 'save', responseTo: 7, status });
    expect(decoding.hasContent(decoder)).toBe(false);
  });
});

describe('T76: what is no message is refused', () => {
  it('every first byte but the four types, with anything behind it', () => {
    for (let type = 4; type < 256; type++) {
      expect(code(new Uint8Array([type]))).toBe('bad-request');
      expect(code(new Uint8Array([type, 0, 0]))).toBe('bad-request');
      expect(code(frame(type, encoder => encoding.writeVarUint8Array(encoder, new Uint8Array([0]))))).toBe(
        'bad-request'
      );
    }
    expect(code(new Uint8Array())).toBe('bad-request');
  });

  it('every second byte of sync but the three steps', () => {
    for (let step = 3; step < 256; step++) {
      const bytes = frame(0, encoder => {
        encoding.writeVarUint(encoder, step);
        encoding.writeVarUint8Array(encoder, new Uint8Array([0]));
      });
      expect(code(bytes)).toBe('bad-request');
    }
  });

  const doc = someDoc();
  const good: [string, Uint8Array][] = [
    ['step1', frame(0, encoder => syncProtocol.writeSyncStep1(encoder, doc))],
    ['step2', frame(0, encoder => syncProtocol.writeSyncStep2(encoder, doc))],
    ['update', frame(0, encoder => syncProtocol.writeUpdate(encoder, Y.encodeStateAsUpdate(doc)))],
    ['awareness', awareness([[5, 9, '{"a":1}']])],
    [
      'save',
      frame(2, encoder => {
        encoding.writeVarString(encoder, 'save');
        encoding.writeVarUint(encoder, 300);
      })
    ],
    ['query', frame(3)]
  ];

  it.each(good)('%s cut short, or with a byte too many', (_, bytes) => {
    expect(code(bytes)).toBeNull();
    for (let length = 0; length < bytes.length; length++) {
      expect(code(bytes.slice(0, length))).toBe('bad-request');
    }
    expect(code(new Uint8Array([...bytes, 0]))).toBe('bad-request');
    expect(code(new Uint8Array([...bytes, ...bytes]))).toBe('bad-request');
  });

  it('any bytes at all give a message or a refusal, never another exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        expect([null, 'bad-request', 'too-large']).toContain(code(bytes));
      }),
      { numRuns: 3_000 }
    );
    const start = fc.constantFrom([0, 0], [0, 1], [0, 2], [1], [2], [3]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 40 }), (head, rest) => {
        expect([null, 'bad-request', 'too-large']).toContain(code(new Uint8Array([...head, ...rest])));
      }),
      { numRuns: 3_000 }
    );
  });

  it.each(['Save', 'restore', 'undo', '', 'save '])('S3, T88: raw %j', word => {
    const bytes = frame(2, encoder => {
      encoding.writeVarString(encoder, word);
      encoding.writeVarUint(encoder, 1);
    });
    expect(code(bytes)).toBe('bad-request');
  });

  it('numbers that are longer than they may be', () => {
    expect(code(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(
      'bad-request'
    );
  });
});

describe('T80: state vectors', () => {
  const step1 = (vector: Uint8Array) => step1Frame(vector);

  it('that say more than they hold, or hold more than they say', () => {
    expect(code(step1(new Uint8Array([0])))).toBeNull();
    expect(code(step1(new Uint8Array([1, 5])))).toBe('bad-request');
    expect(code(step1(new Uint8Array([0, 1])))).toBe('bad-request');
    expect(code(step1(new Uint8Array([0xff, 0xff, 0xff, 0x7f])))).toBe('bad-request');
    expect(code(step1(new Uint8Array([])))).toBe('bad-request');
  });

  it('of a million clients', () => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1_000_000);
    for (let i = 0; i < 1_000_000; i++) {
      encoding.writeVarUint(encoder, i);
      encoding.writeVarUint(encoder, 1);
    }
    expect(code(step1(encoding.toUint8Array(encoder)))).toBe('too-large');
  });

  it('are written in their shortest form', () => {
    // 5 as two bytes: 0x85 0x00
    const found = decodeFrame(step1(new Uint8Array([1, 0x85, 0x00, 7])));
    expect(found).toEqual({ kind: 'step1', vector: new Uint8Array([1, 5, 7]) });
  });
});

describe('T82: awareness', () => {
  it('of more clients than a room has, or larger than anybody needs', () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, i): [number, number, string] => [i + 1, 1, '{}']);
    expect(code(awareness(some(4)))).toBeNull();
    expect(code(awareness(some(2_001)))).toBe('too-large');
    expect(code(awareness([[1, 1, JSON.stringify('x'.repeat(17_000))]]))).toBe('too-large');
    expect(code(awareness([[1, 1, JSON.stringify('x'.repeat(600_000))]]))).toBe('too-large');
  });

  it.each(['', '{', 'undefined', "{'a':1}", '{"a":1'])('state %j is no JSON', state => {
    expect(code(awareness([[1, 1, state]]))).toBe('bad-request');
  });

  it.each(['{"__proto__":{}}', '{"a":[{"constructor":1}]}', '{"\\u005f_proto__":1}', '{"prototype" : 1}'])(
    'T83: %s is refused',
    state => {
      expect(code(awareness([[1, 1, state]]))).toBe('bad-request');
    }
  );

  it('T83: the same words as text pass', () => {
    expect(code(awareness([[1, 1, '{"a":"constructor"}']]))).toBeNull();
  });
});
