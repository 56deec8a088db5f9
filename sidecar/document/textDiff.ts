/**
 * The least that turns one text into another, so that what stays keeps its identity: cursors and others' edits in it stay where they are.
 * @module
 */
import { splitsPair } from './filter/model.ts';

/** At `position`, `remove` UTF-16 units give way to `insert`. */
export interface Splice {
  readonly position: number;
  readonly remove: number;
  readonly insert: string;
}

/** Pairs of lines that are compared at most; beyond that all that differs is one splice. */
const MAX_PAIRS = 250_000;

/** The splices, first to last, in positions of `before`; none splits a surrogate pair. */
export function diffTexts(before: string, after: string): Splice[] {
  const [whole] = trimmed(0, before, after);
  if (whole === undefined) {
    return [];
  }
  const { position, remove, insert } = whole;
  // Whole lines around what differs, or a line that stays would not be known for one.
  const from = position === 0 ? 0 : before.lastIndexOf('\n', position - 1) + 1;
  const end = before.indexOf('\n', position + remove);
  const to = end === -1 ? before.length : end + 1;
  const old = lines(before.slice(from, to));
  const now = lines(after.slice(from, to - remove + insert.length));
  return old.length * now.length > MAX_PAIRS ? [whole] : diffLines(from, old, now);
}

/** Cuts off what both begin and end with; nothing when they are equal. */
function trimmed(position: number, before: string, after: string): Splice[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start++;
  }
  if (splitsPair(before, start) || splitsPair(after, start)) {
    start--;
  }
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  if (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) {
    end--;
  }
  const remove = before.length - start - end;
  const insert = after.slice(start, after.length - end);
  return remove === 0 && insert === '' ? [] : [{ position: position + start, remove, insert }];
}

/** Each run of lines that isn't in the longest common sequence becomes one splice. */
function diffLines(from: number, old: readonly string[], now: readonly string[]): Splice[] {
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  const splices: Splice[] = [];
  let position = from;
  let gone: string[] = [];
  let come: string[] = [];
  const close = (): void => {
    // As many lines as before: each is another version of its line.
    const pairs =
      gone.length === come.length
        ? gone.map((line, n) => [line, come[n] ?? ''])
        : [[gone.join(''), come.join('')]];
    for (const [line = '', other = ''] of pairs) {
      splices.push(...trimmed(position, line, other));
      position += line.length;
    }
    [gone, come] = [[], []];
  };
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    const [line = '', other = ''] = [old[i], now[j]];
    if (i < old.length && j < now.length && line === other) {
      close();
      position += line.length;
      i++;
      j++;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      gone.push(line);
      i++;
    } else {
      come.push(other);
      j++;
    }
  }
  close();
  return splices;
}

/** Lengths of the longest common sequences of the lines from `i` and from `j`, row by row. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
