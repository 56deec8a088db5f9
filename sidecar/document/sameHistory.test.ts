import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellsOf } from './cells.ts';
import { makeCell } from './newCells.ts';
import { keepsAll, sameHistory } from './sameHistory.ts';

/** As jupyter_server_ydoc loads a file: always the same operations, under client id 0. */
const fromFile = (...sources: string[]): Y.Doc => {
  const doc = new Y.Doc();
  doc.clientID = 0;
  sources.forEach((source, n) =>
    cellsOf(doc).push([makeCell({ id: `c${n}`, cell_type: 'code', source, metadata: {} })])
  );
  return doc;
};
const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};
const text = (doc: Y.Doc, n = 0) => cellsOf(doc).get(n).get('source') as Y.Text;

describe('T102 a history in common', () => {
  it('is what two loads of the same file have, and what each wrote after that', () => {
    const [ours, theirs] = [fromFile('x = 1', 'y'), fromFile('x = 1', 'y')];
    const [a, b] = [copyOf(ours), copyOf(theirs)];
    text(a).insert(2, 'more ');
    text(b, 1).insert(0, 'other ');
    expect(sameHistory(a, b)).toBe(true);
    expect(sameHistory(b, a)).toBe(true);
  });

  it('is not what loads of different files have', () => {
    expect(sameHistory(fromFile('x = 1', 'y'), fromFile('x = 12', 'y'))).toBe(false);
    expect(sameHistory(fromFile('ab', 'y'), fromFile('ac', 'y'))).toBe(false);
  });

  it('is what a replica has that writes the keys of objects in another order, as pycrdt does', () => {
    const load = (kernelspec: object): Y.Doc => {
      const doc = fromFile('x');
      doc.getMap('meta').set('kernelspec', kernelspec);
      return doc;
    };
    const [ours, theirs] = [load({ name: 'a', display_name: 'A' }), load({ display_name: 'A', name: 'a' })];
    expect(sameHistory(ours, theirs)).toBe(true);
    expect(sameHistory(ours, load({ name: 'b', display_name: 'A' }))).toBe(false);
  });

  it('is what a store gives back, also when the file was set on top of it', () => {
    const ours = copyOf(fromFile('x = 1'));
    text(ours).insert(5, '234');
    const theirs = copyOf(ours);
    text(theirs).delete(5, 3);
    text(ours).insert(8, '5');
    expect(sameHistory(ours, theirs)).toBe(true);
  });

  it('is taken for none when what is loaded from a file stands where ours has deleted something', () => {
    const ours = copyOf(fromFile('x = 1'));
    text(ours).delete(0, 5);
    expect(sameHistory(ours, fromFile('y = 2'))).toBe(false);
    expect(sameHistory(ours, copyOf(ours))).toBe(true);
  });

  it('is not what documents have that know nothing of each other: merged, they would have every cell twice', () => {
    const other = new Y.Doc();
    cellsOf(other).push([makeCell({ id: 'c0', cell_type: 'code', source: 'x', metadata: {} })]);
    expect(sameHistory(other, fromFile('x'))).toBe(false);
  });
});

describe('T102 all that was accepted is still there', () => {
  const merged = (...docs: Y.Doc[]): Y.Doc => {
    const doc = new Y.Doc();
    docs.forEach(each => Y.applyUpdate(doc, Y.encodeStateAsUpdate(each)));
    return doc;
  };

  it('when the room has less, or more', () => {
    const store = copyOf(fromFile('x = 1'));
    const [ours, theirs] = [copyOf(store), copyOf(store)];
    text(ours).insert(5, '2');
    text(theirs).insert(0, '# ');
    theirs.getMap('state').set('dirty', true);
    cellsOf(theirs).get(0).set('execution_state', 'running');
    expect(keepsAll(ours, merged(ours, theirs))).toBe(true);
  });

  it('not when the file was set on top of its store, though it says the same', () => {
    const ours = copyOf(fromFile('x = 1'));
    const theirs = copyOf(ours);
    text(theirs).delete(0, 5);
    text(theirs).insert(0, 'x = 1');
    expect(keepsAll(ours, merged(ours, theirs))).toBe(false);
    expect(keepsAll(ours, merged(ours))).toBe(true);
  });
});
