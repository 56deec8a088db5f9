/**
 * The owner's open terminals: which there are, and what they say. None is ever made, written to or resized from here.
 * Source: jupyter_server_terminals, REST `api/terminals`; terminado's socket messages, JSON arrays `[type, ...content]`.
 * @module
 */
import type WebSocket from 'ws';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Jupyter } from './jupyter.ts';

const Listed = z.array(z.object({ name: z.string().regex(/^\w+$/) }));
const Stdout = z.tuple([z.literal('stdout'), z.string()]);

/** What a terminal tells. */
export interface TerminalHandlers {
  /** Text as the terminal got it, escape sequences and all; first of all what it said of late. */
  readonly output: (text: string) => void;
  /** The terminal, or the way to it, is gone. */
  readonly close: () => void;
}

/** The terminals of the Jupyter Server. */
export class Terminals {
  readonly #jupyter: Jupyter;

  constructor(jupyter: Jupyter) {
    this.#jupyter = jupyter;
  }

  /** Names of the open terminals; none where the server has terminals switched off. */
  async names(): Promise<string[]> {
    const answer = await this.#jupyter.call(['api', 'terminals']);
    const listed = Listed.safeParse(answer.json());
    return answer.status === 200 && listed.success ? listed.data.map(each => each.name) : [];
  }

  /** Listens to an open terminal; the function returned stops. A name that isn't open closes at once. */
  listen(name: string, handlers: TerminalHandlers, log: Log): () => void {
    const socket: WebSocket = this.#jupyter.open(['terminals', 'websocket', name], {});
    socket.on('message', (data: Buffer, binary: boolean) => {
      const text = binary ? null : outputOf(data.toString('utf8'));
      if (text !== null) {
        handlers.output(text);
      }
    });
    socket.on('error', error => log.warn({ err: error }, 'terminal socket'));
    socket.on('close', handlers.close);
    return () => socket.close();
  }
}

/** The text of a `stdout` message; null for any other. */
function outputOf(frame: string): string | null {
  try {
    const parsed = Stdout.safeParse(JSON.parse(frame));
    return parsed.success ? parsed.data[1] : null;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
