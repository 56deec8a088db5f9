import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMENTS_PER_SHARE, type CommentList, type CommentThread } from '../../protocol/comments.ts';
import type { Problem } from '../../protocol/refusals.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { TestApp, type TestAnswer } from '../testing/makeTestApp.ts';
import { quiet } from '../testing/quiet.ts';

quiet();

let test: TestApp;
let share: string;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' }));
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

type Caller = (below?: string, method?: string, json?: unknown) => Promise<TestAnswer>;
const owner: Caller = (below = '', method = 'GET', json) =>
  test.owner(`api/shares/${share}/comments${below}`, { method, ...(json === undefined ? {} : { json }) });
async function guest(
  more: Record<string, unknown> = {},
  rights = { live: true }
): Promise<Caller & { id: string }> {
  const { id, auth } = await test.guest(share, rights, more);
  const call: Caller = (below = '', method = 'GET', json) =>
    test.call(`s/${share}/api/liveshare/comments${below}`, {
      method,
      headers: auth,
      ...(json === undefined ? {} : { json })
    });
  return Object.assign(call, { id });
}
async function begin(who: Caller, text = 'Why 1?', cell = 'a'): Promise<CommentThread> {
  const answer = await who('', 'POST', { cell, text });
  expect(answer.status).toBe(201);
  return answer.json<CommentThread>();
}
const all = async (who: Caller) => (await who()).json<CommentList>();

describe('comments', () => {
  it('a guest begins, the owner answers, somebody else resolves, and an answer opens it again', async () => {
    const [ada, bob] = [await guest(), await guest()];
    const { id, comments } = await begin(ada);
    expect(comments).toMatchObject([
      { person: { id: ada.id, name: 'Gus Guest' }, text: 'Why 1?', editedAt: null }
    ]);
    expect((await owner(`/${id}`, 'POST', { text: 'Why not?' })).status).toBe(201);
    expect((await bob(`/${id}`, 'PATCH', { resolved: true })).status).toBe(200);
    const resolved = (await all(ada)).threads[0];
    expect(resolved?.comments.map(each => [each.person?.id ?? null, each.text])).toEqual([
      [ada.id, 'Why 1?'],
      [null, 'Why not?']
    ]);
    expect(resolved?.resolved).toEqual({
      by: expect.objectContaining({ id: bob.id }),
      at: new Date(test.clock.now).toISOString()
    });
    await ada(`/${id}`, 'POST', { text: 'Thanks' });
    expect((await all(owner)).threads[0]).toMatchObject({ resolved: null, comments: { length: 3 } });
    expect(test.jupyter.room('note.ipynb').source('a')).toBe('x = 1');
  });

  it('`latest` grows with every change and stands with none', async () => {
    expect((await all(owner)).latest).toBe(0);
    const { id } = await begin(owner);
    expect((await all(owner)).latest).toBe(1);
    await owner(`/${id}`, 'PATCH', { resolved: false });
    expect((await all(owner)).latest).toBe(1);
    await owner(`/${id}`, 'PATCH', { resolved: true });
    expect((await all(owner)).latest).toBe(2);
  });

  it('T48 one’s own may be changed and deleted, nobody else’s; the owner deletes any and rewrites none', async () => {
    const [ada, bob] = [await guest(), await guest()];
    const thread = await begin(ada);
    const at = `/${thread.id}/${thread.comments[0]?.id}`;
    expect((await bob(at, 'PATCH', { text: 'mine now' })).status).toBe(403);
    expect((await bob(at, 'DELETE')).status).toBe(403);
    expect((await owner(at, 'PATCH', { text: 'mine now' })).status).toBe(403);
    expect((await all(bob)).threads).toEqual([thread]);
    expect((await ada(at, 'PATCH', { text: 'Why one?' })).json<CommentThread>().comments[0]).toMatchObject({
      text: 'Why one?',
      editedAt: new Date(test.clock.now).toISOString()
    });
    expect((await ada(at, 'DELETE')).status).toBe(204);
    const other = await begin(bob);
    expect((await owner(`/${other.id}/${other.comments[0]?.id}`, 'DELETE')).status).toBe(204);
    expect((await all(owner)).threads).toEqual([]);
  });

  it('a thread outlives its first comment, and goes with its last', async () => {
    const ada = await guest();
    const { id, comments } = await begin(ada);
    const answer = (await owner(`/${id}`, 'POST', { text: 'yes' })).json<CommentThread>().comments[1];
    await ada(`/${id}/${comments[0]?.id}`, 'DELETE');
    expect((await all(ada)).threads.map(each => each.comments)).toEqual([[answer]]);
    await owner(`/${id}/${answer?.id}`, 'DELETE');
    expect((await all(ada)).threads).toEqual([]);
  });

  it('T48 a cell that isn’t there, no text, too much text, other fields', async () => {
    const ada = await guest();
    for (const [body, status] of [
      [{ cell: 'nowhere', text: 'x' }, 404],
      [{ cell: 'a', text: ' \n' }, 400],
      [{ cell: 'a', text: 'x'.repeat(10_001) }, 400],
      [{ cell: 'a', text: 'x', person: 'owner' }, 400],
      [{ cell: 'a', text: 'x', at: '2020-01-01T00:00:00Z' }, 400],
      [{ text: 'x' }, 400]
    ] as const) {
      expect((await ada('', 'POST', body)).status, JSON.stringify(body).slice(0, 60)).toBe(status);
    }
    await begin(ada, 'x'.repeat(10_000));
  });

  it('T48 so many at once; somebody else, and oneself a little later, may', async () => {
    const [ada, bob] = [await guest(), await guest()];
    const answers = [];
    for (let n = 0; n < 31; n++) {
      answers.push((await ada('', 'POST', { cell: 'a', text: `${n}` })).status);
    }
    expect(answers).toEqual([...Array.from({ length: 30 }, () => 201), 429]);
    await begin(bob);
    test.clock.now += 2_000;
    await begin(ada);
    expect((await ada('', 'POST', { cell: 'a', text: 'again' })).status).toBe(429);
  });

  it('T48 a share holds so many and no more; deleting makes room', async () => {
    const ada = await guest();
    const { id, comments } = await begin(ada);
    const { database } = test.app.parts;
    const add = database.prepare(`INSERT INTO comments (id, thread, text, at) VALUES (?, ?, 'x', 'then')`);
    for (let n = 1; n < COMMENTS_PER_SHARE; n++) {
      add.run(`many-${n}`, id);
    }
    const full = await ada('', 'POST', { cell: 'a', text: 'one more' });
    expect([full.status, full.json<Problem>().detail]).toEqual([
      413,
      'This notebook has as many comments as it can hold.'
    ]);
    expect((await ada(`/${id}`, 'POST', { text: 'an answer' })).status).toBe(413);
    await ada(`/${id}/${comments[0]?.id}`, 'DELETE');
    await begin(ada);
  });

  it('the end of the share is the end of its comments', async () => {
    await begin(owner);
    await test.owner(`api/shares/${share}`, { method: 'DELETE' });
    share = await test.share('note.ipynb');
    expect(await all(owner)).toEqual({ latest: 0, threads: [] });
  });
});
