/**
 * Runs that the owner starts in JupyterLab in the ordinary way. The kernel says nothing of cells: the owner's page tells which
 * request runs which cell, on its control socket, at the moment it sends the request to the kernel, so either can be here first.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import { forgetOldest } from './forgetOldest.ts';
import type { RunState, Who } from '../../protocol/messages.ts';

/** Milliseconds for which what the kernel says of an unknown request waits for the page's word. */
const WAIT = 400;
/**
 * Milliseconds for which the page that started a run has time to write its end. Writing at the same time would cross its own, and
 * @jupyter/ydoc's observers stumble over that: the count would never show.
 */
const PAGE_WRITES = 3_000;
/** Messages of one unknown request that wait. */
const MAX_WAITING = 200;
/** Requests that are remembered. */
const MAX_KNOWN = 1_000;

/** A message whose cell isn't known yet. */
interface Waiting {
  readonly messages: KernelMessage[];
  readonly timer: NodeJS.Timeout;
}

/** What owner's runs need. */
export interface OwnerRunParts {
  readonly owner: () => Who;
  /** A name for an id of the owner's side, as guests know it. */
  readonly alias: (id: string) => string;
  /** Message id of the request that the kernel works on. */
  readonly working: () => string | null;
  /** Whether a page of the owner's is there that could tell. */
  readonly told: () => boolean;
  /** Hands a message on, with the cell that is known by now. */
  readonly pass: (message: KernelMessage) => void;
  readonly changed: () => void;
  /** A run is over: its cell is not running, whatever the page that started it has written. */
  readonly settle: (cell: string) => void;
}

/** The owner's runs. */
export class OwnerRuns {
  readonly #parts: OwnerRunParts;
  /** Cells by message id; ended ones too, for what comes late. */
  readonly #cells = new Map<string, string>();
  readonly #open = new Map<string, RunState>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: OwnerRunParts) {
    this.#parts = parts;
  }

  /** What runs or waits. */
  get runs(): readonly RunState[] {
    const all = [...this.#open.values()];
    return [...all.filter(each => each.state !== 'queued'), ...all.filter(each => each.state === 'queued')];
  }

  /** Whether anything runs or waits. */
  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** The cell of a request; undefined when it is none of the owner's cells. */
  cellOf(request: string): string | undefined {
    return this.#cells.get(request);
  }

  /** The owner's page has sent a request for a cell. */
  sent(cell: string, run: string): void {
    if (this.#cells.has(run)) {
      return;
    }
    this.#cells.set(run, cell);
    const forgotten = forgetOldest(this.#cells, MAX_KNOWN);
    if (forgotten !== undefined) {
      this.#open.delete(forgotten);
    }
    const { alias, owner, working } = this.#parts;
    const since = new Date().toISOString();
    // A page that had no way to us tells late.
    const state = working() === run ? 'running' : 'queued';
    this.#open.set(run, { run: alias(run), cell, person: owner(), state, since });
    this.#parts.changed();
    this.#release(run);
  }

  /** Looks at a message of a request that isn't ours. True: it waits, and comes again by `pass`. */
  take(message: KernelMessage): boolean {
    const { parent_header: parent } = message;
    if (parent.msg_id === undefined || parent.msg_type !== 'execute_request') {
      return false;
    }
    const run = parent.msg_id;
    if (!this.#cells.has(run)) {
      return this.#wait(run, message);
    }
    if (message.header.msg_type === 'status') {
      this.#follow(run, message.content['execution_state']);
    }
    return false;
  }

  /** The kernel is gone or starts anew. */
  clear(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const run of [...this.#waiting.keys()]) {
      this.#drop(run);
    }
    open.forEach(each => this.#parts.settle(each.cell));
    this.#parts.changed();
  }

  #follow(run: string, state: unknown): void {
    const open = this.#open.get(run);
    if (open === undefined) {
      return;
    }
    if (state === 'busy') {
      // A kernel takes requests in order: what was sent before has ended, its end was missed.
      for (const before of [...this.#open.keys()]) {
        if (before === run) {
          break;
        }
        this.#end(before);
      }
      this.#open.set(run, { ...open, state: 'running', since: new Date().toISOString() });
      this.#parts.changed();
    } else if (state === 'idle') {
      this.#end(run);
    }
  }

  #end(run: string): void {
    const open = this.#open.get(run);
    this.#open.delete(run);
    if (open !== undefined) {
      setTimeout(() => this.#parts.settle(open.cell), PAGE_WRITES).unref();
      this.#parts.changed();
    }
  }

  #wait(run: string, message: KernelMessage): boolean {
    const waiting = this.#waiting.get(run);
    if (waiting !== undefined) {
      waiting.messages.push(message);
      if (waiting.messages.length > MAX_WAITING) {
        this.#release(run);
      }
      return true;
    }
    // Only a run that begins can be one that a page is telling us of; nothing waits for what nobody will tell.
    if (message.content['execution_state'] !== 'busy' || !this.#parts.told()) {
      return false;
    }
    this.#waiting.set(run, { messages: [message], timer: setTimeout(() => this.#release(run), WAIT) });
    return true;
  }

  /** What has waited goes on: with its cell, or, when nobody told, without. */
  #release(run: string): void {
    for (const message of this.#drop(run)) {
      if (this.#cells.has(run) && message.header.msg_type === 'status') {
        this.#follow(run, message.content['execution_state']);
      }
      this.#parts.pass(message);
    }
  }

  #drop(run: string): readonly KernelMessage[] {
    const waiting = this.#waiting.get(run);
    this.#waiting.delete(run);
    clearTimeout(waiting?.timer);
    return waiting?.messages ?? [];
  }
}
