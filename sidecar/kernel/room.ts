/**
 * One shared kernel: one socket upstream, the queue of runs, and IOPub for every guest with the cell it belongs to.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { KernelChange, Who } from '../../protocol/messages.ts';
import type { Limits } from '../config.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Kernels, KernelSession } from '../upstream/kernel.ts';
import { ownInfo, type VirtualKernel } from './about.ts';
import { atMost } from './atMost.ts';
import { Conversation } from './conversation.ts';
import { alias, disguise, Shown } from './disguise.ts';
import { KernelLink } from './link.ts';
import type { Heard, KernelMember } from './member.ts';
import { KernelOutputs } from './outputs.ts';
import type { OutputLimits } from './outputsLimit.ts';
import { ownMessage } from './run.ts';
import { Runs, type RunsParts } from './runs.ts';
import { ownSpecs, type Specs } from './specs.ts';
import { ExecutionState } from './state.ts';

/** What a kernel room needs. */
export interface KernelRoomParts extends Omit<
  RunsParts,
  'link' | 'alias' | 'ensure' | 'deliver' | 'outputs' | 'working'
> {
  readonly share: string;
  readonly kernels: Kernels;
  readonly log: Log;
  /** Path of the notebook as of now. */
  readonly path: () => Promise<string>;
  readonly limits: OutputLimits & Pick<Limits, 'widgetBytes'>;
  /** Whether the owner's JupyterLab records when cells ran. */
  readonly recordTiming?: () => boolean;
  /** A field of the notebook's metadata. */
  readonly metadata: (key: string) => unknown;
  /** Whether anybody is in the notebook. */
  readonly present: () => boolean;
  /** Milliseconds for which the kernel is listened to after the last who could want to hear it. */
  readonly linger: number;
}

/** Milliseconds for which somebody waits to hear about a kernel that is slow to say something. */
const INFO_TIMEOUT = 10_000;
/** Milliseconds for which a guest's socket waits for the way to the kernel. */
const JOIN_TIMEOUT = 3_000;

/** The kernel of a share. */
export class KernelRoom {
  readonly runs: Runs;
  readonly talk: Conversation<KernelMember>;
  readonly share: string;
  readonly #parts: KernelRoomParts;
  readonly #members = new Set<KernelMember>();
  readonly #outputs: KernelOutputs;
  readonly #link: KernelLink;
  readonly #state = new ExecutionState();
  #info: Readonly<Record<string, unknown>> | null = null;
  #onInfo: (() => void)[] = [];
  #specs: Specs | null = null;
  /** Who is changing the kernel just now. */
  #by: Who | null = null;
  /** Whether it was ever looked at: what is found first is no news. */
  #known = false;

