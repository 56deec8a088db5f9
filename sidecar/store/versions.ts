/**
 * Tables of versions. A version is a list of pieces, and each piece of a file's versions is kept once, however many versions hold it.
 * Versions belong to the file (by its id), not to a share: they are there again when a notebook is shared anew.
 * @module
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActivityPerson } from '../../protocol/resources.ts';
import type { Version } from '../../protocol/versions.ts';
import { transaction } from './database.ts';
import { decodePerson, encodePerson } from './activity.ts';
import { text } from './people.ts';
import type { Columns } from './table.ts';

/** A version before it has a number. */
export interface NewVersion {
  readonly at: string;
  readonly person: ActivityPerson | null;
  readonly message: string;
  readonly cells: number;
}

/** A piece that comes with a version: its hash, and its bytes unless they are there already. */
export interface Piece {
  readonly hash: Buffer;
  readonly bytes: Buffer | null;
}

/** Versions by file. */
export class Versions {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** A file's versions, newest first. */
  list(file: string): Version[] {
    return this.#run(
      `SELECT number, at, person, message, cells, pinned, commit_hash FROM versions
       WHERE file = (SELECT id FROM version_files WHERE file = ?) ORDER BY number DESC`
    )
      .all(file)
      .map(decode);
  }

  /** One version. */
  get(file: string, number: number): Version | undefined {
    const found = this.#run(
      `SELECT number, at, person, message, cells, pinned, commit_hash FROM versions
       WHERE file = (SELECT id FROM version_files WHERE file = ?) AND number = ?`
    ).get(file, number);
    return found === undefined ? undefined : decode(found);
  }

  /** Number of the newest version that there ever was; 0 before the first. */
  latest(file: string): number {
    return Number(this.#run('SELECT latest FROM version_files WHERE file = ?').get(file)?.['latest'] ?? 0);
  }

  /** Whether the file's versions hold a piece. */
  has(file: string, hash: Buffer): boolean {
    return (
      this.#run(
        'SELECT 1 FROM pieces WHERE file = (SELECT id FROM version_files WHERE file = ?) AND hash = ?'
      ).get(file, hash) !== undefined
    );
  }

  /** Bytes that all versions of all files take. */
  get bytes(): number {
    return Number(this.#run('SELECT total(size) AS bytes FROM pieces').get()?.['bytes'] ?? 0);
  }

  /**
   * Adds a version. `tree` are its bytes of structure, made by the caller from the ids that the pieces have here, in the order in which
   * they were given.
   */
  add(
    file: string,
    version: NewVersion,
    pieces: readonly Piece[],
    tree: (ids: readonly number[]) => Buffer
  ): Version {
    return transaction(this.#database, () => {
      const row = this.#run(
        `INSERT INTO version_files (file, latest) VALUES (?, 1)
         ON CONFLICT (file) DO UPDATE SET latest = latest + 1 RETURNING id, latest`
      ).get(file);
      const [id, number] = [Number(row?.['id']), Number(row?.['latest'])];
      const ids = pieces.map(piece => this.#addPiece(id, piece));
      for (const piece of new Set(ids)) {
        this.#run('UPDATE pieces SET uses = uses + 1 WHERE id = ?').run(piece);
      }
      const { at, person, message, cells } = version;
      this.#run(
        `INSERT INTO versions (file, number, at, person, message, cells, pinned, commit_hash, tree)
         VALUES (?, ?, ?, ?, ?, ?, 0, NULL, ?)`
      ).run(id, number, at, encodePerson(person), message, cells, tree(ids));
      return { ...version, number, pinned: false, commit: null };
    });
  }

  /** The oldest version that isn't pinned, of all files but those that are spared. */
  oldest(spared: (file: string) => boolean): { readonly file: string; readonly number: number } | null {
    const rows = this.#run(
      `SELECT version_files.file AS name, number FROM versions JOIN version_files ON version_files.id = versions.file
       WHERE pinned = 0 ORDER BY at`
    ).all();
    const found = rows.find(row => !spared(String(row['name'])));
    return found === undefined ? null : { file: String(found['name']), number: Number(found['number']) };
  }

  /** The structure of a version. */
  tree(file: string, number: number): Buffer | undefined {
    const found = this.#run(
      'SELECT tree FROM versions WHERE file = (SELECT id FROM version_files WHERE file = ?) AND number = ?'
    ).get(file, number)?.['tree'];
    return found instanceof Uint8Array ? Buffer.from(found) : undefined;
  }

  /** Bytes of a piece. */
  piece(id: number): Buffer {
    const bytes = this.#run('SELECT bytes FROM piece_bytes WHERE piece = ?').get(id)?.['bytes'];
    if (!(bytes instanceof Uint8Array)) {
      throw new Error('a piece of a version is missing');
    }
    return Buffer.from(bytes);
  }

  /** Removes a version, and the pieces that no other version holds. `pieces` are those in its tree. */
  remove(file: string, number: number, pieces: Iterable<number>): void {
    transaction(this.#database, () => {
      for (const piece of new Set(pieces)) {
        this.#run('UPDATE pieces SET uses = uses - 1 WHERE id = ?').run(piece);
        this.#run('DELETE FROM pieces WHERE id = ? AND uses <= 0').run(piece);
      }
      this.#run(
        'DELETE FROM versions WHERE file = (SELECT id FROM version_files WHERE file = ?) AND number = ?'
      ).run(file, number);
    });
  }

  /** Whether the oldest-goes-first rule spares a version. */
  pin(file: string, number: number, pinned: boolean): void {
    this.#run(
      'UPDATE versions SET pinned = ? WHERE file = (SELECT id FROM version_files WHERE file = ?) AND number = ?'
    ).run(pinned ? 1 : 0, file, number);
  }

  /** Notes the commit of a version. */
  committed(file: string, number: number, commit: string): void {
    this.#run(
      'UPDATE versions SET commit_hash = ? WHERE file = (SELECT id FROM version_files WHERE file = ?) AND number = ?'
    ).run(commit, file, number);
  }

  #addPiece(file: number, { hash, bytes }: Piece): number {
    const found = this.#run('SELECT id FROM pieces WHERE file = ? AND hash = ?').get(file, hash)?.['id'];
    if (found !== undefined) {
      return Number(found);
    }
    if (bytes === null) {
      throw new Error('a piece of a version was gone before the version was there');
    }
    const id = Number(
      this.#run('INSERT INTO pieces (file, hash, size, uses) VALUES (?, ?, ?, 0)').run(
        file,
        hash,
        bytes.length
      ).lastInsertRowid
    );
    // Apart from the count: SQLite writes a row anew as a whole when one of its columns changes.
    this.#run('INSERT INTO piece_bytes (piece, bytes) VALUES (?, ?)').run(id, bytes);
    return id;
  }

  #run(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

function decode(columns: Columns): Version {
  return {
    number: Number(columns['number']),
    at: String(columns['at']),
    person: decodePerson(columns['person']),
    message: String(columns['message']),
    cells: Number(columns['cells']),
    pinned: columns['pinned'] === 1,
    commit: text(columns['commit_hash'])
  };
}
