/**
 * One run of one cell: a request of our own making goes to the kernel, what comes back is written into the document.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelHeader, KernelMessage } from '../../protocol/kernel.ts';
import { OutputWriter, type KernelOutputs, type WriteCell } from './outputs.ts';

/** How a run ended. */
export type RunStatus = 'ok' | 'error' | 'aborted';

/** The answer to whoever asked for a run. */
export interface RunResult {
  readonly run: string;
  readonly status: RunStatus;
  readonly execution_count: number | null;
}

/** What is to be run. */
export interface RunRequest {
  readonly cell: string;
  /** Source as it stood in the document when the run was asked for. */
  readonly source: string;
  readonly person: string;
}

/** A run in the queue or on the kernel. */
export class Run {
  /** Id of the run; also the message id at the kernel. */
  readonly id: string = randomUUID();
  readonly request: RunRequest;
  readonly done: Promise<RunResult>;
  readonly #writer: OutputWriter;
  readonly #finish: (result: RunResult) => void;
  #reply: { status: RunStatus; count: number | null } | null = null;
  #idle = false;
  #ended = false;

  constructor(request: RunRequest, write: WriteCell, outputs: KernelOutputs) {
    this.request = request;
    this.#writer = new OutputWriter(request.cell, write, outputs);
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    this.done = promise;
    this.#finish = resolve;
  }

  /** The `execute_request`, built from our record alone (T59). */
  begin(session: string): KernelMessage {
    this.#writer.start();
    return {
      channel: 'shell',
      header: makeHeader(this.id, 'execute_request', session),
      parent_header: {},
      metadata: { cellId: this.request.cell },
      content: {
        code: this.request.source,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true
      },
      buffers: []
    };
  }

  /** Ends a run without code: as in JupyterLab the cell is emptied, and the kernel isn't asked. */
  skip(): void {
    this.#writer.start();
    this.#end('ok', null);
  }

  /** Takes a message whose parent is this run. */
  take(message: KernelMessage): void {
    this.#writer.take(message);
    if (message.channel === 'iopub') {
      if (message.header.msg_type === 'status') {
        this.#idle ||= message.content['execution_state'] === 'idle';
      }
    } else if (message.header.msg_type === 'execute_reply') {
      const { status, execution_count: count } = message.content;
      this.#reply = {
        status: status === 'ok' ? 'ok' : status === 'error' ? 'error' : 'aborted',
        count: typeof count === 'number' ? count : null
      };
    }
    if (this.#reply !== null && this.#idle) {
      this.#end(this.#reply.status, this.#reply.count);
    }
  }

  /** Ends the run without the kernel: it died, restarted, or the run never started. */
  abort(started: boolean): void {
    this.#end(this.#reply?.status ?? 'aborted', this.#reply?.count ?? null, started);
  }

  #end(status: RunStatus, count: number | null, written = true): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    if (written) {
      this.#writer.end(count);
    }
    this.#finish({ run: this.id, status, execution_count: count });
  }
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
