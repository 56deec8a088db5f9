/**
 * When the file changes, and who made it change.
 * @module
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import type { Share } from '../../../protocol/resources.ts';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import { pause, until } from './until.ts';

const site = new Site(inject('server'));
const open: Notebook[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(each => each.leave()))));

async function notebookOf(guest: Guest): Promise<Notebook> {
  const notebook = await Notebook.of(guest);
  open.push(notebook);
  return notebook;
}

/** The file doesn't change for longer than jupyter-collaboration waits (1 s after typing) and than we let it be behind (4 s). */
async function staysAs(book: Book, bytes: string, within = 5_500): Promise<void> {
  const end = Date.now() + within;
  while (Date.now() < end) {
    expect(book.bytes).toBe(bytes);
    await pause(100);
  }
}

describe('F7 edit without save', () => {
  test('F7 the file stays as it is, byte for byte, until somebody with save saves; then it holds everybody’s edits', async () => {
    const book = await site.share();
    const holder = await book.guest(['edit']);
    const [editor, saver] = [await notebookOf(holder), await notebookOf(await book.guest(['save']))];
    const viewer = await notebookOf(await book.guest(['live']));
    const owner = await Notebook.owner(book);
    open.push(owner);
    const before = book.bytes;
    const written = statSync(join(site.server.root, book.path)).mtimeMs;
    editor.type('first', '00');
    owner.type('last', ' # owner');
    owner.presence.setLocalState({ autosave: true });
    owner.sendPresence([owner.doc.clientID]);
    await until(() => saver.source('first') === 'x = 100' && saver.source('last').endsWith('owner'));
    await staysAs(book, before);
    expect(statSync(join(site.server.root, book.path)).mtimeMs).toBe(written);
    expect((await book.owner('')).json()).toMatchObject({ unsaved: true });
    expect(await editor.save()).toBe('failed');
    expect(await viewer.save()).toBe('failed');
    expect(book.bytes).toBe(before);
    expect(await saver.save()).toBe('success');
    await until(() => book.bytes.includes('x = 100') && book.bytes.includes('# owner'));
    await until(async () => (await book.owner('')).json<{ unsaved: boolean }>().unsaved === false);
    editor.type('first', '9');
    const saved = book.bytes;
    await staysAs(book, saved, 2_000);
    // When the last who may edit without saving may save, nothing waits any more.
    await book.tick(holder, ['edit', 'save']);
    await until(() => book.bytes.includes('x = 1009'), 6_000, 'the file to follow by itself');
  });

  test('F7 the owner’s wish to hold saves does the same, and ends', async () => {
    const book = await site.share();
    await book.owner('', 'PATCH', { holdSaves: true });
    const editor = await notebookOf(await book.guest(['edit', 'save']));
    const before = book.bytes;
    editor.type('first', '5');
    await staysAs(book, before, 2_500);
    await book.owner('', 'PATCH', { holdSaves: false });
    await until(() => book.bytes.includes('x = 15'), 6_000);
  });

  test('F7 an editor who is removed: what they left is written when somebody saves, and not before', async () => {
    const book = await site.share();
    const ada = await book.guest(['edit']);
    const editor = await notebookOf(ada);
    const before = book.bytes;
    editor.type('first', '77');
    await until(async () => (await book.owner('')).json<Share>().unsaved === true);
    const { name } = (await book.owner('')).json<Share>().people.find(({ id }) => id === ada.id) ?? {};
    expect((await book.owner(`people/${ada.id}`, 'DELETE')).status).toBe(204);
    await staysAs(book, before);
    const left = (await book.owner('')).json<Share>();
    expect(left).toMatchObject({ unsaved: true, held: true, unsavedBy: [{ person: { id: ada.id, name } }] });
    expect((await book.owner('save', 'POST', {})).status).toBe(204);
    await until(() => book.bytes.includes('x = 177'));
    await until(async () => (await book.owner('')).json<Share>().held === false);
    // Held no longer: what the owner types is saved by the room itself.
    const owner = await Notebook.owner(book);
    open.push(owner);
    owner.presence.setLocalState({ autosave: true });
    owner.type('last', ' # again');
    await until(() => book.bytes.includes('# again'), 6_000);
  });

  test('T108 the owner who saves in JupyterLab is named like a guest who saves, once each', async () => {
    const book = await site.share();
    const ada = await book.guest(['edit', 'save']);
    await book.guest(['edit']);
    const watcher = (await book.guest(['live'])).socket('api/liveshare/control');
    const savers: (string | null)[] = [];
    watcher.ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; person?: { id: string } | null };
      if (message.type === 'saved') {
        savers.push(message.person?.id ?? null);
      }
    });
    await watcher.opened;
    const [owner, saver] = [await Notebook.owner(book), await notebookOf(ada)];
    open.push(owner);
    owner.type('first', '1');
    await until(() => saver.source('first') === 'x = 11');
    expect(await owner.save()).toBe('success');
    await until(() => savers.length === 1);
    saver.type('first', '2');
    expect(await saver.save()).toBe('success');
    await until(() => savers.length === 2);
    expect((await book.owner('versions', 'POST', { message: 'one' })).status).toBe(201);
    await until(() => savers.length === 3);
    expect(savers).toEqual([null, ada.id, null]);
    expect((await book.owner('')).json<Share>().lastSaved?.person).toBeNull();
    await watcher.leave();
  });

  test('F7 guests who only leave don’t lose what waits: the room stays, the next one finds it, and it can be saved', async () => {
    const book = await site.share();
    const editor = await book.guest(['edit']);
    const first = await notebookOf(editor);
    const before = book.bytes;
    first.type('first', '42');
    await until(async () => (await book.owner('')).json<{ unsaved: boolean }>().unsaved === true);
    await first.leave();
    await staysAs(book, before, 3_000);
    const saver = await notebookOf(await book.guest(['save']));
    expect(saver.source('first')).toBe('x = 142');
    expect(await saver.save()).toBe('success');
    await until(() => book.bytes.includes('x = 142'));
  });
});

/** Seconds of typing without a pause; `TYPING_SECONDS=60` looks longer. */
const TYPING = Number(process.env['TYPING_SECONDS'] ?? 12);

describe('F8 T101 unbroken typing', () => {
  const title = `T101 F8 with a gap of 0.3 s for ${TYPING} s the file is never more than 5 s behind`;
  test(title, { timeout: 30_000 + TYPING * 2_000 }, async () => {
    const book = await site.share();
    const typist = await notebookOf(await book.guest(['edit', 'save']));
    const typed: { mark: string; at: number }[] = [];
    let worst = 0;
    const look = () => {
      const file = book.bytes;
      const missing = typed.find(each => !file.includes(each.mark));
      worst = Math.max(worst, missing === undefined ? 0 : Date.now() - missing.at);
    };
    for (let i = 0; i < TYPING / 0.3; i++) {
      const mark = `<${i}>`;
      typist.type('first', mark);
      typed.push({ mark, at: Date.now() });
      for (let part = 0; part < 3; part++) {
        await pause(100);
        look();
      }
    }
    expect(worst).toBeLessThan(5_000);
    expect(worst).toBeGreaterThan(500);
    await until(() => typed.every(each => book.bytes.includes(each.mark)), 6_000);
  });
});
