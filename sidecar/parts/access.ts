/**
 * Parts that know who may come in, and who is here.
 * @module
 */
import { AccountBook, type Directory } from '../access/accounts.ts';
import { Changes } from '../access/changes.ts';
import { Connections } from '../access/connections.ts';
import { Door } from '../access/join.ts';
import { LinkBook } from '../access/links.ts';
import { PeopleBook } from '../access/people.ts';
import { ShareBook, type ShareBookParts } from '../access/shares.ts';
import { TakenNames } from '../access/takenNames.ts';
import { FailureLimit } from '../access/throttle.ts';
import { Tokens } from '../access/tokens.ts';
import type { Config } from '../config.ts';
import { Metrics } from '../metrics.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Contents } from '../upstream/contents.ts';
import type { Stored } from './stored.ts';

/** Path of `B` as in a browser's address. */
export function prefixOf(config: Config): string {
  return `${config.baseUrl}liveshare/`;
}

/** Who may come in, and who is here. */
export function access(
  config: Config,
  now: () => number,
  stored: Stored,
  seen: Pick<ShareBookParts, 'unsaved' | 'waits' | 'place'>,
  directory: Directory
) {
  const changes = new Changes();
  const tokens = new Tokens(stored.keys);
  const connections = new Connections((share, person) => {
    changes.emit('share', [share]);
    changes.emit('presence', [share, person]);
  });
  const open = () => connections.people().reduce((sum, person) => sum + connections.count(person), 0);
  const address = (share: string): string =>
    config.publicUrl === null ? `${prefixOf(config)}s/${share}` : `${config.publicUrl}liveshare/s/${share}`;
  const common = { ...stored, tokens, connections, changes, now, address };
  const failures = new FailureLimit(config.limits.failuresPerMinute, now);
  const peopleBook = new PeopleBook(common);
  const linkBook = new LinkBook(common);
  const accountBook = new AccountBook({ ...stored, directory, now });
  const names = new TakenNames({ ...stored, accounts: () => accountBook.names() });
  return {
    changes,
    tokens,
    connections,
    peopleBook,
    linkBook,
    accountBook,
    address,
    metrics: new Metrics(open),
    failures,
    shareBook: new ShareBook({ ...common, ...seen, linkBook }),
    door: new Door({ ...common, peopleBook, failures, names })
  };
}

/** What {@link access} makes. */
export type Reach = ReturnType<typeof access>;

/** Where a share's notebook is now: the share follows the file through renames. */
export function notebookPath(shareBook: ShareBook, contents: Contents): (share: string) => Promise<string> {
  return async share => {
    const row = shareBook.get(share);
    const found = await contents.pathOf(row.file);
    if (found === null) {
      throw new Refusal('not-found', 'The notebook file is gone.');
    }
    shareBook.moved(share, found);
    return found;
  };
}
