/**
 * Rooms: what a joiner gets, what it costs the owner, who is who.
 * @module
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, inject, test } from 'vitest';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { Site, type Book, type Guest } from './client.ts';
import { leaksIn } from './leaks.ts';
import { frame, Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: Notebook[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(each => each.leave()))));

async function notebookOf(guest: Guest): Promise<Notebook> {
  const notebook = await Notebook.of(guest);
  open.push(notebook);
  return notebook;
}

async function ownerOf(book: Book): Promise<Notebook> {
  const notebook = await Notebook.owner(book);
  open.push(notebook);
  return notebook;
}

/** Bytes of awareness about one client. */
function presence(client: number, clock: number, state: string): Uint8Array {
  return frame(encoder => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  });
}

/** How many connections there are to the owner's server by its private entrance. */
function entrances(): number {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .filter(
      line =>
        line.includes(site.server.work) && line.endsWith('/jupyter.sock') && line.split(/\s+/)[5] === '03'
    ).length;
}

describe('joining', () => {
  test('S22 a joiner gets the notebook as it is now, the owner’s unsaved edits included; the file has them not', async () => {
    const book = await site.share();
    await book.owner('', 'PATCH', { holdSaves: true });
    const owner = await ownerOf(book);
    owner.type('first', ' # not on disk');
    const guest = await book.guest(['live']);
    const joined = await notebookOf(guest);
    await until(() => joined.source('first') === 'x = 1 # not on disk');
    expect(book.bytes).not.toContain('not on disk');
    const shown = await guest.ask(`api/contents/${book.name}`);
    expect(shown.body).toContain('not on disk');
    owner.type('last', ' # live');
    await until(() => joined.source('last').endsWith('# live'), 1_000);
    expect(joined.doc.getMap('state').get('path')).toBe(book.name);
  });

  test('S22 twenty join a cold room at once: all get the same, once', async () => {
    const book = await site.share();
    const guest = await book.guest(['live']);
    const all = await Promise.all(Array.from({ length: 20 }, () => notebookOf(guest)));
    for (const each of all) {
      expect(each.cells.map(cell => cell.get('id'))).toEqual(['first', 'words', 'last']);
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'T113 many guests cost the owner’s server one client',
    async () => {
      const book = await site.share();
      const guests = await Promise.all([1, 2, 3, 4, 5, 6].map(() => book.guest(['live'])));
      await notebookOf(guests[0]!);
      let one = 0;
      await until(() => (one = entrances()) > 0);
      await Promise.all(guests.slice(1).map(notebookOf));
      // Calls of a moment ago linger on kept connections.
      await until(() => entrances() <= one, 15_000, 'the entrances to be as few as before');
    }
  );

  test('S30 the path in the document is the file’s name alone, also when the owner moves the notebook', async () => {
    const book = await site.share();
    const guest = await book.guest(['live']);
    const joined = await notebookOf(guest);
    const owner = await ownerOf(book);
    expect(owner.doc.getMap('state').get('path')).toBe(book.path);
    const path = book.path.replace(book.name, `moved-${book.name}`);
    const at = book.path.split('/').map(encodeURIComponent).join('/');
    expect((await site.jupyter(`api/contents/${at}`, 'PATCH', { path })).status).toBe(200);
    await until(
      () => owner.doc.getMap('state').get('path') === path,
      15_000,
      'the owner to see the new path'
    );
    await until(() => joined.doc.getMap('state').get('path') !== book.name, 5_000, 'the guest to see it');
    const late = new Notebook((await book.guest(['live'])).socket(await guest.room(`moved-${book.name}`)));
    open.push(late);
    await until(() => late.synced);
    for (const each of [joined, late]) {
      expect(each.doc.getMap('state').get('path')).toBe(`moved-${book.name}`);
      expect(leaksIn(site.server, each.wire.all)).toEqual([]);
      expect(leaksIn(site.server, Buffer.from(Y.encodeStateAsUpdate(each.doc)).toString('latin1'))).toEqual(
        []
      );
    }
  });
});

describe('T82 S6 S7 presence', () => {
  test('T82 S7 whoever a guest says to be, the others see who they are; autosave is off; the cursor passes', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const guest = await book.guest(['live'], { name: 'Mallory' });
    const [mine, other] = [await notebookOf(guest), await notebookOf(await book.guest(['live']))];
    const user = {
      username: 'owner',
      name: 'The Owner',
      display_name: 'The Owner',
      color: 'url(javascript:x)',
      avatar_url: 'http://evil.example/x.png',
      initials: 'TO'
    };
    const cursors = [{ anchor: { assoc: 0 }, head: { assoc: 0 } }];
    mine.rawPresence(
      presence(mine.doc.clientID, 1, JSON.stringify({ user, autosave: true, cursors, more: '<b>' }))
    );
    for (const each of [owner, other]) {
      const seen = await until(() => each.presence.getStates().get(mine.doc.clientID));
      expect(seen).toEqual({
        user: expect.objectContaining({
          username: guest.id,
          name: 'Mallory',
          display_name: 'Mallory',
          avatar_url: null
        }) as object,
        autosave: false,
        cursors
      });
      expect(JSON.stringify(seen)).not.toMatch(/Owner|evil|javascript/);
    }
    await mine.leave();
    await until(() => owner.presence.getStates().get(mine.doc.clientID) === undefined);
  });

  test('T82 a clock of 2^53 freezes nothing: the next state is seen', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const mine = await notebookOf(await book.guest(['live']));
    const cursor = (n: number) => JSON.stringify({ cursors: [{ n }] });
    mine.rawPresence(presence(mine.doc.clientID, Number.MAX_SAFE_INTEGER, cursor(1)));
    mine.rawPresence(presence(mine.doc.clientID, 3, cursor(2)));
    await until(() => JSON.stringify(owner.presence.getStates().get(mine.doc.clientID))?.includes('"n":2'));
  });

  test.each<[string, boolean, (victim: Notebook, owner: Notebook) => Uint8Array]>([
    ['another guest’s id', true, victim => presence(victim.doc.clientID, 900, '{"user":{"name":"X"}}')],
    ['the end of another guest', true, victim => presence(victim.doc.clientID, 900, 'null')],
    ['the owner’s id', true, (_, owner) => presence(owner.doc.clientID, 900, '{"user":{"name":"X"}}')],
    ['the end of the owner', true, (_, owner) => presence(owner.doc.clientID, 900, 'null')],
    [
      'a megabyte',
      false,
      victim => presence(victim.doc.clientID + 1, 1, JSON.stringify({ cursors: 'x'.repeat(1_000_000) }))
    ],
    ['no JSON', false, victim => presence(victim.doc.clientID + 1, 1, '{')],
    [
      '__proto__',
      false,
      victim => presence(victim.doc.clientID + 1, 1, '{"cursors":[{"__proto__":{"x":1}}]}')
    ],
    ['a count of a million', false, () => frame(encoder => encoding.writeVarUint(encoder, 1_000_000))]
  ])(
    'T82 S6 presence with %s: echoed %s, else its sender is closed; nobody else disturbed',
    async (_, echoes, make) => {
      const book = await site.share();
      const owner = await ownerOf(book);
      const [victim, attacker] = [
        await notebookOf(await book.guest(['live'])),
        await notebookOf(await book.guest(['live']))
      ];
      // The owner's server tells newcomers of nobody who came before them.
      owner.presence.setLocalState({ user: { name: 'Owner' } });
      owner.sendPresence([owner.doc.clientID]);
      victim.rawPresence(presence(victim.doc.clientID, 1, '{}'));
      await until(() => owner.presence.getStates().has(victim.doc.clientID));
      await until(() => victim.presence.getStates().has(owner.doc.clientID));
      const before = JSON.stringify(owner.presence.getStates().get(victim.doc.clientID));
      if (echoes) {
        attacker.rawPresence(make(victim, owner));
        // stock clients send back what they hear: it is left aside, and they stay
        attacker.rawPresence(presence(attacker.doc.clientID, 1, '{}'));
        await until(() => owner.presence.getStates().has(attacker.doc.clientID));
      } else {
        attacker.rawPresence(make(victim, owner));
        expect((await attacker.wire.closed()).code).toBeOneOf([4400, 4409, 4413]);
      }
      owner.type('first', '0');
      await until(() => victim.source('first') === 'x = 10');
      expect(JSON.stringify(owner.presence.getStates().get(victim.doc.clientID))).toBe(before);
      expect(victim.presence.getStates().get(owner.doc.clientID)).toMatchObject({ user: { name: 'Owner' } });
      expect(victim.wire.isOpen).toBe(true);
    }
  );
});

