/**
 * Versions against the real room, file and nbdime: raw clients, each refusal with a twin that is let in.
 * @module
 */
import { describe, expect, inject, test } from 'vitest';
import type {
  Version,
  VersionContent,
  VersionDiff,
  VersionList,
  VersionSaved
} from '../../../protocol/versions.ts';
import { code, Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const VERSIONS = 'api/liveshare/versions';
const outputs = [{ output_type: 'stream', name: 'stdout', text: 'one\n' }];
const CELLS = [
  code('first', 'x = 1', { outputs, execution_count: 1 }),
  { id: 'words', cell_type: 'markdown' as const, source: '# Words' },
  code('last', 'print(x)')
];
const save = async (book: Book, message: string) =>
  (await book.owner('versions', 'POST', { message })).json<VersionSaved>();
const list = async (guest: Guest) =>
  (await guest.ask(VERSIONS)).json<VersionList>().items.map(each => each.number);

describe('versions', () => {
  test('S29 a version is the live notebook, on disk too; going back is a change that everybody sees, with outputs for the owner', async () => {
    const book = await site.share(undefined, CELLS);
    const owner = await Notebook.owner(book);
    const viewer = await Notebook.of(await book.guest(['live']));
    owner.type('first', ' # not saved yet');
    await until(() => viewer.source('first').endsWith('yet'));
    const saved = await save(book, 'one');
    expect(saved).toMatchObject({ number: 1, person: null, message: 'one', file: 'success', cells: 3 });
    expect(book.bytes).toContain('not saved yet');
    owner.doc.transact(() => {
      owner.text('first').delete(0, owner.text('first').length);
      owner.doc.getArray('cells').delete(1, 2);
      (owner.cell('first').get('outputs') as unknown as { delete(at: number, n: number): void }).delete(0, 1);
    });
    await until(() => viewer.cells.length === 1);
    expect((await book.owner('versions/1/restore', 'POST', {})).json()).toEqual({ changed: 3 });
    for (const side of [owner, viewer]) {
      await until(() => side.cells.length === 3);
      expect(side.cells.map(cell => cell.get('id'))).toEqual(['first', 'words', 'last']);
      expect(side.source('first')).toBe('x = 1 # not saved yet');
      expect(side.outputs('first')).toMatchObject(outputs);
    }
    // What came back is a document like any other: the owner goes on, and it reaches the file.
    owner.type('last', ' # on');
    await until(() => viewer.source('last').endsWith('# on'));
    await until(() => book.bytes.includes('# on'), 15_000);
    await Promise.all([owner.leave(), viewer.leave()]);
  });

  test('S4 T20 who may see, save and go back: each refusal beside one who may', async () => {
    const book = await site.share(undefined, CELLS);
    await save(book, 'one');
    await save(book, 'two');
    const pages = await book.guest(['static'], { versions: [2] });
    const saver = await book.guest(['save']);
    const editor = await book.guest(['static', 'edit']);
    const some = await book.guest(['static', 'edit'], { cells: ['first'] });
    const viewer = await book.guest(['live']);
    expect(await list(pages)).toEqual([2]);
    expect(await list(saver)).toEqual([2, 1]);
    expect(await list(viewer)).toEqual([]);
    const made = await saver.ask(VERSIONS, 'POST', { message: 'mine' });
    expect(made.json<Version>()).toMatchObject({ number: 3, person: { id: saver.id, name: saver.name } });
    for (const guest of [pages, editor, viewer]) {
      expect((await guest.ask(VERSIONS, 'POST', { message: 'x' })).status).toBe(403);
    }
    const restore = (guest: Guest, number: number) =>
      guest.ask(`${VERSIONS}/${number}/restore`, 'POST', {}).then(answer => answer.status);
    expect(await restore(editor, 1)).toBe(200);
    expect(await restore(some, 1)).toBe(403);
    expect(await restore(saver, 1)).toBe(403);
    expect(await restore(pages, 2)).toBe(403);
    await book.owner(`people/${editor.id}`, 'PATCH', { versions: [2] });
    expect(await restore(editor, 1)).toBe(404);
    expect(await restore(editor, 2)).toBe(200);
  });

  test('T52 what a guest brings back is theirs: no outputs, no trust, seen in the activity', async () => {
    const book = await site.share(undefined, [
      code('first', 'x', { outputs, execution_count: 1, metadata: { trusted: true, editable: false } })
    ]);
    await save(book, 'one');
    const guest = await book.guest(['static', 'edit']);
    const patch = await guest.ask('api/liveshare/notebook', 'PATCH', [{ op: 'delete', cell: 'first' }]);
    expect(patch.status).toBe(200);
    expect((await guest.ask(`${VERSIONS}/1/restore`, 'POST', {})).json()).toEqual({ changed: 1 });
    const owner = await Notebook.owner(book);
    await until(() => owner.cells.length === 1);
    expect(owner.cell('first').toJSON()).toMatchObject({ source: 'x', outputs: [], execution_count: null });
    expect(owner.cell('first').toJSON()['metadata']).toEqual({});
    const { items } = (await book.owner('activity')).json<{ items: { kind: string; person: object }[] }>();
    expect(items.find(each => each.kind === 'restored')?.person).toMatchObject({ id: guest.id });
    await owner.leave();
  });

  test('T48 compared by nbdime as text, and read as JSON by who may take copies', async () => {
    const book = await site.share(undefined, CELLS);
    await save(book, '<script>alert(1)</script>');
    const guest = await book.guest(['static', 'edit']);
    await guest.ask('api/liveshare/notebook', 'PATCH', [{ op: 'edit', cell: 'first', source: 'x = 2' }]);
    const diff = (await guest.ask(`${VERSIONS}/1/diff`)).json<VersionDiff>();
    expect(diff).toMatchObject({ from: 1, to: 'now' });
    expect(diff.text).toContain('-  x = 1\n+  x = 2');
    expect((await book.owner('versions/1/diff')).json<VersionDiff>().text).toBe(diff.text);
    const content = (await guest.ask(`${VERSIONS}/1`)).json<VersionContent>();
    expect(content).toMatchObject({
      message: '<script>alert(1)</script>',
      content: { cells: [{ id: 'first' }, {}, {}] }
    });
    const bound = await book.guest(['static', 'live'], { grants: { copy: false } });
    expect((await bound.ask(`${VERSIONS}/1`)).status).toBe(403);
    expect((await bound.ask(`${VERSIONS}/1/diff`)).status).toBe(200);
  });

  test('kept with the file: after the share has ended and the notebook is shared anew', async () => {
    const book = await site.share(undefined, CELLS);
    await save(book, 'one');
    await book.owner('', 'DELETE');
    const again = (await site.owner('api/shares', 'POST', { path: book.path })).json<{ id: string }>();
    expect(again.id).not.toBe(book.id);
    const kept = (await site.owner(`api/shares/${again.id}/versions`)).json<VersionList>();
    expect(kept.items).toMatchObject([{ number: 1, message: 'one' }]);
  });
});

describe('T32 copy', () => {
  test('T32 without the grant the server gives no file, export or version; with it, it does', async () => {
    const book = await site.share(undefined, CELLS);
    await save(book, 'one');
    const may = await book.guest(['static', 'live']);
    const without = await book.guest(['static', 'live'], { grants: { copy: false } });
    const paths = [`files/${book.name}`, `${VERSIONS}/1`, `${VERSIONS}/1?download`];
    for (const path of paths) {
      expect((await may.ask(path)).status, path).toBe(200);
      expect((await without.ask(path)).status, path).toBe(403);
    }
    // Nobody's, with or without the grant.
    for (const path of [`nbconvert/html/${book.name}`, `nbconvert/script/${book.name}?download=true`]) {
      expect((await may.ask(path)).status, path).toBe(404);
    }
    expect((await may.ask('api/nbconvert')).json()).toEqual({});
    // In force at once.
    await book.owner(`people/${without.id}`, 'PATCH', { grants: { copy: true } });
    expect((await without.ask(`files/${book.name}`)).status).toBe(200);
    // What a viewer's page is made of is theirs to see.
    await book.owner(`people/${without.id}`, 'PATCH', { grants: { copy: false } });
    expect((await without.ask(`api/contents/${book.name}`)).status).toBe(200);
  });
});
