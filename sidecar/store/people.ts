/**
 * Table `people`.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Access, PersonKind } from '../../protocol/resources.ts';
import { decodeAccess, encodeAccess } from './access.ts';
import { Table } from './table.ts';

/** A person of a share as stored. */
export interface PersonRow extends Access {
  readonly id: string;
  readonly share: string;
  readonly kind: PersonKind;
  readonly name: string;
  readonly username: string | null;
  readonly color: string;
  readonly link: string | null;
  /** SHA-256 of the id of the invitation that still works; null when there is none, or it was used. */
  readonly invitation: string | null;
  /** Stands at the door: has no right until the owner lets them in. */
  readonly waiting: boolean;
  readonly joinedAt: string | null;
  readonly createdAt: string;
}

const KINDS: readonly PersonKind[] = ['account', 'invited', 'link'];

/** People by id. */
export class People extends Table<PersonRow> {
  constructor(database: DatabaseSync) {
    super(
      database,
      'people',
      row => ({
        id: row.id,
        share: row.share,
        kind: row.kind,
        name: row.name,
        username: row.username,
        color: row.color,
        access: encodeAccess(row),
        expires_at: row.expiresAt,
        link: row.link,
        invitation: row.invitation,
        waiting: row.waiting ? 1 : 0,
        joined_at: row.joinedAt,
        created_at: row.createdAt
      }),
      columns => ({
        ...decodeAccess(String(columns['access'])),
        id: String(columns['id']),
        share: String(columns['share']),
        kind: KINDS.find(kind => kind === columns['kind']) ?? 'link',
        name: String(columns['name']),
        username: text(columns['username']),
        color: String(columns['color']),
        expiresAt: text(columns['expires_at']),
        link: text(columns['link']),
        invitation: text(columns['invitation']),
        waiting: columns['waiting'] === 1,
        joinedAt: text(columns['joined_at']),
        createdAt: String(columns['created_at'])
      })
    );
  }

  /** Everybody of a share, in the order they were added. */
  ofShare(share: string): PersonRow[] {
    return this.all().filter(row => row.share === share);
  }

  /** The person of a share with this account. */
  account(share: string, username: string): PersonRow | undefined {
    return this.all().find(row => row.share === share && row.username === username);
  }

  /** Forgets the people of a share or link that was deleted. */
  cascade(parent: string): void {
    this.forget(row => row.share === parent || row.link === parent);
  }
}

/** A column that may be NULL. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
