/**
 * Kernel rooms by share.
 * @module
 */
import type { KernelRoom } from './room.ts';

/** The kernel rooms; one costs nothing until somebody connects or runs. */
export class KernelRooms {
  readonly #make: (share: string) => KernelRoom;
  readonly #rooms = new Map<string, KernelRoom>();

  constructor(make: (share: string) => KernelRoom) {
    this.#make = make;
  }

  /** The kernel room of a share. */
  of(share: string): KernelRoom {
    const room = this.#rooms.get(share) ?? this.#make(share);
    this.#rooms.set(share, room);
    return room;
  }

  /** The kernel room of a share if somebody used it. */
  peek(share: string): KernelRoom | undefined {
    return this.#rooms.get(share);
  }

  /** Somebody came into the notebook, or left it. */
  consider(share: string, present: boolean): void {
    (present ? this.of(share) : this.peek(share))?.consider();
  }

  /** Leaves a share's kernel. */
  end(share: string): void {
    this.#rooms.get(share)?.close();
    this.#rooms.delete(share);
  }

  /** Leaves all. */
  close(): void {
    for (const share of [...this.#rooms.keys()]) {
      this.end(share);
    }
  }
}
