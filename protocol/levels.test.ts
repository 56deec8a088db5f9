import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GRANT_NAMES,
  granted,
  GRANTS,
  NEEDS_LIVE,
  NO_RIGHTS,
  RIGHTS,
  tick,
  withImplied,
  type Grant,
  type Rights
} from './levels.ts';

const someRights = fc.record(
  Object.fromEntries(RIGHTS.map(name => [name, fc.boolean()]))
) as fc.Arbitrary<Rights>;
const allRights: Rights[] = Array.from(
  { length: 32 },
  (_, bits) => Object.fromEntries(RIGHTS.map((name, i) => [name, (bits >> i) % 2 === 1])) as Rights
);

describe('rights', () => {
  it('edit, save and execute include live; static stands alone', () => {
    for (const right of RIGHTS) {
      const { [right]: on, ...others } = withImplied({ [right]: true });
      expect(on).toBe(true);
      expect(others).toEqual({
        ...Object.fromEntries(Object.entries(NO_RIGHTS).filter(([name]) => name !== right)),
        ...(NEEDS_LIVE.includes(right) ? { live: true } : {})
      });
    }
  });

  it('any sequence of ticks leaves a set that is closed under "includes live"', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...RIGHTS), fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(steps, sequence => {
        let rights = NO_RIGHTS;
        for (const [right, on] of sequence) {
          const before = rights;
          rights = tick(rights, right, on);
          // `live` can't be taken from under another right; every other tick is what was asked for.
          expect(rights[right]).toBe(on);
          expect(withImplied(rights)).toEqual(rights);
          if (right !== 'live' && !on) {
            expect(rights).toEqual({ ...before, [right]: false });
          }
        }
      })
    );
  });

  it('unticking live takes edit, save and execute, and leaves static', () => {
    fc.assert(
      fc.property(someRights, rights => {
        expect(tick(withImplied(rights), 'live', false)).toEqual({ ...NO_RIGHTS, static: rights.static });
      })
    );
  });

  it('implication is idempotent and never takes anything', () => {
    for (const rights of allRights) {
      const once = withImplied(rights);
      expect(withImplied(once)).toEqual(once);
      for (const right of RIGHTS) {
        expect(once[right] || !rights[right]).toBe(true);
      }
    }
  });
});

describe('grants', () => {
  it('a grant without its right is never in force, whatever was chosen', () => {
    for (const name of GRANT_NAMES) {
      for (const rights of allRights.filter(each => !each[GRANTS[name].under])) {
        expect(granted(name, rights, { [name]: true })).toBe(false);
      }
    }
  });

  it('defaults are the safe ones', () => {
    const executor = withImplied({ execute: true });
    const editor = withImplied({ execute: true, edit: true });
    const on = (rights: Rights) => GRANT_NAMES.filter(name => granted(name, rights, {}));
    expect(on(NO_RIGHTS)).toEqual([]);
    expect(on(withImplied({ live: true }))).toEqual(['comment', 'copy']);
    expect(on(executor)).toEqual(['comment', 'copy', 'widgets', 'input', 'interrupt']);
    expect(on(editor)).toEqual(['comment', 'copy', 'complete', 'widgets', 'input', 'interrupt']);
  });

  it('a choice beats the default both ways', () => {
    const editor = withImplied({ execute: true, edit: true });
    for (const name of GRANT_NAMES) {
      for (const chosen of [true, false]) {
        expect(granted(name, editor, { [name]: chosen })).toBe(chosen);
      }
    }
  });

  it('console needs edit on the whole notebook, whatever was chosen', () => {
    const console: Grant = 'console';
    const editor = withImplied({ execute: true, edit: true });
    expect(granted(console, editor, { console: true }, 'all')).toBe(true);
    expect(granted(console, editor, { console: true }, ['a'])).toBe(false);
    expect(granted(console, withImplied({ execute: true }), { console: true }, 'all')).toBe(false);
  });
});
