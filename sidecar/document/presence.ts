/**
 * Somebody else's presence, written with a clock of ours: a guest can neither freeze a name nor count ahead (threats F22).
 * @module
 */
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';

/** Sets a client's state, or removes it (null), as a change of `origin`. */
export function setPresence(
  awareness: awarenessProtocol.Awareness,
  client: number,
  state: object | null,
  origin: string
): void {
  const one = new awarenessProtocol.Awareness(new Y.Doc());
  one.setLocalState(null);
  one.meta.set(client, { clock: (awareness.meta.get(client)?.clock ?? 0) + 1, lastUpdated: 0 });
  if (state !== null) {
    one.states.set(client, { ...state });
  }
  const update = awarenessProtocol.encodeAwarenessUpdate(one, [client]);
  one.destroy();
  awarenessProtocol.applyAwarenessUpdate(awareness, update, origin);
}
