/**
 * The five rights: what each allows and refuses, over HTTP and on sockets.
 * @module
 */
import { afterEach, describe, expect, inject, test } from 'vitest';
import type { Right } from '../../../protocol/levels.ts';
import { RIGHTS } from '../../../protocol/levels.ts';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import type { Wire } from './socket.ts';
import { pause, until } from './until.ts';

const site = new Site(inject('server'));
const open: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(leave => leave()))));

async function notebookOf(guest: Guest): Promise<Notebook> {
  const notebook = await Notebook.of(guest);
  open.push(() => notebook.leave());
  return notebook;
}

async function ownerOf(book: Book): Promise<Notebook> {
  const notebook = await Notebook.owner(book);
  open.push(() => notebook.leave());
  return notebook;
}

function kept(wire: Wire): Wire {
  open.push(() => wire.leave());
  return wire;
}

/** What each right is for, tried over HTTP: the status. */
const DEEDS: Record<Right, (guest: Guest) => Promise<number>> = {
  static: async guest => (await guest.ask('page/latest')).status,
  live: async guest => (await guest.ask('api/contents?content=1')).status,
  edit: async guest => {
    const asked = await guest.ask(`api/me?permissions=${encodeURIComponent('{"contents":["write"]}')}`);
    return asked.json<{ permissions: { contents: string[] } }>().permissions.contents.includes('write')
      ? 200
      : 403;
  },
  save: async guest =>
    (await guest.ask(`api/contents/${encodeURIComponent(guest.book.name)}/checkpoints`, 'POST')).status,
  execute: async guest =>
    (await guest.ask('api/kernels/current/execute', 'POST', { cell_id: 'words' })).status
};

describe('S4 each right over HTTP', () => {
  for (const right of RIGHTS) {
    test(`S4 ${right}: allowed with it, refused with every other one alone, refused again once it is taken`, async () => {
      const book = await site.share();
      const holder = await book.guest([right]);
      // The cell named is no code cell: whoever may run is told that there is none.
      expect(await DEEDS[right](holder)).toBeOneOf(right === 'execute' ? [404] : [200, 201]);
      const implied = right === 'live' ? ['static'] : RIGHTS.filter(each => each !== right);
      for (const other of implied as Right[]) {
        if (right === 'edit' && other === 'save') {
          continue; // writing is what both do, as far as `api/me` goes
        }
        expect(await DEEDS[right](await book.guest([other])), other).toBe(403);
      }
      await book.tick(holder, right === 'live' ? ['static'] : ['live']);
      expect(await DEEDS[right](holder)).toBe(403);
    });
  }
});

describe('S2 S3 T6 T87 document sockets', () => {
  test('S3 live sees and changes nothing: updates, step 2, saves, undo and restore are refused; edit may', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const viewer = await notebookOf(await book.guest(['live']));
    const editor = await notebookOf(await book.guest(['edit', 'save']));
    const before = { notebook: owner.doc.getArray('cells').toJSON(), file: book.bytes };
    viewer.type('first', ' # mine');
    viewer.text('words').delete(0, 1);
    viewer.doc.getArray('cells').delete(0, 1);
    const guest = await book.guest(['live']);
    const raw = await notebookOf(guest);
    raw.step2(new Uint8Array([0, 0]));
    expect(await raw.save()).toBe('failed');
    for (const call of ['undo_redo/json:notebook:x?action=undo', 'timeline/x', 'fork/x']) {
      expect((await guest.ask(`api/collaboration/${call}`, 'PUT', {})).status).toBe(404);
    }
    expect((await guest.ask(`api/contents/${book.name}/checkpoints/checkpoint`, 'POST')).status).toBe(404);
    editor.type('last', ' # allowed');
    await until(() => owner.source('last') === 'print(x) # allowed');
    expect({ notebook: owner.doc.getArray('cells').toJSON().slice(0, 2) }).toEqual({
      notebook: before.notebook.slice(0, 2)
    });
    expect(await editor.save()).toBe('success');
    expect(book.bytes).toContain('# allowed');
    expect(book.bytes).not.toContain('# mine');
  });

  test.each([
    'editor first',
    'viewer first',
    'editor first, viewer types first',
    'viewer first, types first'
  ])('S2 T87 the right is the connection’s: %s', async order => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const [a, b] = [await book.guest(['edit', 'save']), await book.guest(['live'])];
    const first = await notebookOf(order.startsWith('editor') ? a : b);
    const second = await notebookOf(order.startsWith('editor') ? b : a);
    const [editor, viewer] = order.startsWith('editor') ? [first, second] : [second, first];
    const typing = [() => editor.type('first', '0'), () => viewer.type('first', '9')];
    for (let round = 0; round < 5; round++) {
      (order.endsWith('types first') ? typing.toReversed() : typing).forEach(type => type());
    }
    await until(() => owner.source('first') === 'x = 100000');
    await until(() => editor.source('first') === 'x = 100000');
    editor.type('first', '!');
    await until(() => owner.source('first') === 'x = 100000!');
  });
});

