/**
 * A set of ids kept as sorted ranges.
 * @module
 */
import type { Range } from './model.ts';

interface Span {
  from: number;
  to: number;
}

/** Ids, many of them neighbours. */
export class IdSet {
  readonly #clients = new Map<number, Span[]>();
  #additions = 0;

  constructor(ranges: Iterable<Range> = []) {
    for (const range of ranges) {
      this.add(range.client, range.from, range.to);
    }
  }

  /** Adds clocks `from` up to, not including, `to`. */
  add(client: number, from: number, to = from + 1): void {
    this.#additions += 1;
    const spans = this.#clients.get(client);
    if (!spans) {
      this.#clients.set(client, [{ from, to }]);
      return;
    }
    const first = firstEndingFrom(spans, from);
    let last = first;
    let merged = { from, to };
    for (let span = spans[last]; span && span.from <= merged.to; span = spans[++last]) {
      merged = { from: Math.min(span.from, merged.from), to: Math.max(span.to, merged.to) };
    }
    spans.splice(first, last - first, merged);
  }

  /** How often something was added: it only grows. */
  get additions(): number {
    return this.#additions;
  }

  /** All ranges, client by client. */
  *ranges(): Generator<Range> {
    for (const [client, spans] of this.#clients) {
      for (const { from, to } of spans) {
        yield { client, from, to };
      }
    }
  }

  /** Whether all clocks `from` up to, not including, `to` are in the set. */
  covers(client: number, from: number, to: number): boolean {
    const spans = this.#clients.get(client);
    const span = spans?.[firstEndingFrom(spans, to)];
    return span !== undefined && span.from <= from;
  }

  /** Whether the id is in the set. */
  has(client: number, clock: number): boolean {
    const spans = this.#clients.get(client);
    const span = spans?.[firstEndingFrom(spans, clock + 1)];
    return span !== undefined && span.from <= clock;
  }
}

/** Index of the first span whose end is at least `clock`. */
function firstEndingFrom(spans: readonly Span[], clock: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span && span.to < clock) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
