/**
 * The owner's open terminals under names of our own.
 * @module
 */
import type { Log } from '../log.ts';
import type { Terminals } from '../upstream/terminal.ts';
import { WatchedTerminal } from './terminal.ts';

/** Milliseconds for which the list is remembered: stock front ends ask every ten seconds, each of them. */
const REMEMBER = 1_000;

/** The terminals that guests may see. */
export class TerminalBook {
  readonly #terminals: Terminals;
  readonly #log: Log;
  /** Name of ours by the owner's. A terminal that is made anew under an old name is another one. */
  #names = new Map<string, string>();
  #count = 0;
  #looked = 0;
  #looking: Promise<void> | null = null;
  readonly #watched = new Map<string, WatchedTerminal>();

  constructor(terminals: Terminals, log: Log) {
    this.#terminals = terminals;
    this.#log = log;
  }

  /** Names of the open terminals, as guests know them. */
  async list(): Promise<string[]> {
    await this.#look();
    return [...this.#names.values()];
  }

  /** The terminal of a name of ours; null when it isn't open. One listens upstream for all who watch it. */
  async find(alias: string): Promise<WatchedTerminal | null> {
    await this.#look();
    const [name] = [...this.#names].find(([, ours]) => ours === alias) ?? [];
    if (name === undefined) {
      return null;
    }
    const watched =
      this.#watched.get(alias) ??
      new WatchedTerminal(name, this.#terminals, this.#log, () => {
        this.#watched.delete(alias);
        this.#looked = 0;
      });
    this.#watched.set(alias, watched);
    return watched;
  }

  /** Stops listening to all. */
  close(): void {
    [...this.#watched.values()].forEach(each => each.close());
  }

  #look(): Promise<void> {
    if (Date.now() - this.#looked < REMEMBER) {
      return Promise.resolve();
    }
    this.#looking ??= this.#terminals
      .names()
      .then(names => {
        this.#names = new Map(names.map(name => [name, this.#names.get(name) ?? String(++this.#count)]));
        this.#looked = Date.now();
      })
      .finally(() => (this.#looking = null));
    return this.#looking;
  }
}
