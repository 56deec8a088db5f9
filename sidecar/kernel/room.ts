/**
 * One shared kernel: one socket upstream, the queue of runs, and IOPub for every guest with the cell it belongs to.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Kernels, KernelSession, KernelSpec } from '../upstream/kernel.ts';
import { alias, disguise } from './disguise.ts';
import { KernelLink } from './link.ts';
import { KernelOutputs, type WriteCell } from './outputs.ts';
import type { OutputLimits } from './outputsLimit.ts';
import { Queue } from './queue.ts';
import { ownMessage, Run, type RunRequest, type RunResult } from './run.ts';
import { isRecord, ownSpecs } from './specs.ts';

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
  readonly limits: OutputLimits;
  /** Whether the owner's JupyterLab records when cells ran. */
  readonly recordTiming?: () => boolean;
  /** A field of the notebook's metadata. */
  readonly metadata: (key: string) => unknown;
  /** Whether anybody is in the notebook. */
  readonly present: () => boolean;
  /** Milliseconds for which the kernel is listened to after the last who could want to hear it. */
  readonly linger: number;
}

/** The kernel as guests see it: ids of our own. */
export interface VirtualKernel {
  readonly session: string;
  readonly kernel: string;
  readonly name: string;
  readonly state: string;
}

/** Milliseconds for which somebody waits to hear about a kernel that is slow to say something. */
const INFO_TIMEOUT = 10_000;
/** Milliseconds for which a guest's socket waits for the way to the kernel. */
const JOIN_TIMEOUT = 3_000;

/** The kernel of a share. */
export class KernelRoom {
  readonly #parts: KernelRoomParts;
  readonly #members = new Set<KernelMember>();
  readonly #outputs: KernelOutputs;
  readonly #queue: Queue;
  readonly #link: KernelLink;
  #state = 'unknown';
  #info: Readonly<Record<string, unknown>> | null = null;
  #onInfo: (() => void)[] = [];
  #doubted: Run | null = null;
  #specs: { default: string; specs: KernelSpec[] } | null = null;

  constructor(parts: KernelRoomParts) {
    this.#parts = parts;
    this.#queue = new Queue(run => this.#begin(run));
    this.#link = new KernelLink({
      ...parts,
      wanted: () => parts.present() || this.#members.size > 0 || !this.#queue.isEmpty,
      message: message => this.#take(message),
      opened: again => this.#onOpened(again),
      changed: () => this.#onChanged()
    });
    this.#outputs = new KernelOutputs({
      ...parts,
      send: (type, content) => {
        const { channels } = this.#link;
        channels?.send(ownMessage(type, content, channels.session));
      }
    });
  }

  /** The kernel, when one runs; never starts one. */
  async look(): Promise<VirtualKernel | null> {
    const session = await this.#link.find();
    return session === null ? null : this.#virtual(session);
  }

  /** The kernel; starts the notebook's own when none runs. */
  async ensure(): Promise<VirtualKernel> {
    return this.#virtual(await this.#link.ensure(async () => (await this.specs()).default));
  }

  /** Specs as guests may know them; the notebook's own words win, so that front ends write nothing new (facts.md). */
  async specs(): Promise<{ default: string; specs: KernelSpec[] }> {
    this.#specs ??= await this.#parts.kernels.specs();
    return ownSpecs(this.#specs, this.#parts.metadata('kernelspec'));
  }

  /** Content of `kernel_info_reply`, with the notebook's own `language_info` where it has one. */
  async info(): Promise<Readonly<Record<string, unknown>>> {
    await this.#informed();
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

  /** A guest's socket comes; resolves when the kernel is heard, or is too slow to wait for. Refused without a kernel. */
  async join(member: KernelMember): Promise<void> {
    this.#members.add(member);
    this.consider();
    await atMost(JOIN_TIMEOUT, this.#link.open());
  }

  /** A guest's socket is gone. */
  leave(member: KernelMember): void {
    this.#members.delete(member);
    this.consider();
  }

  /** Somebody came into the notebook, or left it. */
  consider(): void {
    this.#link.consider();
  }

  /** Queues a run; resolves when it has ended. */
  async run(request: RunRequest): Promise<RunResult> {
    await this.ensure();
    await this.#link.open();
    const run = new Run(request, this.#parts.write, this.#outputs);
    this.#queue.add(run);
    this.consider();
    return run.done;
  }

  /** Interrupts or restarts the kernel. */
  async control(action: 'interrupt' | 'restart'): Promise<void> {
    const session = await this.#link.find();
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
    this.#link.close();
  }

  #virtual(session: KernelSession): VirtualKernel {
    return {
      session: alias(this.#parts.share, session.session),
      kernel: alias(this.#parts.share, session.kernel),
      name: session.name,
      state: this.#state === 'unknown' ? 'idle' : this.#state
    };
  }

  /** Waits until the kernel has said what it is, or long enough. */
  async #informed(): Promise<void> {
    await this.#link.open();
    if (this.#info === null) {
      await atMost(INFO_TIMEOUT, new Promise<void>(resolve => this.#onInfo.push(resolve)));
    }
  }

  #begin(run: Run): void {
    if (run.request.source.trim() === '') {
      run.skip();
      return;
    }
    const { channels } = this.#link;
    if (channels === null) {
      run.abort(false);
      return;
    }
    channels.send(run.begin(channels.session));
  }

  /** After a break, the answer of what ran may have been lost. */
  #onOpened(again: boolean): void {
    this.#doubted = again ? this.#queue.running : null;
  }

  #onInfoReply(message: KernelMessage): void {
    this.#info = message.content;
    this.#onInfo.splice(0).forEach(done => done());
    // A kernel answers on shell in order: what was sent before the question has ended.
    if (message.channel === 'shell' && this.#doubted !== null) {
      if (this.#doubted === this.#queue.running) {
        this.#doubted.abort(true);
      }
      this.#doubted = null;
    }
  }

  #onChanged(): void {
    this.#info = null;
    this.#state = 'unknown';
    this.#queue.clear();
    this.#outputs.reset();
  }

  #take(message: KernelMessage): void {
    const parent = message.parent_header.msg_id;
    const running = this.#queue.running;
    const own = running !== null && parent === running.id ? running : null;
    if (message.channel === 'iopub' && message.header.msg_type === 'status') {
      this.#onStatus(String(message.content['execution_state']));
    }
    if (message.header.msg_type === 'kernel_info_reply') {
      this.#onInfoReply(message);
    }
    this.#outputs.observe(message);
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
      this.#outputs.reset();
    }
  }
}

/** Waits for something, but not for ever. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(resolve => (timer = setTimeout(resolve, milliseconds)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
