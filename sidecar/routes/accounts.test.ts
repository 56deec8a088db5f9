import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person, SharedWithMe } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { OWNER, ORIGIN, TestApp } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const ada = { username: 'ada', name: 'Ada Lovelace' };
const invite = (json: object) => test.owner(`api/shares/${share}/people`, { method: 'POST', json });
const group = (json: object) => test.owner(`api/shares/${share}/groups`, { method: 'POST', json });
const mine = async (user: object) =>
  (await test.call('api/shared-with-me', { user: user as typeof ada })).json<SharedWithMe[]>();

describe('groups', () => {
  beforeEach(() => {
    test.jupyter.groups = [{ group: 'physics', users: ['ada', 'olga', 'bo'] }];
  });

  it('invite those who are members now; the owner and those on the list are left as they are', async () => {
    await invite({ username: 'bo', rights: { edit: true } });
    const answer = await group({ group: 'physics', rights: { live: true } });
    expect([answer.status, answer.json<{ people: Person[] }>().people]).toMatchObject([
      201,
      [{ kind: 'account', username: 'ada', rights: { live: true } }]
    ]);
    test.jupyter.groups[0]!.users.push('new');
    const again = await group({ group: 'physics', rights: { live: true } });
    expect(again.json<{ people: Person[] }>().people.map(({ username }) => username)).toEqual(['new']);
    const shown = (await test.owner(`api/shares/${share}`)).json<{ people: Person[] }>();
    expect(shown.people.map(({ username, rights }) => [username, rights.edit])).toEqual([
      ['bo', true],
      ['ada', false],
      ['new', false]
    ]);
    expect((await test.owner('api/people?query=phys')).json()).toEqual([{ group: 'physics', members: 4 }]);
  });

  it.each([
    [{ group: 'none', rights: { live: true } }, 404],
    [{ group: '', rights: { live: true } }, 400],
    [{ group: 'physics', rights: { all: true } }, 400],
    [{ group: 'physics', expiresAt: '2020-01-01T00:00:00Z' }, 400]
  ])('%j is refused and invites nobody', async (json, status) => {
    expect((await group(json)).status).toBe(status);
    expect((await test.owner(`api/shares/${share}`)).json<{ people: Person[] }>().people).toEqual([]);
  });
});

describe('shared with me', () => {
  it('is what an account was invited to, with an address that opens without a link', async () => {
    await invite({ ...ada, rights: { edit: true } });
    const [one, ...more] = await mine(ada);
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      name: 'note.ipynb',
      owner: 'Olga Owner',
      rights: { edit: true, save: false }
    });
    expect(one?.url).toBe(`${ORIGIN}/base/liveshare/s/${share}`);
    const me = await test.call(`s/${share}/api/liveshare/me`, { user: ada });
    expect(me.json()).toMatchObject({ person: { name: 'Ada Lovelace' }, next: 'doc/tree/note.ipynb' });
  });

  it('T20 is nobody else’s business, and ends with the access', async () => {
    const made = (await invite({ ...ada, rights: { live: true } })).json<Person>();
    expect(await mine({ username: 'eve' })).toEqual([]);
    expect(await mine(OWNER)).toEqual([]);
    expect((await test.call('api/shared-with-me')).status).toBe(401);
    const { auth } = await test.guest(share, { edit: true });
    expect((await test.call('api/shared-with-me', { headers: auth })).status).toBe(401);
    const expiresAt = new Date(test.clock.now + 60_000).toISOString();
    await test.owner(`api/shares/${share}/people/${made.id}`, { method: 'PATCH', json: { expiresAt } });
    expect(await mine(ada)).toHaveLength(1);
    test.clock.now += 60_000;
    expect(await mine(ada)).toEqual([]);
  });

  it('whoever looked is found by the owner as one types, and their name can’t be taken at a door', async () => {
    await mine(ada);
    expect((await test.owner('api/people?query=love')).json()).toEqual([ada]);
    const made = await test.owner(`api/shares/${share}/links`, {
      method: 'POST',
      json: { rights: { live: true } }
    });
    const token = made.json<{ url: string }>().url.split('#')[1];
    const enter = (name: string) =>
      test.call(`s/${share}/api/liveshare/session`, { method: 'POST', json: { token, name } });
    expect((await enter('ADA')).json()).toMatchObject({ type: 'liveshare:name-taken', status: 409 });
    expect((await enter('Ada Byron')).status).toBe(201);
  });
});
