/**
 * The time that a person's updates take: a bucket that fills with work and leaks with time.
 * @module
 */
import { Violation, type Limits } from './limits.ts';

/** Work in hand, per person. */
export class Work {
  readonly #limits: Pick<Limits, 'burstMs' | 'msPerSecond'>;
  readonly #now: (() => number) | undefined;
  readonly #persons = new Map<string, { level: number; at: number }>();

  constructor(limits: Pick<Limits, 'burstMs' | 'msPerSecond'>, now?: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Runs a piece of work on a person's account; refuses it when the account is overdrawn. */
  measure<T>(person: string, work: () => T): T {
    const now = this.#now;
    if (!now) {
      return work();
    }
    const start = now();
    const account = this.#persons.get(person) ?? { level: 0, at: start };
    const leaked = ((start - account.at) / 1000) * this.#limits.msPerSecond;
    const level = Math.max(0, account.level - leaked);
    if (level > this.#limits.burstMs) {
      throw new Violation('this person causes too much work', 'too-fast');
    }
    try {
      return work();
    } finally {
      const end = now();
      this.#persons.set(person, { level: level + (end - start), at: start });
    }
  }
}
