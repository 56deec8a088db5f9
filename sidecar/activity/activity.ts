/**
 * What people do -> entries to read: one a person, kind and cell, extended while it goes on. Pure: time is an argument.
 * @module
 */
import type { ActivityKind, ActivityPerson } from '../../protocol/resources.ts';

/** Something somebody did. */
export interface Deed {
  readonly share: string;
  /** Null for the owner. */
  readonly person: ActivityPerson | null;
  readonly kind: ActivityKind;
  /** Cell id; null where it is about no cell. */
  readonly cell: string | null;
  /** To whom the owner did it. */
  readonly about: ActivityPerson | null;
}

/** A deed, or several that are one to whoever reads it. */
export interface Entry extends Deed {
  /** When it began and when it went on for the last time, milliseconds. */
  readonly at: number;
  until: number;
  /** How many deeds. */
  count: number;
}

/** Milliseconds without a further deed after which the next one is an entry of its own. */
export const PAUSE = 60_000;

/** Gathers deeds into entries. */
export class Gatherer {
  readonly #open = new Map<string, Entry>();

  /** The entry a deed belongs to: a new one, or one that it extends. */
  note(deed: Deed, now: number): { readonly entry: Entry; readonly isNew: boolean } {
    const { share, person, kind, cell, about } = deed;
    const key = JSON.stringify([share, person?.id, kind, cell, about?.id]);
    const open = this.#open.get(key);
    if (open !== undefined && now - open.until <= PAUSE) {
      open.until = Math.max(open.until, now);
      open.count += 1;
      return { entry: open, isNew: false };
    }
    const entry = { ...deed, at: now, until: now, count: 1 };
    this.#open.set(key, entry);
    return { entry, isNew: true };
  }

  /** Forgets what no further deed can extend. */
  tidy(now: number): void {
    this.#forget(entry => now - entry.until > PAUSE);
  }

  /** Forgets a share that has ended. */
  end(share: string): void {
    this.#forget(entry => entry.share === share);
  }

  #forget(when: (entry: Entry) => boolean): void {
    for (const [key, entry] of this.#open) {
      if (when(entry)) {
        this.#open.delete(key);
      }
    }
  }
}
