import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presence } from './presence.ts';

const who = { id: 'p1', name: 'Gus Guest', color: '#2e86ab' };
const user = {
  username: 'p1',
  name: 'Gus Guest',
  display_name: 'Gus Guest',
  initials: 'GG',
  color: '#2e86ab',
  avatar_url: null
};
const cursors = [
  { anchor: { type: { client: 1, clock: 2 }, tname: null, item: null, assoc: 0 }, primary: true }
];

describe('presence', () => {
  it('T82, S7: identity is the session’s, whatever was sent', () => {
    const sent = {
      user: {
        username: 'owner',
        name: 'The Owner',
        color: 'red;background:url(//evil)',
        avatar_url: 'javascript:x'
      },
      autosave: true,
      isOwner: true,
      document_id: 'json:notebook:other'
    };
    expect(presence(who, sent)).toEqual({ user, autosave: false });
  });

  it('T82: nothing passes but the cursor, for any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), sent => {
        const made = presence(who, sent);
        expect(Object.keys(made).every(key => ['user', 'autosave', 'cursors'].includes(key))).toBe(true);
        expect(made.user).toEqual(user);
        expect(made.autosave).toBe(false);
      })
    );
  });

  it('the cursor that JupyterLab writes passes', () => {
    expect(presence(who, { cursors })).toEqual({ user, autosave: false, cursors });
    expect(presence(who, { cursors: [] })).toEqual({ user, autosave: false, cursors: [] });
  });

  it.each([
    ['no list', { a: 1 }],
    ['a text', 'x'],
    ['no objects', [1, 2]],
    ['lists', [[1]]],
    ['too many', Array.from({ length: 51 }, () => ({}))],
    ['too long', [{ anchor: 'x'.repeat(4_001) }]],
    ['__proto__', JSON.parse('[{"__proto__":{"a":1}}]')],
    ['__proto__, deep', JSON.parse('[{"anchor":{"__proto__":{"a":1}}}]')],
    ['constructor', [{ constructor: { prototype: {} } }]],
    ['prototype', [{ prototype: 1 }]]
  ])('T48, T82, T83: a cursor that is %s is dropped', (_, sent) => {
    expect(presence(who, { cursors: sent })).toEqual({ user, autosave: false });
  });

  it('T83: an inherited cursor is none', () => {
    expect(presence(who, Object.create({ cursors }) as object)).toEqual({ user, autosave: false });
  });

  it('T48: a name with markup or overrides stays text, in every field', () => {
    const name = '<img src=x onerror=alert(1)>';
    const made = presence({ ...who, name }, {});
    expect(made.user.name).toBe(name);
    expect(made.user.color).toBe(who.color);
  });
});
