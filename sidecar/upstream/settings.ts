/**
 * Settings of the owner's JupyterLab that runs follow.
 * Source: jupyterlab_server REST `lab/api/settings`; JupyterLab's schema `notebook-extension:tracker`, `recordTiming`.
 * @module
 */
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Jupyter } from './jupyter.ts';

const Tracker = z.object({ settings: z.object({ recordTiming: z.boolean().default(false) }) });

/** Milliseconds after which they are read again. */
const REMEMBER = 30_000;

/** The settings as last read; reading them again never keeps a run waiting. */
export class LabSettings {
  readonly #jupyter: Jupyter;
  readonly #log: Log;
  #recordTiming = false;
  #read = 0;

  constructor(jupyter: Jupyter, log: Log) {
    this.#jupyter = jupyter;
    this.#log = log;
  }

  /** Whether the owner wants to know when cells ran (JupyterLab's "Recording timing", off by default). */
  get recordTiming(): boolean {
    if (Date.now() - this.#read > REMEMBER) {
      this.#read = Date.now();
      void this.refresh();
    }
    return this.#recordTiming;
  }

  /** Reads them. A server that has none, or is away, leaves them as they were. */
  async refresh(): Promise<void> {
    try {
      const path = ['lab', 'api', 'settings', '@jupyterlab', 'notebook-extension:tracker'];
      const found = Tracker.safeParse((await this.#jupyter.call(path)).json());
      if (found.success) {
        this.#recordTiming = found.data.settings.recordTiming;
      }
    } catch (error) {
      this.#log.debug({ err: error }, "the owner's JupyterLab settings could not be read");
    }
  }
}
