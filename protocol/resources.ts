/**
 * Shares, people and links as HTTP shows them. Times are RFC 3339 UTC strings, ids are opaque.
 * @module
 */
import type { CellScope, Grants, Rights } from './levels.ts';

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
  /** Cell the person's cursor is in, when known. */
  readonly cell: string | null;
}

/** Body of `POST people`. */
export type NewPerson = AccessChange & ({ readonly name: string } | { readonly username: string });

/** Body of `PATCH people/<person>`; `renewLink` makes a new link and ends the old one. */
export type PersonChange = AccessChange & { readonly name?: string; readonly renewLink?: true };

/** Answer of `POST people` and of a renewed link: `url` is there once and never stored in the clear. */
export type PersonWithLink = Person & { readonly url?: string };

/** An "anyone with the link" link. */
export interface Link extends Access {
  readonly id: string;
  readonly maxPeople: number | null;
  readonly hasPassphrase: boolean;
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
};

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
}

/** `GET api/liveshare/me`: what a guest is and may do. */
export interface Me {
  readonly person: { readonly id: string; readonly name: string; readonly color: string };
  readonly rights: Rights;
  readonly cells: CellScope;
  readonly structure: boolean;
  readonly grants: Grants;
  readonly expiresAt: string | null;
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
