/**
 * Open sockets by person, so that removing somebody closes theirs before the call returns, and expiry closes them in time.
 * @module
 */
import type { RefusalCode } from '../../protocol/refusals.ts';

/** What a socket is for; a tab has one of each. */
export type ConnectionKind = 'control' | 'document' | 'kernel' | 'terminal' | 'other';

/** An open socket. */
export interface Connection {
  readonly kind: ConnectionKind;
  readonly person: string;
  readonly share: string;
  /** Hashed id of the session it was opened with. */
  readonly session: string | null;
  /** Ends it at once with the code's close code. */
  end(code: RefusalCode, detail?: string): void;
}

/** All open sockets of guests. */
export class Connections {
  readonly #open = new Map<string, Set<Connection>>();
  readonly #changed: (share: string, person: string) => void;

  /** @param changed called when somebody came or went. */
  constructor(changed: (share: string, person: string) => void) {
    this.#changed = changed;
  }

  /** Adds a socket; the function returned takes it out. */
  add(connection: Connection): () => void {
    const set = this.#open.get(connection.person) ?? new Set();
    this.#open.set(connection.person, set.add(connection));
    this.#changed(connection.share, connection.person);
    return () => {
      set.delete(connection);
      if (set.size === 0) {
        this.#open.delete(connection.person);
      }
      this.#changed(connection.share, connection.person);
    };
  }

  /** How many sockets of a kind a person has; of all kinds without one. */
  count(person: string, kind?: ConnectionKind): number {
    const all = [...(this.#open.get(person) ?? [])];
    return kind === undefined ? all.length : all.filter(each => each.kind === kind).length;
  }

  /** People of a share who are connected. */
  present(share: string): string[] {
    return [...this.#open]
      .filter(([, set]) => [...set].some(each => each.share === share))
      .map(([person]) => person);
  }

  /** Ends a person's sockets, all or those of one session. */
  end(person: string, code: RefusalCode, detail?: string, session?: string): void {
    for (const connection of [...(this.#open.get(person) ?? [])]) {
      if (session === undefined || connection.session === session) {
        connection.end(code, detail);
      }
    }
  }

  /** Ends a person's sockets of some kinds. */
  endKinds(person: string, kinds: readonly ConnectionKind[], code: RefusalCode): void {
    for (const connection of [...(this.#open.get(person) ?? [])]) {
      if (kinds.includes(connection.kind)) {
        connection.end(code);
      }
    }
  }

  /** Everybody connected. */
  people(): string[] {
    return [...this.#open.keys()];
  }
}
