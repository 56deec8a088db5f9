/**
 * What was acknowledged survives: the sidecar and the Jupyter Server are killed at any moment, rooms are evicted, files are changed.
 * The oracle: each acknowledged marker exactly once, in every replica and in the file, and nothing in the file that nobody saved.
 * `JOURNAL_ROUNDS=200` looks longer.
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Share } from '../../../protocol/resources.ts';
import { Site } from './client.ts';
import { Notebook } from './notebook.ts';
import { startServer, type Running } from './server.ts';
import { checkAll, sidecarPid, STORES, Typist } from './typists.ts';
import { pause, until } from './until.ts';

const ROUNDS = Number(process.env['JOURNAL_ROUNDS'] ?? 3);

let running: Running;
let site: Site;
beforeAll(async () => {
  running = await startServer();
  site = new Site(running.server);
});
afterAll(() => running.stop());

describe('T99 the sidecar is killed', () => {
  test(
    `T99 at any moment, ${ROUNDS} times, while three type: nothing acknowledged is lost, nothing is doubled`,
    async () => {
      const book = await site.share();
      const cells = ['first', 'words', 'last'];
      const guests = await Promise.all(cells.map(() => book.guest(['edit', 'save'])));
      const typists = guests.map((guest, n) => new Typist(guest, cells[n]!, 'abc'[n]!));
      await Promise.all(typists.map(each => each.come()));
      for (let round = 0; round < ROUNDS; round++) {
        const until = Date.now() + 200 + Math.random() * 1_500;
        while (Date.now() < until) {
          typists.forEach(each => each.notebook.wire.isOpen && each.type());
          await pause(20);
        }
        const pid = sidecarPid(running.pid);
        expect(pid).toBeGreaterThan(1);
        process.kill(pid, 'SIGKILL');
        const began = Date.now();
        await Promise.all(typists.map(each => each.notebook.wire.closed(10_000)));
        await Promise.all(typists.map(each => each.come()));
        expect(Date.now() - began).toBeLessThan(40_000);
      }
      typists.forEach(each => each.type());
      await Promise.all(typists.map(each => each.settle()));
      expect(typists.every(({ acked }) => acked.size > 5 * ROUNDS)).toBe(true);
      await checkAll(book, typists);
      await Promise.all(typists.map(each => each.notebook.leave()));
    },
    60_000 + ROUNDS * 60_000
  );
});

describe('T100 killed, and nobody comes back', () => {
  test.each([
    ['what waits for a save is offered, and not written', ['edit'] as const, true],
    ['what waits for nobody is written by itself', ['edit', 'save'] as const, false]
  ] as const)(
    'T100 %s',
    async (_, rights, isHeld) => {
      const book = await site.share();
      const typist = new Typist(await book.guest(rights), 'first', 'c');
      await typist.come();
      const before = book.bytes;
      typist.type();
      await typist.settle();
      await running.kill();
      if (isHeld) {
        expect(book.bytes).toBe(before);
      }
      running = await startServer({ again: running.server });
      if (isHeld) {
        const share = (await book.owner('')).json<Share>();
        expect(share).toMatchObject({ unsaved: true, held: true });
        expect(share.unsavedBy).toHaveLength(1);
        const { text } = (await book.owner('unsaved/diff')).json<{ text: string }>();
        expect(text).toContain(typist.marks[0]);
        await pause(6_000);
        expect(book.bytes).toBe(before);
        expect((await book.owner('save', 'POST', {})).status).toBe(204);
      }
      await until(() => book.bytes.includes(typist.marks[0] ?? ''), 40_000);
    },
    120_000
  );
});

describe('T100 T102 the Jupyter Server is killed', () => {
  test.each([
    ['with its store', [], ['edit', 'save']],
    ['its store deleted', STORES, ['edit', 'save']],
    ['with edits that wait for a save', [], ['edit']],
    ['with edits that wait for a save, its store deleted', STORES, ['edit']]
  ] as const)(
    'T100 T102 %s: what was acknowledged comes back once',
    async (_, gone, rights) => {
      const book = await site.share();
      const typists = [
        new Typist(await book.guest(rights), 'first', 'a'),
        new Typist(await book.guest(rights), 'last', 'b')
      ];
      const isHeld = !rights.includes('save' as never);
      await Promise.all(typists.map(each => each.come()));
      for (let n = 0; n < 20; n++) {
        typists.forEach(each => each.type());
        await pause(30);
      }
      await Promise.all(typists.map(each => each.settle()));
      const before = book.bytes;
      await pause(50 + Math.random() * 1_900);
      if (isHeld) {
        expect(book.bytes).toBe(before);
      }
      await running.kill();
      for (const name of gone) {
        rmSync(join(running.server.work, name), { force: true });
      }
      running = await startServer({ again: running.server });
      await Promise.all(typists.map(each => each.come()));
      if (isHeld) {
        await pause(6_000);
        expect(book.bytes).toBe(before);
        const saver = await Notebook.of(await book.guest(['save']));
        expect(await saver.save()).toBe('success');
        await saver.leave();
      }
      await checkAll(book, typists);
      await Promise.all(typists.map(each => each.notebook.leave()));
    },
    120_000
  );
});

describe('T99 T100 either is killed while people edit and save', () => {
  const any = (...them: readonly string[]): string => them[Math.floor(Math.random() * them.length)]!;

  test(
    `T99 T100 ${2 * ROUNDS} times, at any moment: nothing acknowledged is lost, nothing is written that nobody saved`,
    async () => {
      const book = await site.share();
      // The first of them may not save: nothing reaches the disk but by a save.
      const typists = [
        new Typist(await book.guest(['edit']), 'first', 'a'),
        new Typist(await book.guest(['edit', 'save']), 'words', 'b')
      ];
      const [, saver] = typists;
      const isOpen = () => typists.every(({ notebook }) => notebook.wire.isOpen);
      await Promise.all(typists.map(each => each.come()));
      const told: string[] = [];
      for (let round = 0; round < 2 * ROUNDS; round++) {
        let bytes = book.bytes;
        const until = Date.now() + 200 + Math.random() * 1_500;
        while (Date.now() < until && isOpen()) {
          typists.forEach(each => each.type());
          await pause(20);
          expect({ round, told, written: book.bytes !== bytes }).toEqual({ round, told, written: false });
          if (Math.random() < 0.03) {
            expect(await saver!.notebook.save()).toBe('success');
            bytes = book.bytes;
          }
        }
        // Every other time a save is under way, that may or may not have been done.
        const isSaving = round % 2 === 1;
        const saved = isSaving ? saver!.notebook.save() : null;
        await pause(isSaving ? Math.random() * 60 : 0);
        const victim = any('sidecar', 'server');
        told.push(`${victim}${isSaving ? ' saving' : ''}`);
        if (victim === 'sidecar') {
          process.kill(sidecarPid(running.pid), 'SIGKILL');
        } else {
          await running.kill();
          running = await startServer({ again: running.server });
        }
        await saved;
        await Promise.all(typists.map(each => each.notebook.wire.closed(10_000)));
        await Promise.all(typists.map(each => each.come()));
        expect({ told, written: !isSaving && book.bytes !== bytes }).toEqual({ told, written: false });
      }
      typists.forEach(each => each.type());
      await Promise.all(typists.map(each => each.settle()));
      expect(typists.every(({ acked }) => acked.size > 5 * ROUNDS)).toBe(true);
      const { bytes } = book;
      // Longer than any autosave waits.
      await pause(6_000);
      expect(book.bytes).toBe(bytes);
      expect(await saver!.notebook.save()).toBe('success');
      await checkAll(book, typists);
      await Promise.all(typists.map(each => each.notebook.leave()));
    },
    60_000 + ROUNDS * 120_000
  );
});
