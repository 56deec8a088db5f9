/**
 * Text frames of the control socket into messages, and when to try again.
 * @module
 */
import type { ServerMessage } from '../protocol/messages.ts';

type Kind = ServerMessage['type'];

/** Fields without which a message of that kind is of no use; an unlisted kind is dropped. */
const REQUIRED: Readonly<Record<Kind, readonly string[]>> = {
  hello: ['protocol', 'person', 'rights', 'cells', 'locks'],
  rights: ['rights', 'cells'],
  own: ['cells'],
  lock_granted: ['cell', 'lease'],
  lock_refused: ['cell', 'holder'],
  lock: ['cell', 'kind'],
  lock_wanted: ['cell', 'by'],
  lock_asked: ['cell'],
  lock_mode: ['lockMode'],
  rejected: ['cells', 'reason', 'detail'],
  request: ['request'],
  versions: ['latest'],
  activity: ['latest'],
  asked: ['waiting', 'refused'],
  comments: ['latest'],
  removed: ['reason', 'detail'],
  share: ['share'],
  runs: ['runs'],
  run_ended: ['run', 'cell', 'status'],
  input_request: ['run', 'cell', 'person', 'prompt', 'password'],
  kernel: ['change', 'by'],
  people: ['people'],
  places: ['places'],
  unsaved: ['people', 'held', 'conflicts'],
  saved: ['at'],
  error: ['reason', 'detail']
};

/** A message, or null for what is not one. */
export function parseMessage(frame: unknown): ServerMessage | null {
  if (typeof frame !== 'string') {
    return null;
  }
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return null;
  }
  const type = value.type;
  if (typeof type !== 'string' || !Object.hasOwn(REQUIRED, type)) {
    return null;
  }
  return REQUIRED[type as Kind].every(field => field in value) ? (value as ServerMessage) : null;
}

/** Milliseconds before attempt `n` (from 0): doubling to 30 s, half of it chance, so that a crowd doesn't return at once. */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (random * full) / 2);
}

/** Close codes after which trying again is useless. */
export function isFinal(code: number): boolean {
  return code === 4401 || code === 4403 || code === 4404;
}
