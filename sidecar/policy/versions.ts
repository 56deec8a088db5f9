/**
 * Which versions a person may see, and which make room for a new one.
 * @module
 */
import type { Access } from '../../protocol/resources.ts';
import type { Version } from '../../protocol/versions.ts';

/** Whether a person may see a version: `static` and `save` show those they were given, and everybody sees their own. */
export function seesVersion(
  access: Pick<Access, 'rights' | 'versions'>,
  person: string,
  version: Pick<Version, 'number' | 'person'>
): boolean {
  const { rights, versions } = access;
  if (!rights.static && !rights.save) {
    return false;
  }
  return versions === 'all' || versions.includes(version.number) || version.person?.id === person;
}

/** Whether a person may read a version's page: the page is what `static` is for. */
export function readsVersion(
  access: Pick<Access, 'rights' | 'versions'>,
  person: string,
  version: Pick<Version, 'number' | 'person'>
): boolean {
  return access.rights.static && seesVersion(access, person, version);
}

/** Who saves: the owner, or a person by their id. */
export type VersionMaker = string | null;

/**
 * The version that goes first to make room, or null when none may: never one that is pinned or named in somebody's access, and for a
 * guest never the owner's. A guest can't push the owner's history out by saving again and again.
 * @param versions of one file, newest first.
 */
export function firstToGo(
  versions: readonly Version[],
  maker: VersionMaker,
  named: ReadonlySet<number>
): Version | null {
  const may = versions.filter(
    each => !each.pinned && !named.has(each.number) && (maker === null || each.person !== null)
  );
  return may.at(-1) ?? null;
}
