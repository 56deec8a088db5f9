/**
 * Where people are: the cell that each of their tabs named last. Kept in memory, told in bundles.
 * @module
 */

/** Milliseconds over which moves are gathered. */
const GATHER = 200;

/** Cells by person; null: nowhere any more. */
export type Moves = ReadonlyMap<string, string | null>;

/** The places of all shares. */
export class Places {
  /** Share, person, tab; the tab that spoke last stands last. */
  readonly #shares = new Map<string, Map<string, Map<object, string | null>>>();
  readonly #moved = new Map<string, { readonly people: Set<string>; readonly timer: NodeJS.Timeout }>();
  readonly #tell: (share: string, moves: Moves) => void;

  /** @param tell called with the moves of a share, a moment after the first of them. */
  constructor(tell: (share: string, moves: Moves) => void) {
    this.#tell = tell;
  }

  /** A tab says where its person is. */
  set(share: string, person: string, tab: object, cell: string | null): void {
    const before = this.of(share, person);
    const people = this.#shares.get(share) ?? new Map<string, Map<object, string | null>>();
    const tabs = people.get(person) ?? new Map<object, string | null>();
    tabs.delete(tab);
    this.#shares.set(share, people.set(person, tabs.set(tab, cell)));
    this.#note(share, person, before);
  }

  /** A tab is gone. */
  leave(share: string, person: string, tab: object): void {
    const people = this.#shares.get(share);
    const tabs = people?.get(person);
    if (people === undefined || tabs === undefined) {
      return;
    }
    const before = this.of(share, person);
    tabs.delete(tab);
    if (tabs.size === 0) {
      people.delete(person);
    }
    if (people.size === 0) {
      this.#shares.delete(share);
    }
    this.#note(share, person, before);
  }

  /** The cell that a person is in; null when none of their tabs is in one. */
  of(share: string, person: string): string | null {
    const tabs = this.#shares.get(share)?.get(person);
    return tabs === undefined ? null : ([...tabs.values()].findLast(cell => cell !== null) ?? null);
  }

  /** Forgets what wasn't told yet. */
  close(): void {
    this.#moved.forEach(({ timer }) => clearTimeout(timer));
    this.#moved.clear();
  }

  #note(share: string, person: string, before: string | null): void {
    if (this.of(share, person) === before) {
      return;
    }
    const moved = this.#moved.get(share);
    if (moved === undefined) {
      const timer = setTimeout(() => this.#flush(share), GATHER);
      this.#moved.set(share, { people: new Set([person]), timer });
    } else {
      moved.people.add(person);
    }
  }

  #flush(share: string): void {
    const people = this.#moved.get(share)?.people ?? [];
    this.#moved.delete(share);
    this.#tell(share, new Map([...people].map(person => [person, this.of(share, person)])));
  }
}
