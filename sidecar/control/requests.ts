/**
 * Guests' wishes for more rights, until the owner answers. Kept in memory: a wish that outlives the process is asked again.
 * @module
 */
import { RIGHTS, type Right } from '../../protocol/levels.ts';
import type { RightsRequest, Who } from '../../protocol/messages.ts';
import { newId } from '../access/secrets.ts';
import { Refusal } from '../policy/verdict.ts';

/** Wishes of one person that may wait at a time. */
const MAX_WAITING = 3;
const MAX_NOTE = 500;

/** A wish and the share it is for. */
export interface WaitingRequest extends RightsRequest {
  readonly share: string;
}

/** The wishes that wait. */
export class Requests {
  readonly #waiting = new Map<string, WaitingRequest>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a wish. */
  ask(share: string, person: Who, rights: readonly Right[], note: string): WaitingRequest {
    const mine = [...this.#waiting.values()].filter(each => each.person.id === person.id);
    if (mine.length >= MAX_WAITING) {
      throw new Refusal('too-fast', 'You have asked already. Wait for an answer.');
    }
    const request = {
      id: newId(),
      share,
      person,
      rights: RIGHTS.filter(right => rights.includes(right)),
      note: note.slice(0, MAX_NOTE),
      at: new Date(this.#now()).toISOString()
    };
    this.#waiting.set(request.id, request);
    return request;
  }

  /** Takes a wish of a share out; refuses with `not-found`. */
  take(share: string, id: string): WaitingRequest {
    const request = this.#waiting.get(id);
    if (request?.share !== share) {
      throw new Refusal('not-found');
    }
    this.#waiting.delete(id);
    return request;
  }

  /** The wishes of a share. */
  ofShare(share: string): WaitingRequest[] {
    return [...this.#waiting.values()].filter(each => each.share === share);
  }

  /** What a person waits for, in the table's order. */
  waiting(person: string): Right[] {
    const mine = [...this.#waiting.values()].filter(each => each.person.id === person);
    return RIGHTS.filter(right => mine.some(each => each.rights.includes(right)));
  }

  /** Forgets a person's wishes. */
  forget(person: string): void {
    for (const [id, request] of this.#waiting) {
      if (request.person.id === person) {
        this.#waiting.delete(id);
      }
    }
  }
}
