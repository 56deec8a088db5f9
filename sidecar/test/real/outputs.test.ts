/**
 * What guests can't write whatever they may edit; what stock clients write unasked; bytes that are no message.
 * @module
 */
import { afterEach, describe, expect, inject, test } from 'vitest';
import * as Y from 'yjs';
import { code, Site, type Book, type Guest } from './client.ts';
import { newCell, Notebook, saveFrame, type YCell } from './notebook.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const LANGUAGE = { name: 'python', version: '3.12.0' };
const KERNEL = { name: 'python3', display_name: 'Python 3', language: 'python' };
const SCRIPT = {
  output_type: 'display_data',
  data: { 'text/html': '<script>alert(1)</script>' },
  metadata: {}
};
const open: (Notebook | Wire)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(each => each.leave()))));

function kept<T extends Notebook | Wire>(each: T): T {
  open.push(each);
  return each;
}

async function set(
  rights: ('live' | 'edit' | 'save')[]
): Promise<{ book: Book; owner: Notebook; guest: Guest; mine: Notebook }> {
  const cells = [code('first', 'x = 1'), code('ran', '1', { outputs: [SCRIPT], execution_count: 3 })];
  const book = await site.share(undefined, cells, { kernelspec: KERNEL, language_info: LANGUAGE });
  const owner = kept(await Notebook.owner(book));
  const guest = await book.guest(rights);
  return { book, owner, guest, mine: kept(await Notebook.of(guest)) };
}

const metadata = (cell: YCell) => cell.get('metadata') as Y.Map<unknown>;
const outputs = (cell: YCell) => cell.get('outputs') as Y.Array<unknown>;

/** What a guest with every right to edit must not get into the notebook, and a sign that it did. */
const FORGERIES: [string, (mine: Notebook) => void][] = [
  ['T51 metadata.trusted', mine => metadata(mine.cell('first')).set('trusted', true)],
  [
    'T51 metadata replaced by one with trusted',
    mine => mine.cell('first').set('metadata', new Y.Map([['trusted', true]]))
  ],
  ['T51 metadata as plain JSON', mine => mine.cell('first').set('metadata', { trusted: true })],
  ['T51 metadata.editable', mine => metadata(mine.cell('first')).set('editable', false)],
  ['T51 metadata.deletable', mine => metadata(mine.cell('first')).set('deletable', false)],
  ['T51 metadata.liveshare', mine => metadata(mine.cell('first')).set('liveshare', { x: 1 })],
  ['T53 an output', mine => outputs(mine.cell('first')).push([new Y.Map(Object.entries(SCRIPT))])],
  ['T53 an output as plain JSON', mine => outputs(mine.cell('first')).push([SCRIPT])],
  ['T53 outputs replaced', mine => mine.cell('first').set('outputs', Y.Array.from([SCRIPT]))],
  [
    'T53 an output changed',
    mine => (outputs(mine.cell('ran')).get(0) as Y.Map<unknown>).set('data', { 'text/html': '<b>2</b>' })
  ],
  ['T53 execution_count', mine => mine.cell('first').set('execution_count', 99)],
  ['T53 execution_state', mine => mine.cell('first').set('execution_state', 'running')],
  [
    'T53 metadata.execution',
    mine => metadata(mine.cell('first')).set('execution', { 'shell.execute_reply': 'x' })
  ],
  ['T83 metadata.__proto__', mine => metadata(mine.cell('first')).set('__proto__', { trusted: true })],
  ['T83 metadata.constructor', mine => metadata(mine.cell('first')).set('constructor', { x: 1 })],
  [
    'T83 a nested __proto__',
    mine => metadata(mine.cell('first')).set('a', JSON.parse('{"b":{"__proto__":{"trusted":true}}}'))
  ],
  ['T75 another root', mine => mine.doc.getMap('evil').set('x', 1)],
  ['T75 state.path', mine => mine.doc.getMap('state').set('path', '/etc/passwd')],
  ['T75 state.more', mine => mine.doc.getMap('state').set('hash', 'x')],
  ['T75 nbformat', mine => mine.doc.getMap('meta').set('nbformat', 3)],
  [
    'T75 kernelspec',
    mine =>
      (mine.doc.getMap('meta').get('metadata') as Y.Map<unknown>).set('kernelspec', {
        ...KERNEL,
        name: 'evil'
      })
  ]
];

