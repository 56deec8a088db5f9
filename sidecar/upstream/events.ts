/**
 * Words on Jupyter Server's event bus, which every JupyterLab page of the server hears. They name nothing: who may see more asks for it.
 * Source: Jupyter Server's `POST api/events`; the schema is `jupyter_liveshare/events.py`.
 * @module
 */
import { SHARES_EVENT } from '../../protocol/messages.ts';
import type { Jupyter } from './jupyter.ts';

/** Milliseconds over which changes are gathered: a group of a hundred is invited with one word. */
const GATHER = 200;

/** The bus. */
export class Events {
  readonly #jupyter: Pick<Jupyter, 'call'>;
  #timer: NodeJS.Timeout | null = null;

  constructor(jupyter: Pick<Jupyter, 'call'>) {
    this.#jupyter = jupyter;
  }

  /** Says, a moment later, that there are other shares than before, or other accounts in them. */
  sharesChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const body = { schema_id: SHARES_EVENT, version: '1', data: {} };
      // Who misses it sees the same with their next look.
      this.#jupyter.call(['api', 'events'], { method: 'POST', body }).catch(() => undefined);
    }, GATHER);
  }

  /** Says nothing any more. */
  close(): void {
    clearTimeout(this.#timer ?? undefined);
  }
}
