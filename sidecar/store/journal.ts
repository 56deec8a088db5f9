/**
 * Tables `journals`, `journal_snapshots`, `journal_entries`, `journal_conflicts`: what was accepted of each shared notebook, on disk before
 * it is acknowledged.
 * @module
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from './database.ts';
import type { Columns } from './table.ts';

/** Where a journal stands. */
export interface JournalHead {
  /** Id of the Yjs history; a copy of another one can't be merged. */
  readonly lineage: string;
  /** Id of the room upstream that the journal was last in step with. */
  readonly room: string;
  /** What the last save has read, as the room told it: a state vector and a delete set, base64. */
  readonly saved: { readonly state: string; readonly deletes: string } | null;
  /** The last entry before the file overwrote the room, while what that undid isn't brought back; null else. */
  readonly overwritten: number | null;
  /** Which person each Yjs client id belongs to. */
  readonly bindings: readonly (readonly [number, string])[];
  /** Which guest inserted which cell. */
  readonly authors: readonly (readonly [string, string])[];
  /** Ids of cells that were deleted. */
  readonly dead: readonly string[];
  /** What was refused and put right in keys of maps, as ranges of clocks (client, first, behind the last). */
  readonly repairs: readonly (readonly [number, number, number])[];
}

/** One group of changes. */
export interface JournalEntry {
  readonly id: number;
  /** Who changed the notebook's content in it; null is the owner. */
  readonly writers: readonly (string | null)[];
  /** Milliseconds. */
  readonly at: number;
  /** A Yjs update, V1. */
  readonly update: Uint8Array;
}

/** A journal as a whole; without a snapshot nothing was accepted yet. */
export interface StoredJournal extends JournalHead {
  readonly snapshot: Uint8Array | null;
  readonly entries: readonly JournalEntry[];
}

/** A cell that was changed both here and in the file; the texts are cells in JSON, null where there is none. */
export interface StoredConflict {
  readonly id: number;
  /** Null: the notebook's metadata. */
  readonly cell: string | null;
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
  readonly at: string;
}

/** A journal that begins, or begins again. */
export interface NewJournal extends JournalHead {
  readonly snapshot: Uint8Array | null;
  readonly entries: readonly Omit<JournalEntry, 'id'>[];
  readonly conflicts: readonly Omit<StoredConflict, 'id'>[];
}

type Statements = Record<
  | 'head'
  | 'snapshot'
  | 'entries'
  | 'guests'
  | 'add'
  | 'put'
  | 'keep'
  | 'cut'
  | 'drop'
  | 'conflicts'
  | 'clash'
  | 'solve',
  StatementSync
>;

/** Journals by share. */
export class Journals {
  readonly #database: DatabaseSync;
  readonly #run: Statements;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql);
    this.#database = database;
    this.#run = {
      head: prepare('SELECT * FROM journals WHERE share = ?'),
      snapshot: prepare('SELECT state FROM journal_snapshots WHERE share = ?'),
      entries: prepare('SELECT * FROM journal_entries WHERE share = ? ORDER BY id'),
      guests: prepare(
        `SELECT 1 FROM journal_entries WHERE share = ? AND writers NOT IN ('[]', '[null]') LIMIT 1`
      ),
      add: prepare('INSERT INTO journal_entries (share, writers, at, content) VALUES (?, ?, ?, ?)'),
      put: prepare('INSERT OR REPLACE INTO journals (share, head) VALUES (?, ?)'),
      keep: prepare('INSERT OR REPLACE INTO journal_snapshots (share, state) VALUES (?, ?)'),
      cut: prepare('DELETE FROM journal_entries WHERE share = ?'),
      drop: prepare('DELETE FROM journal_snapshots WHERE share = ?'),
      conflicts: prepare('SELECT * FROM journal_conflicts WHERE share = ? ORDER BY id'),
      clash: prepare(
        'INSERT INTO journal_conflicts (share, cell, base, mine, theirs, at) VALUES (?, ?, ?, ?, ?, ?)'
      ),
      solve: prepare('DELETE FROM journal_conflicts WHERE share = ? AND id = ?')
    };
  }

  /** Where a share's journal stands. */
  head(share: string): JournalHead | null {
    const row = this.#run.head.get(share);
    if (row === undefined) {
      return null;
    }
    const { repairs = [], ...head } = JSON.parse(String(row['head'])) as Omit<JournalHead, 'repairs'> &
      Partial<JournalHead>;
    return { ...head, repairs };
  }

  /** A share's journal. */
  read(share: string): StoredJournal | null {
    const head = this.head(share);
    if (head === null) {
      return null;
    }
    const state = this.#run.snapshot.get(share)?.['state'];
    const entries = this.#run.entries.all(share).map(decode);
    return { ...head, snapshot: state instanceof Uint8Array ? state : null, entries };
  }

  /** Whether a share has entries of guests, without reading them; some of them may be unsaved. */
  hasGuests(share: string): boolean {
    return this.#run.guests.get(share) !== undefined;
  }

  /** A share's entries. */
  entries(share: string): JournalEntry[] {
    return this.#run.entries.all(share).map(decode);
  }

  /** Puts an entry and, when it changed, the head on disk, in one; the entry's id. */
  append(share: string, entry: Omit<JournalEntry, 'id'>, head: JournalHead | null): number {
    if (head === null) {
      // One statement is a transaction by itself.
      return this.#add(share, entry);
    }
    return transaction(this.#database, () => {
      this.put(share, head);
      return this.#add(share, entry);
    });
  }

  /** Puts where the journal stands on disk. */
  put(share: string, head: JournalHead): void {
    this.#run.put.run(share, JSON.stringify(head));
  }

  /** Puts a new beginning in the place of everything there was, conflicts aside: those stay. */
  rewrite(share: string, { snapshot, entries, conflicts, ...head }: NewJournal): number {
    return transaction(this.#database, () => {
      this.#run.cut.run(share);
      this.put(share, head);
      if (snapshot === null) {
        this.#run.drop.run(share);
      } else {
        this.#run.keep.run(share, snapshot);
      }
      for (const { cell, base, mine, theirs, at } of conflicts) {
        this.#run.clash.run(share, cell, base, mine, theirs, at);
      }
      return entries.reduce((_, entry) => this.#add(share, entry), 0);
    });
  }

  /** Cells of a share that the owner has to decide on, oldest first. */
  conflicts(share: string): StoredConflict[] {
    return this.#run.conflicts.all(share).map(columns => ({
      id: Number(columns['id']),
      cell: textOf(columns['cell']),
      base: textOf(columns['base']),
      mine: textOf(columns['mine']),
      theirs: textOf(columns['theirs']),
      at: String(columns['at'])
    }));
  }

  /** A conflict is decided. */
  solve(share: string, id: number): boolean {
    return this.#run.solve.run(share, id).changes > 0;
  }

  #add(share: string, { writers, at, update }: Omit<JournalEntry, 'id'>): number {
    return Number(this.#run.add.run(share, JSON.stringify(writers), at, update).lastInsertRowid);
  }
}

function decode(columns: Columns): JournalEntry {
  const content = columns['content'];
  return {
    id: Number(columns['id']),
    writers: JSON.parse(String(columns['writers'])) as (string | null)[],
    at: Number(columns['at']),
    update: content instanceof Uint8Array ? content : new Uint8Array()
  };
}

function textOf(column: unknown): string | null {
  return typeof column === 'string' ? column : null;
}
