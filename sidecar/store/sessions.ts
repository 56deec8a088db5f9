/**
 * Table `sessions`: which session tokens still stand, by the SHA-256 of their id.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import { Table } from './table.ts';

/** A guest's session as stored. */
export interface SessionRow {
  readonly id: string;
  readonly person: string;
  readonly expiresAt: string;
}

/** Sessions by hashed id. */
export class Sessions extends Table<SessionRow> {
  constructor(database: DatabaseSync) {
    super(
      database,
      'sessions',
      row => ({ id: row.id, person: row.person, expires_at: row.expiresAt }),
      columns => ({
        id: String(columns['id']),
        person: String(columns['person']),
        expiresAt: String(columns['expires_at'])
      })
    );
  }

  /** Forgets the sessions of people who were deleted. */
  cascade(exists: (person: string) => boolean): void {
    this.forget(row => !exists(row.person));
  }

  /** Removes the sessions that ended before a time. */
  prune(now: string): void {
    for (const row of this.all()) {
      if (row.expiresAt < now) {
        this.delete(row.id);
      }
    }
  }
}
