import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { isPending, replicaOf } from './replica.ts';

/** A plain document that writes one character after another's, as an update of its own. */
function writer(clientID: number) {
  const doc = new Y.Doc();
  doc.clientID = clientID;
  return {
    read: (...updates: Uint8Array[]) => updates.forEach(update => Y.applyUpdate(doc, update)),
    write: (char: string, at = doc.getText('t').length): Uint8Array => {
      const before = Y.encodeStateVector(doc);
      doc.getText('t').insert(at, char);
      return Y.encodeStateAsUpdate(doc, before);
    }
  };
}

/** Two writers answer each other and a third writes by itself: no filter, no room. */
function conversation() {
  const [low, high, third] = [writer(1), writer(2), writer(3)];
  const a = low.write('a');
  high.read(a);
  const b = high.write('b');
  low.read(b);
  const c = low.write('c');
  const d = low.write('d', 0);
  const [x, y] = [third.write('x'), third.write('y')];
  return { all: [a, b, c, d, x, y], unlucky: [b, d, y, x, a, c] };
}

describe('a replica that gets updates in any order', () => {
  it('Yjs alone, without a filter, can be stuck with all updates there', () => {
    const { unlucky } = conversation();
    const stuck = new Y.Doc();
    for (const update of unlucky) {
      Y.applyUpdate(stuck, update);
    }
    expect(stuck.store.pendingStructs).not.toBeNull();
    expect(stuck.getText('t').toString()).not.toContain('b');
  });

  it('shows everything once it has looked again', () => {
    const { all, unlucky } = conversation();
    const replica = replicaOf(unlucky);
    expect(isPending(replica)).toBe(false);
    expect(replica.getText('t').toString()).toBe(replicaOf(all).getText('t').toString());
  });

  it('says so when something really is missing', () => {
    const { unlucky } = conversation();
    expect(isPending(replicaOf(unlucky.slice(0, -1)))).toBe(true);
  });
});
