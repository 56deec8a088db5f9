/**
 * The way to the owner's kernel: which one it is, and one socket to it, open for as long as anybody could want to hear it.
 * A socket opened only for a run would miss what was said while it was being opened, and all of the owner's own runs.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { KernelChannels, Kernels, KernelSession } from '../upstream/kernel.ts';
import { atMost } from './atMost.ts';
import { infoRequests } from './run.ts';

/** What a link needs. */
export interface KernelLinkParts {
  readonly kernels: Kernels;
  readonly log: Log;
  /** Path of the notebook as of now. */
  readonly path: () => Promise<string>;
  /** Whether anybody is here, or anything waits for the kernel. */
  readonly wanted: () => boolean;
  /** Milliseconds for which the socket stays open unwanted. */
  readonly linger: number;
  readonly message: (message: KernelMessage) => void;
  /** The socket is open, before anything comes; `again`: after a break in which messages may have been lost. */
  readonly opened: (again: boolean) => void;
  /** There is another kernel, or none: whatever ran has ended. */
  readonly changed: (now: KernelSession | null, before: KernelSession | null) => void;
}

/** Milliseconds for which "is there a kernel?" is remembered: guests ask every ten seconds, each of them. */
const REMEMBER = 3_000;
/** Milliseconds between looks whether the owner has put another kernel in its place. */
const FOLLOW = 1_500;
const OPEN_TIMEOUT = 60_000;
/** Milliseconds after which a kernel that says nothing, busy and single-minded, is written to all the same. */
const SILENT = 5_000;
/** Milliseconds between questions to a kernel that was restarted. */
const ASK_AGAIN = 500;
/** Milliseconds for which a lost socket is tried again before what ran on the kernel is given up. */
const GIVE_UP = 30_000;

/** The link. */
export class KernelLink {
  readonly #parts: KernelLinkParts;
  #session: KernelSession | null = null;
  #looked = 0;
  #looking: Promise<KernelSession | null> | null = null;
  #starting: Promise<KernelSession> | null = null;
  #channels: KernelChannels | null = null;
  #opening: Promise<KernelChannels> | null = null;
  /** Our session id at the kernel: the same one again after a break, so that the Jupyter Server hands over what it kept. */
  #id = randomUUID();
  #lostAt: number | null = null;
  #lastWanted = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #renewing: Promise<void> | null = null;
  #onHeard: () => void = () => undefined;

  constructor(parts: KernelLinkParts) {
    this.#parts = parts;
  }

  /** The socket if messages can be sent now. */
  get channels(): KernelChannels | null {
    return this.#channels?.isOpen === true && this.#opening === null ? this.#channels : null;
  }

  /** The socket as soon as it is open at all, before the kernel has answered. */
  get socket(): KernelChannels | null {
    return this.#channels?.isOpen === true ? this.#channels : null;
  }

