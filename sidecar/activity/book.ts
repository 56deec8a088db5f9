/**
 * The activity of all shares: deeds are gathered in memory and written down, and told to the owner, at most once a second.
 * @module
 */
import type { ActivityKind, ActivityPage, ActivityPerson } from '../../protocol/resources.ts';
import type { Activities } from '../store/activity.ts';
import { Gatherer, type Deed, type Entry } from './activity.ts';

/** What the book needs. */
export interface ActivityBookParts {
  readonly activities: Activities;
  readonly now: () => number;
  /** Whether the share is still there. */
  readonly exists: (share: string) => boolean;
  /** Runs work in one transaction of the database. */
  readonly atOnce: (work: () => void) => void;
  /** Tells a share's owner that there is something new; the id of the newest entry. */
  readonly announce: (share: string, latest: number) => void;
}

/** Milliseconds over which deeds are gathered before they are written down. */
const GATHER = 1_000;
/** Deeds that wait to be written; more are written at once. */
const MAX_WAITING = 1_000;

/** What is done to cells by whoever edits. */
const CELL_KINDS = ['inserted', 'deleted', 'moved', 'edited'] as const satisfies readonly ActivityKind[];
type CellKind = (typeof CELL_KINDS)[number];

/** Who did what. */
export class ActivityBook {
  readonly #parts: ActivityBookParts;
  readonly #gatherer = new Gatherer();
  /** Ids of entries that are written down and may go on. */
  readonly #ids = new WeakMap<Entry, number>();
  readonly #waiting = new Set<Entry>();
  readonly #latest = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(parts: ActivityBookParts) {
    this.#parts = parts;
  }

  /** Somebody did something; `person` is null for the owner. */
  note(
    share: string,
    person: ActivityPerson | null,
    kind: ActivityKind,
    on: { readonly cell?: string; readonly about?: ActivityPerson; readonly at?: number } = {}
  ): void {
    const deed: Deed = {
      share,
      person: shown(person),
      kind,
      cell: on.cell ?? null,
      about: shown(on.about ?? null)
    };
    if (this.#closed) {
      return;
    }
    this.#waiting.add(this.#gatherer.note(deed, on.at ?? this.#parts.now()).entry);
    if (this.#waiting.size >= MAX_WAITING) {
      this.flush();
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, GATHER);
  }

  /** Somebody changed cells. */
  noteCells(
    share: string,
    person: ActivityPerson | null,
    changes: Readonly<Record<CellKind, readonly string[]>>
  ): void {
    for (const kind of CELL_KINDS) {
      changes[kind].forEach(cell => this.note(share, person, kind, { cell }));
    }
  }

  /** A page of a share's activity, newest first: entries before a cursor that an earlier page gave. */
  page(share: string, before: number | null, limit: number): ActivityPage {
    this.flush();
    const found = this.#parts.activities.page(share, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? String(items.at(-1)?.id) : null };
  }

  /** Writes down what has gathered. */
  flush(): void {
    const { now, atOnce, announce, exists } = this.#parts;
    const waiting = [...this.#waiting].filter(entry => exists(entry.share));
    this.#waiting.clear();
    if (waiting.length > 0) {
      const shares = new Set(waiting.map(entry => entry.share));
      atOnce(() => {
        waiting.forEach(entry => this.#write(entry));
        shares.forEach(share => this.#parts.activities.tidy(share));
      });
      shares.forEach(share => announce(share, this.#latest.get(share) ?? 0));
    }
    this.#gatherer.tidy(now());
  }

  /** Forgets what has gathered for a share that has ended. */
  end(share: string): void {
    this.#gatherer.end(share);
    this.#latest.delete(share);
    for (const entry of this.#waiting) {
      if (entry.share === share) {
        this.#waiting.delete(entry);
      }
    }
  }

  /** Writes down what has gathered, and no more after that. */
  close(): void {
    this.flush();
    this.#closed = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #write(entry: Entry): void {
    const { activities } = this.#parts;
    const id = this.#ids.get(entry);
    const until = new Date(entry.until).toISOString();
    if (id !== undefined) {
      activities.extend(id, until, entry.count);
      return;
    }
    const { share, person, kind, cell, about, count } = entry;
    const at = new Date(entry.at).toISOString();
    const made = activities.add(share, { at, until, person, kind, cell, about, count });
    this.#ids.set(entry, made);
    this.#latest.set(share, made);
  }
}

/** What of a person stands in the activity. */
function shown(person: ActivityPerson | null): ActivityPerson | null {
  return person === null ? null : { id: person.id, name: person.name, color: person.color };
}
