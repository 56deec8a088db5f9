/**
 * One shared kernel: one socket upstream, the queue of runs, and IOPub for every guest with the cell it belongs to.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { KernelChannels, Kernels, KernelSession, KernelSpec } from '../upstream/kernel.ts';
import { alias, disguise } from './disguise.ts';
import type { Displays, WriteCell } from './outputs.ts';
import { Queue } from './queue.ts';
import { infoRequest, Run, type RunRequest, type RunResult } from './run.ts';

/** A guest's kernel socket, as the room sees it. */
export interface KernelMember {
  /** An IOPub message with the cell it belongs to, or null. */
  iopub(message: KernelMessage, cell: string | null): void;
}

/** What a kernel room needs. */
export interface KernelRoomParts {
  readonly share: string;
  readonly kernels: Kernels;
  readonly log: Log;
  /** Path of the notebook as of now. */
  readonly path: () => Promise<string>;
  readonly write: WriteCell;
  /** A field of the notebook's metadata. */
  readonly metadata: (key: string) => unknown;
}

/** The kernel as guests see it: ids of our own. */
export interface VirtualKernel {
  readonly session: string;
  readonly kernel: string;
  readonly name: string;
  readonly state: string;
}

/** Milliseconds for which "is there a kernel?" is remembered: guests ask every ten seconds, each of them. */
const REMEMBER = 3_000;
const OPEN_TIMEOUT = 60_000;

/** The kernel of a share. */
export class KernelRoom {
  /** Our session id at the kernel. */
  readonly #id = randomUUID();
  readonly #parts: KernelRoomParts;
  readonly #members = new Set<KernelMember>();
  readonly #displays: Displays = new Map();
  readonly #queue: Queue;
  #session: KernelSession | null = null;
  #looked = 0;
  #looking: Promise<KernelSession | null> | null = null;
  #starting: Promise<KernelSession> | null = null;
  #channels: KernelChannels | null = null;
  #opening: Promise<KernelChannels> | null = null;
  #state = 'unknown';
  #info: Readonly<Record<string, unknown>> | null = null;
  #specs: { default: string; specs: KernelSpec[] } | null = null;

  constructor(parts: KernelRoomParts) {
    this.#parts = parts;
    this.#queue = new Queue(run => this.#begin(run));
  }

  /** The kernel, when one runs; never starts one. */
  async look(): Promise<VirtualKernel | null> {
    const session = await this.#find();
    return session === null ? null : this.#virtual(session);
  }

  /** The kernel; starts the notebook's own when none runs. */
  async ensure(): Promise<VirtualKernel> {
    // Several who run at once start one kernel together.
    const start = () => (this.#starting ??= this.#start().finally(() => (this.#starting = null)));
    return this.#virtual((await this.#find()) ?? (await start()));
  }

  /** Specs as guests may know them; the notebook's own words win, so that front ends write nothing new (facts.md). */
  async specs(): Promise<{ default: string; specs: KernelSpec[] }> {
    this.#specs ??= await this.#parts.kernels.specs();
    const { default: fallback, specs } = this.#specs;
    const own = this.#parts.metadata('kernelspec');
    const named = isRecord(own) && typeof own['name'] === 'string' ? own : null;
    const name =
      named === null || !specs.some(spec => spec.name === named['name']) ? fallback : String(named['name']);
    const words = (spec: KernelSpec): KernelSpec =>
      spec.name !== named?.['name']
        ? spec
        : {
            name: spec.name,
            displayName: typeof named['display_name'] === 'string' ? named['display_name'] : spec.displayName,
            language: typeof named['language'] === 'string' ? named['language'] : spec.language
          };
    return { default: name, specs: specs.filter(spec => spec.name === name).map(words) };
  }

  /** Content of `kernel_info_reply`, with the notebook's own `language_info` where it has one. */
  async info(): Promise<Readonly<Record<string, unknown>>> {
    await this.#open();
    const own = this.#parts.metadata('language_info');
    const info = this.#info ?? {
      status: 'ok',
      protocol_version: '5.4',
      implementation: '',
      implementation_version: ''
    };
    const language = isRecord(own) && own['name'] !== '' ? own : info['language_info'];
    return {
      ...info,
      language_info: language ?? { name: '' },
      banner: '',
      help_links: [],
      debugger: false,
      supported_features: []
    };
  }

  /** Execution state as last heard. */
  get state(): string {
    return this.#state;
  }

  /** `language_info` of the kernel as last heard. */
  get languageInfo(): unknown {
    return this.#info?.['language_info'];
  }

