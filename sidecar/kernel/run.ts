/**
 * One run of one cell: a request of our own making goes to the kernel, what comes back is written into the document.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelHeader, KernelMessage } from '../../protocol/kernel.ts';
import type { RunEnd, RunState, Who } from '../../protocol/messages.ts';
import { OutputWriter, type KernelOutputs, type WriteCell } from './outputs.ts';

/** What the kernel says of an exception, as its error output does too. */
export interface RunError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The answer to whoever asked for a run. */
export interface RunResult {
  readonly run: string;
  readonly status: RunEnd;
  readonly execution_count: number | null;
  readonly error?: RunError;
}

/** What is to be run. */
export interface RunRequest {
  /** Null for code that stands in no cell. */
  readonly cell: string | null;
  /** Source as it stood in the document when the run was asked for. */
  readonly source: string;
  readonly person: Who;
  /** Whether somebody can be asked for `input()`. */
  readonly input?: boolean;
}

/** Times that a run which the kernel dropped, because another client's code failed, is sent again. */
const AGAIN = 3;
/** Characters of an answer to `input()` that are shown. */
const SHOWN = 2_000;

/** A run in the queue or on the kernel. */
export class Run {
  /** Id of the run; also the message id at the kernel. */
  readonly id: string = randomUUID();
  readonly request: RunRequest;
  readonly done: Promise<RunResult>;
  readonly #writer: OutputWriter | null;
  readonly #finish: (result: RunResult) => void;
  #reply: { status: RunEnd; count: number | null; error: RunError | null } | null = null;
  #idle = false;
  #entered = false;
  #sent = 0;
  #ended = false;
  #state: RunState['state'] = 'queued';
  #since = new Date().toISOString();

  constructor(request: RunRequest, write: WriteCell, outputs: KernelOutputs) {
    this.request = request;
    this.#writer = request.cell === null ? null : new OutputWriter(request.cell, write, outputs);
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    this.done = promise;
    this.#finish = resolve;
  }

  /** As everybody sees it. */
  get state(): RunState {
    const { cell, person } = this.request;
    return { run: this.id, cell: cell ?? '', person, state: this.#state, since: this.#since };
  }

  /** Whether the kernel dropped it unseen, because another client's code failed before it: it can be sent again. */
  get wasDropped(): boolean {
    return this.#reply?.status === 'aborted' && this.#idle && !this.#entered && this.#sent < AGAIN;
  }

  /** The `execute_request`, built from our record alone (T59). */
  begin(session: string): KernelMessage {
    this.#reply = null;
    this.#idle = false;
    if (this.#sent === 0) {
      this.#writer?.start();
      this.become('running');
    }
    this.#sent += 1;
    const { cell, source, input } = this.request;
    return {
      channel: 'shell',
      header: makeHeader(this.id, 'execute_request', session),
      parent_header: {},
      metadata: cell === null ? {} : { cellId: cell },
      content: {
        code: source,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: input === true,
        // Ours wait in our own queue. At the kernel it would take the owner's runs with it.
        stop_on_error: false
      },
      buffers: []
    };
  }

  /** Ends a run without code: as in JupyterLab the cell is emptied, and the kernel isn't asked. */
  skip(): void {
    this.#writer?.start();
    this.#end('ok', null);
  }

  /** Comes into another state. */
  become(state: RunState['state']): void {
    if (this.#state !== state) {
      this.#state = state;
      this.#since = new Date().toISOString();
    }
  }

  /** Takes a message whose parent is this run. */
  take(message: KernelMessage): void {
    const { content } = message;
    this.#writer?.take(message);
    if (message.channel === 'iopub') {
      if (message.header.msg_type === 'status') {
        this.#idle ||= content['execution_state'] === 'idle';
      } else {
        this.#entered ||= message.header.msg_type === 'execute_input';
      }
    } else if (message.header.msg_type === 'execute_reply') {
      const { status, execution_count: count } = content;
      this.#reply = {
        status: status === 'ok' ? 'ok' : status === 'error' ? 'error' : 'aborted',
        count: typeof count === 'number' ? count : null,
        error: status === 'error' ? errorOf(content) : null
      };
    }
    if (this.#reply !== null && this.#idle && !this.wasDropped) {
      this.#end(this.#reply.status, this.#reply.count);
    }
  }

  /** Shows what was asked and answered, as JupyterLab does; of a password only that there was one. */
  showInput(prompt: string, value: string, password: boolean): void {
    const text = `${prompt}${password ? '········' : value.slice(0, SHOWN)}\n`;
    this.#writer?.take({
      channel: 'iopub',
      header: makeHeader(randomUUID(), 'stream', ''),
      parent_header: {},
      metadata: {},
      content: { name: 'stdin', text },
      buffers: []
    });
  }

  /** Ends the run without the kernel: it died, restarted, or the run never started. */
  abort(started: boolean): void {
    this.#end(this.#reply?.status ?? 'aborted', this.#reply?.count ?? null, started);
  }

  #end(status: RunEnd, count: number | null, written = true): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    if (written) {
      this.#writer?.end(count);
    }
    const error = this.#reply?.error ?? null;
    this.#finish({ run: this.id, status, execution_count: count, ...(error === null ? {} : { error }) });
  }
}

function errorOf({ ename, evalue, traceback }: KernelMessage['content']): RunError {
  return {
    ename: String(ename),
    evalue: String(evalue),
    traceback: Array.isArray(traceback) ? traceback.map(String) : []
  };
}

/** A header of the sidecar's own. */
export function makeHeader(id: string, type: string, session: string): KernelHeader {
  return {
    msg_id: id,
    msg_type: type,
    username: 'liveshare',
    session,
    date: new Date().toISOString(),
    version: '5.4'
  };
}

/** Two `kernel_info_request`s of the sidecar's own: a kernel that is busy answers on `control` alone, some never do there. */
export function infoRequests(session: string): KernelMessage[] {
  return (['shell', 'control'] as const).map(channel => ({
    ...ownMessage('kernel_info_request', {}, session),
    channel
  }));
}

/** A message of the sidecar's own on the shell channel. */
export function ownMessage(type: string, content: Record<string, unknown>, session: string): KernelMessage {
  const header = makeHeader(randomUUID(), type, session);
  return { channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] };
}
