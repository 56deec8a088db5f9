/**
 * What of each share waits for a save, whether its room is open or not: what was left behind is offered when the notebook is opened again.
 * @module
 */
import type { ActivityPerson, SavedBy, Share, UnsavedBy } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Activities } from '../store/activity.ts';
import type { Journals, StoredConflict } from '../store/journal.ts';
import type { People } from '../store/people.ts';
import { findCell, notebookMetadata, toNotebook } from './cells.ts';
import { partsOf } from './newCells.ts';
import { noteAll, replay } from './replay.ts';
import type { Rooms } from './rooms.ts';
import { Unsaved, type UnsavedBy as Waiting } from './unsaved.ts';

/** What the book needs. */
export interface UnsavedBookParts {
  readonly journals: Journals;
  readonly people: Pick<People, 'get'>;
  readonly activities: Pick<Activities, 'lastSave' | 'person'>;
  readonly rooms: () => Rooms;
  readonly held: (share: string) => boolean;
}

/** A notebook as nbformat JSON. */
type Notebook = Readonly<Record<string, unknown>>;

/** Unsaved work by share. */
export class UnsavedBook {
  readonly #parts: UnsavedBookParts;
  /** Of shares whose room isn't open: nothing changes there. */
  readonly #left = new Map<string, readonly Waiting[]>();
  /** Who last saved each share. */
  readonly #saved = new Map<string, SavedBy | null>();
  /** People who were removed; after a restart the activity knows them. */
  readonly #gone = new Map<string, Map<string, ActivityPerson>>();

  constructor(parts: UnsavedBookParts) {
    this.#parts = parts;
  }

  /** All of it, as the share shows it. */
  state(
    share: string
  ): Pick<Share, 'unsaved' | 'unsavedBy' | 'held' | 'lastSaved' | 'saveFailure' | 'conflicts'> {
    return {
      unsaved: this.any(share),
      unsavedBy: this.by(share),
      held: this.#parts.held(share),
      lastSaved: this.lastSaved(share),
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
    return this.#waiting(share).map(({ writer, since }) => ({
      person: writer === null ? null : this.#who(share, writer),
      since: new Date(since).toISOString()
    }));
  }

  /** Whether there are changes of somebody who may not save, or is gone: they aren't written without a person who asks for it. */
  waits(share: string): boolean {
    const { people } = this.#parts;
    return this.#byGuests(share).some(writer => people.get(writer)?.rights.save !== true);
  }

  /** Whether guests' changes were left that nothing holds back: a crash kept them from the file. */
  isBehind(share: string): boolean {
    return this.#byGuests(share).length > 0 && !this.#parts.held(share);
  }

  /** Somebody was removed; what they left keeps their name. */
  gone({ share, id, name, color }: ActivityPerson & { readonly share: string }): void {
    const gone = this.#gone.get(share) ?? new Map<string, ActivityPerson>();
    this.#gone.set(share, gone.set(id, { id, name, color }));
  }

  /** A share has ended. */
  end(share: string): void {
    [this.#left, this.#saved, this.#gone].forEach(each => each.delete(share));
  }

  /** A person has saved. */
  saved(share: string, by: SavedBy): void {
    this.#saved.set(share, by);
  }

  /** Who saved last. */
  lastSaved(share: string): SavedBy | null {
    const known = this.#saved.get(share);
    if (known !== undefined) {
      return known;
    }
    const stored = this.#parts.activities.lastSave(share);
    this.#saved.set(share, stored);
    return stored;
  }

  /** Why the last save failed. */
  failure(share: string): string | null {
    return this.#parts.rooms().peek(share)?.backing.failure ?? null;
  }

  /** Cells that the owner has to decide on. */
  conflicts(share: string): StoredConflict[] {
    return this.#parts.journals.conflicts(share);
  }

  /** Brings a file up to date that a crash has left behind; nobody has to come for it. */
  async catchUp(share: string): Promise<void> {
    await this.#parts.rooms().with(share, room => room.save(null));
  }

  /** Saves for the owner; refuses with `not-saved`. */
  async save(share: string): Promise<void> {
    const status = await this.#parts.rooms().with(share, room => room.save({ person: null }));
    if (status === 'failed') {
      throw new Refusal('not-saved');
    }
  }

  /** Takes back what isn't saved, and what waits for a decision; the file gets what it has already. */
  async discard(share: string): Promise<void> {
    const { journals, rooms } = this.#parts;
    await rooms().with(share, room => {
      room.backing.discard();
      this.conflicts(share).forEach(({ id }) => journals.solve(share, id));
    });
    await this.save(share);
  }

  /** What isn't saved of a share, as the notebook was and as it is; null when there is nothing. */
  changes(share: string): { readonly before: Notebook; readonly after: Notebook } | null {
    this.#parts.rooms().peek(share)?.backing.commit();
    const stored = this.#parts.journals.read(share);
    if (stored === null || stored.snapshot === null || this.any(share) !== true) {
      return null;
    }
    const { base, ours } = replay(stored);
    const found = { before: toNotebook(base), after: toNotebook(ours) };
    [base, ours].forEach(each => each.destroy());
    return found;
  }

  /** A cell that the owner has to decide on: as the notebook has it now, and as it would be with the changes made here. */
  async conflict(
    share: string,
    { cell, mine }: StoredConflict
  ): Promise<{ readonly before: Notebook; readonly after: Notebook }> {
    return this.#parts.rooms().with(share, ({ doc }) => {
      const found = cell === null ? undefined : findCell(doc, cell);
      const wanted = mine === null ? null : (JSON.parse(mine) as Record<string, unknown>);
      if (cell === null) {
        const now = Object.keys(wanted ?? {}).map(key => [key, notebookMetadata(doc, key)]);
        return { before: { metadata: Object.fromEntries(now) }, after: { metadata: wanted ?? {} } };
      }
      const before = found === undefined ? [] : [partsOf(found)];
      return { before: { cells: before }, after: { cells: wanted === null ? [] : [wanted] } };
    });
  }

  /**
   * Before a share ends: what is unsaved is saved or discarded, as its owner says; refuses with `unsaved-changes` when they haven't said,
   * and while cells wait for their decision.
   */
  async beforeEnd(share: string, wish: string | undefined): Promise<void> {
    const isUndecided = this.conflicts(share).length > 0;
    if (this.any(share) !== true && !isUndecided) {
      return;
    }
    if (wish === 'discard') {
      await this.discard(share);
    } else if (isUndecided) {
      throw new Refusal('unsaved-changes', 'Cells were changed here and in the file. Decide on them first.');
    } else if (wish === 'save' || !this.#parts.held(share)) {
      await this.save(share);
    } else {
      throw new Refusal('unsaved-changes');
    }
  }

  #byGuests(share: string): string[] {
    const { journals, rooms } = this.#parts;
    if (rooms().peek(share) === undefined && !journals.hasGuests(share)) {
      return [];
    }
    return this.#waiting(share).flatMap(({ writer }) => writer ?? []);
  }

  #who(share: string, id: string): ActivityPerson {
    const { activities, people } = this.#parts;
    const found = people.get(id) ?? this.#gone.get(share)?.get(id) ?? activities.person(share, id);
    const { name = '', color = '' } = found ?? {};
    return { id, name, color };
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
