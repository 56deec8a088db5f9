/**
 * The schema's history: one entry a step, never changed once released.
 * @module
 */

/** SQL of each step, in order. `access` columns are JSON: rights, cells, structure, grants. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE shares (
     id TEXT PRIMARY KEY,
     file TEXT NOT NULL UNIQUE,
     path TEXT NOT NULL,
     owner TEXT NOT NULL,
     lock_mode TEXT NOT NULL,
     hold_saves INTEGER NOT NULL,
     created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE links (
     id TEXT PRIMARY KEY,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     access TEXT NOT NULL,
     expires_at TEXT,
     max_people INTEGER,
     passphrase TEXT,
     created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE people (
     id TEXT PRIMARY KEY,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     username TEXT,
     color TEXT NOT NULL,
     access TEXT NOT NULL,
     expires_at TEXT,
     link TEXT REFERENCES links(id) ON DELETE CASCADE,
     invitation TEXT,
     joined_at TEXT,
     created_at TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX people_account ON people (share, username) WHERE username IS NOT NULL;
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
     expires_at TEXT NOT NULL
   ) STRICT;
   CREATE INDEX sessions_person ON sessions (person);`,
  `CREATE TABLE activity (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     at TEXT NOT NULL,
     until TEXT NOT NULL,
     person TEXT,
     kind TEXT NOT NULL,
     cell TEXT,
     about TEXT,
     count INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX activity_share ON activity (share, id);`,
  `CREATE TABLE threads (
     id TEXT PRIMARY KEY,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     cell TEXT NOT NULL,
     resolved_at TEXT,
     resolved_by TEXT
   ) STRICT;
   CREATE INDEX threads_share ON threads (share);
   CREATE TABLE comments (
     id TEXT PRIMARY KEY,
     thread TEXT NOT NULL REFERENCES threads(id) ON DELETE CASCADE,
     person TEXT,
     text TEXT NOT NULL,
     at TEXT NOT NULL,
     edited_at TEXT
   ) STRICT;
   CREATE INDEX comments_thread ON comments (thread);
   CREATE TABLE comment_changes (
     share TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
     latest INTEGER NOT NULL
   ) STRICT;`,
  `ALTER TABLE links ADD COLUMN approval INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE people ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE version_files (
     id INTEGER PRIMARY KEY,
     file TEXT NOT NULL UNIQUE,
     latest INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE versions (
     file INTEGER NOT NULL REFERENCES version_files(id) ON DELETE CASCADE,
     number INTEGER NOT NULL,
     at TEXT NOT NULL,
     person TEXT,
     message TEXT NOT NULL,
     cells INTEGER NOT NULL,
     pinned INTEGER NOT NULL,
     commit_hash TEXT,
     tree BLOB NOT NULL,
     PRIMARY KEY (file, number)
   ) STRICT;
   CREATE TABLE pieces (
     id INTEGER PRIMARY KEY,
     file INTEGER NOT NULL REFERENCES version_files(id) ON DELETE CASCADE,
     hash BLOB NOT NULL,
     size INTEGER NOT NULL,
     uses INTEGER NOT NULL,
     UNIQUE (file, hash)
   ) STRICT;
   CREATE TABLE piece_bytes (
     piece INTEGER PRIMARY KEY REFERENCES pieces(id) ON DELETE CASCADE,
     bytes BLOB NOT NULL
   ) STRICT;`,
  `CREATE TABLE journals (
     share TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
     head TEXT NOT NULL
   ) STRICT;
   CREATE TABLE journal_snapshots (
     share TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
     state BLOB NOT NULL
   ) STRICT;
   CREATE TABLE journal_entries (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     writers TEXT NOT NULL,
     at INTEGER NOT NULL,
     content BLOB NOT NULL
   ) STRICT;
   CREATE INDEX journal_entries_share ON journal_entries (share, id);
   CREATE TABLE journal_conflicts (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     share TEXT NOT NULL REFERENCES shares(id) ON DELETE CASCADE,
     cell TEXT,
     base TEXT,
     mine TEXT,
     theirs TEXT,
     at TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE accounts (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     seen_at TEXT NOT NULL
   ) STRICT;`
];
