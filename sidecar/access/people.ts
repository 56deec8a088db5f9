/**
 * People of a share: invite, tick or untick, remove. A change is in force, and a removed person's sockets are closed, before
 * the call returns.
 * @module
 */
import { withImplied, type Rights } from '../../protocol/levels.ts';
import type { Access, AccessChange } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import { encodeAccess } from '../store/access.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Sessions } from '../store/sessions.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import { digest, newId } from './secrets.ts';
import type { Tokens } from './tokens.ts';

/** How long an invitation waits for its person when the owner set no expiry. */
const INVITATION_LIFE = 30 * 86_400_000;
/** People of one share. */
const MAX_PEOPLE = 5_000;
/** Person colours that read well on light and dark backgrounds. */
const COLORS = ['#d1495b', '#2e86ab', '#3b8c4b', '#8e5bb0', '#c1761b', '#1f8a8a', '#b0417e', '#5b6ee1'];

/** An access that nobody has ticked anything in. */
export const NEW_ACCESS: Access = {
  rights: withImplied({}),
  cells: 'all',
  structure: true,
  grants: {},
  versions: 'all',
  expiresAt: null
};

/** What the people book needs. */
export interface PeopleBookParts {
  readonly people: People;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly connections: Connections;
  readonly changes: Changes;
  readonly now: () => number;
  /** Address of a share, without a token. */
  readonly address: (share: string) => string;
}

/** An access with a change applied: rights merge key by key, `live` is implied. */
export function applyChange(access: Access, change: AccessChange): Access {
  const rights = change.rights ?? {};
  // Taking `live` takes what needs it, unless the same change says otherwise.
  const base: Partial<Rights> =
    rights.live === false ? { ...access.rights, edit: false, save: false, execute: false } : access.rights;
  return {
    rights: withImplied({ ...base, ...rights }),
    cells: change.cells ?? access.cells,
    structure: change.structure ?? (change.cells === undefined ? access.structure : change.cells === 'all'),
    grants: { ...access.grants, ...change.grants },
    versions: change.versions ?? access.versions,
    expiresAt: change.expiresAt === undefined ? access.expiresAt : change.expiresAt
  };
}

/** People as a resource. */
export class PeopleBook {
  readonly #parts: PeopleBookParts;

  constructor(parts: PeopleBookParts) {
    this.#parts = parts;
  }

  /** A person of a share; refuses with `not-found`. */
  get(share: string, id: string): PersonRow {
    const person = this.#parts.people.get(id);
    if (person?.share !== share) {
      throw new Refusal('not-found');
    }
    return person;
  }

  /** Invites somebody by account, or by name with a link of their own. */
  async invite(
    share: string,
    who: { name: string } | { username: string; name: string },
    access: Access
  ): Promise<{ person: PersonRow; url?: string }> {
    const account = 'username' in who ? who.username : null;
    if (account !== null && this.#parts.people.account(share, account) !== undefined) {
      throw new Refusal('changed-meanwhile', 'This person is on the list already.');
    }
    const person = this.add(
      share,
      { kind: account === null ? 'invited' : 'account', name: who.name, username: account, link: null },
      access
    );
    this.#parts.changes.emit('owner', ['invited', person]);
    return account === null ? this.renewLink(share, person.id) : { person };
  }

  /** Puts somebody on the list. */
  add(share: string, who: Pick<PersonRow, 'kind' | 'name' | 'username' | 'link'>, access: Access): PersonRow {
    const count = this.#parts.people.ofShare(share).length;
    if (count >= MAX_PEOPLE) {
      throw new Refusal('too-large', `A share has room for ${MAX_PEOPLE} people.`);
    }
    const person = this.#parts.people.put({
      ...access,
      ...who,
      id: newId(),
      share,
      color: COLORS[count % COLORS.length] ?? '#2e86ab',
      invitation: null,
      waiting: false,
      joinedAt: null,
      createdAt: new Date(this.#parts.now()).toISOString()
    });
    this.#parts.changes.emit('share', [share]);
    return person;
  }

  /** A new link for a person without an account; the one before stops working. */
  async renewLink(share: string, id: string): Promise<{ person: PersonRow; url: string }> {
    const { people, tokens, now, address } = this.#parts;
    const invitation = newId();
    const person = people.put({ ...this.get(share, id), invitation: digest(invitation) });
    const ends = person.expiresAt === null ? now() + INVITATION_LIFE : Date.parse(person.expiresAt);
    const token = await tokens.sign('invitation', { share, subject: id, id: invitation }, now(), ends);
    this.#parts.changes.emit('share', [share]);
    return { person, url: `${address(share)}#${token}` };
  }

  /** Changes what a person may do, or their name. */
  change(share: string, id: string, access: Access, name?: string): PersonRow {
    const before = this.get(share, id);
    const person = this.#parts.people.put({ ...before, ...access, name: name ?? before.name });
    this.#parts.changes.emit('person', [person]);
    if (encodeAccess(before) !== encodeAccess(person) || before.expiresAt !== person.expiresAt) {
      this.#parts.changes.emit('owner', ['rights', person]);
    }
    this.#parts.changes.emit('share', [share]);
    return person;
  }

  /** Lets somebody in who waits at the door, with this access. */
  admit(share: string, id: string, access: Access): PersonRow {
    const before = this.get(share, id);
    const joinedAt = new Date(this.#parts.now()).toISOString();
    const person = this.#parts.people.put({ ...before, ...access, waiting: false, joinedAt });
    this.#parts.changes.emit('person', [person]);
    this.#parts.changes.emit('owner', ['admitted', person]);
    this.#parts.changes.emit('share', [share]);
    return person;
  }

  /** Removes a person; one who waits was not let in. */
  remove(share: string, id: string): void {
    const person = this.get(share, id);
    const { people, sessions, changes, connections } = this.#parts;
    people.delete(id);
    sessions.cascade(each => people.get(each) !== undefined);
    if (person.waiting) {
      changes.emit('removed', [person, 'not-admitted']);
      connections.end(id, 'not-admitted');
    } else {
      changes.emit('owner', ['removed', person]);
      changes.emit('removed', [person, 'no-right']);
      connections.end(id, 'no-right', 'Your access has ended.');
    }
    changes.emit('share', [share]);
  }
}
