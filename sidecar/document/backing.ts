/**
 * What stands behind a room's document: the journal on our disk, the room upstream, the notebook file.
 * @module
 */
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { Who } from '../../protocol/messages.ts';
import type { Limits } from '../config.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Journals } from '../store/journal.ts';
import { Contents } from '../upstream/contents.ts';
import { UPSTREAM, UpstreamDocument, type SaveStatus } from '../upstream/document.ts';
import type { Jupyter } from '../upstream/jupyter.ts';
import type { NotebookFilter } from './filter/filter.ts';
import { changesContent, hasContentOf } from './content.ts';
import { Journal } from './journal.ts';
import { Recovery } from './recovery.ts';
import { Saver as Clock } from './saver.ts';
import { discard } from './settle.ts';
import type { SavedState, UnsavedBy, Writer } from './unsaved.ts';

/** What it works on. */
export interface BackingParts {
  readonly share: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly filter: NotebookFilter;
  readonly jupyter: Jupyter;
  readonly journals: Journals;
  readonly limits: Pick<Limits, 'saveWithin'>;
  readonly log: Log;
  readonly now: () => number;
  readonly path: () => Promise<string>;
  /** Whether saving waits for a person. */
  readonly held: () => boolean;
  /** The document's whole state. */
  readonly state: () => Uint8Array;
  /** Called when the document holds the owner's state. */
  readonly opened: () => void;
  /** Called when what is unsaved changed. */
  readonly changed: () => void;
  /** Called once when a person has saved. */
  readonly saved: (by: Saver) => void;
  /** The room upstream was rebuilt in a way that this document can't go on with: everybody has to start again. */
  readonly replaced: () => void;
}

const SAVE_ATTEMPTS = 3;

/** Who asks for a save: a person, null for the owner. */
export interface Saver {
  readonly person: Who | null;
  /** They saved a version, and this is part of it. */
  readonly version?: true;
}

/** Keeps one document. */
export class Backing {
  readonly #parts: BackingParts;
  readonly #journal: Journal;
  readonly #recovery: Recovery;
  readonly #upstream: UpstreamDocument;
  readonly #clock: Clock;
  #writer: Writer = null;
  #saved: SavedState | null = null;
  #failure: string | null = null;
  #isOpen = false;

