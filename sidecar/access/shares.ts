/**
 * The owner's side: share a notebook, settings, end it; and the share as its owner sees it.
 * @module
 */
import type { LockMode, Person, Share } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Links } from '../store/links.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Sessions } from '../store/sessions.ts';
import type { ShareRow, Shares } from '../store/shares.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import { fileName } from '../../protocol/names.ts';
import type { LinkBook } from './links.ts';
import { newId } from './secrets.ts';

/** What of a share waits for a save. */
export type UnsavedState = Pick<
  Share,
  'unsaved' | 'unsavedBy' | 'held' | 'lastSaved' | 'saveFailure' | 'conflicts'
>;

/** What the share book needs. */
export interface ShareBookParts {
  readonly shares: Shares;
  readonly people: People;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly linkBook: LinkBook;
  readonly connections: Connections;
  readonly changes: Changes;
  readonly now: () => number;
  /** Whether the notebook has changes that aren't on disk; null while it isn't open here. */
  readonly unsaved: (share: string) => UnsavedState;
  /** Whether somebody who may not save has left changes that aren't on disk. */
  readonly waits: (share: string) => boolean;
  /** The cell that a person is in. */
  readonly place: (share: string, person: string) => string | null;
}

/** Shares as a resource. */
export class ShareBook {
  readonly #parts: ShareBookParts;

  constructor(parts: ShareBookParts) {
    this.#parts = parts;
  }

  /** The share of an id; refuses with `not-found`. */
  get(id: string): ShareRow {
    const share = this.#parts.shares.get(id);
    if (share === undefined) {
      throw new Refusal('not-found');
    }
    return share;
  }

  /** All shares. */
  all(): ShareRow[] {
    return this.#parts.shares.all();
  }

  /** Shares a file; the existing share if there is one. */
  create(file: string, path: string, owner: string): { share: ShareRow; created: boolean } {
    const existing = this.#parts.shares.ofFile(file);
    if (existing !== undefined) {
      const same = existing.path === path && existing.owner === owner;
      const share = same ? existing : this.#parts.shares.put({ ...existing, path, owner });
      return { share, created: false };
    }
    const share = this.#parts.shares.put({
      id: newId(),
      file,
      path,
      owner,
      lockMode: 'soft',
      holdSaves: false,
      createdAt: new Date(this.#parts.now()).toISOString()
    });
    this.#parts.changes.emit('began', [share.id]);
    this.#parts.changes.emit('share', [share.id]);
    return { share, created: true };
  }

  /** Changes settings. */
  change(id: string, change: { lockMode?: LockMode | undefined; holdSaves?: boolean | undefined }): ShareRow {
    const share = this.get(id);
    const next = this.#parts.shares.put({
      ...share,
      lockMode: change.lockMode ?? share.lockMode,
      holdSaves: change.holdSaves ?? share.holdSaves
    });
    if (next.lockMode !== share.lockMode) {
      this.#parts.changes.emit('lockMode', [next]);
    }
    this.#parts.changes.emit('share', [id]);
    return next;
  }

  /** Notes that the file has a new path. */
  moved(id: string, path: string): void {
    const share = this.get(id);
    if (share.path !== path) {
      this.#parts.shares.put({ ...share, path });
      this.#parts.changes.emit('share', [id]);
    }
  }

  /** Ends a share: everybody's sockets close before this returns. */
  end(id: string): void {
    this.get(id);
    const { shares, people, links, sessions, changes, connections } = this.#parts;
    const gone = people.ofShare(id);
    shares.delete(id);
    people.cascade(id);
    links.cascade(id);
    sessions.cascade(person => people.get(person) !== undefined);
    for (const person of gone) {
      changes.emit('removed', [person, 'share-ended']);
      connections.end(person.id, 'share-ended');
    }
    changes.emit('ended', [id]);
  }

  /** Whether autosave must wait: asked for, somebody holds `edit` without `save`, or did, and their changes still wait for a save. */
  holdsSaves(share: ShareRow): boolean {
    const { people, links, waits } = this.#parts;
    const all = [...people.ofShare(share.id), ...links.ofShare(share.id)];
    return share.holdSaves || all.some(({ rights }) => rights.edit && !rights.save) || waits(share.id);
  }

  /** The same by id; a share that has ended holds nothing. */
  holds(id: string): boolean {
    const share = this.#parts.shares.get(id);
    return share !== undefined && this.holdsSaves(share);
  }

  /** The share as its owner sees it. */
  async show(share: ShareRow): Promise<Share> {
    const { people, links, linkBook } = this.#parts;
    return {
      id: share.id,
      path: share.path,
      name: fileName(share.path),
      lockMode: share.lockMode,
      holdSaves: share.holdSaves,
      createdAt: share.createdAt,
      people: people.ofShare(share.id).map(person => this.showPerson(person)),
      links: await Promise.all(links.ofShare(share.id).map(link => linkBook.show(link))),
      ...this.#parts.unsaved(share.id)
    };
  }

  /** A person as the owner sees them. */
  showPerson(person: PersonRow): Person {
    const { id, kind, name, username, color, rights, cells, structure, grants, versions } = person;
    const { expiresAt, joinedAt, link, waiting } = person;
    const { connections } = this.#parts;
    const tabs = Math.max(connections.count(id, 'control'), connections.count(id, 'document'));
    const shown = {
      id,
      kind,
      name,
      username,
      color,
      rights,
      cells,
      structure,
      grants,
      versions,
      expiresAt,
      joinedAt,
      link,
      waiting
    };
    return { ...shown, tabs, cell: this.#parts.place(person.share, id) };
  }
}
