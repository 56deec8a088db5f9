/**
 * Shares, people and links as HTTP shows them. Times are RFC 3339 UTC strings, ids are opaque.
 * @module
 */
import type { CellScope, Grants, Rights, VersionScope } from './levels.ts';

/** How edit locks act: `soft` shows them, `exclusive` refuses edits without one. */
export type LockMode = 'soft' | 'exclusive';

/** What may be ticked for a person or a link. */
export interface Access {
  readonly rights: Rights;
  /** Cells that `edit` covers. */
  readonly cells: CellScope;
  /** Whether `edit` includes inserting, moving, deleting cells and changing their type. */
  readonly structure: boolean;
  readonly grants: Grants;
  /** Versions that `static` and `save` show, besides those of one's own. */
  readonly versions: VersionScope;
  readonly expiresAt: string | null;
}

/** What a client sends to make or change an access: anything left out keeps its value or default. */
export type AccessChange = Partial<Omit<Access, 'rights'>> & { readonly rights?: Partial<Rights> };

/** Where a person is known from: an account on this server, their own link, or an open link. */
export type PersonKind = 'account' | 'invited' | 'link';

/** A person a notebook is shared with. */
export interface Person extends Access {
  readonly id: string;
  readonly kind: PersonKind;
  /** Name as shown to others. */
  readonly name: string;
  /** Account name on the server, for `account` people. */
  readonly username: string | null;
  /** `#rrggbb`. */
  readonly color: string;
  /** When the person last came in; null while the link is unused. */
  readonly joinedAt: string | null;
  /** The open link they came by, for `link` people. */
  readonly link: string | null;
  /** How many tabs are connected now. */
  readonly tabs: number;
  /** Whether they stand at the door until the owner lets them in; they hold no right then. */
  readonly waiting: boolean;
  /** Cell the person's cursor is in, when known. */
  readonly cell: string | null;
}

/** Body of `POST people`. */
export type NewPerson = AccessChange & ({ readonly name: string } | { readonly username: string });

/**
 * Body of `PATCH people/<person>`; `renewLink` makes a new link and ends the old one; `waiting: false` lets somebody in who waits, with
 * what their link gives and the changes named.
 */
export type PersonChange = AccessChange & {
  readonly name?: string;
  readonly renewLink?: true;
  readonly waiting?: false;
};

/** Answer of `POST people` and of a renewed link: `url` is there once and never stored in the clear. */
export type PersonWithLink = Person & { readonly url?: string };

/** An "anyone with the link" link. */
export interface Link extends Access {
  readonly id: string;
  readonly maxPeople: number | null;
  readonly hasPassphrase: boolean;
  /** Whether whoever comes by it waits at the door until the owner lets them in. */
  readonly approval: boolean;
  /** People who came by it. */
  readonly uses: number;
  readonly createdAt: string;
  /** The address to hand out. */
  readonly url: string;
}

/** Body of `POST links` and `PATCH links/<link>`. */
export type LinkChange = AccessChange & {
  readonly maxPeople?: number | null;
  readonly passphrase?: string | null;
  readonly approval?: boolean;
};

/** Somebody whose changes aren't in the file; null is the owner. */
export interface UnsavedBy {
  readonly person: ActivityPerson | null;
  /** When the first of them was made. */
  readonly since: string;
}

/** A save that a person asked for; null is the owner. */
export interface SavedBy {
  readonly person: ActivityPerson | null;
  readonly at: string;
}

/** What the owner decides on a cell that was changed both here and in the file. */
export type ConflictChoice = 'mine' | 'theirs' | 'both';

/** Such a cell, as each side has it (nbformat JSON); null where there is none. `cell` null: one key of the notebook's metadata. */
export interface Conflict {
  readonly id: number;
  readonly cell: string | null;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  readonly at: string;
}

/** A shared notebook, as its owner sees it. */
export interface Share {
  readonly id: string;
  /** Path from the server's root, `/`-separated, not encoded. */
  readonly path: string;
  /** File name. */
  readonly name: string;
  readonly lockMode: LockMode;
  /** Whether saving waits for a person with `save` also when nobody has `edit` without it. */
  readonly holdSaves: boolean;
  readonly createdAt: string;
  readonly people: readonly Person[];
  readonly links: readonly Link[];
  /** Whether the notebook has changes that are not on disk; null while nobody has it open. */
  readonly unsaved: boolean | null;
  /** Whose changes those are. */
  readonly unsavedBy: readonly UnsavedBy[];
  /** Whether they wait for a person to save them; otherwise the file follows by itself. */
  readonly held: boolean;
  /** Who saved last; null as long as nobody has. */
  readonly lastSaved: SavedBy | null;
  /** Why the last save failed: `read-only`, `full`, `gone` or `failed`. */
  readonly saveFailure: string | null;
  /** How many cells were changed both here and in the file, and wait for the owner's decision. */
  readonly conflicts: number;
}

