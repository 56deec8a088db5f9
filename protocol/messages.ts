/**
 * Messages on the control sockets, one JSON object a text frame, both directions.
 * @module
 */
import type { CellScope, Grants, Right, Rights } from './levels.ts';
import type { LockMode, Person, SavedBy, Share, UnsavedBy } from './resources.ts';
import type { RefusalCode } from './refusals.ts';

/** Version of these messages; a client that finds another number reloads. */
export const PROTOCOL_VERSION = 1;

/** Id of the event on Jupyter Server's bus that says: there are other shares than before, or other accounts in them. Its data is empty. */
export const SHARES_EVENT = 'https://pypi.org/project/jupyter-liveshare/events/shares';

/** A person as others see them. */
export interface Who {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** Id under which guests see the owner, and their colour. */
export const OWNER_ID = 'owner';
export const OWNER_COLOR = '#888888';

/** The owner as guests see them. */
export function ownerAs(name: string): Who {
  return { id: OWNER_ID, name, color: OWNER_COLOR };
}

/** What a lock is for. */
export type LockKind = 'edit' | 'execute';

/** A lock that is held. */
export interface HeldLock {
  readonly cell: string;
  readonly kind: LockKind;
  readonly holder: Who;
  /** RFC 3339. */
  readonly since: string;
}

/** A run in the kernel's queue, or on the kernel, as everybody with `live` sees it. */
export interface RunState {
  readonly run: string;
  /** Empty for code that is in no cell: a console's. */
  readonly cell: string;
  readonly person: Who;
  /** `input`: it waits for its person to answer `input()`. */
  readonly state: 'queued' | 'running' | 'input';
  /** RFC 3339; when it came into this state. */
  readonly since: string;
}

/** From a client to the sidecar. */
export type ClientMessage =
  | { readonly type: 'heartbeat' }
  | { readonly type: 'lock_request'; readonly cell: string }
  | { readonly type: 'lock_release'; readonly cell: string }
  /** From a guest: asks whoever holds the cell to let go of it. */
  | { readonly type: 'lock_ask'; readonly cell: string }
  | { readonly type: 'ask'; readonly rights: readonly Right[]; readonly note?: string }
  /** The cell this tab is in; null: in none. */
  | { readonly type: 'at'; readonly cell: string | null }
  | { readonly type: 'lock_take'; readonly cell: string }
  /** From the owner: the request with this message id, sent by JupyterLab itself, runs that cell. */
  | { readonly type: 'running'; readonly cell: string; readonly run: string }
  /** What was typed for `input()`; from whoever got the `input_request`. */
  | { readonly type: 'input_reply'; readonly run: string; readonly value: string };

/** How a run ended. */
export type RunEnd = 'ok' | 'error' | 'aborted';

/** What happened to the notebook's kernel. */
export type KernelChange = 'started' | 'replaced' | 'restarted' | 'interrupted' | 'gone';

/** A guest's rights as the server holds them now. */
export interface RightsNow {
  readonly rights: Rights;
  readonly cells: CellScope;
  readonly structure: boolean;
  readonly grants: Grants;
}

/** A guest's wish for more, shown to the owner. */
export interface RightsRequest {
  readonly id: string;
  readonly person: Who;
  readonly rights: readonly Right[];
  readonly note: string;
  readonly at: string;
}

/** From the sidecar to a client. */
export type ServerMessage =
  | ({
      readonly type: 'hello';
      readonly protocol: number;
      readonly person: Who;
      readonly lockMode: LockMode;
      readonly locks: readonly HeldLock[];
      readonly runs: readonly RunState[];
    } & RightsNow)
  | ({ readonly type: 'rights' } & RightsNow)
  /** To a guest: the cells that they inserted, theirs to edit also outside their scope. */
  | { readonly type: 'own'; readonly cells: readonly string[] }
  /** `lease`: milliseconds that it lasts without a heartbeat. */
  | { readonly type: 'lock_granted'; readonly cell: string; readonly lease: number }
  /** Somebody else holds it, or, unasked, holds it now: it was taken over, or the same person went on in another tab. */
  | { readonly type: 'lock_refused'; readonly cell: string; readonly holder: Who }
  | {
      readonly type: 'lock';
      readonly cell: string;
      readonly kind: LockKind;
      readonly holder: Who | null;
      readonly since?: string;
    }
  /** To the tab that holds a cell: somebody who may edit it would like to. */
  | { readonly type: 'lock_wanted'; readonly cell: string; readonly by: Who }
  /** To who asked: the holder has been told. */
  | { readonly type: 'lock_asked'; readonly cell: string }
  /** The owner has changed what locks do. */
  | { readonly type: 'lock_mode'; readonly lockMode: LockMode }
  | {
      readonly type: 'rejected';
      readonly cells: readonly string[];
      readonly reason: RefusalCode;
      readonly detail: string;
      readonly resync: boolean;
    }
  | { readonly type: 'request'; readonly request: RightsRequest }
  | { readonly type: 'versions'; readonly latest: number }
  /** To the owner: there is new activity; `latest` is the id of the newest entry. */
  | { readonly type: 'activity'; readonly latest: number }
  /** To the owner and whoever may comment: comments changed; `latest` as in the list of them. */
  | { readonly type: 'comments'; readonly latest: number }
  /** To a guest: what they have asked for and nobody has answered yet, and what the last answer did not give. */
  | { readonly type: 'asked'; readonly waiting: readonly Right[]; readonly refused: readonly Right[] }
  | { readonly type: 'removed'; readonly reason: RefusalCode; readonly detail: string }
  /** To the owner: the share and who is here, whenever any of it changed. */
  | { readonly type: 'share'; readonly share: Share }
  /** Every run that waits or goes on, in the order of the queue, whenever it changed. */
  | { readonly type: 'runs'; readonly runs: readonly RunState[] }
  /**
   * To guests with `live`: whose changes aren't in the file, whether they wait for somebody to save them, who saved last, why the last save
   * failed (`read-only`, `full`, `gone`, `failed`), and in how many cells the owner has to decide between these changes and the file's.
   */
  | {
      readonly type: 'unsaved';
      readonly people: readonly UnsavedBy[];
      readonly held: boolean;
      readonly saved: SavedBy | null;
      readonly failure: string | null;
      readonly conflicts: number;
    }
  /** To everybody: a person has saved the notebook, once for each save; `person` null is the owner. */
  | ({ readonly type: 'saved' } & SavedBy)
  /** Who went to which cell; people who aren't named stay where they are. */
  | { readonly type: 'places'; readonly places: Readonly<Record<string, string | null>> }
  /** To whoever asked for it: their run has ended. */
  | {
      readonly type: 'run_ended';
      readonly run: string;
      readonly cell: string;
      readonly status: RunEnd;
      readonly executionCount: number | null;
    }
  /** To the person whose run asks for input, or, when they have gone, to the owner. It stands until `runs` says that the run goes on. */
  | {
      readonly type: 'input_request';
      readonly run: string;
      readonly cell: string;
      readonly person: Who;
      readonly prompt: string;
      readonly password: boolean;
    }
  /** The kernel changed; `by` is null when nobody is known to have done it. */
  | { readonly type: 'kernel'; readonly change: KernelChange; readonly by: Who | null }
  /** To guests: who is here; the owner has the id `owner`. */
  | { readonly type: 'people'; readonly people: readonly Pick<Person, 'id' | 'name' | 'color' | 'cell'>[] }
  /** `cell`: the one whose lock was asked for. */
  | {
      readonly type: 'error';
      readonly reason: RefusalCode;
      readonly detail: string;
      readonly cell?: string;
    };
