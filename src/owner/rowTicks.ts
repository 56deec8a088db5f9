/**
 * Sends a row's ticks one request at a time, the newest wish last; a failure puts the ticks back and says why.
 * @module
 */
import type { IDisposable } from '@lumino/disposable';
import { NO_RIGHTS, type Right, type Rights } from '../../protocol/levels.ts';
import { CALM, type RowNote, type RowState } from '../components/model.ts';
import { messageOf } from '../problem.ts';
import { afterTick, sameRights } from './rowState.ts';

/** How long a row's note stays. */
const NOTE = 8_000;

/** What it works on. */
export interface RowTicksOptions {
  /** The ticks as the server has them. */
  rights(row: string): Rights | null;
  state(row: string): RowState;
  set(row: string, state: RowState): void;
  send(row: string, rights: Rights): Promise<void>;
}

/** Ticks on their way, for all rows of a share. */
export class RowTicks implements IDisposable {
  private readonly on: RowTicksOptions;
  constructor(on: RowTicksOptions) {
    this.on = on;
  }

  /** Whether `dispose` was called. */
  isDisposed = false;

  /** One tick was clicked. */
  tick(row: string, right: Right, value: boolean): void {
    const next = afterTick(this.on.state(row), this.on.rights(row) ?? NO_RIGHTS, right, value);
    this.on.set(row, next);
    this.fade(row, next.note);
    void this.flush(row);
  }

  /** These ticks are wanted. */
  want(row: string, wanted: Rights): void {
    this.on.set(row, { ...CALM, wanted });
    void this.flush(row);
  }

  /** Shows a note for some seconds. */
  say(row: string, note: RowNote): void {
    this.on.set(row, { ...this.on.state(row), error: null, note });
    this.fade(row, note);
  }

  /** Forgets all timers. */
  dispose(): void {
    this.isDisposed = true;
    this.timers.forEach(timer => window.clearTimeout(timer));
  }

  private async flush(row: string): Promise<void> {
    if (this.busy.has(row)) {
      return;
    }
    this.busy.add(row);
    try {
      let wanted = this.on.state(row).wanted;
      while (wanted) {
        await this.on.send(row, wanted);
        const now: RowState = this.on.state(row);
        const again: boolean = now.wanted !== null && !sameRights(now.wanted, wanted);
        wanted = again ? now.wanted : null;
        this.on.set(row, { ...now, wanted });
      }
    } catch (error) {
      this.on.set(row, { ...CALM, error: messageOf(error) });
    } finally {
      this.busy.delete(row);
    }
  }

  private fade(row: string, note: RowNote | null): void {
    window.clearTimeout(this.timers.get(row));
    if (note) {
      const clear = (): void => {
        const state = this.on.state(row);
        if (state.note === note) {
          this.on.set(row, { ...state, note: null });
        }
      };
      this.timers.set(row, window.setTimeout(clear, NOTE));
    }
  }

  private readonly busy = new Set<string>();
  private readonly timers = new Map<string, number>();
}
