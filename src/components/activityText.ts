/**
 * An entry of the activity in words, for the owner.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Activity } from '../../protocol/resources.ts';

type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** "Ada changed cell 12", "You invited Ada". */
export function activityText(
  item: Activity,
  cellNumber: (id: string) => number | null,
  trans: Trans
): string {
  const who = item.person?.name ?? trans.__('You');
  const number = item.cell === null ? null : cellNumber(item.cell);
  const cell = number === null ? trans.__('a cell that is gone') : trans.__('cell %1', number);
  const about = item.about?.name ?? trans.__('somebody');
  switch (item.kind) {
    case 'edited':
      return trans.__('%1 changed %2', who, cell);
    case 'inserted':
      return trans.__('%1 inserted %2', who, cell);
    case 'deleted':
      return trans.__('%1 deleted a cell', who);
    case 'moved':
      return trans.__('%1 moved %2', who, cell);
    case 'ran':
      return item.count > 1
        ? trans.__('%1 ran %2, %3 times', who, cell, item.count)
        : trans.__('%1 ran %2', who, cell);
    case 'saved':
      return trans.__('%1 saved', who);
    case 'commented':
      return trans.__('%1 commented on %2', who, cell);
    case 'version':
      return trans.__('%1 saved a version', who);
    case 'restored':
      return trans.__('%1 went back to a version', who);
    case 'joined':
      return trans.__('%1 came in', who);
    case 'left':
      return trans.__('%1 left', who);
    case 'invited':
      return trans.__('%1 invited %2', who, about);
    case 'admitted':
      return trans.__('%1 let %2 in', who, about);
    case 'rights':
      return trans.__('%1 changed what %2 may do', who, about);
    case 'removed':
      return trans.__('%1 removed %2', who, about);
  }
}
