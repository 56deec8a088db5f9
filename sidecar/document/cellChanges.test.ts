import { YNotebook } from '@jupyter/ydoc';
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { UPSTREAM } from '../upstream/document.ts';
import { CellWatch, type CellChanges } from './cellChanges.ts';

const cell = (id: string, source = '') => ({
  id,
  cell_type: 'code' as const,
  source,
  metadata: {},
  outputs: []
});

let owner: YNotebook;
let doc: Y.Doc;
let watch: CellWatch;
let told: Partial<CellChanges>[];
/** Without the empty lists. */
const short = (changes: CellChanges): Partial<CellChanges> =>
  Object.fromEntries(Object.entries(changes).filter(([, ids]) => ids.length > 0));

beforeEach(() => {
  owner = new YNotebook();
  owner.insertCells(
    0,
    ['a', 'b', 'c'].map(id => cell(id, `source of ${id}`))
  );
  doc = new Y.Doc();
  told = [];
  watch = new CellWatch(doc, changes => told.push(short(changes)));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(owner.ydoc), UPSTREAM);
  owner.ydoc.on('update', update => Y.applyUpdate(doc, update, UPSTREAM));
});

describe('what the owner does', () => {
  it('opening the notebook is nothing', () => expect(told).toEqual([]));

  it.each<[string, (notebook: YNotebook) => void, Partial<CellChanges>[]]>([
    ['typing', n => n.cells[0]!.updateSource(0, 0, 'x'), [{ edited: ['a'] }]],
    ['metadata', n => n.cells[1]!.setMetadata('tags', ['t']), [{ edited: ['b'] }]],
    ['inserting', n => n.insertCell(1, cell('new')), [{ inserted: ['new'] }]],
    ['deleting', n => n.deleteCellRange(0, 2), [{ deleted: ['a', 'b'] }]],
    ['moving', n => n.moveCells(0, 2, 2), [{ moved: ['a', 'b'] }]],
    [
      'changing the type',
      n =>
        n.transact(() => {
          n.deleteCell(0);
          n.insertCell(0, { id: 'a', cell_type: 'markdown', source: '' });
        }),
      [{ edited: ['a'] }]
    ],
    [
      'splitting',
      n =>
        n.transact(() => {
          n.cells[0]!.setSource('first');
          n.insertCell(1, cell('rest'));
        }),
      [{ inserted: ['rest'], edited: ['a'] }]
    ],
    [
      'editing what is deleted at once',
      n =>
        n.transact(() => {
          n.cells[0]!.setSource('gone');
          n.deleteCell(0);
        }),
      [{ deleted: ['a'] }]
    ],
    ['trust', n => n.cells[0]!.setMetadata('trusted', true), []],
    ['time stamps of a run', n => n.cells[0]!.setMetadata('execution', { started: 'now' }), []],
    ['the state of the page', n => n.ydoc.getMap('state').set('dirty', true), []],
    ['metadata of the notebook', n => n.setMetadata('title', 't'), []],
    [
      'a run',
      n => {
        const run = n.cells[0] as unknown as { execution_count: number; setOutputs(outputs: object[]): void };
        run.execution_count = 3;
        run.setOutputs([{ output_type: 'stream', name: 'stdout', text: 'out' }]);
        (run as unknown as { appendStreamOutput(index: number, text: string): void }).appendStreamOutput(
          0,
          'more'
        );
      },
      []
    ]
  ])('%s', (_, act, expected) => {
    act(owner);
    expect(told).toEqual(expected);
  });
});

describe('what a person does', () => {
  it('is told to whoever did the work, not as the owner’s; what nobody is at work for is nobody’s', () => {
    const list = doc.getArray<Y.Map<unknown>>('cells');
    const { result, changes } = watch.during('p', () => {
      list.delete(2);
      (list.get(0).get('source') as Y.Text).insert(0, 'x');
      return 7;
    });
    expect([result, short(changes)]).toEqual([7, { deleted: ['c'], edited: ['a'] }]);
    list.delete(0);
    expect(short(watch.during('p', () => undefined).changes)).toEqual({});
    expect(told).toEqual([]);
  });

  it('an exception ends it', () => {
    expect(() =>
      watch.during('p', () => {
        throw new Error('broken');
      })
    ).toThrow('broken');
    doc.getArray('cells').delete(0);
    expect(short(watch.during('q', () => undefined).changes)).toEqual({});
  });
});
