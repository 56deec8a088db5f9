/**
 * A laptop asleep while the server behind it is another process, with another history of the same file.
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../protocol/refusals.ts';
import { Site, type Guest } from './client.ts';
import { newCell, Notebook } from './notebook.ts';
import { startServer, type Running } from './server.ts';
import { STORES } from './typists.ts';
import { pause, until } from './until.ts';

let running: Running;
beforeAll(async () => void (running = await startServer()));
afterAll(() => running.stop());

describe('S21 a laptop wakes', () => {
  test.each([
    ['with what it had when it fell asleep', ''],
    ['with something typed meanwhile', ' asleep']
  ])(
    'S21 %s: one copy of every cell and line, nothing merged silently',
    { timeout: 120_000 },
    async (_, typed) => {
      const site = new Site(running.server);
      const book = await site.share();
      const guest: Guest = await book.guest(['edit', 'save']);
      const room = await guest.room();
      const before = new Notebook(guest.socket(room));
      await until(() => before.synced, 15_000);
      before.type('first', '0 # typed');
      before.doc.getArray('cells').insert(1, [newCell('new', 'y = 2')]);
      await pause(200);
      expect(await before.save()).toBe('success');
      await until(() => book.bytes.includes('x = 10 # typed'));
      const file = JSON.stringify(JSON.parse(book.bytes));
      await before.wire.leave();
      if (typed) {
        before.type('first', typed);
      }

      await running.stop(true);
      for (const name of STORES) {
        rmSync(join(running.server.work, name), { force: true });
      }
      running = await startServer({ again: running.server });

      // a front end's socket is opened again as it was, with the document that it had
      const woken = new Notebook(guest.socket(room), before.doc);
      expect(await woken.wire.closed(15_000)).toMatchObject({
        code: 4409,
        reason: REFUSALS['other-history'].detail
      });
      const fresh = await Notebook.of(guest);
      const owner = await Notebook.owner(book);
      await pause(1_000);
      for (const { cells } of [fresh, owner]) {
        expect(cells.map(cell => cell.get('id'))).toEqual(['first', 'new', 'words', 'last']);
        expect(String(cells[0]?.get('source'))).toBe('x = 10 # typed');
      }
      expect(await fresh.save()).toBe('success');
      expect(JSON.stringify(JSON.parse(book.bytes))).toBe(file);
      // what was typed asleep is in the copy that the front end holds on to
      expect(before.source('first')).toBe(`x = 10 # typed${typed}`);
      await Promise.all([fresh, owner, woken].map(each => each.leave()));
    }
  );
});
