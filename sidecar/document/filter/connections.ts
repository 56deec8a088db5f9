/**
 * What the filter knows of each open connection.
 * @module
 */
import { Known } from './known.ts';

type State = ReadonlyMap<number, number>;

/** One connection. */
export class Connection {
  /** A lower bound of the client's state. */
  readonly known = new Known();
  readonly #open: State[] = [];
  #stated: State | null = null;
  #isSynced = false;

  /** Whether its first sync step 2 has come: gaps are no accident any more. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** The client's own word on its state, as it came. */
  stated(state: State): void {
    this.#stated = state;
  }

  /** A question went out, behind this state. */
  asked(state: State): void {
    this.#open.push(state);
  }

  /** The oldest question was answered. A client that answers early only binds itself. */
  synced(): void {
    this.#isSynced = true;
    const state = this.#open.shift();
    if (state) {
      this.known.acknowledge(state);
    }
  }

  /** Whether the client has said of itself that it hadn't seen this id. */
  lacks(client: number, clock: number): boolean {
    return (
      this.#stated !== null && clock >= (this.#stated.get(client) ?? 0) && !this.known.has(client, clock)
    );
  }
}

/** All open connections. */
export class Connections {
  readonly #all = new Map<string, Connection>();

  /** A new connection. */
  open(connection: string): void {
    this.#all.set(connection, new Connection());
  }

  /** The connection is gone. */
  close(connection: string): void {
    this.#all.delete(connection);
  }

  /** The connection, when it is open. */
  get(connection: string): Connection | undefined {
    return this.#all.get(connection);
  }
}