  /** The kernel; null when none runs. `fresh`: not from memory. */
  async find(fresh = false): Promise<KernelSession | null> {
    if (!fresh && Date.now() - this.#looked < REMEMBER) {
      return this.#session;
    }
    this.#looking ??= this.#parts
      .path()
      .then(path => this.#parts.kernels.find(path))
      .then(found => this.#set(found))
      .finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** The kernel; starts one of that name when none runs. Several who ask at once start one together. */
  async ensure(name: () => Promise<string>): Promise<KernelSession> {
    const start = async (): Promise<KernelSession> => {
      const started = await this.#parts.kernels.start(await this.#parts.path(), await name());
      this.#set(started);
      return started;
    };
    return (await this.find()) ?? (await (this.#starting ??= start().finally(() => (this.#starting = null))));
  }

  /** The open socket; refuses without a kernel. */
  open(): Promise<KernelChannels> {
    const { channels } = this;
    if (channels !== null) {
      return Promise.resolve(channels);
    }
    this.#opening ??= this.#connect().finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** Looks again whether the socket is wanted; called whenever somebody came or went. */
  consider(): void {
    if (this.#closed) {
      return;
    }
    if (this.#parts.wanted()) {
      this.#lastWanted = Date.now();
    }
    const due = Date.now() - this.#lastWanted < this.#parts.linger || this.#parts.wanted();
    if (due && this.#timer === null) {
      this.#timer = setInterval(() => this.#tick(), Math.min(FOLLOW, Math.max(10, this.#parts.linger / 2)));
      this.#tick();
    } else if (!due) {
      this.#rest();
    }
  }

  /**
   * Asks the kernel about itself again, after a restart, until the answer is heard on IOPub: its socket connects anew, and what the kernel
   * says before that nobody hears. Resolves in any case.
   */
  renew(): Promise<void> {
    this.#renewing ??= this.#askAgain().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** Leaves the kernel; it goes on. */
  close(): void {
    this.#closed = true;
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    this.#drop();
    // Under another id the Jupyter Server throws away what it would keep for us, without bound.
    this.#id = randomUUID();
  }

  #drop(): void {
    const channels = this.#channels;
    this.#channels = null;
    channels?.close();
  }

  #tick(): void {
    this.consider();
    if (this.#timer === null || this.#opening !== null) {
      return;
    }
    this.find(true)
      .then(found => (found === null || this.channels !== null ? undefined : this.open()))
      .then(
        () => (this.#lostAt = null),
        (error: unknown) => this.#stillLost(error)
      );
  }

  #stillLost(error: unknown): void {
    this.#parts.log.debug({ err: error }, 'no way to the kernel');
    if (this.#lostAt !== null && Date.now() - this.#lostAt > GIVE_UP) {
      this.#lostAt = null;
      this.#set(null);
    }
  }

  #set(session: KernelSession | null): KernelSession | null {
    const before = this.#session;
    this.#session = session;
    this.#looked = Date.now();
    if (before?.kernel !== session?.kernel) {
      this.#drop();
      this.#lostAt = null;
      this.#parts.changed(session, before);
    }
    return session;
  }

  async #connect(): Promise<KernelChannels> {
    const session = await this.find();
    if (session === null) {
      throw new Refusal('not-found', 'No kernel is running.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<KernelChannels>();
    const timers = [
      setTimeout(() => reject(new Refusal('upstream-away', 'The kernel does not answer.')), OPEN_TIMEOUT)
    ];
    const handlers = {
      open: () => {
        this.#parts.opened(this.#lostAt !== null);
        infoRequests(channels.session).forEach(each => channels.send(each));
        timers.push(setTimeout(() => resolve(channels), SILENT));
      },
      message: (message: KernelMessage) => {
        // The Jupyter Server hands messages on only when its own way to the kernel stands.
        if (message.header.msg_type === 'kernel_info_reply') {
          resolve(channels);
        }
        if (isAnswer(message, channels.session)) {
          this.#onHeard();
        }
        if (this.#channels === channels) {
          this.#parts.message(message);
        }
      },
      close: () => {
        reject(new Refusal('upstream-away', 'The kernel is gone.'));
        this.#onClose(channels);
      }
    };
    const channels = this.#parts.kernels.channels(session.kernel, this.#id, handlers, this.#parts.log);
    this.#channels = channels;
    try {
      await promise;
    } finally {
      timers.forEach(timer => clearTimeout(timer));
    }
    this.#lostAt = null;
    return channels;
  }

  async #askAgain(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const ask = (): void => {
      const { channels } = this;
      if (channels !== null) {
        infoRequests(channels.session).forEach(each => channels.send(each));
      }
    };
    this.#onHeard = () => resolve(undefined);
    const timer = setInterval(ask, ASK_AGAIN);
    ask();
    await atMost(SILENT, promise);
    clearInterval(timer);
  }

  /** The socket broke: the kernel may have died, or the way to it. */
  #onClose(channels: KernelChannels): void {
    if (this.#channels !== channels) {
      return;
    }
    this.#channels = null;
    this.#lostAt ??= Date.now();
    this.find(true).then(
      () => this.#tick(),
      (error: unknown) => this.#stillLost(error)
    );
  }
}

/** Whether a kernel says on IOPub that it deals with our question about itself. */
function isAnswer({ channel, parent_header: parent }: KernelMessage, session: string): boolean {
  return (
    channel === 'iopub' &&
    parent.msg_id !== undefined &&
    parent.msg_type === 'kernel_info_request' &&
    parent.session === session
  );
}
