/**
 * Refusals that no tab of a person's has heard: a notebook's socket may be back before the control socket, and a connection that broke takes
 * a while to be known as broken. They wait for the next tab.
 * @module
 */
import type { ServerMessage } from '../../protocol/messages.ts';

/** Milliseconds that one waits. */
const PATIENCE = 60_000;
/** Refusals that wait for one person, or for one tab's answer; the oldest goes first. */
export const MOST = 20;

/** A change that was not accepted, as its author is told. */
export type Rejected = Extract<ServerMessage, { type: 'rejected' }>;

/** What waits, by person. */
export class Unheard {
  readonly #now: () => number;
  readonly #waiting = new Map<string, readonly { readonly message: Rejected; readonly at: number }[]>();

  /** @param now Milliseconds, as `Date.now` gives them. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps a message for a person. */
  keep(person: string, message: Rejected): void {
    this.#forget();
    const before = this.#waiting.get(person) ?? [];
    this.#waiting.set(person, [...before, { message, at: this.#now() }].slice(-MOST));
  }

  /** What waits for a person, oldest first; it waits no longer. */
  take(person: string): readonly Rejected[] {
    this.#forget();
    const found = this.#waiting.get(person) ?? [];
    this.#waiting.delete(person);
    return found.map(({ message }) => message);
  }

  #forget(): void {
    const since = this.#now() - PATIENCE;
    for (const [person, all] of this.#waiting) {
      const left = all.filter(({ at }) => at > since);
      if (left.length === 0) {
        this.#waiting.delete(person);
      } else if (left.length < all.length) {
        this.#waiting.set(person, left);
      }
    }
  }
}
