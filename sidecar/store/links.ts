/**
 * Table `links`: "anyone with the link".
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Access } from '../../protocol/resources.ts';
import { decodeAccess, encodeAccess } from './access.ts';
import { text } from './people.ts';
import { Table } from './table.ts';

/** A link as stored. */
export interface LinkRow extends Access {
  readonly id: string;
  readonly share: string;
  readonly maxPeople: number | null;
  /** `scrypt` salt and hash, hex, or null. */
  readonly passphrase: string | null;
  /** Whether the owner lets in each who comes by it. */
  readonly approval: boolean;
  readonly createdAt: string;
}

/** Links by id. */
export class Links extends Table<LinkRow> {
  constructor(database: DatabaseSync) {
    super(
      database,
      'links',
      row => ({
        id: row.id,
        share: row.share,
        access: encodeAccess(row),
        expires_at: row.expiresAt,
        max_people: row.maxPeople,
        passphrase: row.passphrase,
        approval: row.approval ? 1 : 0,
        created_at: row.createdAt
      }),
      columns => ({
        ...decodeAccess(String(columns['access'])),
        id: String(columns['id']),
        share: String(columns['share']),
        expiresAt: text(columns['expires_at']),
        maxPeople: typeof columns['max_people'] === 'number' ? columns['max_people'] : null,
        passphrase: text(columns['passphrase']),
        approval: columns['approval'] === 1,
        createdAt: String(columns['created_at'])
      })
    );
  }

  /** The links of a share. */
  ofShare(share: string): LinkRow[] {
    return this.all().filter(row => row.share === share);
  }

  /** Forgets the links of a share that was deleted. */
  cascade(share: string): void {
    this.forget(row => row.share === share);
  }
}
