/**
 * What happens to people -> activity: who comes and goes, whom the owner invites, changes, removes.
 * @module
 */
import type { Changes } from '../access/changes.ts';
import type { Connections } from '../access/connections.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { ActivityBook } from './book.ts';
import { Presence } from './presence.ts';

/** What following people needs. */
export interface FollowParts {
  readonly changes: Changes;
  readonly connections: Connections;
  readonly people: People;
  readonly activity: ActivityBook;
  readonly now: () => number;
}

/** Milliseconds between looks at who has left. */
const LOOK = 1_000;

/** Starts following; the function returned stops, and writes down what is known. */
export function followPeople({ changes, connections, people, activity, now }: FollowParts): () => void {
  const presence = new Presence();
  changes.on('presence', (share: string, id: string) => {
    const person = people.get(id);
    if (connections.count(id) === 0) {
      presence.away(id, now());
    } else if (
      person !== undefined &&
      !person.waiting &&
      presence.here(share, { id, name: person.name, color: person.color })
    ) {
      activity.note(share, person, 'joined');
    }
  });
  changes.on('owner', (did: 'invited' | 'admitted' | 'rights' | 'removed', about: PersonRow) =>
    activity.note(about.share, null, did, { about })
  );
  changes.on('removed', (person: PersonRow) => presence.forget(person.id));
  changes.on('ended', (share: string) => activity.end(share));
  const look = setInterval(() => {
    for (const { share, person, at } of presence.left(now())) {
      activity.note(share, person, 'left', { at });
    }
  }, LOOK);
  return () => {
    clearInterval(look);
    activity.close();
  };
}
