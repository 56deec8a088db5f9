import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Activity, ActivityPage } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { FakeRoom } from '../testing/fakeRoom.ts';
import { GuestDocument } from '../testing/guestDocument.ts';
import { OWNER, TestApp } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
let file: string;
let room: FakeRoom;
beforeEach(async () => {
  test = await TestApp.start({ config: { limits: { roomLinger: 0.05 } } });
  file = test.jupyter.put('note.ipynb', notebook({ a: 'x = 1', b: 'y = 2', c: 'z = 3' })).id;
  room = test.jupyter.room('note.ipynb');
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const guest = (rights: Record<string, boolean>, more = {}) => test.guest(share, rights, more);
async function page(query = ''): Promise<ActivityPage> {
  return (await test.owner(`api/shares/${share}/activity${query}`)).json<ActivityPage>();
}
/** Kinds and cells of one person (null: the owner), oldest first. */
async function did(id: string | null): Promise<string[]> {
  const { items } = await page();
  return items
    .filter(item => (item.person?.id ?? null) === id)
    .map(item => [item.kind, item.cell ?? item.about?.name].filter(each => each !== undefined).join(' '))
    .reverse();
}
async function open(auth: Record<string, string>): Promise<GuestDocument> {
  const document = new GuestDocument(
    test.open(`s/${share}/api/collaboration/room/json:notebook:${file}`, { headers: auth })
  );
  await document.synced;
  return document;
}

describe('GET api/shares/<share>/activity', () => {
  it('a guest who comes, types, inserts, moves, deletes, saves and runs: what landed, once each', async () => {
    const { id, auth } = await guest({ edit: true, save: true, execute: true });
    const document = await open(auth);
    for (const letter of 'typing') {
      document.type('a', letter);
    }
    document.notebook.insertCell(3, { id: 'new', cell_type: 'code', source: '' });
    document.notebook.moveCell(0, 1);
    document.notebook.deleteCell(2);
    document.save(1);
    await eventually(() => expect(document.answers).toHaveLength(1));
    const ran = await test.call(`s/${share}/api/kernels/current/execute`, {
      method: 'POST',
      headers: auth,
      json: { cell_id: 'b' }
    });
    expect([ran.status, await did(id)]).toEqual([
      200,
      ['joined', 'edited a', 'inserted new', 'moved a', 'deleted c', 'saved', 'ran b']
    ]);
    const { items } = await page();
    const typed = items.find(item => item.kind === 'edited');
    expect(typed).toMatchObject({ person: { id, name: 'Gus Guest' }, count: 6, about: null });
    expect(Date.parse(typed?.at ?? '')).toBe(test.clock.now);
    expect(JSON.stringify(items)).not.toMatch(/typing|x = 1/);
  });

  it('S5 what was refused is nobody’s doing', async () => {
    const { id, auth } = await guest({ edit: true }, { cells: ['a'] });
    const document = await open(auth);
    document.type('b', 'no');
    document.notebook.cells.find(cell => cell.id === 'a')?.setMetadata('trusted', true);
    document.type('a', 'yes');
    document.notebook.deleteCell(2);
    await eventually(() => expect(room.source('a')).toBe('x = 1yes'));
    expect((await document.socket.closed).code).toBe(4409);
    expect(await did(id)).toEqual(['joined', 'edited a']);
  });

  it('a patch is its caller’s; a run by the kernel is no edit', async () => {
    const { id, auth } = await guest({ edit: true, execute: true });
    const operations = [
      { op: 'edit', cell: 'a', source: 'x = 5' },
      { op: 'insert', after: null, cell: { id: 'n', cell_type: 'raw', source: '' } },
      { op: 'type', cell: 'b', cell_type: 'markdown' }
    ];
    await test.call(`s/${share}/api/liveshare/notebook`, {
      method: 'PATCH',
      headers: auth,
      json: operations
    });
    await test.call(`s/${share}/api/kernels/current/execute`, {
      method: 'POST',
      headers: auth,
      json: { cell_id: 'a' }
    });
    expect((await did(id)).sort()).toEqual(['edited a', 'edited b', 'inserted n', 'ran a']);
    expect(await did(null)).toEqual(['invited Gus Guest']);
  });

  it('the owner’s own edits, from upstream; opening the notebook and outputs are none', async () => {
    const { auth } = await guest({ live: true });
    const document = await open(auth);
    expect(await did(null)).toEqual(['invited Gus Guest']);
    const cell = room.cell('a');
    cell?.setMetadata('trusted', true);
    room.notebook.ydoc.transact(() => {
      const outputs = cell?.ymodel.get('outputs') as { push(values: unknown[]): void };
      outputs.push([{ output_type: 'error', ename: 'E', evalue: '', traceback: [] }]);
      cell?.ymodel.set('execution_count', 7);
    });
    room.notebook.dirty = true;
    room.cell('b')?.setSource('mine');
    room.notebook.deleteCell(2);
    await eventually(() => expect(document.notebook.cells).toHaveLength(2));
    expect(await did(null)).toEqual(['invited Gus Guest', 'edited b', 'deleted c']);
  });

  it('what the owner does to people, under the name they had', async () => {
    const { id, auth } = await guest({ live: true });
    const at = `api/shares/${share}/people/${id}`;
    const socket = test.open(`s/${share}/api/liveshare/control`, { headers: auth });
    await socket.message('hello');
    await test.owner(at, { method: 'PATCH', json: { name: 'Renamed' } });
    await test.owner(at, { method: 'PATCH', json: { rights: { edit: true } } });
    await test.owner(at, { method: 'DELETE' });
    await socket.closed;
    expect(await did(null)).toEqual(['invited Gus Guest', 'rights Renamed', 'removed Renamed']);
    test.clock.now += 60_000;
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(await did(id)).toEqual(['joined']);
  });

  it('a reconnect is neither coming nor going; who stays away has left when they went', async () => {
    const { id, auth } = await guest({ live: true });
    const socket = () => test.open(`s/${share}/api/liveshare/control`, { headers: auth });
    const first = socket();
    await first.message('hello');
    first.close();
    await first.closed;
    const second = socket();
    await second.message('hello');
    second.close();
    await second.closed;
    expect(await did(id)).toEqual(['joined']);
    const went = test.clock.now;
    await eventually(() => expect(test.app.parts.connections.count(id)).toBe(0));
    test.clock.now += 31_000;
    await eventually(async () => expect(await did(id)).toEqual(['joined', 'left']));
    expect(Date.parse((await page()).items[0]?.at ?? '')).toBe(went);
  });

  it('is paged, for the owner alone', async () => {
    const { auth } = await guest({ edit: true, save: true, static: true });
    const seen: Activity[] = [];
    for (const cell of ['a', 'b', 'c']) {
      const json = [{ op: 'edit', cell, source: 'new' }];
      await test.call(`s/${share}/api/liveshare/notebook`, { method: 'PATCH', headers: auth, json });
    }
    for (let query = '?limit=2'; ;) {
      const { items, next } = await page(query);
      seen.push(...items);
      if (next === null) {
        break;
      }
      query = `?limit=2&before=${next}`;
    }
    expect(seen).toEqual((await page()).items);
    expect(seen.map(item => item.cell)).toEqual(['c', 'b', 'a', null]);
    for (const query of ['?limit=0', '?limit=x', '?before=-1', '?before=', '?limit=1e3']) {
      expect((await test.owner(`api/shares/${share}/activity${query}`)).status).toBe(400);
    }
    expect((await test.owner('api/shares/none/activity')).status).toBe(404);
    expect((await test.call(`api/shares/${share}/activity`, { headers: auth })).status).toBe(403);
  });

  it('the owner’s page is told of news, at most once a second', async () => {
    const { auth } = await guest({ edit: true });
    const control = test.open(`api/shares/${share}/control`, { user: OWNER });
    await control.message('share');
    const document = await open(auth);
    document.type('a', 'b');
    const { latest } = await control.message<{ latest: number }>('activity');
    expect((await page()).items[0]?.id).toBe(latest);
  });

  it('ends with the share', async () => {
    const { auth } = await guest({ edit: true });
    await open(auth);
    await page();
    await test.owner(`api/shares/${share}`, { method: 'DELETE' });
    expect(test.app.parts.database.prepare('SELECT count(*) AS n FROM activity').get()).toEqual({ n: 0 });
  });
});
