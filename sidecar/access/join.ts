/**
 * The door: trades an invitation or link token for a session.
 * @module
 */
import { NO_RIGHTS } from '../../protocol/levels.ts';
import { Refusal } from '../policy/verdict.ts';
import type { LinkRow, Links } from '../store/links.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Sessions } from '../store/sessions.ts';
import type { Shares } from '../store/shares.ts';
import { checkExpiry } from './authenticate.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import { fileName } from '../../protocol/names.ts';
import type { PeopleBook } from './people.ts';
import { checkPassphrase, digest, newId, sameSecret } from './secrets.ts';
import type { TakenNames } from './takenNames.ts';
import type { FailureLimit } from './throttle.ts';
import type { Tokens } from './tokens.ts';

/** How long a session lasts, unless the person's access ends earlier. */
const SESSION_LIFE = 30 * 86_400_000;

/** People who may wait at one link's door at a time. */
const MAX_WAITING = 100;
/** Somebody who waits and hasn't been here for that long is forgotten. */
const WAITING_LIFE = 7 * 86_400_000;

/** What the door needs. */
export interface DoorParts {
  readonly shares: Shares;
  readonly people: People;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly peopleBook: PeopleBook;
  readonly changes: Changes;
  readonly connections: Connections;
  readonly names: TakenNames;
  readonly failures: FailureLimit;
  readonly now: () => number;
}

/** What the first page may say before anybody came in. */
export interface DoorView {
  readonly notebook: string;
  readonly owner: string;
  /** Name known from the invitation; null when it has to be asked. */
  readonly name: string | null;
  readonly passphrase: boolean;
  /** Whether the owner is asked to let them in. */
  readonly approval: boolean;
  readonly rights: PersonRow['rights'];
  readonly cells: PersonRow['cells'];
}

/** A session that was made. */
export interface MadeSession {
  readonly token: string;
  readonly expiresAt: string;
  readonly person: PersonRow;
}

/** Who stands at the door. */
export interface Visitor {
  readonly name?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Address they come from. */
  readonly remote: string;
}

type Ticket =
  | { readonly kind: 'invitation'; readonly person: PersonRow }
  | { readonly kind: 'link'; readonly link: LinkRow };

/** The door of all shares. */
export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** What a token opens; using nothing up. */
  async look(share: string, token: string): Promise<DoorView> {
    const ticket = await this.#read(share, token);
    const row = this.#parts.shares.get(share);
    if (row === undefined) {
      throw new Refusal('share-ended');
    }
    const access = ticket.kind === 'link' ? ticket.link : ticket.person;
    return {
      notebook: fileName(row.path),
      owner: row.owner,
      name: ticket.kind === 'link' ? null : ticket.person.name,
      passphrase: ticket.kind === 'link' && ticket.link.passphrase !== null,
      approval: ticket.kind === 'link' && ticket.link.approval,
      rights: access.rights,
      cells: access.cells
    };
  }

  /** Comes in. An invitation is used up; a link makes a person of its own and counts. */
  async enter(share: string, token: string, visitor: Visitor): Promise<MadeSession> {
    const ticket = await this.#read(share, token);
    return ticket.kind === 'link' ? this.#byLink(ticket.link, visitor) : this.#byInvitation(ticket);
  }

  /** Ends one session. */
  leave(session: string): void {
    this.#parts.sessions.delete(session);
  }

  async #read(share: string, token: string): Promise<Ticket> {
    const { tokens, people, links, shares, now } = this.#parts;
    const claims = await tokens.verify(token, ['invitation', 'link'], now(), share);
    if (shares.get(share) === undefined) {
      throw new Refusal('share-ended');
    }
    if (claims.kind === 'link') {
      const link = links.get(claims.subject);
      if (link?.share !== share) {
        throw new Refusal('token-invalid', 'This link is no longer valid.');
      }
      checkExpiry(link.expiresAt, now());
      return { kind: 'link', link };
    }
    const person = people.get(claims.subject);
    if (person?.share !== share) {
      throw new Refusal('token-invalid', 'This link is no longer valid.');
    }
    checkExpiry(person.expiresAt, now());
    if (person.invitation === null || !sameSecret(person.invitation, digest(claims.id))) {
      throw new Refusal('link-used');
    }
    return { kind: 'invitation', person };
  }

  async #byInvitation(ticket: Ticket & { kind: 'invitation' }): Promise<MadeSession> {
    // Looked at again in one go with using it up: two openings at once must not both pass.
    const now = this.#parts.people.get(ticket.person.id);
    if (now?.invitation !== ticket.person.invitation) {
      throw new Refusal('link-used');
    }
    return this.open(this.#parts.people.put({ ...now, invitation: null, joinedAt: this.#time() }));
  }

  async #byLink(link: LinkRow, visitor: Visitor): Promise<MadeSession> {
    const { people, peopleBook, names } = this.#parts;
    this.#askPassphrase(link, visitor);
    this.#forgetStale(link);
    const came = people.ofShare(link.share).filter(person => person.link === link.id);
    const waiting = came.filter(person => person.waiting).length;
    if (link.maxPeople !== null && came.length - waiting >= link.maxPeople) {
      throw new Refusal('link-full');
    }
    if (link.approval && waiting >= MAX_WAITING) {
      throw new Refusal('too-fast', 'Too many people are waiting to be let in. Try again later.');
    }
    const name = names.choose(link.share, visitor.name);
    const who = { kind: 'link' as const, name, username: null, link: link.id };
    const { cells, structure, grants, versions, expiresAt } = link;
    // Somebody who waits holds nothing: whatever looks their rights up need not know that they wait.
    const rights = link.approval ? NO_RIGHTS : link.rights;
    const access = { rights, cells, structure, grants, versions, expiresAt };
    const person = peopleBook.add(link.share, who, access);
    return this.open(
      people.put({
        ...person,
        waiting: link.approval,
        joinedAt: link.approval ? null : this.#time()
      })
    );
  }

  #forgetStale(link: LinkRow): void {
    const { people, connections, peopleBook, now } = this.#parts;
    for (const person of people.ofShare(link.share)) {
      const age = now() - Date.parse(person.createdAt);
      if (
        person.link === link.id &&
        person.waiting &&
        age > WAITING_LIFE &&
        connections.count(person.id) === 0
      ) {
        peopleBook.remove(link.share, person.id);
      }
    }
  }

  #askPassphrase(link: LinkRow, { passphrase, remote }: Visitor): void {
    if (link.passphrase === null) {
      return;
    }
    // By link and address: whoever guesses at one link keeps nobody from another.
    const guesser = `${link.id} ${remote}`;
    if (!this.#parts.failures.mayTry(guesser)) {
      throw new Refusal('too-fast');
    }
    if (!checkPassphrase(passphrase ?? '', link.passphrase)) {
      this.#parts.failures.failed(guesser);
      throw new Refusal('passphrase-wrong');
    }
  }

  /** Makes a session for a person. */
  async open(person: PersonRow): Promise<MadeSession> {
    const { tokens, sessions, changes, now } = this.#parts;
    const id = newId();
    // A person's own expiry is looked up at every message, and the owner may move it: it isn't written into the token.
    const ends = now() + SESSION_LIFE;
    const expiresAt = new Date(ends).toISOString();
    sessions.prune(this.#time());
    sessions.put({ id: digest(id), person: person.id, expiresAt });
    const token = await tokens.sign('session', { share: person.share, subject: person.id, id }, now(), ends);
    changes.emit('share', [person.share]);
    return { token, expiresAt, person };
  }

  #time(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}
