/**
 * Runs cells through the sidecar: in the order of the clicks, and each as the person in front of this page saw it.
 * @module
 */
import { toHexString } from 'lib0/buffer';
import { digest } from 'lib0/hash/sha256';
import { encodeUtf8 } from 'lib0/string';
import type { RunEnd, ServerMessage } from '../../protocol/messages.ts';
import type { Live } from '../live.ts';

/** A run as it is asked for. */
export interface RunOrder {
  readonly cell_id: string;
  /** SHA-256 of the source as it stands here, hex. */
  readonly source_hash: string;
  /** The run that it follows in the same click. */
  readonly after?: string;
}

/** Orders that came of one click: "run all" is one for each cell. */
interface Click {
  last?: string;
  refused: boolean;
}

/** Ends that are remembered: one may be told before the answer to its order is here. */
const MAX_ENDS = 1_000;

/** The calls that it makes. */
export interface RunCalls {
  /** Queues a run. */
  order(order: RunOrder): Promise<{ readonly run: string }>;
  /** Takes a run that waits out of the queue. */
  cancel(run: string): Promise<void>;
}

/** The way to run cells in one notebook. */
export class RunQueue {
  private readonly calls: RunCalls;
  constructor(calls: RunCalls, live: Pick<Live, 'message'>) {
    this.calls = calls;
    live.message.connect((_, message) => this.onMessage(message));
  }

  /**
   * Runs a cell; how it ended, null when nobody here has heard. Rejects when the server refuses; what was to follow it in the same click
   * is not asked for then, and ends as `aborted`.
   */
  async run(cell: string, source: string): Promise<RunEnd | null> {
    const click = (this.click ??= this.begin());
    const order = { cell_id: cell, source_hash: toHexString(digest(encodeUtf8(source))) };
    const sent = this.turn.then(() => this.send(click, order));
    this.turn = sent.catch(() => undefined);
    const run = await sent;
    return run === null ? 'aborted' : this.end(run);
  }

  /** Whether a run that goes on or waits was asked for here. */
  knows(run: string): boolean {
    return this.waiting.has(run);
  }

  /** Takes a run that waits out of the queue. */
  cancel(run: string): Promise<void> {
    return this.calls.cancel(run);
  }

  private begin(): Click {
    queueMicrotask(() => (this.click = null));
    return { refused: false };
  }

  private async send(click: Click, order: RunOrder): Promise<string | null> {
    if (click.refused) {
      return null;
    }
    try {
      const { last } = click;
      const { run } = await this.calls.order(last === undefined ? order : { ...order, after: last });
      click.last = run;
      return run;
    } catch (error) {
      click.refused = true;
      throw error;
    }
  }

  private end(run: string): Promise<RunEnd | null> {
    const known = this.ends.get(run);
    return known === undefined
      ? new Promise(resolve => this.waiting.set(run, resolve))
      : Promise.resolve(known);
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'run_ended') {
      this.ends.set(message.run, message.status);
      const [oldest] = this.ends.keys();
      if (this.ends.size > MAX_ENDS && oldest !== undefined) {
        this.ends.delete(oldest);
      }
      this.settle(message.run, message.status);
    } else if (message.type === 'hello') {
      // Away for a while: what isn't there any more has ended meanwhile.
      const going = new Set(message.runs.map(({ run }) => run));
      [...this.waiting.keys()].filter(run => !going.has(run)).forEach(run => this.settle(run, null));
    }
  }

  private settle(run: string, end: RunEnd | null): void {
    this.waiting.get(run)?.(end);
    this.waiting.delete(run);
  }

  private click: Click | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Map<string, (end: RunEnd | null) => void>();
  private readonly ends = new Map<string, RunEnd>();
}
