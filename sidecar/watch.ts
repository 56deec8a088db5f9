/**
 * What follows from a change: sockets that lost their right close, everybody's picture of the share is brought up to date.
 * @module
 */
import { rightsOf } from './control/guest.ts';
import { peopleMessage } from './control/presence.ts';
import { Guest } from './access/guest.ts';
import { tellLive } from './control/hub.ts';
import { followPeople } from './activity/people.ts';
import type { Parts } from './parts/index.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import { REFUSALS, type RefusalCode } from '../protocol/refusals.ts';
import { meets } from './policy/request.ts';
import type { PersonRow } from './store/people.ts';
import type { ShareRow } from './store/shares.ts';

/** Milliseconds over which changes of a share are gathered before its owner's tabs are told. */
const GATHER = 50;
/** Milliseconds between looks at who has expired. */
const SWEEP = 1_000;
/** Milliseconds between looks at which files are behind with nobody there. */
const CATCH_UP = 60_000;

/** Starts watching; the function returned stops. */
export function watchChanges(parts: Parts): () => void {
  const { changes, hub, connections, people, shares, rooms, kernelRooms, holds, requests, locks, now } =
    parts;
  const stops = [followPeople(parts), catchUp(parts), () => parts.places.close(), announceShares(parts)];
  let isOver = false;
  const pictures = gathered(share => {
    void tellShare(parts, share, () => isOver);
    // What somebody who may not save has left unsaved is held until it is saved, and then no longer.
    holds.settle().catch(() => undefined);
  });

  const onShare = (share: string) => {
    pictures.due(share);
    rooms.peek(share)?.reconsider();
  };
  const onPerson = (person: PersonRow) => {
    const guest = new Guest(people, shares, person, null, false);
    hub.toGuest(person.id, { type: 'rights', ...rightsOf(guest) });
    locks.review(person.share, person.id, cell => parts.mayLock(person, cell).allow);
    if (!person.rights.live) {
      connections.endKinds(person.id, ['document', 'kernel', 'other'], 'no-right');
    }
    if (!meets(person, 'live', 'terminals').allow) {
      connections.endKinds(person.id, ['terminal'], 'no-right');
    }
  };
  const onRemoved = (person: PersonRow, reason: RefusalCode) => {
    requests.forget(person.id);
    locks.review(person.share, person.id, () => false);
    parts.unsavedBook.gone(person);
    hub.toGuest(person.id, { type: 'removed', reason, detail: REFUSALS[reason].detail });
  };
  const onEnded = (share: string) => {
    hub.toOwner(share, { type: 'removed', reason: 'share-ended', detail: REFUSALS['share-ended'].detail });
    locks.end(share);
    kernelRooms.end(share);
    rooms.end(share);
    parts.unsavedBook.end(share);
  };
  changes.on('share', onShare);
  changes.on('person', onPerson);
  changes.on('own', (person: PersonRow) => {
    const cells = rooms.peek(person.share)?.ownCells(person.id) ?? [];
    hub.toGuest(person.id, { type: 'own', cells });
  });
  changes.on('lockMode', (share: ShareRow) =>
    tellLive(hub, people, share.id, { type: 'lock_mode', lockMode: share.lockMode })
  );
  changes.on('removed', onRemoved);
  changes.on('ended', onEnded);
  const sweep = setInterval(() => sweepExpired(parts, now()), SWEEP);
  holds.again();
  return () => {
    isOver = true;
    clearInterval(sweep);
    stops.forEach(stop => stop());
    pictures.stop();
    changes.destroy();
  };
}

/** Pages that are open learn of shares made and ended elsewhere, and of what is shared with their account. The function returned stops. */
function announceShares({ changes, events }: Parts): () => void {
  const say = () => events.sharesChanged();
  changes.on('began', say);
  changes.on('ended', say);
  changes.on('owner', (_, { username }) => username !== null && say());
  return () => events.close();
}

/**
 * Brings files up to date that a crash has left behind, one after the other, now and whenever there are some: what was accepted isn't to wait
 * in the journal until somebody comes. The function returned stops.
 */
function catchUp({ log, shareBook, rooms, unsavedBook }: Parts): () => void {
  let isBusy = false;
  let isOver = false;
  const look = async () => {
    isBusy = true;
    for (const { id } of shareBook.all()) {
      try {
        if (!isOver && rooms.peek(id) === undefined && unsavedBook.isBehind(id)) {
          await unsavedBook.catchUp(id);
        }
      } catch (error) {
        log.warn({ err: error, share: id }, 'changes that were left unsaved could not be saved yet');
      }
    }
    isBusy = false;
  };
  void look();
  const timer = setInterval(() => void (isBusy || look()), CATCH_UP);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

/** Calls for the same share within a moment are one. */
function gathered(work: (share: string) => void): { due: (share: string) => void; stop: () => void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const due = (share: string): void => {
    if (timers.has(share)) {
      return;
    }
    const run = () => {
      timers.delete(share);
      work(share);
    };
    timers.set(share, setTimeout(run, GATHER));
  };
  return { due, stop: () => timers.forEach(timer => clearTimeout(timer)) };
}

async function tellShare(parts: Parts, id: string, isOver: () => boolean): Promise<void> {
  const { shares, shareBook, hub, people, log } = parts;
  const share = shares.get(id);
  if (share === undefined) {
    return;
  }
  if (hub.hasOwner(id)) {
    try {
      const shown = await shareBook.show(share);
      hub.toOwner(id, { type: 'share', share: shown });
    } catch (error) {
      // The store may have closed meanwhile.
      if (!isOver()) {
        log.error({ err: error, share: id }, 'the owner could not be shown what changed');
      }
    }
    if (isOver()) {
      return;
    }
  }
  const message = peopleMessage(parts, id);
  const { unsavedBy, held, lastSaved, saveFailure, conflicts } = parts.unsavedBook.state(id);
  const unsaved: ServerMessage = {
    type: 'unsaved',
    people: unsavedBy,
    held,
    saved: lastSaved,
    failure: saveFailure,
    conflicts
  };
  for (const person of people.ofShare(id).filter(each => each.rights.live)) {
    hub.toGuest(person.id, message);
    hub.toGuest(person.id, unsaved);
  }
}

function sweepExpired(parts: Parts, now: number): void {
  const { connections, people, hub, locks } = parts;
  locks.expire();
  for (const id of connections.people()) {
    const expiresAt = people.get(id)?.expiresAt ?? null;
    if (expiresAt !== null && Date.parse(expiresAt) <= now) {
      hub.toGuest(id, { type: 'removed', reason: 'token-expired', detail: 'Your access has expired.' });
      connections.end(id, 'token-expired', 'Your access has expired.');
    }
  }
}
