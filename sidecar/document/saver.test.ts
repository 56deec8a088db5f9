import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Saver } from './saver.ts';

const WITHIN = 4_000;
let saver: Saver;
let saves: number[];
let held: boolean;
let works: boolean;
let unsaved: boolean;
let start: number;
beforeEach(() => {
  vi.useFakeTimers();
  start = Date.now();
  [saves, held, works, unsaved] = [[], false, true, false];
  saver = new Saver({
    within: WITHIN,
    held: () => held,
    unsaved: () => unsaved,
    save: () => {
      saves.push(Date.now() - start);
      if (works) {
        set(false);
      }
      return Promise.resolve();
    }
  });
});
afterEach(() => {
  saver.close();
  vi.useRealTimers();
});
const set = (value: boolean) => {
  unsaved = value;
  saver.reconsider();
};

describe('the saver', () => {
  it('saves once, so long after the first change', async () => {
    set(true);
    await vi.advanceTimersByTimeAsync(WITHIN - 1);
    expect(saves).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(saves).toEqual([WITHIN]);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toHaveLength(1);
  });

  it('T101: under unbroken typing the file is never further behind than that', async () => {
    for (let passed = 0; passed < 60_000; passed += 300) {
      set(true);
      await vi.advanceTimersByTimeAsync(300);
    }
    const gaps = saves.map((at, i) => at - (saves[i - 1] ?? 0));
    expect(saves.length).toBeGreaterThanOrEqual(13);
    // One keystroke's distance on top: the clock starts with the first change after a save.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(WITHIN + 300);
  });

  it('T101: what is typed while a save runs waits for the next one, no longer than ever', async () => {
    set(true);
    works = false;
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saves).toEqual([WITHIN]);
    works = true;
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saves).toEqual([WITHIN, 2 * WITHIN]);
  });

  it('does nothing while saving is held, and catches up when it is released', async () => {
    held = true;
    set(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toEqual([]);
    held = false;
    saver.reconsider();
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saves).toHaveLength(1);
  });

  it('held in the meantime: what was due is not saved', async () => {
    set(true);
    await vi.advanceTimersByTimeAsync(WITHIN / 2);
    held = true;
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });

  it('somebody else’s save ends the wait', async () => {
    set(true);
    await vi.advanceTimersByTimeAsync(WITHIN / 2);
    set(false);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });

  it('T108: a save that fails is tried again at the same pace', async () => {
    works = false;
    set(true);
    await vi.advanceTimersByTimeAsync(3 * WITHIN);
    expect(saves).toEqual([WITHIN, 2 * WITHIN, 3 * WITHIN]);
    works = true;
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toHaveLength(4);
  });

  it('closed, it saves no more', async () => {
    set(true);
    saver.close();
    set(true);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });
});
