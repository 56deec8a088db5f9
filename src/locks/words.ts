/**
 * What is said about locks and runs.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { HeldLock, RunState } from '../../protocol/messages.ts';

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
