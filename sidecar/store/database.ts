/**
 * The one SQLite file (Node's own SQLite): opened, migrated, readable by its owner only.
 * @module
 */
import { chmodSync, lstatSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from './migrations.ts';

/** Makes the state folder (0700) and refuses one that is a link or somebody else's. */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new Error('the state folder is not a plain folder');
  }
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    throw new Error('the state folder belongs to another user');
  }
  chmodSync(folder, 0o700);
}

/** Opens the database in a folder, or in memory, and brings it to the newest schema. */
export function openDatabase(folder: string | null): DatabaseSync {
  let path = ':memory:';
  if (folder !== null) {
    prepareFolder(folder);
    path = join(folder, 'liveshare.sqlite');
    // Made by us with the right mode first: SQLite gives its WAL and SHM files the mode of the database.
    closeSync(openSync(path, 'a', 0o600));
    if (!lstatSync(path).isFile()) {
      throw new Error('the database is not a plain file');
    }
    chmodSync(path, 0o600);
  }
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  migrate(database);
  return database;
}

/** Runs `work` in one transaction: all of it is stored, or none. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get();
  const from = Number(row?.['user_version'] ?? 0);
  if (from > MIGRATIONS.length) {
    throw new Error('the stored shares were written by a newer jupyter-liveshare');
  }
  MIGRATIONS.slice(from).forEach((sql, index) => {
    transaction(database, () => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${from + index + 1}`);
    });
  });
}