  constructor(parts: BackingParts) {
    this.#parts = parts;
    this.#journal = this.#keepJournal();
    this.#recovery = new Recovery({ ...parts, journal: this.#journal });
    this.#clock = new Clock({
      within: parts.limits.saveWithin * 1000,
      held: parts.held,
      unsaved: () => this.unsaved,
      save: () => this.save(null)
    });
    this.#upstream = this.#connect();
  }

  /** Whether the document holds the owner's state; it does also while the owner's server is away. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether there are changes that aren't on disk. */
  get unsaved(): boolean {
    return this.#journal.unsaved.any;
  }

  /** Whose changes aren't on disk. */
  get unsavedBy(): readonly UnsavedBy[] {
    return this.#journal.unsaved.writers;
  }

  /** Why the last save failed: `read-only`, `full`, `gone` or `failed`; null when it didn't. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Id of the document's history. */
  get lineage(): string {
    return this.#journal.lineage;
  }

  /** Whether a client was seen upstream. */
  knows(client: number): boolean {
    return this.#upstream.knows(client);
  }

  /** Puts on our disk what the document got; refuses with `not-stored`. What comes after it may be told to anybody. */
  commit(): void {
    this.#journal.commit();
  }

  /** Runs a person's change. Nobody's is taken while it couldn't be written down. */
  during<T>(person: string, work: () => T): T {
    if (this.#journal.failing) {
      throw new Refusal('not-stored');
    }
    this.#writer = person;
    try {
      return work();
    } finally {
      this.#writer = null;
    }
  }

  /** Saves now all that has been accepted by now; `by` null: nobody asked for it. */
  async save(by: Saver | null): Promise<SaveStatus> {
    this.#journal.commit();
    const isIn = this.#journal.unsaved.due();
    for (let attempt = 1; ; attempt++) {
      const status = await this.#upstream.save();
      // A demand to save can overtake the changes before it.
      if (status !== 'success' || attempt === SAVE_ATTEMPTS || this.#saved === null || isIn(this.#saved)) {
        if (by !== null && status === 'success') {
          this.#parts.saved(by);
        }
        return status;
      }
    }
  }

  /** Takes back what isn't saved. */
  discard(): void {
    const { doc, journals, share } = this.#parts;
    this.#journal.commit();
    const stored = journals.read(share);
    if (stored !== null && stored.snapshot !== null) {
      discard(doc, stored);
      this.#journal.commit();
    }
  }

  /** Looks again whether saving is held. */
  reconsider(): void {
    this.#clock.reconsider();
  }

  /** Stops. `isOver`: the share has ended, and nothing of it is to be kept. */
  close(isOver: boolean): void {
    if (isOver) {
      this.#journal.abandon();
    }
    this.#clock.close();
    this.#journal.close();
    this.#upstream.close();
  }

  #keepJournal(): Journal {
    const { share, journals, log, now, changed, doc, filter, state } = this.#parts;
    const journal = new Journal({
      share,
      journals,
      now,
      log,
      state,
      stamp: () => filter.stamp,
      facts: () => ({
        bindings: [...filter.bindings()],
        repairs: filter.repairs(),
        ...filter.authorship()
      }),
      committed: () => this.#upstream.flush(),
      changed: () => {
        this.#clock.reconsider();
        changed();
      }
    });
    doc.on('beforeTransaction', ({ origin }: Y.Transaction) => {
      if (origin !== UPSTREAM && !this.#recovery.isBusy) {
        journal.begin();
      }
    });
    doc.on('update', (update: Uint8Array, origin: unknown, _: Y.Doc, change: Y.Transaction) => {
      if (!this.#recovery.isBusy) {
        const isContent = changesContent(doc, change);
        journal.append(update, isContent ? (origin === UPSTREAM ? null : this.#writer) : undefined);
      }
    });
    return journal;
  }

  #connect(): UpstreamDocument {
    const { jupyter, log, path, replaced, doc, awareness, filter, opened, changed } = this.#parts;
    return new UpstreamDocument({
      ...{ jupyter, log, path, doc, awareness },
      onState: state => {
        if (state === 'live') {
          this.#isOpen = true;
          opened();
        }
      },
      apply: (update, arrival) => filter.applyTrusted(update, UPSTREAM, arrival),
      arrive: (state, room) => {
        const goesOn = this.#recovery.arrive(state, room);
        if (!goesOn) {
          replaced();
        } else if (this.#journal.unsaved.isUnknown) {
          void this.#lookWhatIsUnsaved();
        }
        return goesOn;
      },
      onSaved: ({ by, state, deletes }) => {
        this.#failure = null;
        this.#saved = this.#journal.saved({ state, deletes });
        if (by === 'client') {
          this.#parts.saved({ person: null });
        }
      },
      onFailed: reason => {
        this.#failure = reason;
        changed();
        log.warn({ reason }, 'the notebook could not be saved');
      },
      onOverwrite: state => this.#recovery.overwrite(state)
    });
  }

  /** JupyterLab makes a notebook "unsaved" also by writing down which kernel it has: the file tells whether there is more. */
  async #lookWhatIsUnsaved(): Promise<void> {
    const { jupyter, path, doc, log } = this.#parts;
    try {
      const { content } = await new Contents(jupyter).notebook(await path(), true);
      if (hasContentOf(doc, content)) {
        this.#journal.dirty(false);
      }
    } catch (error) {
      log.debug({ err: error }, 'what is unsaved could not be compared with the file');
    }
  }
}
