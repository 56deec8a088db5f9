/**
 * Whether the kernel works, as its messages tell. It answers on control while a cell runs, and says "idle" after each such answer: that
 * is not the end of the cell.
 * Source: Jupyter messaging 5.4, "Kernel status".
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';

/** States after which nothing of what ran before goes on. */
const LIFE: ReadonlySet<string> = new Set(['restarting', 'dead', 'starting']);

/** The execution state of one kernel. */
export class ExecutionState {
  #state = 'unknown';
  #working: string | null = null;
  /** Whether a new life has begun since a restart was asked for, and whether its beginning, heard late, ends nothing. */
  #begun = false;
  #late = false;

  /** As of now; `unknown` until it was heard. */
  get now(): string {
    return this.#working === null ? this.#state : 'busy';
  }

  /** The `execute_request` that it works on; null when it is none. */
  get working(): string | null {
    return this.#working;
  }

  /** A restart is asked for. */
  restarting(): void {
    this.#begun = false;
  }

  /** The restart is done: that the kernel says "starting" may be heard after what is sent from now on, and ends nothing of that. */
  restarted(): void {
    this.#late = !this.#begun;
  }

  /** Whether, with the last `status`, nothing of what ran before goes on; asked once for each. */
  endsWork(): boolean {
    const starts = this.#state === 'starting';
    this.#begun ||= starts;
    if (starts && this.#late) {
      this.#late = false;
      return false;
    }
    return LIFE.has(this.#state);
  }

  /** Follows a `status`. */
  take({ content, parent_header: parent }: KernelMessage): void {
    this.#state = String(content['execution_state']);
    if (LIFE.has(this.#state)) {
      this.#working = null;
    } else if (parent.msg_id !== undefined && parent.msg_type === 'execute_request') {
      if (this.#state === 'busy') {
        this.#working = parent.msg_id;
      } else if (this.#working === parent.msg_id) {
        this.#working = null;
      }
    }
  }

  /** Whether a message says "idle" of something beside the cell that runs: a page would show the kernel as idle. */
  misleads({ header, content, parent_header: parent }: KernelMessage): boolean {
    const idle = header.msg_type === 'status' && content['execution_state'] === 'idle';
    return idle && this.#working !== null && parent.msg_id !== this.#working;
  }

  /** It answers on shell, in order: what it worked on before has ended, also when that was not heard. */
  answered(): void {
    this.#working = null;
  }

  /** It is another kernel. */
  reset(): void {
    this.#state = 'unknown';
    this.#working = null;
    this.#late = false;
  }
}
