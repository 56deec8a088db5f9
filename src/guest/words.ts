/**
 * What a guest reads about their rights.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type Right, RIGHTS } from '../../protocol/levels.ts';
import type { RightsNow } from '../../protocol/messages.ts';
import { cellsText } from '../components/scope.ts';
import { listOf, rightVerb } from '../components/words.ts';
import type { Need } from './needs.ts';

type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** Text of the chip: "Live view", "Can edit 4 cells and run"; `covered` is how many cells there are that may be edited. */
export function chipText({ cells, rights }: RightsNow, covered: number, trans: Trans): string {
  if (!rights.live) {
    return trans.__('No live access');
  }
  const edit = cells === 'all' ? trans.__('edit') : trans._n('edit 1 cell', 'edit %1 cells', covered);
  const can = [
    ...(rights.edit ? [edit] : []),
    ...(rights.save ? [trans.__('save')] : []),
    ...(rights.execute ? [trans.__('run')] : [])
  ];
  return can.length > 0 ? trans.__('Can %1', listOf(can, trans)) : trans.__('Live view');
}

/** Why something can't be done, naming the owner. */
export function reason(need: Need, owner: string, trans: Trans): string {
  const who = owner || trans.__('The owner');
  switch (need) {
    case 'edit':
      return trans.__('%1 has not given you the right to change cells', who);
    case 'cell':
    case 'all-cells':
      return otherCells(owner, trans);
    case 'structure':
      return trans.__('%1 has not given you the right to add, move or delete cells', who);
    case 'run':
      return trans.__('%1 has not given you the right to run cells', who);
    case 'save':
      return trans.__('%1 has not given you the right to save', who);
    case 'interrupt':
      return trans.__('%1 has not given you the right to interrupt the kernel', who);
    case 'restart':
    case 'restart-run':
      return trans.__('%1 has not given you the right to restart the kernel', who);
    case 'copy':
      return trans.__('%1 has not given you the right to download', who);
    case 'widgets':
      return trans.__('%1 has not given you the right to use widgets', who);
    case 'owner':
      return trans.__('Only %1 can do that', owner || trans.__('the owner'));
  }
}

/** Why this cell can't be changed by somebody who may change others. */
export function otherCells(owner: string, trans: Trans): string {
  return trans.__('%1 has given you other cells to edit', owner || trans.__('The owner'));
}

/** What is said at once when something refused is tried. */
export function refusal(need: Need, owner: string, trans: Trans): string {
  const why = reason(need, owner, trans);
  return need === 'run' ? trans.__('You can’t run cells here. %1.', why) : `${why}.`;
}

/** What changed, for the banner: "You can now run cells"; null when nothing that matters did. */
export function changeText(before: RightsNow, now: RightsNow, trans: Trans): string | null {
  const won = RIGHTS.filter(right => now.rights[right] && !before.rights[right]);
  const lost = RIGHTS.filter(right => !now.rights[right] && before.rights[right]);
  const list = (rights: readonly Right[]): string =>
    listOf(
      rights.map(right => rightVerb(right, trans)),
      trans
    );
  if (won.length > 0) {
    return trans.__('You can now %1', list(won));
  }
  if (lost.length > 0) {
    return trans.__('You can no longer %1', list(lost));
  }
  return String(before.cells) === String(now.cells) ? null : trans.__('The cells you can edit have changed');
}

/** What the owner did not give of what was asked for. */
export function refusedText(refused: readonly Right[], owner: string, trans: Trans): string {
  const who = owner || trans.__('The owner');
  return trans.__(
    '%1 said no to your wish to %2',
    who,
    listOf(
      refused.map(right => rightVerb(right, trans)),
      trans
    )
  );
}

/** "Your change to cell 7 was not accepted: …". */
export function rejectedText(numbers: readonly number[], detail: string, trans: Trans): string {
  const where = cellsText(numbers, trans);
  return where === null
    ? trans.__('Your change was not accepted: %1', detail)
    : trans.__('Your change to %1 was not accepted: %2', where, detail);
}
