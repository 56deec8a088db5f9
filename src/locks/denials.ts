/**
 * Cells that the server gives to nobody here, and what was typed in them before that was known.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { RefusalCode } from '../../protocol/refusals.ts';

/** Why a cell is not to be had; `detail` in the server's own words. */
export interface Denial {
  readonly reason: RefusalCode;
  readonly detail: string;
}

/** Text that was typed for such a cell and taken back. */
export interface Lost {
  readonly cell: string;
  readonly text: string;
  readonly why: Denial;
}

/** The cells, until rights change or they are left. */
export class Denials {
  /** Why a cell is not to be had; null where it is, or where somebody else holds it. */
  of(cell: string): Denial | null {
    return this.cells.get(cell) ?? null;
  }
  /** Notes one. */
  set(cell: string, why: Denial): void {
    this.cells.set(cell, why);
  }
  /** Forgets one: who comes back is told anew what holds then. Whether there was one. */
  delete(cell: string): boolean {
    return this.cells.delete(cell);
  }
  /** Forgets all. */
  clear(): void {
    this.cells.clear();
  }

  /** Emitted with text that there was no right to type. */
  get lost(): ISignal<this, Lost> {
    return this._lost;
  }
  /** Says that text was taken back. */
  lose(lost: Lost): void {
    this._lost.emit(lost);
  }

  private readonly cells = new Map<string, Denial>();
  private readonly _lost = new Signal<this, Lost>(this);
}
