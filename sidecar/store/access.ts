/**
 * How an access (rights, scope, grants) is kept in a column: JSON, read back defensively.
 * @module
 */
import { isRecord } from '../../protocol/json.ts';
import {
  GRANT_NAMES,
  withImplied,
  RIGHTS,
  type CellScope,
  type Grants,
  type Rights,
  type VersionScope
} from '../../protocol/levels.ts';
import type { Access } from '../../protocol/resources.ts';

/** Access without its expiry, which has a column of its own. */
export type StoredAccess = Omit<Access, 'expiresAt'>;

/** JSON of an access. */
export function encodeAccess(access: StoredAccess): string {
  const { rights, cells, structure, grants, versions } = access;
  return JSON.stringify({ rights, cells, structure, grants, versions });
}

/** An access from its JSON; anything unknown counts as not given. */
export function decodeAccess(text: string): StoredAccess {
  const value: unknown = JSON.parse(text);
  const record = isRecord(value) ? value : {};
  const rights = isRecord(record['rights']) ? record['rights'] : {};
  const grants = isRecord(record['grants']) ? record['grants'] : {};
  return {
    rights: withImplied(pick(RIGHTS, rights) as Partial<Rights>),
    cells: decodeCells(record['cells']),
    structure: record['structure'] === true,
    grants: pick(GRANT_NAMES, grants) as Grants,
    versions: decodeVersions(record['versions'])
  };
}

function decodeCells(value: unknown): CellScope {
  if (value === 'all') {
    return 'all';
  }
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

/** Rows from before there were versions name none: they were given nothing less than all. */
function decodeVersions(value: unknown): VersionScope {
  if (value === undefined || value === 'all') {
    return 'all';
  }
  return Array.isArray(value) ? value.filter(item => Number.isSafeInteger(item)) : [];
}

function pick(names: readonly string[], from: Record<string, unknown>): Record<string, boolean> {
  const entries = names
    .filter(name => typeof from[name] === 'boolean')
    .map(name => [name, from[name] === true]);
  return Object.fromEntries(entries) as Record<string, boolean>;
}
