/**
 * Table `activity`: who did what to which cell, never what they wrote. Not kept in memory: it is read by the owner alone, page by page.
 * @module
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  ACTIVITY_KINDS,
  type Activity,
  type ActivityPerson,
  type SavedBy
} from '../../protocol/resources.ts';
import { text } from './people.ts';
import type { Columns } from './table.ts';

/** An entry before it has an id. */
export type NewActivity = Omit<Activity, 'id'>;

/** Entries that a share keeps. */
export const KEPT = 10_000;

/** Entries by share. */
export class Activities {
  readonly #add: StatementSync;
  readonly #extend: StatementSync;
  readonly #page: StatementSync;
  readonly #tidy: StatementSync;
  readonly #lastSave: StatementSync;
  readonly #person: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      `INSERT INTO activity (share, at, until, person, kind, cell, about, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
    );
    this.#extend = database.prepare('UPDATE activity SET until = ?, count = ? WHERE id = ?');
    this.#page = database.prepare(
      'SELECT * FROM activity WHERE share = ? AND id < ? ORDER BY id DESC LIMIT ?'
    );
    this.#lastSave = database.prepare(
      `SELECT person, until FROM activity WHERE share = ? AND kind IN ('saved', 'version') ORDER BY until DESC LIMIT 1`
    );
    this.#person = database.prepare(
      `SELECT who AS person FROM (SELECT id, person AS who FROM activity WHERE share = ?1
         UNION ALL SELECT id, about FROM activity WHERE share = ?1)
         WHERE json_extract(who, '$[0]') = ?2 ORDER BY id DESC LIMIT 1`
    );
    this.#tidy = database.prepare(
      `DELETE FROM activity WHERE share = ? AND id <=
         (SELECT id FROM activity WHERE share = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`
    );
  }

  /** Adds an entry; its id, larger than all before it. */
  add(share: string, entry: NewActivity): number {
    const { at, until, person, kind, cell, about, count } = entry;
    const values = [share, at, until, encodePerson(person), kind, cell, encodePerson(about), count];
    return Number(this.#add.run(...values).lastInsertRowid);
  }

  /** An entry went on. */
  extend(id: number, until: string, count: number): void {
    this.#extend.run(until, count, id);
  }

  /** A share's entries with smaller ids than `before`, newest first. */
  page(share: string, before: number, limit: number): Activity[] {
    return this.#page.all(share, before, limit).map(decode);
  }

  /** Who last saved a share's notebook, and when, as far as it is kept. */
  lastSave(share: string): SavedBy | null {
    const found = this.#lastSave.get(share);
    return found === undefined ? null : { person: decodePerson(found['person']), at: String(found['until']) };
  }

  /** What somebody who is gone was called, as far as it is kept. */
  person(share: string, id: string): ActivityPerson | null {
    return decodePerson(this.#person.get(share, id)?.['person']);
  }

  /** Removes a share's oldest entries beyond those it keeps. */
  tidy(share: string, kept = KEPT): void {
    this.#tidy.run(share, share, kept);
  }
}

/** A person as a column has them; NULL is the owner. */
export function encodePerson(person: ActivityPerson | null): string | null {
  return person === null ? null : JSON.stringify([person.id, person.name, person.color]);
}

function decode(columns: Columns): Activity {
  return {
    id: Number(columns['id']),
    at: String(columns['at']),
    until: String(columns['until']),
    person: decodePerson(columns['person']),
    kind: ACTIVITY_KINDS.find(kind => kind === columns['kind']) ?? 'edited',
    cell: text(columns['cell']),
    about: decodePerson(columns['about']),
    count: Number(columns['count'])
  };
}

/** The person of such a column. */
export function decodePerson(column: unknown): ActivityPerson | null {
  if (typeof column !== 'string') {
    return null;
  }
  const value: unknown = JSON.parse(column);
  const [id, name, color] = Array.isArray(value) ? value.map(String) : [];
  return { id: id ?? '', name: name ?? '', color: color ?? '' };
}
