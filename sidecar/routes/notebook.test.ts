import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../protocol/refusals.ts';
import type { PatchResult } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { GuestDocument } from '../testing/guestDocument.ts';
import { TestApp, type TestAnswer } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
let room: FakeRoom;
beforeEach(async () => {
  test = await TestApp.start({ config: { limits: { roomLinger: 0.05 } } });
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1', b: 'y = 2' }));
  room = test.jupyter.room('note.ipynb');
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const patch = (headers: Record<string, string>, json: unknown): Promise<TestAnswer> =>
  test.call(`s/${share}/api/liveshare/notebook`, { method: 'PATCH', headers, json });
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('PATCH api/liveshare/notebook', () => {
  it('reaches the owner and other guests, without anybody’s document being open before', async () => {
    const [{ auth }, viewer] = [
      await test.guest(share, { edit: true }),
      await test.guest(share, { live: true })
    ];
    const answer = await patch(auth, [
      { op: 'edit', cell: 'a', source: 'x = 10' },
      { op: 'insert', after: 'a', cell: { id: 'new', cell_type: 'markdown', source: '# New' } },
      { op: 'move', cell: 'b', after: null }
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json<PatchResult>()).toEqual({ cells: ['a', 'b'], inserted: ['new'] });
    await eventually(() => expect(room.notebook.cells.map(cell => cell.id)).toEqual(['b', 'a', 'new']));
    expect([room.source('a'), room.source('new')]).toEqual(['x = 10', '# New']);
    const document = new GuestDocument(
      test.open(
        `s/${share}/api/collaboration/room/json:notebook:${test.jupyter.files.get('note.ipynb')?.id}`,
        {
          headers: viewer.auth
        }
      )
    );
    await document.synced;
    await patch(auth, [{ op: 'edit', cell: 'new', position: 2, remove: 3, insert: 'Live' }]);
    await eventually(() => expect(document.source('new')).toBe('# Live'));
  });

  it('S5 out of scope: a problem that names the operation, and nothing has happened', async () => {
    const { auth } = await test.guest(share, { edit: true }, { cells: ['a'] });
    const before = room.updates.length;
    const answer = await patch(auth, [
      { op: 'edit', cell: 'a', source: 'mine' },
      { op: 'edit', cell: 'b', source: 'not mine' }
    ]);
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json<Problem>()).toMatchObject({ type: 'liveshare:no-right', operation: 1 });
    expect(answer.json<Problem>().detail).toMatch(/^operation 1: /);
    expect((await patch(auth, [{ op: 'edit', cell: 'a', source: 'mine' }])).status).toBe(200);
    await eventually(() => expect(room.source('a')).toBe('mine'));
    expect(room.source('b')).toBe('y = 2');
    expect(room.updates.length).toBeGreaterThan(before);
  });

  it('a source that somebody changed meanwhile: 409', async () => {
    const { auth } = await test.guest(share, { edit: true });
    const base_hash = '0'.repeat(64);
    const answer = await patch(auth, [{ op: 'edit', cell: 'a', source: '', base_hash }]);
    expect([answer.status, answer.json<Problem>().operation]).toEqual([409, 0]);
  });

  it.each<[string, unknown]>([
    ['an unknown operation', [{ op: 'run', cell: 'a' }]],
    ['outputs', [{ op: 'insert', after: null, cell: { cell_type: 'code', source: '', outputs: [] } }]],
    ['both ways to edit', [{ op: 'edit', cell: 'a', source: '', position: 0, remove: 0, insert: '' }]],
    ['no object', [null]],
    ['a position below zero', [{ op: 'edit', cell: 'a', position: -1, remove: 0, insert: '' }]]
  ])('%s is not well formed', async (_, operations) => {
    const { auth } = await test.guest(share, { edit: true });
    const answer = await patch(auth, operations);
    expect(answer.json<Problem>()).toMatchObject({
      status: 400,
      type: 'liveshare:bad-request',
      operation: 0
    });
  });

  it('T70 keys that change what an object is, an empty list, and more than 200 operations are refused', async () => {
    const { auth } = await test.guest(share, { edit: true });
    const send = (body: string) =>
      test.call(`s/${share}/api/liveshare/notebook`, {
        method: 'PATCH',
        headers: { ...auth, 'content-type': 'application/json' },
        body
      });
    const evil = '[{"op":"metadata","cell":"a","set":{"name":{"__proto__":1}}}]';
    expect((await send(evil.replace('"name":{"__proto__":1}', '"foo":"fine"'))).status).toBe(200);
    expect((await send(evil)).status).toBe(400);
    expect((await patch(auth, [])).status).toBe(400);
    const many = (n: number) => Array.from({ length: n }, () => ({ op: 'metadata', cell: 'a', set: {} }));
    expect((await patch(auth, many(201))).status).toBe(400);
    expect((await patch(auth, many(200))).status).toBe(200);
  });

  it('T6 the right is looked up at each call', async () => {
    const { id, auth } = await test.guest(share, { edit: true });
    const operations = [{ op: 'edit', cell: 'a', source: 'x = 2' }];
    expect((await patch(auth, operations)).status).toBe(200);
    await test.owner(`api/shares/${share}/people/${id}`, {
      method: 'PATCH',
      json: { rights: { edit: false } }
    });
    expect((await patch(auth, [{ op: 'edit', cell: 'a', source: 'x = 3' }])).status).toBe(403);
    expect((await patch({}, operations)).status).toBe(401);
    await eventually(() => expect(room.source('a')).toBe('x = 2'));
  });

  it('is described', async () => {
    const { paths, components } = (await test.owner('api/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>;
      components: { schemas: Record<string, unknown> };
    }>();
    expect(JSON.stringify(paths['/s/{share}/api/liveshare/notebook']?.['patch'])).toContain(
      '#/components/schemas/NotebookOperation'
    );
    expect(components.schemas).toHaveProperty('NotebookOperation');
  });
});
