import { describe, expect, it } from 'vitest';
import { NO_RIGHTS, withImplied } from '../../protocol/levels.ts';
import { CALM } from '../components/model.ts';
import { afterTick, anyRight, sameRights } from './rowState.ts';

describe('afterTick', () => {
  it('ticks what is included', () => {
    const state = afterTick(CALM, NO_RIGHTS, 'edit', true);
    expect(state.wanted).toEqual(withImplied({ edit: true }));
    expect(state.note).toBeNull();
  });
  it('goes on from what is already wanted', () => {
    const first = afterTick(CALM, NO_RIGHTS, 'edit', true);
    expect(afterTick(first, NO_RIGHTS, 'execute', true).wanted).toEqual(
      withImplied({ edit: true, execute: true })
    );
  });
  it('says what unticking Live takes along, and remembers it for Undo', () => {
    const before = withImplied({ static: true, edit: true, execute: true });
    const state = afterTick({ ...CALM, error: 'old' }, before, 'live', false);
    expect(state.wanted).toEqual({ ...NO_RIGHTS, static: true });
    expect(state.note).toEqual({ kind: 'dropped', rights: ['edit', 'execute'], before });
    expect(state.error).toBeNull();
  });
});

describe('sameRights, anyRight', () => {
  it('compare all five', () => {
    expect(sameRights(NO_RIGHTS, { ...NO_RIGHTS })).toBe(true);
    expect(sameRights(NO_RIGHTS, { ...NO_RIGHTS, save: true })).toBe(false);
    expect(anyRight(NO_RIGHTS)).toBe(false);
    expect(anyRight({ ...NO_RIGHTS, static: true })).toBe(true);
  });
});