describe('T70 T71 T72 ids and clocks', () => {
  test('T71 F3 the id of the owner, seen in presence before they typed, can’t be written under; their first letters stand', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    const attacker = await notebookOf(await book.guest(['edit', 'save']));
    owner.presence.setLocalState({ user: { name: 'Owner' } });
    owner.sendPresence([owner.doc.clientID]);
    await until(() => attacker.presence.getStates().has(owner.doc.clientID));
    attacker.doc.clientID = owner.doc.clientID;
    attacker.type('first', 'EVIL');
    expect((await attacker.wire.closed()).code).toBeOneOf([4400, 4403, 4409]);
    owner.type('first', ' good');
    const witness = await notebookOf(await book.guest(['live']));
    await until(() => witness.source('first') === 'x = 1 good');
    expect(owner.source('first')).toBe('x = 1 good');
  });

  test('T70 T71 ids that wrote before, the next clock of another, a gap, a clock out of range: refused; nothing of it stays', async () => {
    const book = await site.share();
    const owner = await ownerOf(book);
    owner.type('first', ' abc');
    const [other, guest] = [
      await notebookOf(await book.guest(['edit', 'save'])),
      await book.guest(['edit', 'save'])
    ];
    other.type('last', ' mine');
    await until(() => owner.source('last') === 'print(x) mine');
    const steal = async (client: (me: Notebook) => number, shift: number) => {
      const me = await notebookOf(guest);
      const copy = new Y.Doc();
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(me.doc));
      copy.clientID = client(me);
      if (shift > 0) {
        // Structs that the server never gets: what follows them has a gap before it.
        copy.getMap('state').set('dirty', true);
      }
      const before = Y.encodeStateVector(copy);
      (copy.getArray<Y.Map<unknown>>('cells').get(0).get('source') as Y.Text).insert(0, 'EVIL');
      me.update(Y.encodeStateAsUpdate(copy, before));
      expect((await me.wire.closed()).code).toBeOneOf([4400, 4403, 4409]);
    };
    await steal(() => owner.doc.clientID, 0);
    await steal(() => other.doc.clientID, 0);
    await steal(() => 0, 0);
    await steal(me => me.doc.clientID, 1);
    owner.type('first', 'd');
    other.type('last', '!');
    await until(() => owner.source('last') === 'print(x) mine!' && other.source('first') === 'x = 1 abcd');
  });

  test('T103 a guest who comes back to a room that was closed meanwhile goes on under the same id', async () => {
    const book = await site.share();
    const guest = await book.guest(['edit', 'save']);
    const first = await notebookOf(guest);
    first.type('first', '0');
    expect(await first.save()).toBe('success');
    await first.wire.leave();
    await until(
      async () => (await book.owner('')).json<{ unsaved: boolean | null }>().unsaved === null,
      20_000,
      'the room to close'
    );
    const again = new Notebook(guest.socket(await guest.room()), first.doc);
    open.push(again);
    await until(() => again.synced);
    again.rawPresence(presence(again.doc.clientID, 5, '{}'));
    again.type('first', '7');
    const owner = await ownerOf(book);
    await until(() => owner.source('first') === 'x = 107');
    expect(again.wire.isOpen).toBe(true);
  });
});
