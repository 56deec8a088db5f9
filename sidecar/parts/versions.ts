/**
 * Versions and static pages.
 * @module
 */
import { join } from 'node:path';
import type { Changes } from '../access/changes.ts';
import type { ShareBook } from '../access/shares.ts';
import type { Config } from '../config.ts';
import type { Hub } from '../control/hub.ts';
import { toNotebook } from '../document/cells.ts';
import type { Rooms } from '../document/rooms.ts';
import { seesVersion } from '../policy/versions.ts';
import { toHtml } from '../upstream/nbconvert.ts';
import { VersionBook, type Committed } from '../versions/book.ts';
import { Comparison } from '../versions/compare.ts';
import { darkColors, dress } from '../versions/dress.ts';
import { StaticPages } from '../versions/page.ts';
import type { Stored } from './stored.ts';
import type { upstream } from './upstream.ts';

interface VersionParts extends Stored, ReturnType<typeof upstream> {
  readonly config: Config;
  readonly now: () => number;
  readonly shareBook: ShareBook;
  readonly changes: Changes;
  readonly rooms: Rooms;
  readonly hub: Hub;
  /** Where a share's notebook is now. */
  readonly path: (share: string) => Promise<string>;
}

/** Versions, what compares them, and static pages. */
export function versionParts(parts: VersionParts) {
  const { config, contents, internal, jupyter, path, now } = parts;
  const book = versionBook(parts);
  const dark = darkColors(config.staticDirs.themes);
  return {
    versionBook: book,
    comparison: new Comparison((before, after) => internal.compare(before, after)),
    pages: new StaticPages({
      folder: join(config.stateDir, 'pages'),
      bytes: config.limits.pageBytes,
      path,
      now,
      saved: async file => (await contents.notebook(file, true)).content,
      stamp: file => contents.notebook(file, false),
      version: (share, number) => book.read(share, number),
      render: async (name, content) => dress(await toHtml(jupyter, name, content), dark)
    })
  };
}

function versionBook(parts: VersionParts): VersionBook {
  const { config, now, shareBook, shares, people, links, versions, rooms } = parts;
  const file = (share: string) => shareBook.get(share).file;
  return new VersionBook({
    versions,
    limits: config.limits,
    now,
    file,
    isShared: id => shares.ofFile(id) !== undefined,
    named: share => {
      const accesses = [...people.ofShare(share), ...links.ofShare(share)];
      return new Set(accesses.flatMap(each => (each.versions === 'all' ? [] : each.versions)));
    },
    capture: (share, by) =>
      rooms.with(share, async room => {
        const content = toNotebook(room.doc);
        return { content, file: await room.save({ person: by, version: true }) };
      }),
    commit: config.commitVersions ? (share, version) => commit(parts, share, version) : null,
    changed: share => tell(parts, share, versions.latest(file(share)))
  });
}

async function commit(
  { internal, path }: VersionParts,
  share: string,
  {
    number,
    message,
    person
  }: Parameters<NonNullable<ConstructorParameters<typeof VersionBook>[0]['commit']>>[1]
): Promise<Committed> {
  const text = message === '' ? `Version ${number}` : message;
  return internal.commit(await path(share), text, person);
}

/** Tells those who see versions that there is something new. */
function tell({ hub, people }: VersionParts, share: string, latest: number): void {
  const message = { type: 'versions', latest } as const;
  hub.toOwner(share, message);
  for (const person of people.ofShare(share)) {
    if (seesVersion(person, person.id, { number: latest, person: null })) {
      hub.toGuest(person.id, message);
    }
  }
}
