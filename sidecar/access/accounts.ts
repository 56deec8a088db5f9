/**
 * Accounts that can be invited: those of the hub, as far as it tells, those of people who were here before, and those invited elsewhere.
 * @module
 */
import { plainName } from '../policy/names.ts';
import { Refusal } from '../policy/verdict.ts';
import type { AccountTable } from '../store/accounts.ts';
import type { People } from '../store/people.ts';
import type { JupyterUser } from './peer.ts';

/** Accounts that are remembered; the one that was away longest goes first. */
const MOST = 10_000;
/** Suggestions at a time. */
const SHOWN = 20;
/** Milliseconds after which "seen" is written down again. */
const DAY = 86_400_000;

/** An account. */
export interface Account {
  readonly username: string;
  readonly name: string;
}

/** A group of the hub's. */
export interface Group {
  readonly group: string;
  readonly members: number;
}

/** Where accounts are known from beside our own table. */
export interface Directory {
  /** What matches a text. */
  people(query: string): Promise<{ readonly users: readonly Account[]; readonly groups: readonly Group[] }>;
  /** Who is in a group now; null when there is none. */
  group(name: string): Promise<readonly Account[] | null>;
}

/** What the account book needs. */
export interface AccountBookParts {
  readonly accounts: AccountTable;
  readonly people: People;
  readonly directory: Directory;
  readonly now: () => number;
}

/** Accounts as a resource. */
export class AccountBook {
  readonly #parts: AccountBookParts;

  constructor(parts: AccountBookParts) {
    this.#parts = parts;
  }

  /** Somebody whom Jupyter has authenticated is here. The owner is nobody to invite; a visitor without a name of their own, neither. */
  saw({ username, name, owner }: JupyterUser): void {
    const { accounts, now } = this.#parts;
    const shown = plainName(name) ?? username;
    // Jupyter's token login makes a new account up each time.
    if (owner || plainName(username) === null || /^Anonymous /.test(shown)) {
      return;
    }
    const known = accounts.get(username);
    if (known?.name === shown && now() - Date.parse(known.seenAt) < DAY) {
      return;
    }
    if (known === undefined && accounts.all().length >= MOST) {
      const oldest = accounts.all().reduce((a, b) => (a.seenAt <= b.seenAt ? a : b));
      accounts.delete(oldest.id);
    }
    accounts.put({ id: username, name: shown, seenAt: new Date(now()).toISOString() });
  }

  /** Accounts and groups whose name or username contains a text, without the owner's own. */
  async find(query: string, owner: string): Promise<(Account | Group)[]> {
    const wanted = query.trim().toLowerCase();
    if (wanted === '') {
      return [];
    }
    const { users, groups } = await this.#parts.directory.people(query.trim());
    const found = new Map<string, Account>();
    for (const { username, name } of [...this.#known(), ...users]) {
      // A name somebody was seen with says more than the hub's, which has none but the username.
      found.set(username, found.get(username) ?? { username, name });
    }
    const fits = ({ username, name }: Account): boolean =>
      username !== owner && [username, name].some(text => text.toLowerCase().includes(wanted));
    const starts = ({ username, name }: Account): number =>
      [username, name].some(text => text.toLowerCase().startsWith(wanted)) ? 0 : 1;
    const accounts = [...found.values()]
      .filter(fits)
      .sort((a, b) => starts(a) - starts(b) || a.name.localeCompare(b.name));
    return [...accounts.slice(0, SHOWN), ...groups.slice(0, SHOWN)];
  }

  /** Who is in a group now; refuses with `not-found`. */
  async members(group: string): Promise<readonly Account[]> {
    const found = await this.#parts.directory.group(group);
    if (found === null) {
      throw new Refusal('not-found', 'There is no such group, or its members can’t be known.');
    }
    const seen = new Map(this.#known().map(each => [each.username, each.name]));
    return found.map(({ username, name }) => ({ username, name: seen.get(username) ?? name }));
  }

  /** Usernames and names of the accounts known here, for those who would take one. */
  names(): string[] {
    return this.#known().flatMap(({ username, name }) => [username, name]);
  }

  #known(): Account[] {
    const { accounts, people } = this.#parts;
    const invited = people
      .all()
      .flatMap(({ username, name }) => (username === null ? [] : [{ username, name }]));
    return [...accounts.all().map(({ id, name }) => ({ username: id, name })), ...invited];
  }
}
