/**
 * What a guest's JupyterLab wants to keep: settings and workspaces, per guest, in memory, bounded.
 * @module
 */
import { Refusal } from '../../policy/verdict.ts';

const MAX_ENTRIES = 100;
const MAX_TEXT = 300_000;
const MAX_GUESTS = 5_000;

/** One guest's. */
export class Belonging {
  readonly settings = new Map<string, string>();
  readonly workspaces = new Map<string, string>();

  /** Keeps a text; refuses with `too-large` beyond the bounds. */
  put(kind: 'settings' | 'workspaces', id: string, text: string): void {
    if (
      text.length > MAX_TEXT ||
      id.length > 200 ||
      (this[kind].size >= MAX_ENTRIES && !this[kind].has(id))
    ) {
      throw new Refusal('too-large');
    }
    this[kind].set(id, text);
  }
}

/** Everybody's; the guest who came longest ago is forgotten first. */
export class Belongings {
  readonly #all = new Map<string, Belonging>();

  /** A guest's. */
  of(person: string): Belonging {
    const own = this.#all.get(person) ?? new Belonging();
    this.#all.delete(person);
    this.#all.set(person, own);
    if (this.#all.size > MAX_GUESTS) {
      const [oldest] = this.#all.keys();
      this.forget(oldest ?? '');
    }
    return own;
  }

  /** Forgets a guest's. */
  forget(person: string): void {
    this.#all.delete(person);
  }
}
