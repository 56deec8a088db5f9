/**
 * A table with a text key, kept in memory and written through: reads cost a Map look-up, so that rights can be looked up
 * at every message.
 * @module
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** A row of SQLite, column by column. */
export type Columns = Record<string, SQLOutputValue>;

/** Rows by id; what is in memory is what is on disk. */
export class Table<Row extends { readonly id: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #encode: (row: Row) => Record<string, SQLInputValue>;
  readonly #database: DatabaseSync;
  readonly #name: string;
  readonly #delete: StatementSync;
  #upsert: StatementSync | null = null;

  /** `name` and the columns that `encode` gives are ours, never a caller's text. */
  constructor(
    database: DatabaseSync,
    name: string,
    encode: (row: Row) => Record<string, SQLInputValue>,
    decode: (columns: Columns) => Row
  ) {
    this.#encode = encode;
    this.#database = database;
    this.#name = name;
    this.#delete = database.prepare(`DELETE FROM ${name} WHERE id = ?`);
    for (const columns of database.prepare(`SELECT * FROM ${name}`).all()) {
      const row = decode(columns);
      this.#rows.set(row.id, row);
    }
  }

  /** The row of an id. */
  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** All rows, oldest first. */
  all(): Row[] {
    return [...this.#rows.values()];
  }

  /** Adds or replaces a row. */
  put(row: Row): Row {
    const columns = this.#encode(row);
    this.#upsert ??= this.#prepareUpsert(Object.keys(columns));
    this.#upsert.run(...Object.values(columns));
    this.#rows.set(row.id, row);
    return row;
  }

  /** Removes a row; whether there was one. */
  delete(id: string): boolean {
    this.#delete.run(id);
    return this.#rows.delete(id);
  }

  /** Forgets rows that the database removed by itself (ON DELETE CASCADE). */
  protected forget(when: (row: Row) => boolean): void {
    for (const row of this.all()) {
      if (when(row)) {
        this.#rows.delete(row.id);
      }
    }
  }

  #prepareUpsert(names: string[]): StatementSync {
    const marks = names.map(() => '?').join(', ');
    const sets = names.filter(name => name !== 'id').map(name => `${name} = excluded.${name}`);
    return this.#database.prepare(
      `INSERT INTO ${this.#name} (${names.join(', ')}) VALUES (${marks}) ON CONFLICT (id) DO UPDATE SET ${sets.join(', ')}`
    );
  }
}
