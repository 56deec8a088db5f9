import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import { Hub } from './hub.ts';

const message: ServerMessage = { type: 'versions', latest: 1 };
const listener = () => {
  const heard: ServerMessage[] = [];
  return { heard, tell: (each: ServerMessage) => void heard.push(each) };
};

describe('the hub', () => {
  it('tells every tab of a guest, and nobody else', () => {
    const hub = new Hub();
    const [a, b, c, owner] = [listener(), listener(), listener(), listener()];
    hub.addGuest('p', a);
    const remove = hub.addGuest('p', b);
    hub.addGuest('q', c);
    hub.addOwner('p', owner);
    hub.toGuest('p', message);
    expect([a, b, c, owner].map(each => each.heard.length)).toEqual([1, 1, 0, 0]);
    remove();
    hub.toGuest('p', message);
    expect([a, b, c].map(each => each.heard.length)).toEqual([2, 1, 0]);
    hub.toGuest('nobody', message);
  });

  it('knows whether the owner has a share open', () => {
    const hub = new Hub();
    const [a, b] = [listener(), listener()];
    expect(hub.hasOwner('s')).toBe(false);
    const [removeA, removeB] = [hub.addOwner('s', a), hub.addOwner('s', b)];
    removeA();
    expect(hub.hasOwner('s')).toBe(true);
    hub.toOwner('s', message);
    expect([a, b].map(each => each.heard.length)).toEqual([0, 1]);
    removeB();
    expect(hub.hasOwner('s')).toBe(false);
    hub.toOwner('s', message);
  });

  it('a tab that goes away while it is told disturbs the others not', () => {
    const hub = new Hub();
    const heard: string[] = [];
    const remove = hub.addGuest('p', {
      tell: () => {
        heard.push('first');
        remove();
      }
    });
    hub.addGuest('p', { tell: () => heard.push('second') });
    hub.toGuest('p', message);
    hub.toGuest('p', message);
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});