describe('T51 T53 T75 T83 forgeries by somebody who may edit everything', () => {
  test.each(FORGERIES)(
    '%s never reaches the owner, another guest or the file; an honest edit after it does',
    async (_, forge) => {
      const { book, owner, guest, mine } = await set(['edit', 'save']);
      const before = { cells: owner.doc.getArray('cells').toJSON(), meta: owner.doc.getMap('meta').toJSON() };
      forge(mine);
      // Whoever is told to load again does.
      const again = await until(async () => {
        const fresh = mine.wire.isOpen ? mine : kept(await Notebook.of(guest));
        return (await fresh.save()) === 'success' ? fresh : null;
      }, 10_000);
      again.type('first', ' # honest');
      await until(() => owner.source('first') === 'x = 1 # honest');
      const [, ...rest] = owner.doc.getArray('cells').toJSON() as object[];
      expect(rest).toEqual(before.cells.slice(1));
      const first = owner.cell('first').toJSON();
      expect(first).toEqual({ ...(before.cells[0] as object), source: 'x = 1 # honest' });
      expect(owner.doc.getMap('meta').toJSON()).toEqual(before.meta);
      expect(owner.doc.getMap('state').get('path')).toBe(book.path);
      expect(owner.doc.share.has('evil')).toBe(false);
      await until(async () => (await again.save()) === 'success' && book.bytes.includes('# honest'));
      expect(book.bytes).not.toMatch(/"trusted"|passwd|"evil"|: 99|__proto__/);
    }
  );

  test('T51 a cell inserted with outputs, a count and trust arrives as a bare cell; its text is kept', async () => {
    const { owner, mine } = await set(['edit', 'save']);
    const more = {
      outputs: Y.Array.from([SCRIPT]),
      execution_count: 7,
      metadata: new Y.Map<unknown>([
        ['trusted', true],
        ['tags', ['a']]
      ])
    };
    mine.doc.getArray<YCell>('cells').push([newCell('brought', 'y = 2', more)]);
    const cell = await until(() => owner.cells.find(each => each.get('id') === 'brought'));
    await until(() => (cell.get('source') as Y.Text).toString() === 'y = 2');
    expect(cell.toJSON()).toMatchObject({ outputs: [], execution_count: null });
    expect(metadata(cell).get('trusted')).not.toBe(true);
    await until(
      () => mine.cells.find(each => each.get('id') === 'brought')?.toJSON()['execution_count'] === null
    );
  });

  test('T53 the twin: clearing the outputs of a cell that one may edit is allowed; a viewer may not', async () => {
    const { owner, mine, book } = await set(['edit', 'save']);
    const viewer = kept(await Notebook.of(await book.guest(['live'])));
    outputs(viewer.cell('ran')).delete(0, 1);
    await until(() => !viewer.wire.isOpen || outputs(viewer.cell('ran')).length === 1);
    expect(owner.outputs('ran')).toHaveLength(1);
    mine.doc.transact(() => {
      outputs(mine.cell('ran')).delete(0, 1);
      mine.cell('ran').set('execution_count', null);
    });
    await until(() => owner.outputs('ran').length === 0);
    expect(owner.cell('ran').get('execution_count')).toBe(null);
  });
});

describe('what stock clients write unasked', () => {
  test.each<['live' | 'edit' | 'save']>([['live'], ['edit'], ['save']])(
    'T81 from somebody with %s: no complaint, no close, no change for the owner',
    async right => {
      const { owner, guest, mine } = await set([right]);
      const control = kept(guest.socket('api/liveshare/control'));
      await control.message('hello');
      const before = owner.doc.getMap('meta').toJSON();
      const room = (await guest.room()).replace(/^.*room\/|\?.*$/g, '');
      mine.doc.getMap('state').set('document_id', room);
      mine.doc.transact(() => {
        (mine.doc.getMap('meta').get('metadata') as Y.Map<unknown>).set('language_info', { ...LANGUAGE });
        mine.doc.getMap('state').set('dirty', true);
      });
      mine.step2(new Uint8Array([0, 0]));
      owner.type('first', '0');
      await until(() => mine.source('first') === 'x = 10');
      expect(mine.wire.isOpen).toBe(true);
      expect(control.messages.filter(each => each.type === 'rejected')).toEqual([]);
      expect(owner.doc.getMap('meta').toJSON()).toEqual(before);
    }
  );
});

