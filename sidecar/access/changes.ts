/**
 * What happens to shares and people, told to the parts that hold open sockets. Listeners run before the call that made the
 * change returns, so that a change is in force before its HTTP answer.
 * @module
 */
import { ObservableV2 } from 'lib0/observable';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { PersonRow } from '../store/people.ts';
import type { ShareRow } from '../store/shares.ts';

/** The events and their arguments. */
export interface ChangeEvents {
  /** A person's rights, scope, grants or name. */
  person: (person: PersonRow) => void;
  /** A person who is gone, and why. */
  removed: (person: PersonRow, reason: RefusalCode) => void;
  /** Anything that a share's owner sees. */
  share: (share: string) => void;
  /** What the owner did to one person. */
  owner: (did: 'invited' | 'admitted' | 'rights' | 'removed', person: PersonRow) => void;
  /** Which cells a person has inserted. */
  own: (person: PersonRow) => void;
  /** A person has a socket more or less. */
  presence: (share: string, person: string) => void;
  /** What locks do was changed. */
  lockMode: (share: ShareRow) => void;
  /** A share that has begun. */
  began: (share: string) => void;
  /** A share that has ended. */
  ended: (share: string) => void;
}

/** The hub of changes. */
export class Changes extends ObservableV2<{ [K in keyof ChangeEvents]: ChangeEvents[K] }> {}
