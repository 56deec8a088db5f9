/**
 * What only the Python side can do: hold a room's autosave, know the accounts.
 * @module
 */
import { z } from 'zod';
import { Refusal } from '../policy/verdict.ts';
import type { Jupyter } from './jupyter.ts';

/** Milliseconds; the other side gives up before. */
const COMPARE_TIMEOUT = 60_000;
const COMMIT_TIMEOUT = 60_000;
const Account = z.object({ username: z.string(), name: z.string() });
const Found = z.object({
  users: Account.array(),
  groups: z.array(z.object({ group: z.string(), members: z.number() }))
});

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

  /** Accounts and groups of the hub that match a text. */
  async people(query: string): Promise<z.infer<typeof Found>> {
    return Found.parse(await this.#jupyter.get(['liveshare', 'internal', 'people'], { query: { query } }));
  }

  /** Who is in a group of the hub's now; null when there is none, or it can't be known. */
  async group(name: string): Promise<z.infer<typeof Account>[] | null> {
    try {
      return Account.array().parse(await this.#jupyter.get(['liveshare', 'internal', 'groups', name]));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not-found') {
        return null;
      }
      throw error;
    }
  }

  /** What changed from one notebook to another, as nbdime's text. */
  async compare(before: unknown, after: unknown): Promise<string> {
    const answer = await this.#jupyter.call(['liveshare', 'internal', 'compare'], {
      method: 'POST',
      body: { before, after },
      timeout: COMPARE_TIMEOUT
    });
    const found = z.object({ text: z.string() }).safeParse(answer.json());
    if (answer.status === 501) {
      throw new Refusal(
        'not-installed',
        "Comparing versions needs nbdime on the owner's server: pip install 'jupyter-liveshare[diff]'"
      );
    }
    if (answer.status !== 200 || !found.success) {
      throw new Refusal('upstream-away', 'These could not be compared.');
    }
    return found.data.text;
  }

  /** Commits one file, if it lies in a git work tree: the commit's hash, null when there was nothing to commit, or why not. */
  async commit(
    path: string,
    message: string,
    author: { readonly name: string; readonly id: string } | null
  ): Promise<{ readonly commit: string | null } | { readonly problem: string }> {
    const body = { path, message, author };
    const answer = await this.#jupyter.get(['liveshare', 'internal', 'commit'], {
      method: 'POST',
      body,
      timeout: COMMIT_TIMEOUT
    });
    return z
      .union([z.object({ commit: z.string().nullable() }), z.object({ problem: z.string() })])
      .parse(answer);
  }
}
