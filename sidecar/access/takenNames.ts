/**
 * Names that a guest of a link can't take: the owner's, those of the share's people and accounts, those of accounts known here.
 * @module
 */
import { looksLike, plainName } from '../policy/names.ts';
import { Refusal } from '../policy/verdict.ts';
import type { People } from '../store/people.ts';
import type { Shares } from '../store/shares.ts';

/** What is looked at. */
export interface TakenNamesParts {
  readonly shares: Shares;
  readonly people: People;
  /** Usernames and names of the accounts that are known here. */
  readonly accounts: () => Iterable<string>;
}

/** Decides what a guest of a link may be called. */
export class TakenNames {
  readonly #parts: TakenNamesParts;

  constructor(parts: TakenNamesParts) {
    this.#parts = parts;
  }

  /**
   * The name that somebody gave at the door, as it is kept; "Guest 3" when they gave none. Refuses with `bad-request` one that can't be
   * shown and with `name-taken` one that could be taken for somebody else's.
   */
  check(share: string, given: string | undefined): string {
    if (given === undefined || given.trim() === '') {
      return this.#free(share);
    }
    const name = plainName(given);
    if (name === null) {
      throw new Refusal('bad-request', 'That name can’t be shown. Choose one of plain letters, 100 at most.');
    }
    if (this.#taken(share, name)) {
      throw new Refusal('name-taken');
    }
    return name;
  }

  #free(share: string): string {
    let number = 1;
    while (this.#taken(share, `Guest ${number}`)) {
      number += 1;
    }
    return `Guest ${number}`;
  }

  #taken(share: string, name: string): boolean {
    const { shares, people, accounts } = this.#parts;
    const others = people.ofShare(share).flatMap(person => [person.name, person.username ?? person.name]);
    return [shares.get(share)?.owner ?? name, ...others, ...accounts()].some(other => looksLike(other, name));
  }
}
