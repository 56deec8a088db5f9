/**
 * How often one may ask others to let go of a cell. Time comes in as an argument: milliseconds of a clock that only grows.
 * @module
 */

/** Milliseconds for which a question counts. */
export const AGAIN = 20_000;
/** Questions of one person that may count at a time, each for another cell. */
export const AT_ONCE = 4;

/** The questions of one share. */
export class Asks {
  /** When somebody asked, by person and cell; only what counts yet. */
  readonly #people = new Map<string, Map<string, number>>();

  /** Notes a question; false when it is too soon for it. */
  take(person: string, cell: string, now: number): boolean {
    this.#forget(now);
    const cells = this.#people.get(person) ?? new Map<string, number>();
    if (cells.has(cell) || cells.size >= AT_ONCE) {
      return false;
    }
    this.#people.set(person, cells.set(cell, now));
    return true;
  }

  #forget(now: number): void {
    for (const [person, cells] of this.#people) {
      for (const [cell, at] of cells) {
        if (now - at >= AGAIN) {
          cells.delete(cell);
        }
      }
      if (cells.size === 0) {
        this.#people.delete(person);
      }
    }
  }
}
