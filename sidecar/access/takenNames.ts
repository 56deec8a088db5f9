/**
 * What a guest of a link is called. The names of the owner, of people who were invited and of accounts known here are not to be had; two
 * who came by a link may well have the same one, and are told apart by a number.
 * @module
 */
import { likenesses, plainName, withNumber, withoutNumber } from '../policy/names.ts';
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
   * The name that somebody gave at the door, as it is kept: "Anna (2)" when another guest of a link is called Anna; "Guest 3" when they
   * gave none. Refuses with `bad-request` one that can't be shown and with `name-taken` one that could be taken for that of somebody who
   * is vouched for.
   */
  choose(share: string, given: string | undefined): string {
    const known = this.#known(share);
    if (given === undefined || given.trim() === '') {
      return firstFree(known, number => `Guest ${number}`);
    }
    const name = plainName(given);
    if (name === null) {
      throw new Refusal('bad-request', 'That name can’t be shown. Choose one of plain letters, 100 at most.');
    }
    const bare = withoutNumber(name);
    if (isIn(known.vouched, name) || isIn(known.vouched, bare)) {
      throw new Refusal('name-taken');
    }
    return isFree(known, name) ? name : firstFree(known, number => withNumber(bare, number + 1));
  }

  /** Each name is looked at once, however many there are: a lecture has a few thousand. */
  #known(share: string): Known {
    const { shares, people, accounts } = this.#parts;
    const all = people.ofShare(share);
    const vouched = all.filter(({ kind }) => kind !== 'link');
    const invited = vouched.flatMap(({ name, username }) => [name, username ?? name]);
    const owner = shares.get(share)?.owner;
    const came = all.filter(({ kind }) => kind === 'link').map(({ name }) => name);
    return {
      vouched: setOf([...(owner === undefined ? [] : [owner]), ...invited, ...accounts()]),
      came: setOf(came)
    };
  }
}

/** Likenesses of the names in use. */
interface Known {
  /** Of the owner, people who were invited, and accounts. */
  readonly vouched: ReadonlySet<string>;
  /** Of those who came by a link. */
  readonly came: ReadonlySet<string>;
}

function setOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap(likenesses));
}

function isIn(set: ReadonlySet<string>, name: string): boolean {
  return likenesses(name).some(each => set.has(each));
}

function isFree({ came, vouched }: Known, name: string): boolean {
  return !isIn(came, name) && !isIn(vouched, name);
}

/** The first that is free, counted from 1. */
function firstFree(known: Known, name: (number: number) => string): string {
  let number = 1;
  while (!isFree(known, name(number))) {
    number += 1;
  }
  return name(number);
}
