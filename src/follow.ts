/**
 * Goes to the cell somebody is in, and goes along with them until the person in front of this page moves by themselves.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';
import { goToCell } from './cells.ts';
import type { Journey, Placed } from './components/Whereabouts.tsx';

/** What people do who want to look elsewhere. */
const MOVES = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;

/** Follows one person at a time. */
export class Follower {
  /** Whom; null for nobody. */
  get person(): string | null {
    return this._person;
  }
  /** Emitted when somebody else, or nobody any more, is followed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Starts following a person in a notebook; `at` is the cell they are in now. */
  start(panel: NotebookPanel, person: string, at: string | null): void {
    this.stop();
    this._person = person;
    this.panel = panel;
    for (const move of MOVES) {
      panel.node.addEventListener(move, this.moved, { capture: true, passive: true });
    }
    panel.disposed.connect(this.stop, this);
    this._changed.emit();
    this.at(at);
  }

  /** The person followed is in this cell now. */
  at(cell: string | null): void {
    if (!this.panel || cell === null || cell === this.shown) {
      return;
    }
    this.shown = cell;
    const { content } = this.panel;
    const index = content.widgets.findIndex(one => one.model.id === cell);
    if (index >= 0) {
      // Not `scrollToCell`, which makes it the active one: looking along is not moving.
      void content.scrollToItem(index, 'smart').catch(() => undefined);
    }
  }

  /** What is known of who is here has changed: goes along, or stops when the person followed has left. */
  keepUp(here: readonly Placed[]): void {
    const person = here.find(one => one.id === this._person);
    if (person) {
      this.at(person.cell);
    } else {
      this.stop();
    }
  }

  /** Stops following. */
  stop(): void {
    const { panel } = this;
    if (!panel) {
      return;
    }
    MOVES.forEach(move => panel.node.removeEventListener(move, this.moved, { capture: true }));
    panel.disposed.disconnect(this.stop, this);
    this.panel = null;
    this.shown = null;
    this._person = null;
    this._changed.emit();
  }

  private readonly moved = (): void => this.stop();
  private panel: NotebookPanel | null = null;
  private shown: string | null = null;
  private _person: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

/** What Go and Follow need to know of their notebook. */
export interface JourneyOptions {
  readonly follower: Follower;
  /** Who is here. */
  readonly people: () => readonly Placed[];
  /** The notebook; null while it isn't open. */
  readonly notebook: () => NotebookPanel | null;
  /** Brings it to the front. */
  readonly reveal: (panel: NotebookPanel) => void;
}

/** Go and Follow, as the buttons beside a person do them. */
export function journeyIn({ follower, notebook, people, reveal }: JourneyOptions): Journey {
  const at = (person: string): string | null => people().find(one => one.id === person)?.cell ?? null;
  return {
    following: follower.person,
    go: person => {
      const [panel, cell] = [notebook(), at(person)];
      if (panel && cell !== null) {
        reveal(panel);
        void goToCell(panel, cell);
      }
    },
    follow: person => {
      const panel = notebook();
      if (panel && person !== null) {
        follower.start(panel, person, at(person));
      } else {
        follower.stop();
      }
    }
  };
}
