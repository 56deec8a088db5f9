import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { OWNER, TestApp } from '../testing/makeTestApp.ts';
import type { TestSocket } from '../testing/testSocket.ts';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

let test: TestApp;
let share: string;
beforeEach(async () => {
  test = await TestApp.start();
  test.jupyter.put('note.ipynb', notebook({ a: 'x = 1' }));
  share = await test.share('note.ipynb');
});
afterEach(() => test.close());

const guestSocket = (auth: Record<string, string>, headers: Record<string, string> = {}) =>
  test.open(`s/${share}/api/liveshare/control`, { headers: { ...auth, ...headers } });
const ownerSocket = (at = share, options = {}) =>
  test.open(`api/shares/${at}/control`, { user: OWNER, ...options });
const change = (person: string, json: unknown) =>
  test.owner(`api/shares/${share}/people/${person}`, { method: 'PATCH', json });
/** The next picture of the share that fits. */
async function shareThat(socket: TestSocket, fits: (message: Of<'share'>['share']) => boolean) {
  for (;;) {
    const { share: found } = await socket.message<Of<'share'>>('share');
    if (fits(found)) {
      return found;
    }
  }
}

describe('a guest’s control socket', () => {
  it('says hello with what the guest is and may do, and who is here', async () => {
    const { auth, id } = await test.guest(share, { edit: true }, { cells: ['a'], grants: { copy: false } });
    const socket = guestSocket(auth);
    expect(await socket.json()).toMatchObject({
      type: 'hello',
      protocol: 1,
      person: { id, name: 'Gus Guest' },
      rights: { live: true, edit: true, save: false, execute: false, static: false },
      cells: ['a'],
      structure: false,
      grants: { copy: false },
      lockMode: 'soft',
      locks: []
    });
    expect((await socket.message<Of<'people'>>('people')).people.map(each => each.id)).toEqual([id]);
  });

  it('a reader of the static page is told nothing of the others', async () => {
    const { auth } = await test.guest(share, { live: true });
    const { auth: reader } = await test.guest(share, { static: true });
    const socket = guestSocket(reader);
    expect((await socket.json())['type']).toBe('hello');
    const other = guestSocket(auth);
    await other.message('people');
    await other.message('people');
    expect(socket.pending).toEqual([]);
  });

  it('S5: rights are told when they change, before the owner’s call is answered', async () => {
    const { auth, id } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    expect((await change(id, { rights: { edit: true }, cells: ['a'] })).status).toBe(200);
    expect(await socket.message<Of<'rights'>>('rights')).toMatchObject({
      rights: { edit: true, live: true },
      cells: ['a'],
      structure: false
    });
  });

  it('T6: removed, the guest is told why and the socket closes', async () => {
    const { auth, id } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    await test.owner(`api/shares/${share}/people/${id}`, { method: 'DELETE' });
    expect(await socket.message<Of<'removed'>>('removed')).toMatchObject({ reason: 'no-right' });
    expect((await socket.closed).code).toBe(4403);
  });

  it('live taken away leaves it open: the guest may get it back', async () => {
    const { auth, id } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    await change(id, { rights: { live: false } });
    expect(await socket.message<Of<'rights'>>('rights')).toMatchObject({ rights: { live: false } });
    await change(id, { rights: { live: true } });
    expect(await socket.message<Of<'rights'>>('rights')).toMatchObject({ rights: { live: true } });
  });

  it.each([
    'x',
    '[]',
    'null',
    '{}',
    '{"type":"lock_take","cell":"a"}',
    '{"type":"running","cell":"a","run":"r"}',
    '{"type":"ask","rights":[]}',
    '{"type":"ask","rights":["owner"]}',
    '{"type":"ask","rights":["edit","edit","edit","edit","edit","edit"]}',
    `{"type":"ask","rights":["edit"],"note":"${'x'.repeat(501)}"}`
  ])('%.60s is no message of a guest: 4400', async text => {
    const { auth } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    socket.send(text);
    expect((await socket.closed).code).toBe(4400);
  });

  it('binary frames and large ones are refused', async () => {
    const { auth } = await test.guest(share, { live: true });
    const [binary, large] = [guestSocket(auth), guestSocket(auth)];
    await Promise.all([binary.json(), large.json()]);
    binary.send(new Uint8Array([1]));
    large.send(JSON.stringify({ type: 'heartbeat', more: 'x'.repeat(20_000) }));
    expect((await binary.closed).code).toBe(4400);
    expect((await large.closed).code).toBe(4413);
  });
});

