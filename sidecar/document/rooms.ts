/**
 * Rooms by share: opened with the first who needs one, closed some time after the last, and not while it holds changes that
 * wait for somebody to save them.
 * @module
 */
import type { Room } from './room.ts';

/** What keeps rooms. */
export interface RoomsParts {
  readonly make: (share: string) => Room;
  /** Milliseconds a room outlives its last user. */
  readonly linger: number;
  readonly held: (share: string) => boolean;
}

interface Kept {
  readonly room: Room;
  users: number;
  timer: NodeJS.Timeout | null;
}

/** The open rooms. */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #kept = new Map<string, Kept>();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  /** The room of a share if it is open. */
  peek(share: string): Room | undefined {
    return this.#kept.get(share)?.room;
  }

  /** Takes a share's room; the function returned gives it back. */
  take(share: string): { room: Room; release: () => void } {
    const kept = this.#kept.get(share) ?? this.#open(share);
    kept.users += 1;
    if (kept.timer !== null) {
      clearTimeout(kept.timer);
      kept.timer = null;
    }
    let released = false;
    const release = () => {
      if (!released) {
        released = true;
        kept.users -= 1;
        this.#consider(share, kept);
      }
    };
    return { room: kept.room, release };
  }

  /** Runs something with a share's document, as the owner has it now. */
  async with<T>(share: string, work: (room: Room) => Promise<T> | T): Promise<T> {
    const { room, release } = this.take(share);
    try {
      await room.ready();
      return await work(room);
    } finally {
      release();
    }
  }

  /** Closes a share's room at once: the share has ended. */
  end(share: string): void {
    this.#close(share, true);
  }

  /** Closes a share's room, whose users have to start again: the next one opens another. Unsaved changes are in the journal. */
  replace(share: string): void {
    const kept = this.#kept.get(share);
    this.#close(share, false);
    kept?.room.sendAway();
  }

  #close(share: string, isOver: boolean): void {
    const kept = this.#kept.get(share);
    if (kept !== undefined) {
      this.#kept.delete(share);
      if (kept.timer !== null) {
        clearTimeout(kept.timer);
      }
      kept.room.close(isOver);
    }
  }

  /** Closes all. */
  close(): void {
    for (const share of [...this.#kept.keys()]) {
      this.#close(share, false);
    }
  }

  #open(share: string): Kept {
    const kept: Kept = { room: this.#parts.make(share), users: 0, timer: null };
    this.#kept.set(share, kept);
    return kept;
  }

  #consider(share: string, kept: Kept): void {
    if (kept.users > 0 || kept.timer !== null || this.#kept.get(share) !== kept) {
      return;
    }
    kept.timer = setTimeout(() => {
      kept.timer = null;
      if (kept.users > 0) {
        return;
      }
      if (kept.room.unsaved && this.#parts.held(share)) {
        this.#consider(share, kept);
        return;
      }
      this.#close(share, false);
    }, this.#parts.linger);
  }
}
