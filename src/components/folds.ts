/**
 * Which sections are folded, kept in the browser.
 * @module
 */
import type { Folds } from './GuestsPanel.tsx';

const KEY = 'liveshare:folded';

/** The folds as stored; `changed` is called after each fold. */
export function folds(changed: () => void): Folds {
  const folded = new Set((localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean));
  return {
    folded,
    onFold: (name, fold) => {
      if (fold) {
        folded.add(name);
      } else {
        folded.delete(name);
      }
      localStorage.setItem(KEY, [...folded].join(' '));
      changed();
    }
  };
}
