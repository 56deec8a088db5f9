import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { Saver } from './saver.ts';

const WITHIN = 4_000;
let doc: Y.Doc;
let saver: Saver;
let saves: number[];
let held: boolean;
let works: boolean;
let changed: boolean[];
let start: number;
beforeEach(() => {
  vi.useFakeTimers();
  start = Date.now();
  doc = new Y.Doc();
  // A room has a state before anybody types.
  doc.getMap('state').set('dirty', false);
  saves = [];
  changed = [];
  held = false;
  works = true;
  saver = new Saver({
    doc,
    within: WITHIN,
    held: () => held,
    save: () => {
      saves.push(Date.now() - start);
      if (works) {
        doc.getMap('state').set('dirty', false);
      }
      return Promise.resolve(works ? 'success' : 'failed');
    },
    changed: () => changed.push(saver.unsaved)
  });
});
afterEach(() => {
  saver.close();
  vi.useRealTimers();
});
const type = (text = 'x') => doc.getArray('cells').push([text]);

describe('the saver', () => {
  it('saves once, so long after the first change', async () => {
    type();
    expect(saver.unsaved).toBe(true);
    await vi.advanceTimersByTimeAsync(WITHIN - 1);
    expect(saves).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(saves).toEqual([WITHIN]);
    expect(saver.unsaved).toBe(false);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toHaveLength(1);
    expect(changed).toEqual([true, false]);
  });

  it('T101: under unbroken typing the file is never further behind than that', async () => {
    for (let passed = 0; passed < 60_000; passed += 300) {
      type();
      await vi.advanceTimersByTimeAsync(300);
    }
    const gaps = saves.map((at, i) => at - (saves[i - 1] ?? 0));
    expect(saves.length).toBeGreaterThanOrEqual(13);
    // One keystroke's distance on top: the clock starts with the first change after a save.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(WITHIN + 300);
  });

  it('does nothing while saving is held, and catches up when it is released', async () => {
    held = true;
    type();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toEqual([]);
    expect(saver.unsaved).toBe(true);
    held = false;
    saver.reconsider();
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saves).toHaveLength(1);
  });

  it('held in the meantime: what was due is not saved', async () => {
    type();
    await vi.advanceTimersByTimeAsync(WITHIN / 2);
    held = true;
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });

  it('somebody else’s save clears it: dirty false', async () => {
    type();
    await vi.advanceTimersByTimeAsync(WITHIN / 2);
    doc.getMap('state').set('dirty', false);
    expect(saver.unsaved).toBe(false);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });

  it('dirty true alone means unsaved: changes from before we came', async () => {
    doc.getMap('state').set('dirty', true);
    expect(saver.unsaved).toBe(true);
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saves).toHaveLength(1);
  });

  it('a save that fails is tried again at the same pace, and stays unsaved until it works', async () => {
    works = false;
    type();
    await vi.advanceTimersByTimeAsync(3 * WITHIN);
    expect(saves).toEqual([WITHIN, 2 * WITHIN, 3 * WITHIN]);
    expect(saver.unsaved).toBe(true);
    works = true;
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(saver.unsaved).toBe(false);
  });

  it('changes of metadata count, other roots do not', () => {
    doc.getMap('meta').set('metadata', new Y.Map());
    expect(saver.unsaved).toBe(true);
    doc.getMap('state').set('dirty', false);
    doc.getMap('state').set('file_id', 'x');
    doc.getMap('other').set('a', 1);
    expect(saver.unsaved).toBe(false);
  });

  it('S26: the first state of a room, as it comes, is no change', async () => {
    const source = new Y.Doc();
    source.getArray('cells').push(['a']);
    source.getMap('state').set('dirty', false);
    const fresh = new Y.Doc();
    let count = 0;
    const watch = new Saver({
      doc: fresh,
      within: WITHIN,
      held: () => false,
      save: () => Promise.resolve((count += 1)),
      changed: () => undefined
    });
    Y.applyUpdate(fresh, Y.encodeStateAsUpdate(source));
    expect(watch.unsaved).toBe(false);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(count).toBe(0);
    watch.close();
  });

  it('closed, it watches and saves no more', async () => {
    type();
    saver.close();
    type();
    doc.getMap('state').set('dirty', true);
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
    saver.reconsider();
    await vi.advanceTimersByTimeAsync(10 * WITHIN);
    expect(saves).toEqual([]);
  });
});
