/**
 * What only the Python side can do: hold a room's autosave, know the accounts.
 * @module
 */
import { z } from 'zod';
import type { Jupyter } from './jupyter.ts';

/** The extension's internal routes. */
export class Internal {
  readonly #jupyter: Jupyter;

  constructor(jupyter: Jupyter) {
    this.#jupyter = jupyter;
  }

  /** Sets the files (ids) whose rooms must not save by themselves: the whole set. */
  async hold(files: readonly string[]): Promise<void> {
    await this.#jupyter.get(['liveshare', 'internal', 'hold'], { method: 'PUT', body: { files } });
  }

  /** Accounts known to the server or the hub that match a text. */
  async people(query: string): Promise<{ username: string; name: string }[]> {
    const found = await this.#jupyter.get(['liveshare', 'internal', 'people'], { query: { query } });
    return z.array(z.object({ username: z.string(), name: z.string() })).parse(found);
  }
}
