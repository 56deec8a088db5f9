/**
 * Sockets that open and close -> people who come and go. A reconnect is neither: who comes back in time never left. Pure: time is an
 * argument.
 * @module
 */
import type { ActivityPerson } from '../../protocol/resources.ts';

/** Milliseconds without a socket after which a person has left. */
export const GRACE = 30_000;

/** Somebody who is here, or was until a moment ago. */
interface Present {
  readonly share: string;
  readonly person: ActivityPerson;
  /** Since when they have no socket; null while they have one. */
  away: number | null;
}

/** Somebody who came or went, and when. */
export interface Passage {
  readonly share: string;
  readonly person: ActivityPerson;
  readonly at: number;
}

/** Who is here. */
export class Presence {
  readonly #present = new Map<string, Present>();

  /** A person has a socket; true when they have just come. */
  here(share: string, person: ActivityPerson): boolean {
    const known = this.#present.get(person.id);
    if (known !== undefined) {
      known.away = null;
      return false;
    }
    this.#present.set(person.id, { share, person, away: null });
    return true;
  }

  /** A person has no socket any more. */
  away(person: string, now: number): void {
    const known = this.#present.get(person);
    if (known !== undefined) {
      known.away ??= now;
    }
  }

  /** Those who have left by now, each once. */
  left(now: number): Passage[] {
    const gone = [...this.#present.values()].flatMap(({ share, person, away }) =>
      away !== null && now - away >= GRACE ? [{ share, person, at: away }] : []
    );
    gone.forEach(({ person }) => this.#present.delete(person.id));
    return gone;
  }

  /** Forgets somebody who was removed: that they have no socket then says nothing. */
  forget(person: string): void {
    this.#present.delete(person);
  }
}
