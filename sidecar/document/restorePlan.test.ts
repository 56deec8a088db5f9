import fc from 'fast-check';
import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { toNotebook } from './cells.ts';
import { planPatch } from './patch.ts';
import { restoreUpdate } from './restore.ts';
import { planRestore } from './restorePlan.ts';

type Cell = Record<string, unknown>;
const book = (cells: readonly Cell[], metadata: object = {}) => ({
  cells: cells.map(each => ({ ...each })),
  metadata,
  nbformat: 4,
  nbformat_minor: 5
});
const code = (id: string, source: string, more: Cell = {}): Cell => ({
  id,
  cell_type: 'code',
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
  ...more
});
const text = (id: string, source: string, more: Cell = {}): Cell => ({
  id,
  cell_type: 'markdown',
  source,
  metadata: {},
  ...more
});

function docOf(content: object): Y.Doc {
  const doc = new Y.Doc();
  const notebook = new YNotebook();
  notebook.fromJSON(content as never);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(notebook.ydoc));
  notebook.dispose();
  return doc;
}

const ids = fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], { minLength: 0 });
const cells = ids
  .chain(found => fc.shuffledSubarray(found, { minLength: found.length }))
  .chain(order =>
    fc.tuple(
      ...order.map(id =>
        fc
          .record({ source: fc.string({ maxLength: 6 }), kind: fc.boolean(), tag: fc.option(fc.string()) })
          .map(({ source, kind, tag }) => {
            const metadata = tag === null ? {} : { tags: [tag] };
            return kind ? code(id, source, { metadata }) : text(id, source, { metadata });
          })
      )
    )
  );

const content = (doc: Y.Doc) =>
  (toNotebook(doc)['cells'] as Cell[]).map(({ id, cell_type, source, metadata }) => ({
    id,
    cell_type,
    source,
    metadata
  }));
const bare = (list: readonly Cell[]) =>
  list.map(({ id, cell_type, source, metadata }) => ({ id, cell_type, source, metadata }));
const everything = {
  author: { person: 'p', edit: true, cells: 'all', structure: true, lockedCells: new Set<string>() },
  refOf: (id: string) => ({ id, own: false }),
  isDead: () => false
} as const;

describe('restoring', () => {
  it('S9 the operations lead from any notebook to any other, and to nothing when both are the same', () => {
    fc.assert(
      fc.property(cells, cells, (now, then) => {
        const doc = docOf(book(now));
        const operations = planRestore(toNotebook(doc), book(then));
        if (operations.length > 0) {
          planPatch(doc, 7, operations, everything);
        }
        expect(content(doc)).toEqual(bare(then));
        expect(planRestore(toNotebook(doc), book(then))).toEqual([]);
      }),
      { numRuns: 300 }
    );
  });

  it('what is the same is left alone: one cell that moved is one move', () => {
    const order = (names: string) => book([...names].map(name => text(name, name)));
    expect(planRestore(order('abcdef'), order('bcdeaf'))).toEqual([{ op: 'move', cell: 'a', after: 'e' }]);
    expect(planRestore(order('abcdef'), order('fabcde'))).toEqual([{ op: 'move', cell: 'f', after: null }]);
  });

  it('what a guest brings back has no outputs and nothing that only the owner writes', () => {
    const then = book([
      code('a', 'new', {
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'x' }],
        metadata: { trusted: true, editable: false, tags: ['t'], execution: { 'iopub.status.busy': 'x' } }
      })
    ]);
    expect(planRestore(book([]), then)).toEqual([
      {
        op: 'insert',
        after: null,
        cell: { id: 'a', cell_type: 'code', source: 'new', metadata: { tags: ['t'] } }
      }
    ]);
  });
});

describe('T52 the owner restores', () => {
  const outputs = [
    { output_type: 'stream', name: 'stdout', text: 'one\n' },
    { output_type: 'display_data', data: { 'text/html': '<b>x</b>' }, metadata: {} }
  ];
  const restore = (now: object, then: Record<string, unknown>) => {
    const doc = docOf(now);
    const { update, changed } = restoreUpdate(Y.encodeStateAsUpdate(doc), 2 ** 32 + 5, then);
    const sent: Uint8Array[] = [];
    doc.on('update', (each: Uint8Array) => sent.push(each));
    if (update !== null) {
      Y.applyUpdate(doc, update);
    }
    return { notebook: toNotebook(doc), changed, sent };
  };

  it('outputs, counts, attachments, locks and notebook metadata come back; the kernel stays', () => {
    const then = book(
      [
        code('a', 'x', { outputs, execution_count: 3, metadata: { editable: false } }),
        text('m', 'y', { attachments: { 'p.png': { 'image/png': 'AAAA' } } })
      ],
      { title: 'old', kernelspec: { name: 'old' } }
    );
    const now = book([text('m', 'z'), code('a', 'x')], { other: 1, kernelspec: { name: 'new' } });
    const { notebook, changed } = restore(now, then);
    expect(notebook['cells']).toEqual([
      expect.objectContaining({ id: 'a', outputs, execution_count: 3, metadata: { editable: false } }),
      expect.objectContaining({ id: 'm', source: 'y', attachments: { 'p.png': { 'image/png': 'AAAA' } } })
    ]);
    expect(notebook['metadata']).toEqual({ title: 'old', kernelspec: { name: 'new' } });
    expect(changed).toBe(2);
  });

  it('trust never comes back: not with a cell that was gone, nor with outputs that were not trusted then', () => {
    const trusted = { metadata: { trusted: true } };
    const gone = restore(book([]), book([code('a', 'x', { outputs, ...trusted })])).notebook;
    expect((gone['cells'] as Cell[])[0]).toMatchObject({ metadata: {}, outputs });
    const other = restore(book([code('a', 'x', trusted)]), book([code('a', 'x', { outputs })])).notebook;
    expect((other['cells'] as Cell[])[0]).toMatchObject({ metadata: {}, outputs });
    // Trusted then and now: nothing new.
    const both = restore(
      book([code('a', 'x', trusted)]),
      book([code('a', 'x', { outputs, ...trusted })])
    ).notebook;
    expect((both['cells'] as Cell[])[0]).toMatchObject({ metadata: { trusted: true } });
  });

  it('the notebook as it is already costs nothing', () => {
    const same = book([code('a', 'x', { outputs })], { t: 1 });
    expect(restore(same, same)).toMatchObject({ changed: 0, sent: [] });
  });
});
