/**
 * What is said about locks and runs.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { HeldLock, RunState } from '../../protocol/messages.ts';
import { listOf } from '../components/words.ts';
import type { Wish } from './asks.ts';
import type { Denial } from './denials.ts';

type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** A moment as a clock shows it. */
export function clockTime(since: string): string {
  return new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** "Ada is editing, since 14:03". */
export function editText({ holder, since }: HeldLock, trans: Trans): string {
  return trans.__('%1 is editing, since %2', holder.name, clockTime(since));
}

/** "Run by Ada, since 14:03"; "Queued by Ada, 2 runs before it". */
export function runText({ person, since, state }: RunState, before: number, trans: Trans): string {
  switch (state) {
    case 'queued':
      return trans._n(
        'Queued by %2, 1 run before it',
        'Queued by %2, %1 runs before it',
        before,
        person.name
      );
    case 'input':
      return trans.__('Waiting for %1 to answer what the cell asks, since %2', person.name, clockTime(since));
    case 'running':
      return trans.__('%1 is running this cell, since %2', person.name, clockTime(since));
  }
}

/** Why a cell can't be typed in just now: who edits it, what the server says, or that there is nobody to ask. */
export function refusedText(
  lock: HeldLock | null,
  asked: boolean,
  denial: Denial | null,
  trans: Trans
): string {
  if (lock) {
    return asked
      ? trans.__('%1 was asked to let go of this cell', lock.holder.name)
      : trans.__('%1 is editing this cell', lock.holder.name);
  }
  return (
    denial?.detail ?? trans.__('Not connected: this cell can be changed again when the connection is back')
  );
}

/** "Grace would like to edit this cell". */
export function wantedText(wishes: readonly Wish[], trans: Trans): string {
  const names = wishes.map(({ by }) => by.name);
  return trans.__('%1 would like to edit this cell', listOf(names, trans));
}
