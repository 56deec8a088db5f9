/**
 * The runs of one kernel: who may run what, the queue, what everybody sees of it, and the owner's own runs beside it.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import {
  OWNER_ID,
  type HeldLock,
  type RunState,
  type ServerMessage,
  type Who
} from '../../protocol/messages.ts';
import { RunBoard } from './board.ts';
import { forgetOldest } from './forgetOldest.ts';
import type { KernelLink } from './link.ts';
import type { KernelOutputs, WriteCell } from './outputs.ts';
import { sourceOf, type RunnableCell, type RunOrder } from './order.ts';
import { OwnerRuns } from './ownerRuns.ts';
import { Queue } from './queue.ts';
import { Run, type RunResult } from './run.ts';
import { Stdin, type Answerer } from './stdin.ts';

/** What runs need. */
export interface RunsParts {
  readonly link: KernelLink;
  readonly write: WriteCell;
  readonly outputs: KernelOutputs;
  /** A cell of the live notebook; undefined when no cell, or more than one, has that id. */
  readonly cell: (id: string) => Promise<RunnableCell | undefined>;
  /** Ids of cells whose mark says that they run. */
  readonly marked: () => readonly string[];
  /** Keeps the document open; the function returned lets go. */
  readonly hold: () => () => void;
  readonly owner: () => Who;
  /** Whether a person, or the owner, has a page open that can be asked and told. */
  readonly here: (person: string) => boolean;
  /** Tells one person, or the owner. */
  readonly tell: (person: string, message: ServerMessage) => void;
  /** Tells everybody with `live`, and the owner. */
  readonly announce: (message: ServerMessage) => void;
  /** Told that somebody runs a cell. */
  readonly ran: (person: Who, cell: string) => void;
  /** A name for an id of the owner's side, as guests know it. */
  readonly alias: (id: string) => string;
  /** Starts the kernel when none runs. */
  readonly ensure: (by: Who) => Promise<unknown>;
  /** Message id of the request that the kernel works on. */
  readonly working: () => string | null;
  /** Hands on what has waited for its cell to be known. */
  readonly deliver: (message: KernelMessage) => void;
}

/** Runs whose cell is remembered, for what a thread prints after their end. */
const MAX_KNOWN = 1_000;
const NOBODY: Answerer = { prompter: null, may: () => false };

