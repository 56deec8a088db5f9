import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { Conflict, Share } from '../../protocol/resources.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import type { TestApp } from '../testing/makeTestApp.ts';
import { SharedNotebook } from '../testing/sharedNotebook.ts';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

const shared = new SharedNotebook({ a: 'x = 1', b: 'y = 2' });
let test: TestApp;
let share: string;
let file: SharedNotebook['file'];
beforeEach(() => {
  ({ app: test, share, file } = shared);
});

const room = () => shared.room;
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 10 });
const shown = async () => (await test.owner(`api/shares/${share}`)).json<Share>();
const open = (auth: Record<string, string>) => shared.open(auth);
/** An editor without Save who has typed. */
async function typed(text = '23') {
  const ada = await test.guest(share, { edit: true });
  const document = await open(ada.auth);
  document.type('a', text);
  await eventually(() => expect(room().source('a')).toBe(`x = 1${text}`));
  return { ada, document };
}
/** The room upstream is rebuilt from the file: another history, without what wasn't saved. */
function rebuild(): void {
  const old = room();
  test.jupyter.rooms.delete(file.id);
  old.cut();
}
const post = (path: string, json: unknown = {}) =>
  test.owner(`api/shares/${share}/${path}`, { method: 'POST', json });

describe('unsaved work', () => {
  it('T108: everybody with Live sees whose it is, and why a save failed', async () => {
    const { ada } = await typed();
    const control = test.open(`s/${share}/api/liveshare/control`, { headers: ada.auth });
    await eventually(async () => {
      const told = await control.message<Of<'unsaved'>>('unsaved');
      expect(told.people.map(({ person }) => person?.id)).toEqual([ada.id]);
    });
    expect((await shown()).unsavedBy.map(({ person }) => person?.name)).toEqual(['Gus Guest']);
    room().tell({ event: 'failed', reason: 'read-only' });
    await eventually(async () => expect((await shown()).saveFailure).toBe('read-only'));
    expect((await post('save')).status).toBe(204);
    await eventually(async () =>
      expect(await shown()).toMatchObject({ unsaved: false, unsavedBy: [], saveFailure: null })
    );
    expect(JSON.stringify(file.content)).toContain('x = 123');
  });

  it('F7: ending a share asks first; discarded, the file is as it was', async () => {
    await typed();
    const before = JSON.stringify(file.content);
    const end = (query = '') => test.owner(`api/shares/${share}${query}`, { method: 'DELETE' });
    expect((await end()).json<{ type: string }>().type).toBe('liveshare:unsaved-changes');
    expect((await shown()).unsaved).toBe(true);
    expect((await end('?unsaved=discard')).status).toBe(204);
    expect(JSON.stringify(file.content)).not.toContain('x = 123');
    expect(before).not.toContain('x = 123');
  });

  it('F7: ending a share with save writes it first', async () => {
    await typed();
    expect((await test.owner(`api/shares/${share}?unsaved=save`, { method: 'DELETE' })).status).toBe(204);
    expect(JSON.stringify(file.content)).toContain('x = 123');
  });

  it('T102 S21: a rebuilt room gets it back once, and its guests start again', async () => {
    const { ada, document } = await typed();
    rebuild();
    expect(await document.socket.closed).toMatchObject({ code: 4409 });
    const fresh = await open(ada.auth);
    expect(fresh.source('a')).toBe('x = 123');
    await eventually(() => expect(room().source('a')).toBe('x = 123'));
    expect((await shown()).unsavedBy.map(({ person }) => person?.id)).toEqual([ada.id]);
  });

  it.each([
    ['mine', 'x = 123', 2],
    ['theirs', 'x = 9', 2],
    ['both', 'x = 9', 3]
  ] as const)('T104 S23: changed in the file too, the owner decides: %s', async (choose, source, count) => {
    await typed();
    await room().overwrite(notebook({ a: 'x = 9', b: 'y = 2' }));
    await eventually(async () => expect((await shown()).conflicts).toBe(1));
    expect(room().source('a')).toBe('x = 9');
    const [conflict] = (await test.owner(`api/shares/${share}/conflicts`)).json<Conflict[]>();
    expect(conflict).toMatchObject({
      cell: 'a',
      base: { source: 'x = 1' },
      mine: { source: 'x = 123' },
      theirs: { source: 'x = 9' }
    });
    expect((await post('conflicts/0', { choose })).status).toBe(404);
    expect((await post(`conflicts/${conflict!.id}`, { choose })).status).toBe(204);
    await eventually(() => expect(room().source('a')).toBe(source));
    await eventually(() => expect(room().notebook.cells).toHaveLength(count));
    expect((await shown()).conflicts).toBe(0);
  });

  it('T104 S23: changed elsewhere in the file, both stay', async () => {
    await typed();
    await room().overwrite(notebook({ a: 'x = 1', b: 'y = 99' }));
    await eventually(() => expect([room().source('a'), room().source('b')]).toEqual(['x = 123', 'y = 99']));
    expect(await shown()).toMatchObject({ conflicts: 0, unsaved: true });
  });

  it('T108: a save is told once, with who did it, whichever way they saved', async () => {
    const { ada } = await typed();
    const grace = await test.guest(share, { edit: true, save: true, static: true });
    const control = test.open(`s/${share}/api/liveshare/control`, { headers: ada.auth });
    await control.message('hello');
    const told = async () => {
      const { person } = await control.message<Of<'saved'>>('saved');
      return person?.id ?? 'owner';
    };
    room().autosave('client');
    expect(await told()).toBe('owner');
    await post('save');
    expect(await told()).toBe('owner');
    await post('versions', { message: 'one' });
    expect(await told()).toBe('owner');
    const document = await open(grace.auth);
    document.save(1);
    expect(await told()).toBe(grace.id);
    const version = { method: 'POST', headers: grace.auth, json: { message: 'two' } };
    expect((await test.call(`s/${share}/api/liveshare/versions`, version)).status).toBe(201);
    expect(await told()).toBe(grace.id);
    expect((await shown()).lastSaved?.person?.id).toBe(grace.id);
    // Nobody's: were it told, it would come before the next one.
    room().autosave('room');
    room().autosave('client');
    expect(await told()).toBe('owner');
    expect(control.pending.filter(frame => frame.includes('"type":"saved"'))).toEqual([]);
  });

  it('F7: an editor who is removed leaves their work unsaved, under their name, until somebody saves', async () => {
    const { ada } = await typed();
    expect(test.jupyter.held).toEqual([file.id]);
    await test.owner(`api/shares/${share}/people/${ada.id}`, { method: 'DELETE' });
    expect(test.jupyter.held).toEqual([file.id]);
    expect(await shown()).toMatchObject({ unsaved: true, held: true });
    expect((await shown()).unsavedBy.map(({ person }) => person?.name)).toEqual(['Gus Guest']);
    expect(JSON.stringify(file.content)).not.toContain('x = 123');
    expect((await post('save')).status).toBe(204);
    await eventually(async () => expect(await shown()).toMatchObject({ unsaved: false, held: false }));
    await eventually(() => expect(test.jupyter.held).toEqual([]));
  });

  it('F7: what isn’t saved can be looked at, and nothing is changed by that', async () => {
    await typed();
    const diff = async () =>
      (await test.owner(`api/shares/${share}/unsaved/diff`)).json<{ text: string }>().text;
    expect(JSON.parse(await diff())).toMatchObject({
      before: { cells: [{ source: 'x = 1' }, {}] },
      after: { cells: [{ source: 'x = 123' }, {}] }
    });
    expect(await shown()).toMatchObject({ unsaved: true });
    await post('save');
    expect(await diff()).toBe('');
  });

  it('T104 S23: a share with cells to decide on doesn’t end before they are', async () => {
    await typed();
    await room().overwrite(notebook({ a: 'x = 9', b: 'y = 2' }));
    await eventually(async () => expect((await shown()).conflicts).toBe(1));
    const [conflict] = (await test.owner(`api/shares/${share}/conflicts`)).json<Conflict[]>();
    expect((await test.owner(`api/shares/${share}/conflicts/${conflict!.id}/diff`)).status).toBe(200);
    const end = (query: string) => test.owner(`api/shares/${share}${query}`, { method: 'DELETE' });
    expect((await end('?unsaved=save')).json<{ type: string }>().type).toBe('liveshare:unsaved-changes');
    expect((await shown()).conflicts).toBe(1);
    expect((await post(`conflicts/${conflict!.id}`, { choose: 'mine' })).status).toBe(204);
    expect((await end('?unsaved=save')).status).toBe(204);
    expect(JSON.stringify(file.content)).toContain('x = 123');
  });

  it('T104 S23: dropping what isn’t saved drops what waits for a decision too', async () => {
    await typed();
    await room().overwrite(notebook({ a: 'x = 9', b: 'y = 2' }));
    await eventually(async () => expect((await shown()).conflicts).toBe(1));
    expect((await post('discard')).status).toBe(204);
    expect(await shown()).toMatchObject({ conflicts: 0, unsaved: false });
    expect(room().source('a')).toBe('x = 9');
  });

  it('T105: a file that can’t be read overwrites nothing: what wasn’t saved still isn’t, also for the next sidecar', async () => {
    const { ada, document } = await typed();
    room().unreadable();
    document.type('a', '4');
    await eventually(() => expect(room().source('a')).toBe('x = 1234'));
    expect(await shown()).toMatchObject({ unsaved: true, conflicts: 0 });
    rebuild();
    expect(await document.socket.closed).toMatchObject({ code: 4409 });
    expect((await open(ada.auth)).source('a')).toBe('x = 1234');
  });

  it('T104 S23: typed on while the file comes in: in cells that the file doesn’t change nothing is asked', async () => {
    const { document } = await typed();
    await post('save');
    document.type('a', '4');
    await eventually(() => expect(room().source('a')).toBe('x = 1234'));
    const before = async () => {
      document.type('a', '5');
      await eventually(() => expect(room().source('a')).toBe('x = 12345'));
    };
    await room().overwrite(notebook({ a: 'x = 123', b: 'y = 99' }), { before });
    await eventually(() => expect([room().source('a'), room().source('b')]).toEqual(['x = 12345', 'y = 99']));
    expect(await shown()).toMatchObject({ conflicts: 0, unsaved: true });
    await eventually(() => expect(document.source('a')).toBe('x = 12345'));
  });

  it('T104 S23: typed into what the file brought, before it was told that it had: kept, and what was there before is the owner’s to decide', async () => {
    const { document } = await typed();
    const after = async () => {
      await eventually(() => expect(document.source('a')).toBe('y = 9'));
      document.type('a', '!');
      await eventually(() => expect(room().source('a')).toBe('y = 9!'));
    };
    await room().overwrite(notebook({ a: 'y = 9', b: 'y = 2' }), { after });
    await eventually(async () => expect((await shown()).conflicts).toBe(1));
    const [conflict] = (await test.owner(`api/shares/${share}/conflicts`)).json<Conflict[]>();
    expect(conflict).toMatchObject({ mine: { source: expect.stringContaining('23') as string } });
    expect([room().source('a'), document.source('a')]).toEqual(['y = 9!', 'y = 9!']);
  });
});
