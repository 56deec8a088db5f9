/**
 * The authenticated person behind a request or socket. Rights are read from the table at every look, so that a change acts
 * on what is already open.
 * @module
 */
import { fileName } from '../../protocol/names.ts';
import type { Access, Me } from '../../protocol/resources.ts';
import type { Who } from '../../protocol/messages.ts';
import { Refusal } from '../policy/verdict.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { ShareRow, Shares } from '../store/shares.ts';

/** A guest. */
export class Guest {
  /** Person id. */
  readonly id: string;
  /** Share id. */
  readonly shareId: string;
  /** Hashed session id; null when known by their account. */
  readonly session: string | null;
  /** Whether the credential is one that browsers send by themselves. */
  readonly ambient: boolean;
  readonly #people: People;
  readonly #shares: Shares;

  constructor(people: People, shares: Shares, person: PersonRow, session: string | null, ambient: boolean) {
    this.#people = people;
    this.#shares = shares;
    this.id = person.id;
    this.shareId = person.share;
    this.session = session;
    this.ambient = ambient;
  }

  /** The person as of now; refuses when they were removed. */
  get person(): PersonRow {
    const person = this.#people.get(this.id);
    if (person === undefined) {
      throw new Refusal('no-session', 'Your access has ended.');
    }
    return person;
  }

  /** The share as of now; refuses when it has ended. */
  get share(): ShareRow {
    const share = this.#shares.get(this.shareId);
    if (share === undefined) {
      throw new Refusal('share-ended');
    }
    return share;
  }

  /** Rights, scope and grants as of now. */
  get access(): Access {
    return this.person;
  }

  /** The person as others see them. */
  get who(): Who {
    const { id, name, color } = this.person;
    return { id, name, color };
  }

  /** What the guest may know of themselves. */
  get me(): Me {
    const { person, share } = this;
    return {
      person: this.who,
      rights: person.rights,
      cells: person.cells,
      structure: person.structure,
      grants: person.grants,
      expiresAt: person.expiresAt,
      waiting: person.waiting,
      share: { id: share.id, name: fileName(share.path), owner: share.owner, lockMode: share.lockMode }
    };
  }
}