  constructor(parts: KernelRoomParts) {
    this.#parts = parts;
    this.share = parts.share;
    this.#link = new KernelLink({
      ...parts,
      wanted: () => parts.present() || this.#members.size > 0 || !this.runs.isEmpty,
      message: message => this.#take(message),
      opened: again => this.#onOpened(again),
      changed: (...kernels) => this.#onChanged(...kernels)
    });
    this.talk = new Conversation(this.#link, parts.limits.widgetBytes);
    this.#outputs = new KernelOutputs({
      ...parts,
      send: (type, content) => {
        const { channels } = this.#link;
        channels?.send(ownMessage(type, content, channels.session));
      }
    });
    this.runs = new Runs({
      ...parts,
      outputs: this.#outputs,
      link: this.#link,
      alias: id => alias(parts.share, id),
      ensure: by => this.ensure(by),
      deliver: message => this.#deliver(message),
      working: () => this.#state.working
    });
  }

  /** The kernel, when one runs; never starts one. */
  async look(): Promise<VirtualKernel | null> {
    const session = await this.#link.find();
    this.#known = true;
    return session === null ? null : this.#virtual(session);
  }

  /** The kernel; starts the notebook's own when none runs. */
  async ensure(by: Who | null = null): Promise<VirtualKernel> {
    await this.look();
    const name = async () => (await this.specs()).default;
    return this.#doing(by, async () => this.#virtual(await this.#link.ensure(name)));
  }

  /** The notebook's spec as guests may know it. */
  async specs(): Promise<Specs> {
    this.#specs ??= await this.#parts.kernels.specs();
    return ownSpecs(this.#specs, this.#parts.metadata('kernelspec'));
  }

  /** Content of `kernel_info_reply`. */
  async info(): Promise<Readonly<Record<string, unknown>>> {
    await this.#link.open();
    if (this.#info === null) {
      await atMost(INFO_TIMEOUT, new Promise<void>(resolve => this.#onInfo.push(resolve)));
    }
    return ownInfo(this.#info, this.#parts.metadata);
  }

  /** Execution state as last heard. */
  get state(): string {
    return this.#state.now;
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
    this.talk.requests.forget(member);
    this.consider();
  }

  /** Somebody came into the notebook, or left it. */
  consider(): void {
    this.#link.consider();
    this.runs.consider();
  }

  /** Interrupts or restarts the kernel. */
  async control(action: 'interrupt' | 'restart', by: Who): Promise<void> {
    const session = await this.#link.find();
    if (session === null) {
      throw new Refusal('not-found', 'No kernel is running.');
    }
    if (action === 'interrupt') {
      await this.#parts.kernels.control(session.kernel, action);
      this.#tell('interrupted', by);
      return;
    }
    this.runs.pause();
    this.#restarted(by);
    this.#state.restarting();
    try {
      await this.#doing(by, () => this.#parts.kernels.control(session.kernel, action));
      this.#state.restarted();
      await this.#link.renew();
    } finally {
      this.runs.resume();
    }
  }

  /** Leaves the kernel; it goes on running. */
  close(): void {
    this.runs.close();
    this.#link.close();
    this.talk.clear();
  }

  #virtual(session: KernelSession): VirtualKernel {
    return {
      session: alias(this.share, session.session),
      kernel: alias(this.share, session.kernel),
      name: session.name,
      state: this.state === 'unknown' ? 'idle' : this.state
    };
  }

  async #doing<T>(by: Who | null, work: () => Promise<T>): Promise<T> {
    this.#by = by;
    try {
      return await work();
    } finally {
      this.#by = null;
    }
  }

  #onOpened(again: boolean): void {
    this.runs.opened(again);
    // Through the socket itself: the link counts as open only when the kernel has answered.
    this.talk.opened(this.#link.socket);
  }

  #onChanged(now: KernelSession | null, before: KernelSession | null): void {
    this.#info = null;
    this.#state.reset();
    this.runs.clear();
    this.talk.clear();
    this.#outputs.reset();
    if (this.#known) {
      this.#tell(now === null ? 'gone' : before === null ? 'started' : 'replaced', this.#by);
    }
    this.#known = true;
  }

  #tell(change: KernelChange, by: Who | null): void {
    this.#parts.announce({ type: 'kernel', change, by });
  }

  #take(message: KernelMessage): void {
    const { channel, header } = message;
    if (header.msg_type === 'kernel_info_reply') {
      this.#info = message.content;
      this.#onInfo.splice(0).forEach(done => done());
      if (channel === 'shell') {
        this.runs.answered();
        this.#state.answered();
      }
    }
    if (channel === 'iopub') {
      this.#onLife(message);
    }
    this.#outputs.observe(message);
    if (this.runs.take(message)) {
      return;
    }
    if (channel === 'iopub') {
      this.#deliver(message);
    } else if (channel !== 'stdin') {
      this.talk.take(message);
    }
  }

  /** What the kernel, or the Jupyter Server in its place, says of its life. */
  #onLife(message: KernelMessage): void {
    const { header, content } = message;
    const status = header.msg_type === 'status';
    if (status) {
      this.#state.take(message);
    }
    if (status ? this.#state.endsWork() : header.msg_type === 'shutdown_reply' && content['restart']) {
      this.#restarted(this.#by);
      if (this.state === 'starting') {
        void this.#link.renew();
      }
    }
  }

  /** What ran has ended, also for the person who had it run. */
  #restarted(by: Who | null): void {
    const idle = this.runs.isEmpty && this.#info === null;
    this.runs.clear();
    this.talk.clear();
    this.#outputs.reset();
    if (!idle) {
      this.#tell('restarted', by);
    }
    this.#info = null;
  }

  #deliver(message: KernelMessage): void {
    const type = message.header.msg_type;
    if (type.startsWith('comm_') && !this.talk.follow(message)) {
      return;
    }
    const parent = message.parent_header.msg_id;
    const asked = this.talk.requests.of(parent);
    if (asked === null && this.#state.misleads(message)) {
      return;
    }
    const place = parent === undefined ? null : this.runs.placeOf(parent);
    const cell = place?.cell ?? null;
    const heard: Heard = {
      shown: new Shown(disguise(message, this.share, cell, place?.run ?? null)),
      original: message,
      cell,
      asked
    };
    for (const member of this.#members) {
      member.hear(heard);
    }
  }
}
