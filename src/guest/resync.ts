/**
 * When the page's copy of the notebook can't be mended in place: throws it away and loads the notebook again, at once, before the
 * provider connects with the old copy another time.
 * @module
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { reopen } from './reopen.ts';
import type { RoomEnd } from './roomSocket.ts';
import { putBack, type UnsentText } from './unsent.ts';

/** Times within which more than so many rounds mean that it doesn't help; milliseconds. */
const WINDOW = 30_000;
const MOST = 4;

/** How long a refusal and the end of the socket that it belongs to may be apart; milliseconds. */
const TOGETHER = 2_000;

/** What it works on. */
export interface ResyncOptions {
  readonly documents: IDocumentManager;
  readonly tracker: INotebookTracker;
  /** Something too large was sent: the server has no message for that. */
  readonly tooLarge: () => void;
  /** What was typed in a cell meanwhile and can't be put back. */
  readonly lost: (cell: string, text: string) => void;
  /** What was typed here and the server may never have had. */
  readonly unsent: () => readonly UnsentText[];
  readonly mayEdit: (cell: string) => boolean;
  /** Such a text has no place any more: its cell was changed or is gone. */
  readonly overtaken: (cell: string, text: string) => void;
  /** It didn't work: the page has to be loaded again. */
  readonly failed: (why: unknown) => void;
}

/** One page's notebook. */
export class Resync {
  private readonly on: ResyncOptions;
  constructor(on: ResyncOptions) {
    this.on = on;
  }

  /** The room's socket ended. */
  ended(how: RoomEnd): void {
    this.lastEnd = Date.now();
    const asked = Date.now() - this.lastAsked < TOGETHER;
    if (how === 'too-large') {
      this.on.tooLarge();
    }
    if (how !== 'lost' || asked) {
      void this.run(how === 'renewed');
    }
  }

  /**
   * The server says that a copy has to be loaded again. All tabs of a person hear it: it is ours when our socket ended, just before or
   * just after.
   */
  asked(): void {
    if (Date.now() - this.lastEnd < TOGETHER) {
      void this.run();
    } else {
      this.lastAsked = Date.now();
    }
  }

  /**
   * Loads the notebook again; nothing while that is going on. `keep`: what was typed here and the server has never had goes into the new
   * copy; nothing of it was refused.
   */
  async run(keep = false): Promise<void> {
    const { documents, failed, lost, tracker } = this.on;
    const panel = tracker.currentWidget ?? first(tracker);
    const now = Date.now();
    // The refusal that belongs to a socket's end comes over another socket: it may be late.
    if (!panel || this.running) {
      return;
    }
    this.rounds = [...this.rounds.filter(at => now - at < WINDOW), now];
    if (this.rounds.length > MOST) {
      panel.dispose();
      failed(null);
      return;
    }
    this.running = true;
    this.lastAsked = 0;
    try {
      const unsent = keep ? this.on.unsent() : [];
      const fresh = await reopen(documents, panel, lost);
      putBack(unsent, fresh, this.on.mayEdit, this.on.overtaken);
    } catch (error) {
      failed(error);
    } finally {
      this.running = false;
      this.lastEnd = 0;
    }
  }

  private running = false;
  private rounds: readonly number[] = [];
  private lastEnd = 0;
  private lastAsked = 0;
}

function first(tracker: INotebookTracker): NotebookPanel | null {
  return tracker.find(() => true) ?? null;
}
