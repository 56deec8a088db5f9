/**
 * Remembers what was typed here last, cell by cell: a correction by the server may replace it before it can be copied.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { followSources } from './sources.ts';

/** A pause after which typing is something new; milliseconds. */
const PAUSE = 15_000;

/** What was typed in a cell without a pause. */
export interface Typed {
  /** The cell's source after the last key. */
  readonly source: string;
  /** What the keys themselves brought. */
  readonly text: string;
  /** Where in the source that begins. */
  readonly start: number;
  readonly at: number;
}

/** What was typed by cell id, in this page, over all copies of the notebook. */
export class LastTyped {
  /** Starts to listen to a notebook that is loaded. */
  watch(panel: NotebookPanel): void {
    followSources(panel, ({ cell, before, after, local }) => {
      if (local) {
        const next = afterTyping(this.typed.get(cell) ?? null, before ?? '', after, performance.now());
        this.typed.delete(cell);
        this.typed.set(cell, next);
      }
    });
  }

  /** What was typed in these cells, with what is around it where that is still whole; without ids, last of all. */
  of(cells: readonly string[]): string {
    const ids = cells.length > 0 ? cells : [...this.typed.keys()].slice(-1);
    return ids.flatMap(id => textOf(this.typed.get(id)) ?? []).join('\n\n');
  }

  /** Something was typed for a cell that never reached it. */
  add(cell: string, text: string): void {
    const last = this.typed.get(cell);
    const typed = { source: text, text, start: 0, at: performance.now() };
    const given = textOf(last);
    this.typed.set(cell, given === null ? typed : { ...typed, source: given + text, text: given + text });
  }

  private readonly typed = new Map<string, Typed>();
}

/** What to give back: the whole source, or, where it was corrected between two keys, the keys' own text. */
export function textOf(typed: Typed | undefined): string | null {
  return typed ? (typed.source.includes(typed.text) ? typed.source : typed.text) : null;
}

/** Follows one local change of a source; `now` in milliseconds. */
export function afterTyping(last: Typed | null, before: string, source: string, now: number): Typed {
  const { at, inserted, removed } = spliceBetween(before, source);
  if (!last || now - last.at > PAUSE) {
    return { source, text: inserted, start: at, at: now };
  }
  const { start, text } = last;
  const whole = before.startsWith(text, start);
  if (!whole) {
    // Corrected meanwhile: what was typed is not there any more, the new letters go on from it.
    return { source, text: text + inserted, start, at: now };
  }
  const offset = at - start;
  if (offset < 0 || offset + removed > text.length) {
    return { source, text: inserted, start: at, at: now };
  }
  return { source, text: text.slice(0, offset) + inserted + text.slice(offset + removed), start, at: now };
}

/** The one splice that makes `after` of `before`; positions and lengths in UTF-16 units. */
function spliceBetween(before: string, after: string): { at: number; removed: number; inserted: string } {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before[at] === after[at]) {
    at++;
  }
  let tail = 0;
  while (tail < most - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  return { at, removed: before.length - tail - at, inserted: after.slice(at, after.length - tail) };
}
