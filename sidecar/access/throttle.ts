/**
 * Token buckets: so many at once, so many a second after that. Time is an argument.
 * @module
 */
import { Refusal } from '../policy/verdict.ts';

/** One bucket. */
export class Bucket {
  readonly #rate: number;
  readonly #burst: number;
  #level: number;
  #at: number;

  /** @param rate units a second; @param burst units at once; @param now milliseconds. */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#level = burst;
    this.#at = now;
  }

  /** Takes `cost` units; false when there aren't that many. */
  take(cost: number, now: number): boolean {
    this.#refill(now);
    if (this.#level < cost) {
      return false;
    }
    this.#level -= cost;
    return true;
  }

  /** Whether `cost` units are there; takes nothing. */
  has(cost: number, now: number): boolean {
    this.#refill(now);
    return this.#level >= cost;
  }

  /** Whether nothing has been taken lately. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#level >= this.#burst;
  }

  #refill(now: number): void {
    const passed = Math.max(0, now - this.#at) / 1000;
    this.#level = Math.min(this.#burst, this.#level + passed * this.#rate);
    this.#at = now;
  }
}

/**
 * Failed attempts by address (T18). A token can't be guessed, so only bad ones wait: a whole class stands behind one address,
 * and who among it has a good one still comes in. Passphrases can be guessed: there every try waits.
 */
export class FailureLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Whether this address may try. */
  mayTry(remote: string): boolean {
    const bucket = this.#buckets.get(remote);
    return bucket === undefined || bucket.has(1, this.#now());
  }

  /** Counts a failure. */
  failed(remote: string): void {
    const now = this.#now();
    if (this.#buckets.size > 10_000) {
      this.#tidy(now);
    }
    const bucket = this.#buckets.get(remote) ?? new Bucket(this.#perMinute / 60, this.#perMinute, now);
    this.#buckets.set(remote, bucket);
    bucket.take(1, now);
  }

  /** Verifies a token: a bad one counts, and after too many of them it is called too fast. */
  async watch<T>(remote: string, verify: () => Promise<T>): Promise<T> {
    try {
      return await verify();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'token-invalid') {
        throw error;
      }
      if (!this.mayTry(remote)) {
        throw new Refusal('too-fast');
      }
      this.failed(remote);
      throw error;
    }
  }

  #tidy(now: number): void {
    for (const [remote, bucket] of this.#buckets) {
      if (bucket.isFull(now)) {
        this.#buckets.delete(remote);
      }
    }
  }
}
