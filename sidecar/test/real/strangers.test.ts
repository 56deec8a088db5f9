/**
 * Strangers' sockets, addresses to fetch from, reflected input.
 * @module
 */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { ask } from './wire.ts';

const site = new Site(inject('server'));
const { port, base } = site.server;
let book: Book;
let other: Book;
let guest: Guest;

beforeAll(async () => {
  [book, other] = [await site.share(), await site.share()];
  guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
});

describe('T28 T30 T31', () => {
  test('T31 sockets of nobody: refused everywhere, and no room is opened for them', async () => {
    const cold = await site.share();
    const room = await (await cold.guest(['live'])).room();
    for (const path of [
      'api/liveshare/control',
      room,
      'api/collaboration/room/JupyterLab:globalAwareness',
      'api/kernels/x/channels',
      'api/events/subscribe'
    ]) {
      const wire = site.socket(cold.at(path));
      expect((await wire.closed()).code, path).toBe(4401);
      expect(wire.frames).toEqual([]);
      expect((await site.socket(cold.at(path.replace('json:notebook', 'text:file'))).closed()).code).toBe(
        4401
      );
    }
    expect((await cold.owner('')).json()).toMatchObject({ unsaved: false });
  });

  test('T31 rooms under any other name than the share’s own do not exist', async () => {
    const room = (await guest.room()).replace(/\?.*/, '');
    const id = room.split(':')[2] ?? '';
    const alien = (await (await other.guest(['live'])).room()).split(/[:?]/)[2] ?? '';
    const names = [
      `json:notebook:${alien}`,
      `text:file:${id}`,
      `json:file:${id}`,
      'JupyterLab:other',
      'x',
      `json:notebook:${id}x`,
      `JSON:notebook:${id}`
    ];
    for (const name of names) {
      expect((await guest.socket(`api/collaboration/room/${name}`).closed()).code, name).toBe(4404);
    }
    const own = guest.socket(room);
    expect(await own.opened).toEqual({ status: 101 });
    await own.leave();
  });

  test('T28 nothing a guest sends names a place to fetch from', async () => {
    const evil = `http://127.0.0.1:${port}${base}api/contents`;
    for (const path of [
      `?url=${encodeURIComponent(evil)}`,
      `proxy/${encodeURIComponent(evil)}`,
      `lab?redirect=${evil}`,
      `lab/api/listings/${encodeURIComponent(evil)}`,
      `lab/api/translations/${encodeURIComponent('../../../api/contents')}`
    ]) {
      const answer = await guest.ask(path);
      expect(answer.headers.location, path).toBeUndefined();
      expect(answer.body, path).not.toContain('"format"');
    }
    expect((await guest.ask('lab/api/translations/..%2F..%2F..%2Fapi%2Fcontents')).status).toBe(400);
    expect((await guest.ask('lab/api/translations/en')).status).toBe(200);
  });

  test('T30 what is reflected is JSON, escaped and never sniffed', async () => {
    const html = '<script>alert(1)</script>';
    const at = encodeURIComponent(html);
    const answers = [
      await guest.ask(`nothing/${at}`),
      await guest.ask(`api/contents/${at}`),
      await guest.ask(`lab/api/workspaces/${at}`),
      await guest.ask(`lab/api/settings/${at}`),
      await guest.ask(`doc/tree/${at}`),
      await guest.ask('api/liveshare/session', 'POST', { token: html, [html]: 1 }),
      await guest.ask('lab/api/workspaces/x', 'PUT', { data: { [html]: html }, metadata: { id: html } }),
      await guest.ask('lab/api/workspaces/x'),
      await site.ask(`nothing/${at}`),
      await site.ask(book.at(`a"b<c`))
    ];
    for (const answer of answers) {
      const type = String(answer.headers['content-type'] ?? 'none');
      expect(type).toMatch(/^(application\/(problem\+)?json|text\/plain|none)/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    const named = await site.share('<img src=x onerror=alert(1)>.ipynb');
    const viewer = await named.guest(['live'], { name: html });
    const page = await viewer.ask(`doc/tree/${encodeURIComponent(named.name)}`);
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('<img src=x');
    expect(page.body).not.toContain(html);
    await named.owner('', 'DELETE');
    expect((await ask(port, `${base}liveshare/`, {})).status).toBe(403);
  });
});
