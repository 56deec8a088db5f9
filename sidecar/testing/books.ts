/**
 * The access parts on a database in memory, without HTTP and without a Jupyter Server.
 * @module
 */
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { AccessChange } from '../../protocol/resources.ts';
import { Changes } from '../access/changes.ts';
import { Connections, type Connection, type ConnectionKind } from '../access/connections.ts';
import { Door } from '../access/join.ts';
import { LinkBook } from '../access/links.ts';
import { applyChange, NEW_ACCESS, PeopleBook } from '../access/people.ts';
import { ShareBook } from '../access/shares.ts';
import { FailureLimit } from '../access/throttle.ts';
import { TakenNames } from '../access/takenNames.ts';
import { Tokens } from '../access/tokens.ts';
import { Refusal } from '../policy/verdict.ts';
import { openDatabase } from '../store/database.ts';
import { Keys } from '../store/keys.ts';
import { Links } from '../store/links.ts';
import { People } from '../store/people.ts';
import { Sessions } from '../store/sessions.ts';
import { Shares } from '../store/shares.ts';

/** A day, milliseconds. */
export const DAY = 86_400_000;

/** Everything, and a clock that a test moves. */
export async function makeBooks() {
  const clock = { now: Date.parse('2026-01-02T03:04:05Z') };
  const now = () => clock.now;
  const database = openDatabase(null);
  const keys = await Keys.open(null, now);
  const shares = new Shares(database);
  const links = new Links(database);
  const people = new People(database);
  const sessions = new Sessions(database);
  const tokens = new Tokens(keys);
  const changes = new Changes();
  const connections = new Connections(share => changes.emit('share', [share]));
  const failures = new FailureLimit(5, now);
  const address = (share: string) => `/base/liveshare/s/${share}`;
  const common = { shares, links, people, sessions, tokens, changes, connections, now, address };
  const peopleBook = new PeopleBook(common);
  const linkBook = new LinkBook(common);
  const shareBook = new ShareBook({
    ...common,
    linkBook,
    unsaved: () => ({
      ...{ unsaved: null, unsavedBy: [], held: false },
      ...{ lastSaved: null, saveFailure: null, conflicts: 0 }
    }),
    waits: () => false,
    place: () => null
  });
  const accounts: string[] = [];
  const names = new TakenNames({ shares, people, accounts: () => accounts });
  const door = new Door({ ...common, peopleBook, failures, names });
  const registry = { people, shares, sessions, tokens, failures, now };
  const kept = { clock, database, keys, failures, accounts };
  return { ...common, ...kept, peopleBook, linkBook, shareBook, door, registry };
}

/** What {@link makeBooks} makes. */
export type Books = Awaited<ReturnType<typeof makeBooks>>;

/** An access with these ticks. */
export function accessOf(change: AccessChange): ReturnType<typeof applyChange> {
  return applyChange(NEW_ACCESS, change);
}

/** The token in a link. */
export function tokenOf(url: string | undefined): string {
  return url?.split('#')[1] ?? '';
}

/** A socket that notes how it was ended. */
export class FakeConnection implements Connection {
  readonly kind: ConnectionKind;
  readonly person: string;
  readonly share: string;
  readonly session: string | null;
  readonly ends: { code: RefusalCode; detail: string | undefined }[] = [];

  constructor(
    person: string,
    share: string,
    kind: ConnectionKind = 'document',
    session: string | null = null
  ) {
    this.person = person;
    this.share = share;
    this.kind = kind;
    this.session = session;
  }

  end(code: RefusalCode, detail?: string): void {
    this.ends.push({ code, detail });
  }
}

/** The code of the refusal that something throws or rejects with; null when it does neither. */
export async function refusalOf(work: () => unknown): Promise<RefusalCode | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Refusal) {
      return error.code;
    }
    throw error;
  }
}
