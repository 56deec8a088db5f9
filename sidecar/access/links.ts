/**
 * "Anyone with the link": make, change, revoke.
 * @module
 */
import { NO_RIGHTS } from '../../protocol/levels.ts';
import type { Access, Link } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import type { LinkRow, Links } from '../store/links.ts';
import type { People } from '../store/people.ts';
import type { Sessions } from '../store/sessions.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import { hashPassphrase, newId } from './secrets.ts';
import type { Tokens } from './tokens.ts';

/** A link without an expiry of its own works this long; it is signed anew whenever it is shown. */
const LINK_LIFE = 365 * 86_400_000;

/** What the link book needs. */
export interface LinkBookParts {
  readonly links: Links;
  readonly people: People;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly connections: Connections;
  readonly changes: Changes;
  readonly now: () => number;
  /** Address of a share, without a token. */
  readonly address: (share: string) => string;
}

/** What may be changed of a link. */
export interface LinkSettings {
  readonly maxPeople?: number | null | undefined;
  readonly passphrase?: string | null | undefined;
  readonly approval?: boolean | undefined;
}

/** Links as a resource. */
export class LinkBook {
  readonly #parts: LinkBookParts;

  constructor(parts: LinkBookParts) {
    this.#parts = parts;
  }

  /** The link of an id in a share; refuses with `not-found`. */
  get(share: string, id: string): LinkRow {
    const link = this.#parts.links.get(id);
    if (link?.share !== share) {
      throw new Refusal('not-found');
    }
    return link;
  }

  /** Makes a link. */
  create(share: string, access: Access, settings: LinkSettings): LinkRow {
    const link = this.#parts.links.put({
      ...access,
      id: newId(),
      share,
      maxPeople: settings.maxPeople ?? null,
      passphrase: stored(settings.passphrase ?? null),
      approval: settings.approval ?? false,
      createdAt: new Date(this.#parts.now()).toISOString()
    });
    this.#parts.changes.emit('share', [share]);
    return link;
  }

  /** Changes a link; those who came by it get what it says now. */
  change(share: string, id: string, access: Access, settings: LinkSettings): LinkRow {
    const link = this.get(share, id);
    const passphrase = settings.passphrase === undefined ? link.passphrase : stored(settings.passphrase);
    const maxPeople = settings.maxPeople === undefined ? link.maxPeople : settings.maxPeople;
    const approval = settings.approval ?? link.approval;
    const next = this.#parts.links.put({ ...link, ...access, passphrase, maxPeople, approval });
    for (const person of this.#parts.people.ofShare(share).filter(each => each.link === id)) {
      const { cells, structure, grants, versions, expiresAt } = next;
      const rights = person.waiting ? NO_RIGHTS : next.rights;
      const access = { rights, cells, structure, grants, versions, expiresAt };
      const changed = this.#parts.people.put({ ...person, ...access });
      this.#parts.changes.emit('person', [changed]);
    }
    this.#parts.changes.emit('share', [share]);
    return next;
  }

  /** Revokes a link: nobody comes in by it, and those who did are out before this returns. */
  remove(share: string, id: string): void {
    this.get(share, id);
    const { people, links, sessions, changes, connections } = this.#parts;
    const gone = people.ofShare(share).filter(person => person.link === id);
    links.delete(id);
    people.cascade(id);
    sessions.cascade(person => people.get(person) !== undefined);
    for (const person of gone) {
      changes.emit('removed', [person, 'no-right']);
      connections.end(person.id, 'no-right', 'Your access has ended.');
    }
    changes.emit('share', [share]);
  }

  /** The link as its owner sees it, with its address signed anew. */
  async show(link: LinkRow): Promise<Link> {
    const { tokens, people, now, address } = this.#parts;
    const ends = link.expiresAt === null ? now() + LINK_LIFE : Date.parse(link.expiresAt);
    const token = await tokens.sign(
      'link',
      { share: link.share, subject: link.id, id: link.id },
      now(),
      ends
    );
    const { id, rights, cells, structure, grants, versions, expiresAt, maxPeople, approval, createdAt } =
      link;
    return {
      ...{ id, rights, cells, structure, grants, versions, expiresAt, maxPeople, approval, createdAt },
      hasPassphrase: link.passphrase !== null,
      uses: people.ofShare(link.share).filter(person => person.link === id && !person.waiting).length,
      url: `${address(link.share)}#${token}`
    };
  }
}

function stored(passphrase: string | null): string | null {
  return passphrase === null ? null : hashPassphrase(passphrase);
}