describe('asking for more', () => {
  it('reaches the owner; granted, the right is there; refused, nothing changes', async () => {
    const { auth, id } = await test.guest(share, { live: true });
    const [owner, socket] = [ownerSocket(), guestSocket(auth)];
    await Promise.all([owner.message('share'), socket.json()]);
    socket.tell({ type: 'ask', rights: ['edit', 'save'], note: 'to fix a typo' });
    const { request } = await owner.message<Of<'request'>>('request');
    expect(request).toMatchObject({ person: { id }, rights: ['edit', 'save'], note: 'to fix a typo' });
    expect(Object.keys(request)).not.toContain('share');
    const answer = (json: unknown) =>
      test.owner(`api/shares/${share}/requests/${request.id}`, { method: 'POST', json });
    expect((await answer({ rights: { edit: true } })).status).toBe(204);
    expect(await socket.message<Of<'rights'>>('rights')).toMatchObject({
      rights: { edit: true, save: false }
    });
    expect((await answer({ refuse: true })).status).toBe(404);
  });

  it('every tab of the guest knows what is asked for, what was given and what not; others’ tabs know nothing', async () => {
    const { auth } = await test.guest(share, { live: true });
    const [socket, other] = [guestSocket(auth), guestSocket(auth)];
    const stranger = guestSocket((await test.guest(share, { live: true })).auth);
    const owner = ownerSocket();
    for (const each of [socket, other, stranger, owner]) {
      await each.message('hello');
    }
    socket.tell({ type: 'ask', rights: ['edit', 'execute'] });
    const { request } = await owner.message<Of<'request'>>('request');
    const waiting = { type: 'asked', waiting: ['edit', 'execute'], refused: [] };
    expect(await other.message<Of<'asked'>>('asked')).toEqual(waiting);
    expect(await socket.message<Of<'asked'>>('asked')).toEqual(waiting);
    // One that opens meanwhile, too.
    expect(await guestSocket(auth).message<Of<'asked'>>('asked')).toEqual(waiting);
    const json = { rights: { edit: true } };
    await test.owner(`api/shares/${share}/requests/${request.id}`, { method: 'POST', json });
    const answered = { type: 'asked', waiting: [], refused: ['execute'] };
    expect(await other.message<Of<'asked'>>('asked')).toEqual(answered);
    expect(stranger.pending.filter(frame => frame.includes('asked'))).toEqual([]);
  });

  it('waits for an owner who comes later', async () => {
    const { auth } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    socket.tell({ type: 'ask', rights: ['execute'] });
    await vi.waitFor(() => expect(test.app.parts.requests.ofShare(share)).toHaveLength(1));
    expect((await ownerSocket().message<Of<'request'>>('request')).request.rights).toEqual(['execute']);
  });

  it('goes with the link that its person came by', async () => {
    const rights = { live: true };
    const made = await test.owner(`api/shares/${share}/links`, { method: 'POST', json: { rights } });
    const link = made.json<{ id: string; url: string }>();
    const json = { token: link.url.split('#')[1], name: 'Ada' };
    const session = await test.call(`s/${share}/api/liveshare/session`, { method: 'POST', json });
    const socket = guestSocket({ authorization: `token ${session.json<{ token: string }>().token}` });
    await socket.json();
    socket.tell({ type: 'ask', rights: ['edit'] });
    await vi.waitFor(() => expect(test.app.parts.requests.ofShare(share)).toHaveLength(1));
    await test.owner(`api/shares/${share}/links/${link.id}`, { method: 'DELETE' });
    expect(test.app.parts.requests.ofShare(share)).toEqual([]);
  });

  it('too often is told, without closing', async () => {
    const { auth } = await test.guest(share, { live: true });
    const socket = guestSocket(auth);
    await socket.json();
    for (let i = 0; i < 4; i++) {
      socket.tell({ type: 'ask', rights: ['edit'] });
    }
    expect(await socket.message<Of<'error'>>('error')).toMatchObject({ reason: 'too-fast' });
    expect(socket.isClosed).toBe(false);
  });
});

