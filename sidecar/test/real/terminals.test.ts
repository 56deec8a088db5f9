/**
 * The owner's terminals: seen by those who may, written and resized by nobody but the owner.
 * @module
 */
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import type { Wire } from './socket.ts';
import { pause, until } from './until.ts';

const site = new Site(inject('server'));
const open: Wire[] = [];
let book: Book;
let watcher: Guest;
beforeAll(async () => {
  book = await site.share();
  watcher = await book.guest(['live'], { grants: { terminals: true } });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(each => each.leave()));
  for (const { name } of (await site.jupyter('api/terminals')).json<{ name: string }[]>()) {
    await site.jupyter(`api/terminals/${name}`, 'DELETE');
  }
  await until(async () => (await names(watcher)).length === 0);
});

/** A terminal of the owner's with its socket. */
async function terminal(): Promise<{ name: string; wire: Wire; type: (text: string) => void }> {
  const { name } = (await site.jupyter('api/terminals', 'POST')).json<{ name: string }>();
  const wire = site.jupyterSocket(`terminals/websocket/${name}`);
  open.push(wire);
  await wire.opened;
  const type = (text: string) => wire.ws.send(JSON.stringify(['stdin', text]));
  wire.ws.send(JSON.stringify(['set_size', 33, 111]));
  return { name, wire, type };
}

async function names(guest: Guest): Promise<string[]> {
  return (await guest.ask('api/terminals')).json<{ name: string }[]>().map(each => each.name);
}

async function only(guest: Guest): Promise<string> {
  const [name = ''] = await until(async () => {
    const all = await names(guest);
    return all.length === 1 ? all : null;
  });
  return name;
}

function watch(guest: Guest, name: string): Wire {
  const wire = guest.socket(`terminals/websocket/${name}`);
  open.push(wire);
  return wire;
}

/** What a socket has shown. */
function shown(wire: Wire): string {
  return wire.messages
    .map(each => each as unknown as [string, string])
    .map(([type, text]) => (type === 'stdout' ? text : ''))
    .join('');
}

describe('S44 with the grant', () => {
  test('S44 an open terminal is listed under a name of ours and its output seen, what was said before and what comes', async () => {
    const owner = await terminal();
    owner.type('echo be""fore\n');
    await until(() => shown(owner.wire).includes('before'), 15_000);
    const name = await only(watcher);
    expect((await watcher.ask(`api/terminals/${name}`)).json()).toMatchObject({ name });
    const first = watch(watcher, name);
    await until(() => shown(first).includes('before'));
    expect(first.messages[0]).toEqual(['setup', {}]);
    owner.type('echo after""wards\n');
    await until(() => shown(first).includes('afterwards'));
    const late = watch(await book.guest(['live'], { grants: { terminals: true } }), name);
    await until(() => shown(late).includes('before') && shown(late).includes('afterwards'));
  });

  test('S44 keys, sizes and anything else a viewer sends never reach the terminal; the owner’s do', async () => {
    const owner = await terminal();
    const wire = watch(watcher, await only(watcher));
    await until(() => wire.messages.length > 0);
    for (const message of [
      ['stdin', 'touch writ""ten; echo writ""ten\n'],
      ['set_size', 2, 7, 10, 10],
      ['disconnect', 1],
      ['setup', {}],
      ['stdout', 'forged']
    ]) {
      wire.ws.send(JSON.stringify(message));
    }
    wire.ws.send('not json');
    wire.ws.send(Buffer.from([1, 2, 3]));
    await pause(500);
    owner.type('stty size; echo do""ne\n');
    await until(() => shown(owner.wire).includes('done') && shown(wire).includes('done'), 15_000);
    expect(shown(wire)).toContain('33 111');
    expect(shown(owner.wire)).not.toMatch(/written|forged/);
    expect(wire.isOpen).toBe(true);
  });

  test('T33 none can be made or ended; a name that isn’t open, or is the owner’s own for it, opens nothing', async () => {
    await terminal();
    await terminal();
    const [first] = await until(async () => {
      const all = await names(watcher);
      return all.length === 2 ? all : null;
    });
    expect((await watcher.ask('api/terminals', 'POST', {})).status).toBe(403);
    expect((await watcher.ask(`api/terminals/${first}`, 'DELETE')).status).toBe(403);
    expect((await watcher.ask('api/terminals/nothing', 'DELETE')).status).toBe(404);
    expect((await watcher.ask('api/terminals/nothing')).status).toBe(404);
    for (const name of ['nothing', '999', '..%2f1', '%2e%2e']) {
      expect((await watch(watcher, name).closed()).code, name).toBeOneOf([404, 4404, 400, 4400]);
    }
    expect((await site.jupyter('api/terminals')).json()).toHaveLength(2);
  });

  test('S44 when it ends, viewers are told in the terminal’s own words', async () => {
    const owner = await terminal();
    const wire = watch(watcher, await only(watcher));
    await until(() => wire.messages.length > 0);
    owner.type('exit\n');
    expect((await wire.closed(15_000)).code).toBe(1000);
    expect(wire.messages.at(-1)).toEqual(['disconnect', 1]);
    await until(async () => (await names(watcher)).length === 0);
  });

  test('S41 a terminal that prints without end: viewers stay, see its present, and late ones don’t get it all', async () => {
    const owner = await terminal();
    const wire = watch(watcher, await only(watcher));
    owner.type('seq 1 300000; echo fin""ished\n');
    await until(() => shown(wire).includes('finished'), 25_000);
    const late = watch(watcher, await only(watcher));
    await until(() => shown(late).includes('finished'));
    expect(shown(late).length).toBeLessThanOrEqual(200_000);
    expect(wire.isOpen).toBe(true);
  });
});

describe('T33 without the grant', () => {
  test.each([[['live']], [['edit', 'save', 'execute']]] as const)(
    'T33 %j: none is listed, none opens',
    async rights => {
      await terminal();
      const name = await only(watcher);
      const guest = await book.guest(rights);
      expect(await names(guest)).toEqual([]);
      expect((await guest.ask(`api/terminals/${name}`)).status).toBe(404);
      expect((await guest.ask(`api/terminals/${name}`, 'DELETE')).status).toBe(404);
      expect((await guest.ask('api/terminals', 'POST', {})).status).toBe(403);
      expect((await watch(guest, name).closed()).code).toBe(4403);
      expect((await guest.ask('lab')).body).toContain('"terminalsAvailable":false');
      expect((await watcher.ask('lab')).body).toContain('"terminalsAvailable":true');
    }
  );

  test('T6 taken while one is open: the socket closes with 4403, another’s stays', async () => {
    const owner = await terminal();
    const guest = await book.guest(['live'], { grants: { terminals: true } });
    const name = await only(guest);
    const [wire, twin] = [watch(guest, name), watch(watcher, name)];
    await until(() => wire.messages.length > 0 && twin.messages.length > 0);
    await book.owner(`people/${guest.id}`, 'PATCH', { grants: { terminals: false } });
    expect((await wire.closed()).code).toBe(4403);
    owner.type('echo sec""ret\n');
    await until(() => shown(twin).includes('secret'));
    expect(shown(wire)).not.toContain('secret');
    expect((await watch(guest, name).closed()).code).toBe(4403);
  });
});
