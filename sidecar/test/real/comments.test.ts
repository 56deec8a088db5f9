/**
 * Comments by raw clients: who may, what is kept, who is told. The notebook file knows nothing of them.
 * @module
 */
import { describe, expect, inject, test } from 'vitest';
import type { CommentList, CommentThread } from '../../../protocol/comments.ts';
import type { ActivityPage } from '../../../protocol/resources.ts';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';

const site = new Site(inject('server'));
const AT = 'api/liveshare/comments';

async function begin(guest: Guest, text: string, cell = 'first'): Promise<CommentThread> {
  const answer = await guest.ask(AT, 'POST', { cell, text });
  expect(answer.status, answer.all).toBe(201);
  return answer.json<CommentThread>();
}
const threads = async (guest: Guest) => (await guest.ask(AT)).json<CommentList>().threads;
const ofOwner = async (book: Book) => (await book.owner('comments')).json<CommentList>().threads;

describe('comments', () => {
  test('T48 S7 markup, direction overrides and 10 kB are text; the author is who the session says', async () => {
    const book = await site.share();
    const guest = await book.guest(['live']);
    const texts = [
      '<img src=x onerror=alert(1)><script>alert(1)</script>',
      '[link](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$',
      '\u202eolleh \u2066;background:url(//evil)',
      'é'.repeat(5_000) + 'x'.repeat(5_000)
    ];
    for (const text of texts) {
      expect((await begin(guest, text)).comments[0]).toMatchObject({
        text,
        person: { id: guest.id, name: guest.name }
      });
    }
    const answer = await guest.ask(AT);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect((await threads(guest)).flatMap(each => each.comments.map(one => one.text))).toEqual(texts);
    const forged = { cell: 'first', text: 'x', person: { id: 'owner', name: 'Owner', color: '#000000' } };
    expect((await guest.ask(AT, 'POST', forged)).status).toBe(400);
  });

  test('S4 neither without Live nor without the grant, not even to read; both ways while it goes on', async () => {
    const book = await site.share();
    const writer = await book.guest(['live']);
    const { id, comments } = await begin(writer, 'for some eyes');
    const calls: readonly (readonly [string, string, object?])[] = [
      [AT, 'GET'],
      [AT, 'POST', { cell: 'first', text: 'x' }],
      [`${AT}/${id}`, 'POST', { text: 'x' }],
      [`${AT}/${id}`, 'PATCH', { resolved: true }],
      [`${AT}/${id}/${comments[0]?.id}`, 'PATCH', { text: 'x' }],
      [`${AT}/${id}/${comments[0]?.id}`, 'DELETE']
    ];
    const silent = await book.guest(['live'], { grants: { comment: false } });
    const reader = await book.guest(['static']);
    for (const guest of [silent, reader]) {
      for (const [path, method, body] of calls) {
        const answer = await guest.ask(path, method, body);
        expect([answer.status, answer.all.includes('for some eyes')], `${method} ${path}`).toEqual([
          403,
          false
        ]);
      }
    }
    const may = (comment: boolean) => book.owner(`people/${writer.id}`, 'PATCH', { grants: { comment } });
    await may(false);
    expect((await writer.ask(`${AT}/${id}`, 'POST', { text: 'x' })).status).toBe(403);
    await may(true);
    expect((await writer.ask(`${AT}/${id}`, 'POST', { text: 'twin' })).status).toBe(201);
    expect((await ofOwner(book))[0]?.comments.map(each => each.text)).toEqual(['for some eyes', 'twin']);
  });

  test('T48 threads of another share don’t exist here, neither for guests nor by the owner’s address', async () => {
    const [book, other] = [await site.share(), await site.share()];
    const [guest, stranger] = [await book.guest(['live']), await other.guest(['edit', 'save', 'execute'])];
    const { id, comments } = await begin(guest, 'ours');
    const calls: readonly (readonly [string, string, object?])[] = [
      [`/${id}`, 'POST', { text: 'x' }],
      [`/${id}`, 'PATCH', { resolved: true }],
      [`/${id}/${comments[0]?.id}`, 'PATCH', { text: 'x' }],
      [`/${id}/${comments[0]?.id}`, 'DELETE']
    ];
    for (const [path, method, body] of calls) {
      expect((await stranger.ask(AT + path, method, body)).status).toBe(404);
      expect((await other.owner(`comments${path}`, method, body)).status).toBe(404);
    }
    // A thread of ours, a comment of another one.
    const second = await begin(guest, 'second');
    expect((await guest.ask(`${AT}/${second.id}/${comments[0]?.id}`, 'DELETE')).status).toBe(404);
    expect(await threads(stranger)).toEqual([]);
    expect((await threads(guest)).length).toBe(2);
    expect((await guest.ask(`${AT}/${id}/${comments[0]?.id}`, 'DELETE')).status).toBe(204);
  });

  test('everybody who may is told at once, nobody else; file and document know nothing; a removed cell keeps its thread', async () => {
    const book = await site.share();
    const [ada, bob] = [await book.guest(['edit']), await book.guest(['live'])];
    const silent = await book.guest(['live'], { grants: { comment: false } });
    const sockets = [ada, bob, silent].map(each => each.socket('api/liveshare/control'));
    const owner = site.jupyterSocket(`liveshare/api/shares/${book.id}/control`);
    await Promise.all([...sockets, owner].map(each => each.message('hello')));
    const notebook = await Notebook.of(ada);
    const before = [book.bytes, JSON.stringify(notebook.cells)];
    await begin(bob, 'Look here', 'last');
    for (const socket of [...sockets.slice(0, 2), owner]) {
      expect(await socket.message('comments')).toEqual({ type: 'comments', latest: 1 });
    }
    await book.owner(`people/${silent.id}`, 'PATCH', { grants: { comment: true } });
    await sockets[2]?.message('rights');
    expect(sockets[2]?.frames.some(({ data }) => data.includes('"comments"'))).toBe(false);
    expect([book.bytes, JSON.stringify(notebook.cells)]).toEqual(before);
    await ada.ask('api/liveshare/notebook', 'PATCH', [{ op: 'delete', cell: 'words' }]);
    await begin(ada, 'About a cell that goes', 'first');
    await ada.ask('api/liveshare/notebook', 'PATCH', [{ op: 'delete', cell: 'first' }]);
    expect((await threads(bob)).map(each => each.cell)).toEqual(['last', 'first']);
    expect((await ada.ask(AT, 'POST', { cell: 'first', text: 'too late' })).status).toBe(404);
    const { items } = (await book.owner('activity')).json<ActivityPage>();
    expect(items.filter(each => each.kind === 'commented').map(each => [each.person?.id, each.cell])).toEqual(
      [
        [ada.id, 'first'],
        [bob.id, 'last']
      ]
    );
    expect(JSON.stringify(items)).not.toContain('Look here');
    await Promise.all([...sockets, owner].map(each => each.leave()));
  });
});
