/**
 * Awareness: what of a guest's state passes. Identity is ours, `autosave` is off, the cursor passes when it has the shape
 * that JupyterLab writes (facts.md), everything else is dropped.
 * @module
 */
import { isRecord } from '../../protocol/json.ts';
import type { Who } from '../../protocol/messages.ts';
import { initials } from '../../protocol/names.ts';

/** Longest cursor that passes, in characters of JSON. */
const MAX_CURSOR = 4_000;

/** State as @jupyterlab/services' user model puts it into awareness. */
export interface PresenceState {
  readonly user: {
    readonly username: string;
    readonly name: string;
    readonly display_name: string;
    readonly initials: string;
    readonly color: string;
    readonly avatar_url: null;
  };
  readonly autosave: false;
  readonly cursors?: unknown;
}

/** The state that is forwarded in place of the one a guest sent. */
export function presence(who: Who, sent: unknown): PresenceState {
  const user = {
    username: who.id,
    name: who.name,
    display_name: who.name,
    initials: initials(who.name),
    color: who.color,
    avatar_url: null
  };
  const cursors = isRecord(sent) && Object.hasOwn(sent, 'cursors') ? sent['cursors'] : undefined;
  return isCursors(cursors) ? { user, autosave: false, cursors } : { user, autosave: false };
}

/** Relative positions of Yjs: `{anchor, head, primary?, empty?}` with ids and names only. */
function isCursors(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 50) {
    return false;
  }
  const text = JSON.stringify(value);
  return (
    text.length <= MAX_CURSOR && !/__proto__|"constructor"|"prototype"/.test(text) && value.every(isRecord)
  );
}