/** The runs. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #queue: Queue;
  readonly #board: RunBoard;
  readonly #stdin: Stdin;
  readonly #owners: OwnerRuns;
  readonly #cells = new Map<string, string | null>();
  readonly #answerers = new WeakMap<Run, Answerer>();
  /** Runs come into the queue in the order in which they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  #doubted: Run | null = null;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    const changed = () => this.#board.changed();
    this.#queue = new Queue(run => this.#begin(run), changed);
    this.#board = new RunBoard(() => this.states, parts.announce);
    this.#stdin = new Stdin({ ...parts, changed, send: make => this.#send(make) });
    this.#owners = new OwnerRuns({
      owner: parts.owner,
      alias: parts.alias,
      working: parts.working,
      told: () => parts.here(OWNER_ID),
      pass: parts.deliver,
      changed,
      settle: cell => this.#settle(cell)
    });
  }

  /** Every run, what goes on first. */
  get states(): readonly RunState[] {
    const own = this.#queue.runs.map(run => run.state);
    const all = [...own, ...this.#owners.runs];
    return [...all.filter(each => each.state !== 'queued'), ...all.filter(each => each.state === 'queued')];
  }

  /** The execute locks. */
  get locks(): readonly HeldLock[] {
    return this.#board.locks;
  }

  /** Whether nothing runs or waits. */
  get isEmpty(): boolean {
    return this.#queue.isEmpty && this.#owners.isEmpty;
  }

  /** Queues a run, in the order of the calls; `done` resolves when it has ended. */
  async order(order: RunOrder): Promise<{ run: string; done: Promise<RunResult> }> {
    const turn = this.#turn.then(() => this.#enter(order));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Takes out a run that waits. */
  cancel(run: string, person: string): void {
    this.#queue.cancel(run, person === OWNER_ID ? null : person);
  }

  /** A page of the owner's has sent a request for a cell. */
  ownerSent(cell: string, run: string): void {
    this.#owners.sent(cell, run);
  }

  /** Where a request belongs: its cell, and its run as guests know it; null when it is in no cell. */
  placeOf(request: string): { cell: string; run: string } | null {
    const own = this.#cells.get(request);
    if (own !== undefined) {
      return own === null ? null : { cell: own, run: request };
    }
    const cell = this.#owners.cellOf(request);
    return cell === undefined ? null : { cell, run: this.#parts.alias(request) };
  }

  /** Takes a message of the kernel's. True: it waits until its cell is known. */
  take(message: KernelMessage): boolean {
    const parent = message.parent_header.msg_id;
    const { running } = this.#queue;
    if (running !== null && parent === running.id) {
      if (message.channel === 'stdin' && message.header.msg_type === 'input_request') {
        this.#stdin.ask(running, message, this.#answerers.get(running) ?? NOBODY);
        return false;
      }
      running.take(message);
      if (running.wasDropped) {
        this.#begin(running);
      }
      return false;
    }
    return message.channel === 'iopub' && this.#owners.take(message);
  }

  /** The question that a person has to answer. */
  question(person: string): ServerMessage | null {
    return this.#stdin.pending(person);
  }

  /** Somebody answers `input()`. */
  answer(person: string, run: string, value: string): void {
    this.#stdin.answer(person, run, value);
  }

  /** Somebody came or went. */
  consider(): void {
    this.#stdin.consider();
  }

  /** The way to the kernel stands; after a break, the answer of what ran may have been lost. */
  opened(again: boolean): void {
    this.#doubted = again ? this.#queue.running : null;
  }

  /** The kernel answers on shell, in order: what was sent before the question has ended. */
  answered(): void {
    if (this.#doubted !== null && this.#doubted === this.#queue.running) {
      this.#doubted.abort(true);
    }
    this.#doubted = null;
  }

  /** Nothing is sent to the kernel until `resume`. */
  pause(): void {
    this.#queue.pause();
  }

  /** Goes on. */
  resume(): void {
    this.#queue.resume();
  }

  /** The kernel is gone or starts anew: no run goes on, and no cell says that it does. */
  clear(): void {
    this.#queue.clear();
    this.#owners.clear();
    this.#parts.marked().forEach(cell => this.#settle(cell));
    this.#board.changed();
  }

  /** Ends for good. */
  close(): void {
    this.#queue.clear();
    this.#board.close();
  }

  async #enter(order: RunOrder): Promise<{ run: string; done: Promise<RunResult> }> {
    const { link, hold, ensure, ran, write, here } = this.#parts;
    const release = hold();
    try {
      const source = await sourceOf(order, this.#parts.cell);
      await ensure(order.person);
      await link.open();
      order.check();
      const { cell, person, prompter } = order;
      const input = order.answers() && (prompter?.open() ?? here(person.id));
      const run = new Run({ cell, source, person, input }, write, this.#parts.outputs);
      this.#note(run.id, cell);
      this.#answerers.set(run, { prompter: prompter ?? null, may: () => order.answers() });
      void run.done.then(result => {
        release();
        this.#ended(run, result);
      });
      order.accepted?.(run.id);
      this.#queue.add(run, order.single, order.after);
      if (cell !== null) {
        ran(person, cell);
      }
      link.consider();
      return { run: run.id, done: run.done };
    } catch (error) {
      release();
      throw error;
    }
  }

  #note(run: string, cell: string | null): void {
    this.#cells.set(run, cell);
    forgetOldest(this.#cells, MAX_KNOWN);
  }

  #begin(run: Run): void {
    if (run.request.source.trim() === '') {
      run.skip();
      return;
    }
    if (this.#parts.link.channels === null) {
      run.abort(false);
      return;
    }
    this.#send(session => run.begin(session));
  }

  #send(make: (session: string) => KernelMessage): void {
    const { channels } = this.#parts.link;
    channels?.send(make(channels.session));
  }

  #ended(run: Run, { status, execution_count: executionCount }: RunResult): void {
    this.#stdin.ended(run);
    const { cell, person } = run.request;
    this.#parts.tell(person.id, {
      type: 'run_ended',
      run: run.id,
      cell: cell ?? '',
      status,
      executionCount
    });
  }

  /** No run goes on in a cell: its mark, which may be that of a page that is gone, says so. */
  #settle(id: string): void {
    if (this.states.some(each => each.cell === id && each.state !== 'queued')) {
      return;
    }
    this.#parts.write(id, cell => {
      if (cell.get('execution_state') === 'running') {
        cell.set('execution_state', 'idle');
      }
    });
  }
}
