import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, prepareFolder, transaction } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

let root: string;
let umask: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lsd-'));
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(root, { recursive: true, force: true });
});
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('files', () => {
  it.each([0o000, 0o022])(
    'T94: under umask %i folder 0700, database, WAL and SHM 0600, also where looser ones were there before',
    mask => {
      process.umask(mask);
      openDatabase(join(root, 'fresh')).close();
      expect(mode(join(root, 'fresh'))).toBe('700');
      expect(mode(join(root, 'fresh', 'liveshare.sqlite'))).toBe('600');
      const folder = join(root, 'state');
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      writeFileSync(join(folder, 'liveshare.sqlite'), '');
      chmodSync(join(folder, 'liveshare.sqlite'), 0o666);
      const database = openDatabase(folder);
      database.exec("INSERT INTO shares VALUES ('a', 'f', 'p', 'o', 'soft', 0, 'now')");
      expect(mode(folder)).toBe('700');
      const files = readdirSync(folder);
      expect(files).toEqual(
        expect.arrayContaining(['liveshare.sqlite', 'liveshare.sqlite-shm', 'liveshare.sqlite-wal'])
      );
      expect(files.map(file => [file, mode(join(folder, file))])).toEqual(files.map(file => [file, '600']));
      database.close();
    }
  );

  it('T94: a link in place of the folder or of the database is refused, and what it points to stays as it is', () => {
    const target = join(root, 'elsewhere');
    mkdirSync(target, { mode: 0o755 });
    symlinkSync(target, join(root, 'state'));
    expect(() => openDatabase(join(root, 'state'))).toThrow('not a plain folder');
    expect(readdirSync(target)).toEqual([]);
    expect(mode(target)).toBe('755');
    const file = join(root, 'victim');
    writeFileSync(file, 'kept', { mode: 0o644 });
    mkdirSync(join(root, 'other'));
    symlinkSync(file, join(root, 'other', 'liveshare.sqlite'));
    expect(() => openDatabase(join(root, 'other'))).toThrow('not a plain file');
    expect(mode(file)).toBe('644');
  });

  it('a file in place of the folder is refused', () => {
    writeFileSync(join(root, 'state'), '');
    expect(() => prepareFolder(join(root, 'state'))).toThrow();
  });
});

describe('migrations', () => {
  it('a new database is at the newest step, an old one is brought there, once', () => {
    const first = openDatabase(join(root, 'a'));
    expect(first.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
    first.exec("INSERT INTO shares VALUES ('a', 'f', 'p', 'o', 'soft', 0, 'now')");
    first.close();
    const again = openDatabase(join(root, 'a'));
    expect(again.prepare('SELECT id FROM shares').all()).toEqual([{ id: 'a' }]);
    again.close();
  });

  it('T117: one that a newer version wrote is refused and left as it is', () => {
    const folder = join(root, 'a');
    openDatabase(folder).close();
    const path = join(folder, 'liveshare.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    expect(() => openDatabase(folder)).toThrow('newer jupyter-liveshare');
    const after = new DatabaseSync(path);
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length + 1 });
    after.close();
  });

  it('foreign keys and durable commits are on', () => {
    const database = openDatabase(join(root, 'a'));
    expect(database.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });
});

describe('transaction', () => {
  it('keeps all of it or none', () => {
    const database = openDatabase(null);
    const add = (id: string) =>
      database.exec(`INSERT INTO shares VALUES ('${id}', 'f${id}', 'p', 'o', 'soft', 0, 'now')`);
    expect(
      transaction(database, () => {
        add('a');
        return 7;
      })
    ).toBe(7);
    expect(() =>
      transaction(database, () => {
        add('b');
        add('a');
      })
    ).toThrow();
    expect(database.prepare('SELECT id FROM shares').all()).toEqual([{ id: 'a' }]);
    transaction(database, () => add('c'));
    expect(database.prepare('SELECT count(*) AS n FROM shares').get()).toEqual({ n: 2 });
  });
});