describe('T6 T7 T8 S5 what is taken is gone at once, on what is open', () => {
  test('T6 live taken: document, kernel and side sockets close with 4403, the control socket is told; a twin stays', async () => {
    const book = await site.share();
    const runner = await book.guest(['execute']);
    const kernel = (await runner.ask('api/sessions', 'POST', { path: book.name })).json<{
      kernel: { id: string };
    }>();
    const [guest, twin] = [await book.guest(['live']), await book.guest(['live'])];
    const channels = `api/kernels/${kernel.kernel.id}/channels`;
    const wires = [await guest.room(), channels, 'api/events/subscribe'].map(path =>
      kept(guest.socket(path))
    );
    const twins = [await twin.room(), channels].map(path => kept(twin.socket(path)));
    const control = kept(guest.socket('api/liveshare/control'));
    await control.message('hello');
    for (const wire of [...wires, ...twins]) {
      expect(await wire.opened).toEqual({ status: 101 });
    }
    await until(() => twins.every(wire => wire.frames.length > 0));
    await book.tick(guest, ['static']);
    for (const wire of wires) {
      expect((await wire.closed(1_000)).code).toBe(4403);
    }
    expect(await control.message('rights')).toMatchObject({ rights: { live: false, static: true } });
    expect(control.isOpen).toBe(true);
    expect(twins.every(wire => wire.isOpen)).toBe(true);
    expect((await kept(guest.socket('api/events/subscribe')).closed()).code).toBe(4403);
  });

  test('T8 S5 edit given, taken and given while the guest types: in force both ways, nothing sent later gets through', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const guest = await book.guest(['live']);
    const notebook = await notebookOf(guest);
    for (const round of [1, 2, 3]) {
      await book.tick(guest, ['edit', 'save']);
      notebook.type('first', `+${round}`);
      await until(() => owner.source('first').includes(`+${round}`), 1_000, 'the edit');
      const flip = book.tick(guest, ['live']);
      for (let i = 0; i < 40; i++) {
        notebook.type('last', 'q');
      }
      await flip;
      // Whatever was on its way is judged before the answer to a later question.
      await notebook.save();
      const seen = owner.source('last');
      notebook.type('last', `late${round}`);
      await notebook.save();
      await pause(100);
      expect(owner.source('last').length).toBeGreaterThanOrEqual(seen.length);
      expect(owner.source('last')).not.toContain('late');
      expect(owner.source('first')).toMatch(/^x = 1/);
    }
    notebook.text('first').delete(0, 1);
    expect((await notebook.wire.closed()).code).toBe(4409);
    expect(owner.source('first')).toMatch(/^x = 1/);
  });

  test('T6 save taken: the next save on the open socket fails, and works again when it is given back', async () => {
    const book = await site.share();
    const guest = await book.guest(['edit', 'save']);
    const notebook = await notebookOf(guest);
    notebook.type('first', '0');
    expect(await notebook.save()).toBe('success');
    await book.tick(guest, ['edit']);
    notebook.type('first', '5');
    expect(await notebook.save()).toBe('failed');
    expect(book.bytes).not.toContain('x = 105');
    await book.tick(guest, ['edit', 'save']);
    expect(await notebook.save()).toBe('success');
    await until(() => book.bytes.includes('x = 105'));
  });

  test('T6 T7 a removed person: every socket 4403, told why, then 401; a twin by the same rights stays', async () => {
    const book = await site.share();
    const [guest, twin] = [
      await book.guest(['static', 'edit', 'save', 'execute']),
      await book.guest(['live'])
    ];
    const notebook = await notebookOf(guest);
    const control = kept(guest.socket('api/liveshare/control'));
    const other = await notebookOf(twin);
    await control.message('hello');
    expect((await book.owner(`people/${guest.id}`, 'DELETE')).status).toBe(204);
    expect((await notebook.wire.closed(1_000)).code).toBe(4403);
    expect((await control.closed(1_000)).code).toBe(4403);
    expect(control.messages.at(-1)).toMatchObject({ type: 'removed' });
    for (const path of ['api/liveshare/me', 'page/latest', 'api/contents', 'doc/tree/x.ipynb']) {
      expect((await guest.ask(path)).status, path).toBe(401);
    }
    expect((await kept(guest.socket('api/liveshare/control')).closed()).code).toBe(4401);
    expect(other.wire.isOpen).toBe(true);
    expect((await twin.ask('api/contents')).status).toBe(200);
  });

  test('T7 a revoked link takes exactly those who came by it; its token opens nothing any more', async () => {
    const book = await site.share();
    const [gone, stays] = [await book.link(['live']), await book.link(['live'])];
    let count = 0;
    const enter = async (token: string) => book.come(await book.enter(token, { name: `Someone ${++count}` }));
    const guests = [await enter(gone.token), await enter(gone.token)];
    const twin = await enter(stays.token);
    const notebooks = await Promise.all(guests.map(notebookOf));
    const other = await notebookOf(twin);
    expect((await book.owner(`links/${gone.link}`, 'DELETE')).status).toBe(204);
    for (const [index, notebook] of notebooks.entries()) {
      expect((await notebook.wire.closed(1_000)).code).toBe(4403);
      expect((await guests[index]?.ask('api/contents'))?.status).toBe(401);
    }
    expect((await book.enter(gone.token, { name: 'Again' })).status).toBe(401);
    expect(other.wire.isOpen).toBe(true);
    expect((await book.enter(stays.token, { name: 'Once more' })).status).toBe(201);
  });

  test('T7 a share that ended: sockets 4403, sessions and links 410, and another share is untouched', async () => {
    const [book, another] = [await site.share(), await site.share()];
    const invited = await book.invite(['live']);
    const [guest, twin] = [await book.guest(['live']), await another.guest(['live'])];
    const [notebook, other] = [await notebookOf(guest), await notebookOf(twin)];
    const control = kept(guest.socket('api/liveshare/control'));
    await control.message('hello');
    expect((await book.owner('', 'DELETE')).status).toBe(204);
    expect((await notebook.wire.closed(1_000)).code).toBe(4403);
    expect((await control.closed(1_000)).code).toBe(4403);
    expect((await guest.ask('api/liveshare/me')).status).toBe(410);
    expect((await book.enter(invited.token)).status).toBe(410);
    expect(other.wire.isOpen).toBe(true);
    expect((await twin.ask('api/contents')).status).toBe(200);
  });

  test('T6 rights that change by the link change for those who came by it, on the open socket', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const { link, token } = await book.link(['live']);
    const guest = book.come(await book.enter(token, { name: 'By link' }));
    const notebook = await notebookOf(guest);
    await book.owner(`links/${link}`, 'PATCH', { rights: { edit: true, save: true } });
    notebook.type('first', '7');
    await until(() => owner.source('first') === 'x = 17');
    await book.owner(`links/${link}`, 'PATCH', { rights: { live: false } });
    expect((await notebook.wire.closed(1_000)).code).toBe(4403);
  });
});
