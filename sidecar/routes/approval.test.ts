import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { Link, Session, Share } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { OWNER, TestApp } from '../testing/makeTestApp.ts';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

let test: TestApp;
let share: string;
let link: Link;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('note.ipynb');
  const json = { rights: { edit: true, execute: true }, approval: true };
  link = (await test.owner(`api/shares/${share}/links`, { method: 'POST', json })).json<Link>();
});
afterEach(() => test.close());

const knock = async (name: string) => {
  const json = { token: link.url.split('#')[1], name };
  const answer = await test.call(`s/${share}/api/liveshare/session`, { method: 'POST', json });
  const session = answer.json<Session>();
  return { session, id: session.me.person.id, auth: { authorization: `token ${session.token}` } };
};
const person = (id: string, method: string, json?: unknown) =>
  test.owner(`api/shares/${share}/people/${id}`, { method, json });
const listed = async () => (await test.owner(`api/shares/${share}`)).json<Share>().people;

describe('approval on joining', () => {
  it('T20 S4: before the owner’s word nothing opens but the door, after it everything that was ticked', async () => {
    const { session, id, auth } = await knock('Linus');
    expect(session).toMatchObject({ next: '', me: { waiting: true, rights: { live: false, edit: false } } });
    const guests = test.app.routes.filter(({ demand }) => demand.who === 'guest' && demand.right !== 'any');
    expect(guests.length).toBeGreaterThan(20);
    for (const { method, path } of guests) {
      const at = path
        .replace(':share', share)
        .replace(/\/\*$/, '/x')
        .replace(/:\w+(\{[^}]*\})?/g, 'x')
        .slice(1);
      const answer = await test.call(at, {
        method: method.toUpperCase(),
        headers: auth,
        ...(method === 'get' ? {} : { json: {} })
      });
      expect([path, answer.status, answer.json()['type']]).toEqual([path, 403, 'liveshare:no-right']);
    }
    for (const { path } of test.app.sockets.filter(
      each => each.kind === 'document' || each.kind === 'kernel'
    )) {
      const at = path.replace(':share', share).replace(/:\w+/g, 'x').slice(1);
      expect((await test.open(at, { headers: auth }).closed).code).toBe(4403);
    }
    expect((await person(id, 'PATCH', { waiting: false })).json()).toMatchObject({
      waiting: false,
      rights: { live: true, edit: true, execute: true }
    });
    const me = await test.call(`s/${share}/api/liveshare/me`, { headers: auth });
    expect(me.json()).toMatchObject({ waiting: false, next: 'doc/tree/note.ipynb' });
    expect((await test.call(`s/${share}/api/contents`, { headers: auth })).status).toBe(200);
  });

  it('who waits hears of the owner’s word at once, both ways, and may not ask for rights', async () => {
    const [linus, eve] = [await knock('Linus'), await knock('Eve')];
    const open = ({ auth }: { auth: Record<string, string> }) =>
      test.open(`s/${share}/api/liveshare/control`, { headers: auth });
    const [first, second] = [open(linus), open(eve)];
    expect(await first.message<Of<'hello'>>('hello')).toMatchObject({ rights: { live: false } });
    await second.message('hello');
    second.send(JSON.stringify({ type: 'ask', rights: ['edit'] }));
    expect(await second.message<Of<'error'>>('error')).toMatchObject({ reason: 'no-right' });
    await person(linus.id, 'PATCH', { waiting: false, rights: { edit: false, execute: false } });
    expect(await first.message<Of<'rights'>>('rights')).toMatchObject({
      rights: { live: true, edit: false }
    });
    await person(eve.id, 'DELETE');
    expect(await second.message<Of<'removed'>>('removed')).toMatchObject({ reason: 'not-admitted' });
    expect((await second.closed).code).toBe(4403);
    const me = await test.call(`s/${share}/api/liveshare/me`, { headers: eve.auth });
    expect([me.status, me.json()['type']]).toEqual([401, 'liveshare:no-session']);
  });

  it('the owner sees who waits; others don’t; ticks alone let nobody in', async () => {
    const { id } = await knock('Linus');
    const { auth } = await test.guest(share, { live: true });
    const owner = test.open(`api/shares/${share}/control`, { user: OWNER });
    const { share: seen } = await owner.message<Of<'share'>>('share');
    expect(seen.people.find(each => each.id === id)).toMatchObject({ name: 'Linus', waiting: true });
    const other = test.open(`s/${share}/api/liveshare/control`, { headers: auth });
    const { people } = await other.message<Of<'people'>>('people');
    expect(people.map(each => each.name)).not.toContain('Linus');
    expect((await person(id, 'PATCH', { rights: { live: true } })).status).toBe(400);
    expect((await listed()).find(each => each.id === id)).toMatchObject({
      waiting: true,
      rights: { live: false }
    });
    const activity = await test.owner(`api/shares/${share}/activity`);
    expect(activity.text).not.toContain('Linus');
    await person(id, 'PATCH', { waiting: false });
    expect(
      (await test.owner(`api/shares/${share}/activity`)).json<{ items: object[] }>().items[0]
    ).toMatchObject({
      kind: 'admitted',
      about: { name: 'Linus' }
    });
  });

  it('a link without approval lets in at once; those who waited still wait', async () => {
    const { id } = await knock('Linus');
    const answer = await test.owner(`api/shares/${share}/links/${link.id}`, {
      method: 'PATCH',
      json: { approval: false }
    });
    expect(answer.json()).toMatchObject({ approval: false, uses: 0 });
    expect((await knock('Ada')).session).toMatchObject({
      next: 'doc/tree/note.ipynb',
      me: { waiting: false }
    });
    expect((await listed()).find(each => each.id === id)).toMatchObject({ waiting: true });
  });
});
