/**
 * What scripts do with a session token, and what the owner reads of it: against the real room (pycrdt), kernel and file.
 * @module
 */
import { createHash } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import type { Problem } from '../../../protocol/refusals.ts';
import type { ActivityPage, PatchResult } from '../../../protocol/resources.ts';
import { code, Site, type Book, type FileCell, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const CELLS: readonly FileCell[] = [
  code('first', 'x = 1\ny = "😀"\n'),
  { id: 'words', cell_type: 'markdown', source: '# Words' },
  code('ran', 'print(x)', {
    outputs: [{ output_type: 'stream', name: 'stdout', text: '1\n' }],
    execution_count: 4,
    metadata: { tags: ['kept'], editable: true }
  }),
  code('last', '')
];
const patch = (guest: Guest, operations: readonly object[]) =>
  guest.ask('api/liveshare/notebook', 'PATCH', operations);
const onDisk = (book: Book) => JSON.parse(book.bytes) as { cells: Record<string, unknown>[] };

describe('PATCH api/liveshare/notebook', () => {
  test('S25 every operation, as the owner’s room and the file have it', async () => {
    const book = await site.share(undefined, CELLS);
    const guest = await book.guest(['edit', 'save']);
    const answer = await patch(guest, [
      { op: 'edit', cell: 'first', source: 'x = 2\ny = "😁"\n', base_hash: sha256('x = 1\ny = "😀"\n') },
      { op: 'edit', cell: 'first', position: 0, remove: 1, insert: 'long' },
      { op: 'move', cell: 'ran', after: null },
      { op: 'insert', after: 'words', cell: { id: 'new', cell_type: 'code', source: 'z = 3' } },
      { op: 'metadata', cell: 'words', set: { tags: ['a'], deep: { list: [1, null, 'é'] } } },
      { op: 'type', cell: 'last', cell_type: 'raw' }
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json<PatchResult>()).toEqual({
      cells: ['first', 'ran', 'words', 'last'],
      inserted: ['new']
    });
    const owner = await Notebook.owner(book);
    await until(() => owner.cells.length === 5);
    expect(owner.cells.map(cell => cell.get('id'))).toEqual(['ran', 'first', 'words', 'new', 'last']);
    expect(owner.source('first')).toBe('long = 2\ny = "😁"\n');
    await until(() => onDisk(book).cells.length === 5, 15_000);
    const { cells } = onDisk(book);
    expect(cells[0]).toMatchObject({
      id: 'ran',
      source: ['print(x)'],
      outputs: [{ output_type: 'stream', name: 'stdout', text: ['1\n'] }],
      execution_count: 4,
      metadata: { tags: ['kept'], editable: true }
    });
    expect(cells[2]).toMatchObject({ metadata: { tags: ['a'], deep: { list: [1, null, 'é'] } } });
    expect(cells.map(cell => cell['cell_type'])).toEqual(['code', 'code', 'markdown', 'code', 'raw']);
    // What came by a patch goes on being edited by the owner.
    owner.type('new', '4');
    await patch(guest, [{ op: 'edit', cell: 'new', position: 0, remove: 1, insert: 'w' }]);
    await until(() => owner.source('new') === 'w = 34');
  });

  test('S5 T70 all or nothing: one refusal, and file and room are as they were', async () => {
    const book = await site.share(undefined, CELLS);
    const guest = await book.guest(['edit'], { cells: ['first'] });
    const [before, owner] = [book.bytes, await Notebook.owner(book)];
    const fine = { op: 'edit', cell: 'first', source: 'no trace of this' };
    for (const refused of [
      { op: 'edit', cell: 'words', source: '' },
      { op: 'delete', cell: 'first' },
      { op: 'insert', after: null, cell: { cell_type: 'raw', source: '' } },
      { op: 'metadata', cell: 'first', set: { trusted: true } },
      { op: 'metadata', cell: 'first', set: { editable: false } },
      { op: 'insert', after: null, cell: { cell_type: 'code', source: '', outputs: [] } }
    ]) {
      const answer = await patch(guest, [fine, refused]);
      expect([400, 403], JSON.stringify(refused)).toContain(answer.status);
      expect(answer.json<Problem>()).toMatchObject({ operation: 1, status: answer.status });
    }
    expect((await patch(guest, [{ op: 'edit', cell: 'first', source: 'twin' }])).status).toBe(200);
    await until(() => owner.source('first') === 'twin');
    expect(book.bytes).toBe(before);
  });
});

describe('activity', () => {
  test('who did what: guests, scripts, the owner at jupyter-collaboration; no source in it', async () => {
    const book = await site.share(undefined, CELLS);
    const guest = await book.guest(['edit', 'save', 'execute']);
    const notebook = await Notebook.of(guest);
    const owner = await Notebook.owner(book);
    notebook.type('first', 'z');
    notebook.type('first', 'z');
    await until(() => owner.source('first').endsWith('zz'));
    owner.type('words', '!');
    await until(() => notebook.source('words').endsWith('!'));
    await patch(guest, [{ op: 'delete', cell: 'last' }]);
    expect(await notebook.save()).toBe('success');
    const run = await guest.ask('api/kernels/current/execute', 'POST', { cell_id: 'ran' });
    expect(run.status).toBe(200);
    const { items, next } = (await book.owner('activity')).json<ActivityPage>();
    const told = items
      .map(({ person, kind, cell, count }) => [person?.id ?? 'owner', kind, cell, count])
      .reverse();
    expect(told).toEqual([
      ['owner', 'invited', null, 1],
      [guest.id, 'joined', null, 1],
      [guest.id, 'edited', 'first', 2],
      ['owner', 'edited', 'words', 1],
      [guest.id, 'deleted', 'last', 1],
      [guest.id, 'saved', null, 1],
      [guest.id, 'ran', 'ran', 1]
    ]);
    expect(next).toBeNull();
    expect(JSON.stringify(items)).not.toMatch(/zz|Words|print/);
    expect((await guest.book.site.ask(`api/shares/${book.id}/activity`)).status).toBe(403);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
