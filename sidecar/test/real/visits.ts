/**
 * Sockets that a test opens, all left at its end.
 * @module
 */
import { expect } from 'vitest';
import type { Book, Guest, Site } from './client.ts';
import { Channels } from './kernels.ts';
import type { Wire } from './socket.ts';

/** What a test has open. */
export class Visits {
  readonly #site: Site;
  readonly #open: { leave(): Promise<void> }[] = [];

  constructor(site: Site) {
    this.#site = site;
  }

  /** Leaves it when the test ends. */
  kept<T extends { leave(): Promise<void> }>(each: T): T {
    this.#open.push(each);
    return each;
  }

  /** A guest's control socket, which has said hello. */
  async control(guest: Guest): Promise<Wire> {
    return this.#greeted(guest.socket('api/liveshare/control'));
  }

  /** The owner's. */
  async ownerControl(book: Book): Promise<Wire> {
    return this.#greeted(this.#site.jupyterSocket(`liveshare/api/shares/${book.id}/control`));
  }

  /** A guest's kernel socket. */
  async channels(guest: Guest): Promise<Channels> {
    const made = await Channels.of(guest);
    this.kept(made.wire);
    return made;
  }

  /** The owner's. */
  async ownerChannels(book: Book): Promise<Channels> {
    const made = await Channels.owner(book);
    this.kept(made.wire);
    return made;
  }

  /** Leaves all. */
  async leave(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(each => each.leave()));
  }

  async #greeted(wire: Wire): Promise<Wire> {
    this.kept(wire);
    await wire.message('hello');
    return wire;
  }
}

/** Has a guest run a cell without waiting for its end; id of the run. */
export async function begin(guest: Guest, cell: string): Promise<string> {
  const answer = await guest.ask('api/kernels/current/execute', 'POST', { cell_id: cell, wait: false });
  expect(answer.status).toBe(202);
  return answer.json<{ run: string }>().run;
}