/** An entry of `GET api/shared-with-me`: a notebook that the asking account may open. */
export interface SharedWithMe {
  /** File name. */
  readonly name: string;
  readonly owner: string;
  readonly rights: Rights;
  readonly expiresAt: string | null;
  /** The share's address; opens without a link for this account. */
  readonly url: string;
}

/** `GET api/liveshare/me`: what a guest is and may do. */
export interface Me {
  readonly person: { readonly id: string; readonly name: string; readonly color: string };
  readonly rights: Rights;
  readonly cells: CellScope;
  readonly structure: boolean;
  readonly grants: Grants;
  readonly expiresAt: string | null;
  /** Whether the owner has yet to let me in. */
  readonly waiting: boolean;
  readonly share: {
    readonly id: string;
    /** File name; the notebook stands at the root of the virtual server. */
    readonly name: string;
    readonly owner: string;
    readonly lockMode: LockMode;
  };
}

/** Answer of `POST api/liveshare/session`. */
export interface Session {
  /** For scripts: the same as the cookie, to be sent as `Authorization: token <token>`. */
  readonly token: string;
  readonly expiresAt: string;
  readonly me: Me;
  /** Where to go on, relative to the share's address. */
  readonly next: string;
}

/** What somebody did. */
export const ACTIVITY_KINDS = [
  'edited',
  'inserted',
  'deleted',
  'moved',
  'ran',
  'saved',
  'commented',
  'version',
  'restored',
  'joined',
  'left',
  'invited',
  'admitted',
  'rights',
  'removed'
] as const;
/** One of them; `invited`, `admitted`, `rights` and `removed` are what the owner does to a person. */
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** A person in the activity; they stay in it under this name when they are gone. */
export type ActivityPerson = Me['person'];

/** What one person did to one cell over some time, never what they wrote. */
export interface Activity {
  /** Grows with time. */
  readonly id: number;
  readonly at: string;
  /** When it went on for the last time. */
  readonly until: string;
  /** Null for the owner. */
  readonly person: ActivityPerson | null;
  readonly kind: ActivityKind;
  /** Cell id; null where it is about no cell. */
  readonly cell: string | null;
  /** To whom the owner did it. */
  readonly about: ActivityPerson | null;
  /** How often, between `at` and `until`. */
  readonly count: number;
}

/** A page of `GET shares/<share>/activity`, newest first; `next` goes into `before` for the page after it. */
export interface ActivityPage {
  readonly items: readonly Activity[];
  readonly next: string | null;
}

/** Kinds of cells that nbformat has. */
export type CellType = 'code' | 'markdown' | 'raw';

/** A cell as `insert` brings it. */
export interface NewCell {
  readonly id?: string;
  readonly cell_type: CellType;
  readonly source: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * One operation of `PATCH api/liveshare/notebook`, naming cells by id; `after: null` is the start of the notebook. `base_hash` is the
 * SHA-256 (hex) of the source that the caller saw. Positions count UTF-16 units, as Yjs and JavaScript do.
 */
export type NotebookOperation =
  | { readonly op: 'insert'; readonly after: string | null; readonly cell: NewCell }
  | { readonly op: 'move'; readonly cell: string; readonly after: string | null }
  | { readonly op: 'delete'; readonly cell: string }
  | { readonly op: 'edit'; readonly cell: string; readonly source: string; readonly base_hash?: string }
  | {
      readonly op: 'edit';
      readonly cell: string;
      readonly position: number;
      readonly remove: number;
      readonly insert: string;
      readonly base_hash?: string;
    }
  | {
      readonly op: 'metadata';
      readonly cell: string;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly remove?: readonly string[];
    }
  | { readonly op: 'type'; readonly cell: string; readonly cell_type: CellType };

/** Answer of `PATCH api/liveshare/notebook`: ids of the cells that were there and are changed, moved or gone, and of the new ones. */
export interface PatchResult {
  readonly cells: readonly string[];
  readonly inserted: readonly string[];
}
