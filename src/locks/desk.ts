/**
 * Which notebook has which locks, and its cells' editors: each one asks for its cell when it is entered and gives it back when it is left.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { Wish } from './asks.ts';
import type { Access, CellLocks } from './cellLocks.ts';
import type { Gate } from './heldTyping.ts';

/** A shared cell, as far as locks look at it. */
export interface SharedCell {
  getId(): string;
  /** The shared notebook that it stands in. */
  readonly notebook: object | null;
}

/** Milliseconds without a key after which a cell is given back. The next key asks for it again. */
export const IDLE = 60_000;

/** One open notebook's locks; without any while it isn't shared. */
export class Desk {
  /** How many views of the notebook are open. */
  views = 0;

  /** What decides; null while the notebook isn't shared. */
  get locks(): CellLocks | null {
    return this._locks;
  }
  set locks(locks: CellLocks | null) {
    if (locks !== this._locks) {
      this._locks?.changed.disconnect(this.onChanged);
      this._locks?.asks.wanted.disconnect(this.onWanted);
      this._locks?.asks.asked.disconnect(this.onAsked);
      this._locks = locks;
      locks?.changed.connect(this.onChanged);
      locks?.asks.wanted.connect(this.onWanted);
      locks?.asks.asked.connect(this.onAsked);
      this.onChanged(null, null);
    }
  }
  /** Emitted with the cell whose lock, run or access changed; null: any may have. */
  get changed(): ISignal<this, string | null> {
    return this._changed;
  }
  /** Emitted with a cell that somebody tried to type in while it is another's. */
  get attempted(): ISignal<this, string> {
    return this._attempted;
  }
  /** Emitted with text that was typed before its cell turned out to be another's; for want of the right to type it: `Denials.lost`. */
  get returned(): ISignal<this, { readonly cell: string; readonly text: string }> {
    return this._returned;
  }

  /** Emitted when somebody would like to edit a cell that is held here. */
  get wanted(): ISignal<this, Wish> {
    return this._wanted;
  }
  /** Emitted with a cell whose holder was asked to let go. */
  get asked(): ISignal<this, string> {
    return this._asked;
  }

  /** Calls back when a cell's access may have changed. */
  watch(cell: string, heard: () => void): () => void {
    const all = this.watchers.get(cell) ?? new Set();
    this.watchers.set(cell, all.add(heard));
    return () => {
      all.delete(heard);
      if (all.size === 0 && this.watchers.get(cell) === all) {
        this.watchers.delete(cell);
      }
    };
  }

  /** Says that somebody tried. */
  attempt(cell: string): void {
    this._attempted.emit(cell);
  }
  /** Says that text was taken back. */
  giveBack(cell: string, text: string): void {
    const denied = this._locks?.denied;
    const why = denied?.of(cell);
    if (why) {
      denied?.lose({ cell, text, why });
    } else {
      this._returned.emit({ cell, text });
    }
  }

  private readonly onChanged = (_: unknown, cell: string | null): void => {
    const cells = cell === null ? [...this.watchers.keys()] : [cell];
    cells.forEach(each => [...(this.watchers.get(each) ?? [])].forEach(heard => heard()));
    this._changed.emit(cell);
  };

  private readonly onWanted = (_: unknown, wish: Wish): void => this._wanted.emit(wish);
  private readonly onAsked = (_: unknown, cell: string): void => this._asked.emit(cell);

  private _locks: CellLocks | null = null;
  private readonly watchers = new Map<string, Set<() => void>>();
  private readonly _changed = new Signal<this, string | null>(this);
  private readonly _wanted = new Signal<this, Wish>(this);
  private readonly _asked = new Signal<this, string>(this);
  private readonly _attempted = new Signal<this, string>(this);
  private readonly _returned = new Signal<this, { readonly cell: string; readonly text: string }>(this);
}

/** The desks of all notebooks that are open. */
export class Desks {
  /** A notebook's desk. */
  of(notebook: object): Desk {
    const desk = this.desks.get(notebook) ?? new Desk();
    this.desks.set(notebook, desk);
    return desk;
  }

  private readonly desks = new WeakMap<object, Desk>();
}

/** One cell's editor at its notebook's desk. */
export class CellGate implements Gate {
  private readonly cell: SharedCell;
  private readonly desks: Desks;

  constructor(cell: SharedCell, desks: Desks) {
    this.cell = cell;
    this.desks = desks;
  }

  access(): Access {
    return this.desk?.locks?.access(this.id) ?? 'open';
  }
  want(): void {
    this.desk?.locks?.want(this.id);
  }
  focus(has: boolean): void {
    if (has) {
      this.leaving = false;
      this.want();
      this.touch();
    } else if (document.hasFocus()) {
      this.leave();
    }
    // else the whole page lost it: it comes back here, or the cell is given back when nothing is typed for a while
  }
  touch(): void {
    window.clearTimeout(this.idle);
    this.idle = window.setTimeout(() => this.leave(), IDLE);
  }
  attempt(): void {
    this.desk?.attempt(this.id);
  }
  returned(text: string): void {
    this.desk?.giveBack(this.id, text);
  }
  watch(heard: () => void): () => void {
    return (
      this.desk?.watch(this.id, () => {
        heard();
        if (this.leaving && this.access() !== 'waiting') {
          this.leave();
        }
      }) ?? (() => undefined)
    );
  }

  /** Gives the cell back; what is held yet goes in first. */
  private leave(): void {
    window.clearTimeout(this.idle);
    this.leaving = this.holding;
    if (!this.leaving) {
      this.desk?.locks?.leave(this.id);
    }
  }

  /** Set by the editor: it holds typing that waits for the grant. */
  holding = false;

  private get id(): string {
    return this.cell.getId();
  }
  private get desk(): Desk | null {
    const { notebook } = this.cell;
    return notebook && this.desks.of(notebook);
  }

  private idle = 0;
  private leaving = false;
}
