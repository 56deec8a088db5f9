/**
 * How a row's state moves on; pure.
 * @module
 */
import { type Right, RIGHTS, type Rights, tick } from '../../protocol/levels.ts';
import type { RowNote, RowState } from '../components/model.ts';

/** A tick was clicked: what is wanted now, and a note when unticking took more than was clicked. */
export function afterTick(state: RowState, current: Rights, right: Right, on: boolean): RowState {
  const before = state.wanted ?? current;
  const wanted = tick(before, right, on);
  const dropped = RIGHTS.filter(name => name !== right && before[name] && !wanted[name]);
  const note: RowNote | null = dropped.length > 0 ? { kind: 'dropped', rights: dropped, before } : null;
  return { wanted, error: null, note };
}

/** Whether two sets of ticks are the same. */
export function sameRights(a: Rights, b: Rights): boolean {
  return RIGHTS.every(right => a[right] === b[right]);
}

/** Whether anything is ticked. */
export function anyRight(rights: Rights): boolean {
  return RIGHTS.some(right => rights[right]);
}