  /** A guest's socket comes. */
  async join(member: KernelMember): Promise<void> {
    this.#members.add(member);
    await this.#open();
  }

  /** A guest's socket is gone. */
  leave(member: KernelMember): void {
    this.#members.delete(member);
    this.#closeIfUnused();
  }

  /** Queues a run; resolves when it has ended. */
  async run(request: RunRequest): Promise<RunResult> {
    await this.ensure();
    await this.#open();
    const run = new Run(request, this.#parts.write, this.#displays);
    this.#queue.add(run);
    const result = await run.done;
    this.#closeIfUnused();
    return result;
  }

  /** Interrupts or restarts the kernel. */
  async control(action: 'interrupt' | 'restart'): Promise<void> {
    const session = await this.#find();
    if (session === null) {
      throw new Refusal('not-found', 'No kernel is running.');
    }
    if (action === 'restart') {
      this.#queue.clear();
    }
    await this.#parts.kernels.control(session.kernel, action);
  }

  /** Leaves the kernel; it goes on running. */
  close(): void {
    this.#queue.clear();
    this.#channels?.close();
  }

  #virtual(session: KernelSession): VirtualKernel {
    return {
      session: alias(this.#parts.share, session.session),
      kernel: alias(this.#parts.share, session.kernel),
      name: session.name,
      state: this.#state === 'unknown' ? 'idle' : this.#state
    };
  }

  async #find(): Promise<KernelSession | null> {
    if (Date.now() - this.#looked < REMEMBER) {
      return this.#session;
    }
    this.#looking ??= this.#parts
      .path()
      .then(path => this.#parts.kernels.find(path))
      .then(found => this.#set(found))
      .finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #start(): Promise<KernelSession> {
    const path = await this.#parts.path();
    const { default: name } = await this.specs();
    const started = await this.#parts.kernels.start(path, name);
    this.#set(started);
    return started;
  }

  #set(session: KernelSession | null): KernelSession | null {
    if (this.#session?.kernel !== session?.kernel) {
      this.#info = null;
      this.#state = 'unknown';
      this.#channels?.close();
      this.#channels = null;
    }
    this.#session = session;
    this.#looked = Date.now();
    return session;
  }

  #open(): Promise<KernelChannels> {
    if (this.#channels?.isOpen === true) {
      return Promise.resolve(this.#channels);
    }
    this.#opening ??= this.#connect().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #connect(): Promise<KernelChannels> {
    const session = await this.#find();
    if (session === null) {
      throw new Refusal('not-found', 'No kernel is running.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<KernelChannels>();
    const timer = setTimeout(
      () => reject(new Refusal('upstream-away', 'The kernel does not answer.')),
      OPEN_TIMEOUT
    );
    const handlers = {
      open: () => channels.send(infoRequest(channels.session)),
      message: (message: KernelMessage) => {
        if (message.header.msg_type === 'kernel_info_reply') {
          this.#info = message.content;
          resolve(channels);
        }
        this.#take(message);
      },
      close: () => {
        if (this.#channels === channels) {
          this.#channels = null;
        }
        this.#looked = 0;
        this.#queue.clear();
        reject(new Refusal('upstream-away', 'The kernel is gone.'));
      }
    };
    const channels = this.#parts.kernels.channels(session.kernel, this.#id, handlers, this.#parts.log);
    this.#channels = channels;
    return promise.finally(() => clearTimeout(timer));
  }

  #begin(run: Run): void {
    if (this.#channels?.isOpen !== true) {
      run.abort(false);
      return;
    }
    this.#channels.send(run.begin(this.#channels.session));
  }

  #take(message: KernelMessage): void {
    const parent = message.parent_header.msg_id;
    const running = this.#queue.running;
    const own = running !== null && parent === running.id ? running : null;
    if (message.channel === 'iopub' && message.header.msg_type === 'status') {
      this.#onStatus(String(message.content['execution_state']));
    }
    own?.take(message);
    if (message.channel === 'iopub') {
      const cell = own?.request.cell ?? null;
      const shown = disguise(message, this.#parts.share, cell, own?.id ?? null);
      for (const member of this.#members) {
        member.iopub(shown, cell);
      }
    }
  }

  #onStatus(state: string): void {
    this.#state = state;
    if (state === 'restarting' || state === 'dead' || state === 'starting') {
      this.#queue.clear();
    }
  }

  #closeIfUnused(): void {
    if (this.#members.size === 0 && this.#queue.isEmpty) {
      this.#channels?.close();
      this.#channels = null;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
