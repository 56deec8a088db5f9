import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Framed } from '../access/framed.ts';
import { makeLog } from '../log.ts';
import type { TerminalHandlers, Terminals } from '../upstream/terminal.ts';
import { TerminalBook } from './terminals.ts';

let open: string[];
let asked: number;
let listening: { name: string; handlers: TerminalHandlers; stopped: boolean }[];
let book: TerminalBook;
beforeEach(() => {
  vi.useFakeTimers();
  open = ['one', 'two'];
  asked = 0;
  listening = [];
  const terminals = {
    names: () => {
      asked += 1;
      return Promise.resolve(open);
    },
    listen: (name: string, handlers: TerminalHandlers) => {
      const made = { name, handlers, stopped: false };
      listening.push(made);
      return () => (made.stopped = true);
    }
  } as unknown as Terminals;
  book = new TerminalBook(terminals, makeLog('silent', { write: () => undefined }));
});
afterEach(() => vi.useRealTimers());

const viewer = () => {
  const seen: unknown[] = [];
  return {
    seen,
    frame: ({ messages }: Framed) =>
      messages.forEach(({ payload }) => seen.push(JSON.parse(Buffer.from(payload).toString()))),
    gone: () => void seen.push('gone')
  };
};
const later = (milliseconds = 1_000) => vi.advanceTimersByTime(milliseconds);

describe('names', () => {
  it('T62: are ours, stable while the terminal is open, and new for another under an old name', async () => {
    expect(await book.list()).toEqual(['1', '2']);
    open = ['two', 'three'];
    later();
    expect(await book.list()).toEqual(['2', '3']);
    open = ['one', 'two', 'three'];
    later();
    expect(await book.list()).toEqual(['4', '2', '3']);
    expect(await book.find('1')).toBeNull();
    expect(await book.find('one')).toBeNull();
  });

  it('many who ask at once are one question', async () => {
    await Promise.all([book.list(), book.list(), book.find('1')]);
    await book.list();
    expect(asked).toBe(1);
  });
});

describe('watching', () => {
  it('S44: one socket upstream for all, output gathered into one frame a tick; it closes with the last viewer', async () => {
    const [first, second] = [viewer(), viewer()];
    const leave = (await book.find('2'))!.watch(first);
    const leaveToo = (await book.find('2'))!.watch(second);
    expect(listening.map(each => each.name)).toEqual(['two']);
    for (const text of ['a', 'b', 'c\r\n']) {
      listening[0]!.handlers.output(text);
    }
    later(25);
    const frames = [
      ['setup', {}],
      ['stdout', 'abc\r\n']
    ];
    expect([first.seen, second.seen]).toEqual([frames, frames]);
    leave();
    expect(listening[0]!.stopped).toBe(false);
    leaveToo();
    expect(listening[0]!.stopped).toBe(true);
    (await book.find('2'))!.watch(viewer());
    expect(listening).toHaveLength(2);
  });

  it('S41: who comes late gets what was said of late, whole lines, bounded', async () => {
    const early = viewer();
    (await book.find('1'))!.watch(early);
    for (let i = 0; i < 100_000; i++) {
      listening[0]!.handlers.output(`line ${i}\n`);
    }
    later(25);
    const late = viewer();
    (await book.find('1'))!.watch(late);
    for (const { seen } of [early, late]) {
      expect(seen).toHaveLength(2);
      const [, [, text]] = seen as [unknown, [string, string]];
      expect(text.length).toBeLessThanOrEqual(200_000);
      expect(text).toMatch(/^line \d+\n[\s\S]*line 99999\n$/);
    }
  });

  it('a terminal that ends says so to all, with its last words', async () => {
    const seen = viewer();
    (await book.find('1'))!.watch(seen);
    listening[0]!.handlers.output('bye');
    listening[0]!.handlers.close();
    expect(seen.seen).toEqual([['setup', {}], ['stdout', 'bye'], 'gone']);
    open = ['two'];
    expect(await book.find('1')).toBeNull();
    const other = viewer();
    (await book.find('2'))!.watch(other);
    book.close();
    expect(other.seen).toEqual([['setup', {}], 'gone']);
    expect(listening[1]!.stopped).toBe(true);
  });
});
