import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { bringBack } from './bringBack.ts';
import { cellsOf } from './cells.ts';
import { makeCell } from './newCells.ts';

type Sources = Readonly<Record<string, string>>;

const docOf = (sources: Sources, metadata: Record<string, unknown> = {}): Y.Doc => {
  const doc = new Y.Doc();
  doc.getMap('meta').set('metadata', new Y.Map(Object.entries(metadata)));
  cellsOf(doc).push(
    Object.entries(sources).map(([id, source]) => makeCell({ id, cell_type: 'code', source, metadata: {} }))
  );
  return doc;
};
const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};
const sourcesOf = (doc: Y.Doc) =>
  Object.entries(
    Object.fromEntries(cellsOf(doc).map(cell => [cell.get('id') as string, String(cell.get('source'))]))
  );
const run = (base: Sources, ours: Sources, theirs: Sources) => {
  const versions = { base: docOf(base), ours: docOf(ours), theirs: docOf(theirs) };
  const doc = docOf(theirs);
  const clashes = bringBack(doc, versions);
  return { doc, clashes, sources: sourcesOf(doc) };
};

describe('what comes back', () => {
  it('T102: a cell that only we changed, in place, as the least that differs', () => {
    const { doc, sources, clashes } = run(
      { a: 'x = 1', b: 'y' },
      { a: 'x = 12', b: 'y' },
      { a: 'x = 1', b: 'y' }
    );
    expect(sources).toEqual([
      ['a', 'x = 12'],
      ['b', 'y']
    ]);
    expect(clashes).toEqual([]);
    expect(cellsOf(doc)).toHaveLength(2);
  });

  it('T99: what we had at some time since the file was known is no change of the file’s: a save that we didn’t hear of', () => {
    const versions = {
      base: docOf({ a: '1', b: '1', c: '1' }),
      ours: docOf({ a: '123', b: '123', c: '123' }),
      theirs: docOf({ a: '12', b: '12x', c: '12' })
    };
    const steps = () => [docOf({ a: '12', b: '12', c: '1' }), docOf({ a: '123', b: '123', c: '123' })];
    const doc = docOf({ a: '12', b: '12x', c: '12' });
    const clashes = bringBack(doc, { ...versions, steps });
    expect(sourcesOf(doc)).toEqual([
      ['a', '123'],
      ['b', '12x'],
      ['c', '12']
    ]);
    expect(clashes.map(({ cell }) => cell)).toEqual(['b', 'c']);
  });

  it.each([
    ['that we know of', '123'],
    ['that we didn’t hear of', '1']
  ])('T99: a room made of a file newer than its store, from a save %s, has it once', (_, known) => {
    // The store's operations, and ours that it lacks.
    const store = docOf({ a: '12' });
    const ours = copyOf(store);
    (cellsOf(ours).get(0).get('source') as Y.Text).insert(2, '3');
    const theirs = copyOf(store);
    const text = cellsOf(theirs).get(0).get('source') as Y.Text;
    text.delete(0, 2);
    text.insert(0, '123');
    const doc = copyOf(ours);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs));
    expect(sourcesOf(doc)).not.toEqual([['a', '123']]);
    expect(bringBack(doc, { base: docOf({ a: known }), ours, theirs })).toEqual([]);
    expect(sourcesOf(doc)).toEqual([['a', '123']]);
  });

  it('T99: nor is a cell there twice that the file has and the store had not', () => {
    const store = docOf({ a: '1' });
    const ours = copyOf(store);
    const insert = (into: Y.Doc) =>
      cellsOf(into).push([makeCell({ id: 'n', cell_type: 'code', source: 'new', metadata: {} })]);
    insert(ours);
    const theirs = copyOf(store);
    insert(theirs);
    const doc = copyOf(ours);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs));
    expect(cellsOf(doc)).toHaveLength(3);
    expect(bringBack(doc, { base: store, ours, theirs })).toEqual([]);
    expect(cellsOf(doc).map(cell => [cell.get('id'), String(cell.get('source'))])).toEqual([
      ['a', '1'],
      ['n', 'new']
    ]);
  });

  it('T104: a cell that only the file changed stays as the file has it', () => {
    const { sources, clashes } = run({ a: '1', b: '2' }, { a: '1', b: '2' }, { a: '9', b: '2', c: 'new' });
    expect(sources).toEqual([
      ['a', '9'],
      ['b', '2'],
      ['c', 'new']
    ]);
    expect(clashes).toEqual([]);
  });

  it('T104: changed in both: the file’s is shown, both and what they come from are kept for the owner', () => {
    const { sources, clashes } = run({ a: '1' }, { a: '1 mine' }, { a: '1 theirs' });
    expect(sources).toEqual([['a', '1 theirs']]);
    expect(clashes).toHaveLength(1);
    const [{ cell, base, mine, theirs }] = clashes as [(typeof clashes)[number]];
    expect(cell).toBe('a');
    expect([base, mine, theirs].map(text => (JSON.parse(text!) as { source: string }).source)).toEqual([
      '1',
      '1 mine',
      '1 theirs'
    ]);
  });

  it('changed in both to the same: nothing to decide', () => {
    expect(run({ a: '1' }, { a: '2' }, { a: '2' }).clashes).toEqual([]);
  });

  it('a cell that we inserted stands where it stood', () => {
    const { sources } = run({ a: '1', b: '2' }, { a: '1', n: 'new', b: '2' }, { a: '1', b: '2' });
    expect(sources.map(([id]) => id)).toEqual(['a', 'n', 'b']);
    expect(run({ a: '1' }, { n: 'new', a: '1' }, { a: '1' }).sources.map(([id]) => id)).toEqual(['n', 'a']);
  });

  it('a cell that we deleted goes, unless the file changed it', () => {
    expect(run({ a: '1', b: '2' }, { b: '2' }, { a: '1', b: '2' }).sources).toEqual([['b', '2']]);
    const { sources, clashes } = run({ a: '1', b: '2' }, { b: '2' }, { a: '9', b: '2' });
    expect(sources).toEqual([
      ['a', '9'],
      ['b', '2']
    ]);
    expect(clashes).toMatchObject([{ cell: 'a', mine: null }]);
  });

  it('a cell that the file lost and we changed is for the owner to decide', () => {
    const { sources, clashes } = run({ a: '1', b: '2' }, { a: '1 mine', b: '2' }, { b: '2' });
    expect(sources).toEqual([['b', '2']]);
    expect(clashes).toMatchObject([{ cell: 'a', theirs: null }]);
  });

  it('an order that only we changed comes back', () => {
    const { sources } = run(
      { a: '1', b: '2', c: '3' },
      { c: '3', a: '1', b: '2' },
      { a: '1', b: '2', c: '3' }
    );
    expect(sources.map(([id]) => id)).toEqual(['c', 'a', 'b']);
  });

  it('the notebook’s metadata by key', () => {
    const versions = {
      base: docOf({}, { one: 1, two: 1 }),
      ours: docOf({}, { one: 2, two: 2, new: true }),
      theirs: docOf({}, { one: 1, two: 3 })
    };
    const doc = docOf({}, { one: 1, two: 3 });
    expect(bringBack(doc, versions)).toEqual([
      { cell: null, base: '{"two":1}', mine: '{"two":2}', theirs: '{"two":3}' }
    ]);
    expect((doc.getMap('meta').get('metadata') as Y.Map<unknown>).toJSON()).toEqual({
      one: 2,
      two: 3,
      new: true
    });
  });

  it('S35: outputs and counts of a run', () => {
    const output = { output_type: 'stream', name: 'stdout', text: 'done' };
    const cell = { id: 'a', cell_type: 'code', source: '1', metadata: {} } as const;
    const ran = new Y.Doc();
    cellsOf(ran).push([makeCell({ ...cell, outputs: [output], execution_count: 3 })]);
    const doc = docOf({ a: '1' });
    expect(bringBack(doc, { base: docOf({ a: '1' }), ours: ran, theirs: docOf({ a: '1' }) })).toEqual([]);
    expect(cellsOf(doc).get(0).toJSON()).toMatchObject({ outputs: [output], execution_count: 3 });
  });

  it('what says only how far a cell is trusted is no change', () => {
    const ours = docOf({ a: '1' });
    (cellsOf(ours).get(0).get('metadata') as Y.Map<unknown>).set('trusted', true);
    expect(
      bringBack(docOf({ a: '2' }), { base: docOf({ a: '1' }), ours, theirs: docOf({ a: '2' }) })
    ).toEqual([]);
  });
});
