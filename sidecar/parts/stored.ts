/**
 * Parts that are on disk.
 * @module
 */
import { join } from 'node:path';
import { granted } from '../../protocol/levels.ts';
import { ActivityBook } from '../activity/book.ts';
import { CommentBook } from '../comments/book.ts';
import { AccountTable } from '../store/accounts.ts';
import type { Config } from '../config.ts';
import type { Hub } from '../control/hub.ts';
import { Activities } from '../store/activity.ts';
import { Comments } from '../store/comments.ts';
import { openDatabase, transaction } from '../store/database.ts';
import { Journals } from '../store/journal.ts';
import { Keys } from '../store/keys.ts';
import { Links } from '../store/links.ts';
import { People } from '../store/people.ts';
import { Sessions } from '../store/sessions.ts';
import { Shares } from '../store/shares.ts';
import { Versions } from '../store/versions.ts';

/** What is on disk. */
export async function storage(config: Config, now: () => number) {
  const database = openDatabase(config.stateDir);
  return {
    database,
    keys: await Keys.open(join(config.stateDir, 'keys'), now),
    shares: new Shares(database),
    links: new Links(database),
    people: new People(database),
    accounts: new AccountTable(database),
    sessions: new Sessions(database),
    activities: new Activities(database),
    comments: new Comments(database),
    versions: new Versions(database),
    journals: new Journals(database)
  };
}
export type Stored = Awaited<ReturnType<typeof storage>>;

/** Who did what: written down, and told to the owner's pages. */
export function activityBook(
  { activities, shares, database }: Stored,
  hub: Hub,
  now: () => number
): ActivityBook {
  return new ActivityBook({
    activities,
    now,
    exists: share => shares.get(share) !== undefined,
    atOnce: work => transaction(database, work),
    announce: (share, latest) => hub.toOwner(share, { type: 'activity', latest })
  });
}

/** Comments on cells: told to the owner's pages and to every guest who may read them. */
export function commentBook(
  { comments, people }: Stored,
  hub: Hub,
  activity: ActivityBook,
  now: () => number
): CommentBook {
  return new CommentBook({
    comments,
    now,
    announce: (share, latest) => {
      hub.toOwner(share, { type: 'comments', latest });
      people
        .ofShare(share)
        .filter(person => granted('comment', person.rights, person.grants, person.cells))
        .forEach(person => hub.toGuest(person.id, { type: 'comments', latest }));
    },
    commented: (share, person, cell) => activity.note(share, person, 'commented', { cell })
  });
}
