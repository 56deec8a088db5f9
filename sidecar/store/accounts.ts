/**
 * Table `accounts`: people who have logged in to this server and opened something of ours, so that they can be found again.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import { Table } from './table.ts';

/** An account as stored; `id` is its username. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  /** When it was here last, to the day or so. */
  readonly seenAt: string;
}

/** Accounts by username. */
export class AccountTable extends Table<AccountRow> {
  constructor(database: DatabaseSync) {
    super(
      database,
      'accounts',
      row => ({ id: row.id, name: row.name, seen_at: row.seenAt }),
      columns => ({
        id: String(columns['id']),
        name: String(columns['name']),
        seenAt: String(columns['seen_at'])
      })
    );
  }
}
