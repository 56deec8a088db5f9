/**
 * One open terminal of the owner's as guests see it: one socket upstream, however many watch, and what it said of late for those
 * who come later.
 * @module
 */
import { framed, type Framed } from '../access/framed.ts';
import type { Log } from '../log.ts';
import type { Terminals } from '../upstream/terminal.ts';

/** Somebody who watches. */
export interface Viewer {
  /** One frame, as JupyterLab's terminal reads it. */
  frame(frame: Framed): void;
  /** The terminal is gone. */
  gone(): void;
}

/** Milliseconds over which output is gathered. */
const TICK = 25;
/** Characters of recent output that are kept; what a tick brings beyond that has scrolled away already. */
const RECENT = 200_000;

/** A watched terminal. */
export class WatchedTerminal {
  readonly #viewers = new Set<Viewer>();
  readonly #listen: () => () => void;
  #stop: (() => void) | null = null;
  readonly #empty: () => void;
  #recent = '';
  #waiting = '';
  #timer: NodeJS.Timeout | null = null;
  #over = false;

  /** @param empty called when nobody watches any longer, or the terminal is gone. */
  constructor(name: string, terminals: Terminals, log: Log, empty: () => void) {
    this.#empty = empty;
    const handlers = { output: (text: string) => this.#take(text), close: () => this.#end() };
    this.#listen = () => terminals.listen(name, handlers, log);
  }

  /** Adds a viewer, who gets what was said of late; the function returned takes them out. */
  watch(viewer: Viewer): () => void {
    if (this.#over) {
      viewer.gone();
      return () => undefined;
    }
    this.#stop ??= this.#listen();
    this.#flush();
    this.#viewers.add(viewer);
    viewer.frame(framed(JSON.stringify(['setup', {}])));
    if (this.#recent !== '') {
      viewer.frame(stdout(this.#recent));
    }
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) {
        this.close();
      }
    };
  }

  /** Stops listening; the terminal itself goes on. */
  close(): void {
    this.#stop?.();
    this.#end();
  }

  #take(text: string): void {
    this.#waiting += text;
    // Not at every message: cutting costs as much as what is kept.
    if (this.#waiting.length > 2 * RECENT) {
      this.#waiting = tail(this.#waiting);
    }
    this.#timer ??= setTimeout(() => this.#flush(), TICK);
  }

  #flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (this.#waiting !== '') {
      const text = tail(this.#waiting);
      const frame = stdout(text);
      this.#recent = tail(this.#recent + text);
      this.#waiting = '';
      this.#viewers.forEach(viewer => viewer.frame(frame));
    }
  }

  #end(): void {
    if (!this.#over) {
      this.#flush();
      this.#over = true;
      const viewers = [...this.#viewers];
      this.#viewers.clear();
      viewers.forEach(viewer => viewer.gone());
      this.#empty();
    }
  }
}

function stdout(text: string): Framed {
  return framed(JSON.stringify(['stdout', text]));
}

/** The end of a text, from the beginning of a line where there is one: half an escape sequence would be shown as text. */
function tail(text: string): string {
  if (text.length <= RECENT) {
    return text;
  }
  const kept = text.slice(-RECENT);
  const line = kept.indexOf('\n');
  return line === -1 ? kept : kept.slice(line + 1);
}
