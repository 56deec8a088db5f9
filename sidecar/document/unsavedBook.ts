/**
 * What of each share waits for a save, whether its room is open or not: what was left behind is offered when the notebook is opened again.
 * @module
 */
import type { Share, UnsavedBy } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Journals, StoredConflict } from '../store/journal.ts';
import type { People } from '../store/people.ts';
import { noteAll } from './replay.ts';
import type { Rooms } from './rooms.ts';
import { Unsaved, type UnsavedBy as Waiting } from './unsaved.ts';

/** What the book needs. */
export interface UnsavedBookParts {
  readonly journals: Journals;
  readonly people: Pick<People, 'get'>;
  readonly rooms: () => Rooms;
  readonly held: (share: string) => boolean;
}

/** Unsaved work by share. */
export class UnsavedBook {
  readonly #parts: UnsavedBookParts;
  /** Of shares whose room isn't open: nothing changes there. */
  readonly #left = new Map<string, readonly Waiting[]>();

  constructor(parts: UnsavedBookParts) {
    this.#parts = parts;
  }

  /** All of it, as the share shows it. */
  state(share: string): Pick<Share, 'unsaved' | 'unsavedBy' | 'saveFailure' | 'conflicts'> {
    return {
      unsaved: this.any(share),
      unsavedBy: this.by(share),
      saveFailure: this.failure(share),
      conflicts: this.conflicts(share).length
    };
  }

  /** Whether there is any; null when the notebook isn't open and nothing was left. */
  any(share: string): boolean | null {
    return this.#parts.rooms().peek(share)?.unsaved ?? (this.#waiting(share).length > 0 ? true : null);
  }

  /** Whose, who began first comes first. */
  by(share: string): UnsavedBy[] {
    return this.#waiting(share).map(({ writer, since }) => {
      const person = writer === null ? undefined : this.#parts.people.get(writer);
      const who = person && { id: person.id, name: person.name, color: person.color };
      return { person: who ?? null, since: new Date(since).toISOString() };
    });
  }

  /** Why the last save failed. */
  failure(share: string): string | null {
    return this.#parts.rooms().peek(share)?.backing.failure ?? null;
  }

  /** Cells that the owner has to decide on. */
  conflicts(share: string): StoredConflict[] {
    return this.#parts.journals.conflicts(share);
  }

  /** Saves for the owner; refuses with `not-saved`. */
  async save(share: string): Promise<void> {
    const status = await this.#parts.rooms().with(share, room => room.save());
    if (status === 'failed') {
      throw new Refusal('not-saved');
    }
  }

  /** Takes back what isn't saved; the file gets what it has already. */
  async discard(share: string): Promise<void> {
    await this.#parts.rooms().with(share, room => room.backing.discard());
    await this.save(share);
  }

  /** Before a share ends: what is unsaved is saved or discarded, as its owner says; refuses with `unsaved-changes` when they haven't said. */
  async beforeEnd(share: string, wish: string | undefined): Promise<void> {
    if (this.any(share) !== true) {
      return;
    }
    if (wish === 'discard') {
      await this.discard(share);
    } else if (wish === 'save' || !this.#parts.held(share)) {
      await this.save(share);
    } else {
      throw new Refusal('unsaved-changes');
    }
  }

  #waiting(share: string): readonly Waiting[] {
    const room = this.#parts.rooms().peek(share);
    if (room?.backing.isOpen === true) {
      this.#left.delete(share);
      return room.backing.unsavedBy;
    }
    const known = this.#left.get(share);
    if (known !== undefined) {
      return known;
    }
    const unsaved = new Unsaved();
    const head = this.#parts.journals.head(share);
    if (head !== null) {
      noteAll(unsaved, { saved: head.saved, entries: this.#parts.journals.entries(share) });
    }
    this.#left.set(share, unsaved.writers);
    return unsaved.writers;
  }
}
