/**
 * Who is here and where, as it is told on the control sockets.
 * @module
 */
import { OWNER_ID, ownerAs, type ServerMessage } from '../../protocol/messages.ts';
import type { Connections } from '../access/connections.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Shares } from '../store/shares.ts';
import type { Hub } from './hub.ts';
import type { Moves, Places } from './places.ts';

/** In a larger crowd guests hear only where those are who can change something: the rest would be a flood about nothing. */
const CROWD = 100;

/** What is needed to know who is here. */
export interface PresenceParts {
  readonly hub: Hub;
  readonly people: People;
  readonly shares: Shares;
  readonly connections: Connections;
}

/** Who is here, for a share's guests. */
export function peopleMessage(parts: PresenceParts & { places: Places }, share: string): ServerMessage {
  const { hub, places, shares } = parts;
  const guests = here(parts, share).map(({ id, name, color }) => ({ id, name, color }));
  const owner = ownerAs(shares.get(share)?.owner ?? '');
  const all = hub.hasOwner(share) ? [owner, ...guests] : guests;
  return { type: 'people', people: all.map(person => ({ ...person, cell: places.of(share, person.id) })) };
}

/** Tells owner and guests who went where. */
export function tellPlaces(parts: PresenceParts, share: string, moves: Moves): void {
  const { hub, people } = parts;
  const all = people.ofShare(share).filter(person => person.rights.live);
  hub.toOwner(share, { type: 'places', places: Object.fromEntries(moves) });
  const crowd = here(parts, share).length > CROWD;
  const acts = new Set(all.filter(({ rights }) => rights.edit || rights.execute).map(({ id }) => id));
  const told = [...moves].filter(([id]) => !crowd || id === OWNER_ID || acts.has(id));
  if (told.length > 0) {
    all.forEach(({ id }) => hub.toGuest(id, { type: 'places', places: Object.fromEntries(told) }));
  }
}

function here({ connections, people }: PresenceParts, share: string): PersonRow[] {
  const present = new Set(connections.present(share));
  return people.ofShare(share).filter(person => present.has(person.id) && !person.waiting);
}
