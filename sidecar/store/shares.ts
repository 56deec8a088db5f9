/**
 * Table `shares`.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import type { LockMode } from '../../protocol/resources.ts';
import { Table } from './table.ts';

/** A shared notebook as stored. */
export interface ShareRow {
  readonly id: string;
  /** File id of jupyter_server_fileid: follows renames. */
  readonly file: string;
  readonly path: string;
  /** Name of the owner as guests see it. */
  readonly owner: string;
  readonly lockMode: LockMode;
  readonly holdSaves: boolean;
  readonly createdAt: string;
}

/** Shares by id. */
export class Shares extends Table<ShareRow> {
  constructor(database: DatabaseSync) {
    super(
      database,
      'shares',
      row => ({
        id: row.id,
        file: row.file,
        path: row.path,
        owner: row.owner,
        lock_mode: row.lockMode,
        hold_saves: row.holdSaves ? 1 : 0,
        created_at: row.createdAt
      }),
      columns => ({
        id: String(columns['id']),
        file: String(columns['file']),
        path: String(columns['path']),
        owner: String(columns['owner']),
        lockMode: columns['lock_mode'] === 'exclusive' ? 'exclusive' : 'soft',
        holdSaves: columns['hold_saves'] === 1,
        createdAt: String(columns['created_at'])
      })
    );
  }

  /** The share of a file. */
  ofFile(file: string): ShareRow | undefined {
    return this.all().find(row => row.file === file);
  }
}
