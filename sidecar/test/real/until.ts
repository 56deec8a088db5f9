/**
 * Bounded waiting.
 * @module
 */

const PAUSE = 25;

/** Asks until the answer is truthy, and gives it; fails after `within` milliseconds, with the last error if there was one. */
export async function until<T>(
  ask: () => T | Promise<T>,
  within = 15_000,
  what = 'it'
): Promise<NonNullable<T>> {
  const end = Date.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) {
        return answer;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${within} ms for ${what}`, { cause: last });
    }
    await pause(PAUSE);
  }
}

/** The rhythm of a typist, or the time in which something must *not* happen. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
