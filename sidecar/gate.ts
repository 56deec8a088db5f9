/**
 * In front of everything: the request's path is in canonical form, it came through the mount or the guests' port, and it is
 * below our prefix. What comes through gets a {@link Peer}.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { readPeer, type Peer } from './access/peer.ts';
import { isCanonical } from './policy/path.ts';
import { Refusal } from './policy/verdict.ts';

/** What the gate knows. */
export interface GateOptions {
  readonly trust: string;
  readonly publicUrl: string | null;
  /** Path of `B` as in a browser's address: starts and ends with `/`. */
  readonly prefix: string;
  /** Whether requests without the mount's secret are guests on their own port. */
  readonly guestPort: boolean;
}

/** A request that passed. */
export interface Admitted {
  readonly peer: Peer;
  /** Path below the prefix, with query; starts with `/`. */
  readonly target: string;
}

/** Longest request target, characters. */
const MAX_TARGET = 8_000;

/** Lets a request through, or refuses with `bad-path`, `not-found` or `no-right`. */
export function gate(request: IncomingMessage, options: GateOptions): Admitted {
  const target = request.url ?? '';
  const [path = ''] = target.split('?', 1);
  if (target.length > MAX_TARGET || !isCanonical(path)) {
    throw new Refusal('bad-path');
  }
  if (!path.startsWith(options.prefix)) {
    throw new Refusal('not-found');
  }
  const peer = readPeer(request, options);
  if (peer === null) {
    throw new Refusal('no-right');
  }
  return { peer, target: target.slice(options.prefix.length - 1) };
}
