/**
 * What the owner's views are given: state to show and what can be done with it. No service is known here.
 * @module
 */
import type { Right, Rights } from '../../protocol/levels.ts';
import type { RightsRequest } from '../../protocol/messages.ts';
import type { Activity, LinkChange, LockMode, Share } from '../../protocol/resources.ts';

/** Row id of "anyone with the link": the first link, or none yet. */
export const LINK_ROW = 'link';

/** What a row says beside its ticks. */
export type RowNote =
  | { readonly kind: 'dropped'; readonly rights: readonly Right[]; readonly before: Rights }
  | { readonly kind: 'copied' };

/** State of one row that the server doesn't know. */
export interface RowState {
  /** Ticks on their way to the server. */
  readonly wanted: Rights | null;
  /** Why the last change was not made. */
  readonly error: string | null;
  readonly note: RowNote | null;
}

/** A row at rest. */
export const CALM: RowState = { wanted: null, error: null, note: null };

/** A person who was just removed and can be brought back. */
export interface Removed {
  readonly id: string;
  readonly name: string;
}

/** An account that can be invited. */
export interface AccountView {
  readonly username: string;
  readonly name: string;
}

/** A group of accounts: inviting it invites its members as they are then. */
export interface GroupView {
  readonly group: string;
  readonly members: number;
}

/** What is found as one types. */
export type FoundView = AccountView | GroupView;

/** Everything an owner's view shows. */
export interface ShareView {
  readonly share: Share;
  readonly rows: Readonly<Record<string, RowState>>;
  readonly removed: readonly Removed[];
  readonly requests: readonly RightsRequest[];
  readonly saving: 'idle' | 'saving' | 'saved';
  /** Whether to explain Run: it was just ticked for the first time. */
  readonly explainRun: boolean;
  /** What went wrong outside of a row. */
  readonly error: string | null;
}

/** What happened, as far as it was fetched. */
export interface ActivityView {
  /** Newest first. */
  readonly items: readonly Activity[];
  /** Leads to older entries; null when there are none. */
  readonly next: string | null;
  readonly error: string | null;
}

/** Everything an owner's view can do. */
export interface ShareActions {
  add(name: string): Promise<boolean>;
  addAccount(found: FoundView): Promise<boolean>;
  accounts(query: string): Promise<readonly FoundView[]>;
  tick(row: string, right: Right, on: boolean): void;
  undoDrop(row: string): void;
  /** Changes what a person or a link may do; the settings of links are only looked at for links. */
  change(row: string, change: LinkChange): void;
  /** Person: a new link, copied. Link: the link, copied. */
  copyLink(row: string): void;
  remove(row: string): void;
  restore(row: string): void;
  /** Writes to the file what waits for it. */
  save(): void;
  answer(request: string, rights: readonly Right[] | null): void;
  /** Lets somebody in who waits at the door, with these rights; null: turns them away. */
  admit(person: string, rights: readonly Right[] | null): void;
  /** Changes the share's settings. */
  settings(change: { lockMode?: LockMode; holdSaves?: boolean }): void;
}