describe('the owner’s control socket', () => {
  it('says hello with every right, and shows the share whenever it changes', async () => {
    const owner = ownerSocket();
    expect(await owner.json()).toMatchObject({
      type: 'hello',
      person: { id: 'owner', name: 'Olga Owner' },
      rights: { static: true, live: true, edit: true, save: true, execute: true },
      cells: 'all'
    });
    expect((await owner.message<Of<'share'>>('share')).share).toMatchObject({ id: share, people: [] });
    const { auth, id } = await test.guest(share, { live: true });
    await shareThat(owner, found => found.people.length === 1);
    const socket = guestSocket(auth);
    await shareThat(owner, found => found.people[0]?.tabs === 1);
    await socket.opened;
    socket.close();
    await shareThat(owner, found => found.people[0]?.tabs === 0);
    await test.owner(`api/shares/${share}/people/${id}`, { method: 'DELETE' });
    await shareThat(owner, found => found.people.length === 0);
  });

  it('many changes at once are one picture', async () => {
    const owner = ownerSocket();
    await owner.message('share');
    for (let i = 0; i < 20; i++) {
      test.app.parts.changes.emit('share', [share]);
    }
    await owner.message('share');
    test.app.parts.changes.emit('share', [share]);
    await owner.message('share');
    expect(owner.pending).toHaveLength(0);
  });

  it('ends with the share', async () => {
    const owner = ownerSocket();
    await owner.message('share');
    await test.owner(`api/shares/${share}`, { method: 'DELETE' });
    expect(await owner.message<Of<'removed'>>('removed')).toMatchObject({ reason: 'share-ended' });
    expect((await owner.closed).code).toBe(4403);
  });

  it('S4, T31: is for the owner alone, from their own pages', async () => {
    const { auth } = await test.guest(share, { edit: true, execute: true, save: true });
    const refused = [
      ownerSocket(share, { user: null }),
      ownerSocket(share, { user: { username: 'ada' } }),
      ownerSocket(share, { user: null, headers: auth }),
      ownerSocket(share, { headers: { origin: 'https://evil.test' } }),
      ownerSocket(share, { headers: { 'user-agent': 'Mozilla/5.0' } })
    ];
    for (const socket of refused) {
      expect((await socket.closed).code).toBe(4403);
    }
  });

  it('T12: of a share that does not exist is closed, not left hanging', async () => {
    expect((await ownerSocket('no-such-share').closed).code).toBe(4404);
  });

  it('a message that is not known closes it', async () => {
    const owner = ownerSocket();
    await owner.message('share');
    owner.tell({ type: 'heartbeat' });
    owner.tell({ type: 'what' });
    expect((await owner.closed).code).toBe(4400);
  });
});

describe('time', () => {
  it('S14, T4: who has expired is told and closed without doing anything', async () => {
    const expiresAt = new Date(test.clock.now + 3_600_000).toISOString();
    const { auth } = await test.guest(share, { live: true }, { expiresAt });
    const { auth: other } = await test.guest(share, { live: true });
    const [socket, kept] = [guestSocket(auth), guestSocket(other)];
    await Promise.all([socket.json(), kept.json()]);
    test.clock.now += 3_600_000;
    expect(await socket.message<Of<'removed'>>('removed')).toMatchObject({ reason: 'token-expired' });
    expect((await socket.closed).code).toBe(4401);
    expect(kept.isClosed).toBe(false);
  });
});

describe('where people are', () => {
  const at = (socket: TestSocket, cell: unknown) => socket.send(JSON.stringify({ type: 'at', cell }));

  it('the owner and the guests hear of one another’s cells, also those who come later', async () => {
    const { auth, id } = await test.guest(share, { edit: true });
    const [owner, guest] = [ownerSocket(), guestSocket(auth)];
    await Promise.all([owner.message('share'), guest.message('people')]);
    at(guest, 'a');
    expect(await owner.message<Of<'places'>>('places')).toEqual({ type: 'places', places: { [id]: 'a' } });
    at(owner, 'b');
    await vi.waitFor(async () =>
      expect((await guest.message<Of<'places'>>('places')).places).toEqual({ owner: 'b' })
    );
    const shown = (await test.owner(`api/shares/${share}`)).json<Of<'share'>['share']>();
    expect(shown.people.find(person => person.id === id)?.cell).toBe('a');
    const { auth: late } = await test.guest(share, { live: true });
    const { people } = await guestSocket(late).message<Of<'people'>>('people');
    expect(people).toEqual(
      expect.arrayContaining([
        { id: 'owner', name: 'Olga Owner', color: '#888888', cell: 'b' },
        expect.objectContaining({ id, cell: 'a' })
      ])
    );
    expect((await owner.message<Of<'places'>>('places')).places).toEqual({ owner: 'b' });
    guest.terminate();
    expect((await owner.message<Of<'places'>>('places')).places).toEqual({ [id]: null });
  });

  it('T82 nobody says where somebody else is, and a reader of pages is nowhere', async () => {
    const { auth, id } = await test.guest(share, { live: true });
    const { auth: reader } = await test.guest(share, { static: true });
    const [owner, guest, third] = [ownerSocket(), guestSocket(auth), guestSocket(reader)];
    await Promise.all([owner.message('share'), guest.message('people'), third.message('hello')]);
    at(third, 'a');
    guest.send(JSON.stringify({ type: 'at', cell: 'b', person: 'owner', id: 'owner' }));
    expect(await owner.message<Of<'places'>>('places')).toEqual({ type: 'places', places: { [id]: 'b' } });
  });

  it.each([[''], [5], ['x'.repeat(257)], [undefined], [{ __proto__: null }]])(
    'T76 a cell like %j ends the socket',
    async cell => {
      const { auth } = await test.guest(share, { live: true });
      const guest = guestSocket(auth);
      await guest.message('hello');
      at(guest, cell);
      expect((await guest.closed).code).toBe(4400);
    }
  );
});