describe('T76 T79 bytes that are no message', () => {
  const V2 = (): Uint8Array => {
    const doc = new Y.Doc();
    doc.getText('x').insert(0, 'x');
    return Y.encodeStateAsUpdateV2(doc);
  };
  const FRAMES: [string, Uint8Array | string][] = [
    ['nothing', new Uint8Array()],
    ['a text frame', 'save'],
    ...[4, 5, 100, 127, 255].map((type): [string, Uint8Array] => [
      `type ${type}`,
      new Uint8Array(type < 128 ? [type, 0] : [type, 1, 0])
    ]),
    ...[3, 9].map((step): [string, Uint8Array] => [`sync step ${step}`, new Uint8Array([0, step, 0])]),
    ['a truncated update', new Uint8Array([0, 2, 200, 1, 2, 3])],
    ['a truncated number', new Uint8Array([0x80])],
    ['an endless number', new Uint8Array(64).fill(0xff)],
    ['a vector of a billion', new Uint8Array([0, 0, 5, 0x80, 0x94, 0xeb, 0xdc, 0x03])],
    ['bytes after a vector', new Uint8Array([0, 0, 1, 0, 7])],
    ['a V2 update', new Uint8Array([0, 2, V2().length, ...V2()])],
    ['raw, not save', new Uint8Array([2, 4, 0x65, 0x76, 0x69, 0x6c, 0])]
  ];

  test.each(FRAMES)('T76 %s closes its sender with a code of ours; the room goes on', async (_, bytes) => {
    const { owner, guest, mine } = await set(['edit', 'save']);
    const attacker = kept(await Notebook.of(guest));
    attacker.wire.ws.send(bytes);
    expect((await attacker.wire.closed()).code).toBeOneOf([4400, 4413]);
    mine.type('first', '5');
    await until(() => owner.source('first') === 'x = 15');
  });

  test('T76 F6 a save however its type is spelled: never without the right; with it a save or a close', async () => {
    const { book, guest, mine, owner } = await set(['edit']);
    const saver = await book.guest(['save']);
    mine.type('first', '77');
    await until(() => owner.source('first') === 'x = 177');
    for (const type of [[0x02], [0x82, 0x00], [0x82, 0x80, 0x00], [0x82, 0x80, 0x80, 0x80, 0x00]]) {
      const each = kept(await Notebook.of(guest));
      each.send(new Uint8Array([...type, ...saveFrame(41).slice(1)]));
      const answer = await until(async () => each.saves.get(41) ?? (each.wire.isOpen ? null : 'closed'));
      expect(answer).toBeOneOf(['failed', 'closed']);
    }
    expect(book.bytes).not.toContain('177');
    const allowed = kept(await Notebook.of(saver));
    allowed.send(saveFrame(42));
    expect(await until(() => allowed.saves.get(42))).toBe('success');
    await until(() => book.bytes.includes('x = 177'));
  });

  test('T79 a frame of 17 MiB and a flood of 20,000: closed; others go on', async () => {
    const { owner, guest, mine } = await set(['edit', 'save']);
    const big = kept(await Notebook.of(guest));
    big.wire.ws.send(Buffer.alloc(17 * 1024 * 1024));
    expect((await big.wire.closed(10_000)).code).toBeOneOf([1009, 4413, 1006]);
    const flood = kept(await Notebook.of(guest));
    for (let i = 0; i < 20_000 && flood.wire.isOpen; i++) {
      flood.send(new Uint8Array([3]));
    }
    expect((await flood.wire.closed(10_000)).code).toBe(4429);
    mine.type('first', '5');
    await until(() => owner.source('first') === 'x = 15');
  });
});
