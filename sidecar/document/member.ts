/**
 * A member of a room.
 * @module
 */
import type { Framed } from '../access/framed.ts';
import type { Guest } from '../access/guest.ts';

/** A guest's document socket, as the room sees it. */
export interface Member {
  /** Id of the connection; the origin of its transactions. */
  readonly connection: string;
  readonly guest: Guest;
  /** Messages that every member gets. */
  broadcast(frame: Framed): void;
  /** The client's copy is of no more use: it has to load the notebook again. */
  startOver(): void;
}
