/**
 * Labels and sentences for rights and grants.
 * @module
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Grant, Right } from '../../protocol/levels.ts';
import { initials as lettersOf } from '../../protocol/names.ts';
import type { Person } from '../../protocol/resources.ts';

/** Head of a right's column. */
export function rightLabel(right: Right, trans: TranslationBundle): string {
  const labels: Record<Right, string> = {
    static: trans.__('Pages'),
    live: trans.__('Live'),
    edit: trans.__('Edit'),
    save: trans.__('Save'),
    execute: trans.__('Run')
  };
  return labels[right];
}

/** One sentence about a right, for the owner. */
export function rightTip(right: Right, trans: TranslationBundle): string {
  const tips: Record<Right, string> = {
    static: trans.__('Read the saved notebook and versions as a page'),
    live: trans.__('See the notebook as it changes'),
    edit: trans.__('Change cells'),
    save: trans.__('Write to disk, save versions'),
    execute: trans.__('Run cells on your kernel. Code runs as you')
  };
  return tips[right];
}

/** What a right lets one do, for the guest who has it or not. */
export function rightMeaning(right: Right, trans: TranslationBundle): string {
  const meanings: Record<Right, string> = {
    static: trans.__('Read the saved notebook as a page'),
    live: trans.__('See the notebook as it changes'),
    edit: trans.__('Change cells'),
    save: trans.__('Save to disk'),
    execute: trans.__('Run cells')
  };
  return meanings[right];
}

/** A verb for a right: "Linus asks to …". */
export function rightVerb(right: Right, trans: Pick<TranslationBundle, '__'>): string {
  const verbs: Record<Right, string> = {
    static: trans.__('read pages'),
    live: trans.__('watch live'),
    edit: trans.__('edit'),
    save: trans.__('save'),
    execute: trans.__('run cells')
  };
  return verbs[right];
}

/** Label of a finer grant. */
export function grantLabel(grant: Grant, trans: TranslationBundle): string {
  const labels: Record<Grant, string> = {
    comment: trans.__('Comment'),
    copy: trans.__('Download and export'),
    terminals: trans.__('See open terminals'),
    complete: trans.__('Completion and inspection'),
    widgets: trans.__('Move widgets'),
    input: trans.__('Answer input()'),
    interrupt: trans.__('Interrupt the kernel'),
    restart: trans.__('Restart the kernel'),
    console: trans.__('Run any code, not only cells')
  };
  return labels[grant];
}

/** What a grant lets one do, in one sentence for the owner. */
export function grantTip(grant: Grant, trans: TranslationBundle): string {
  const tips: Record<Grant, string> = {
    comment: trans.__('Write comments beside cells; they are not part of the notebook file.'),
    copy: trans.__('Take a copy of the notebook away.'),
    terminals: trans.__('See what your open terminals show; never type in them.'),
    complete: trans.__('Get suggestions and help while typing; they show values and file names.'),
    widgets: trans.__('Use sliders and buttons in outputs; without it they can only be watched.'),
    input: trans.__('Type the answer when a cell they ran asks for input.'),
    interrupt: trans.__('Stop what is running, also when somebody else started it.'),
    restart: trans.__('Start the kernel again; all its variables are lost.'),
    console: trans.__('Send code that is in no cell; it leaves no trace in the notebook.')
  };
  return tips[grant];
}

/** "ends in 2 hours". */
export function endsText(at: string, trans: TranslationBundle): string {
  const when = new Date(at);
  return when.getTime() > Date.now()
    ? trans.__('ends %1', Time.formatHuman(when))
    : trans.__('ended %1', Time.formatHuman(when));
}

/** Where a person is, in a few words, and the exact time for the tooltip. */
export function presence(
  person: Person,
  cellNumber: (id: string) => number | null,
  trans: TranslationBundle
): { text: string; title: string } {
  if (person.tabs > 0) {
    const cell = person.cell === null ? null : cellNumber(person.cell);
    const here = cell === null ? trans.__('here now') : trans.__('here now, in cell %1', cell);
    return { text: person.tabs > 1 ? trans.__('%1 (%2 tabs)', here, person.tabs) : here, title: '' };
  }
  if (person.joinedAt) {
    const when = new Date(person.joinedAt);
    return { text: trans.__('was here %1', Time.formatHuman(when)), title: when.toLocaleString() };
  }
  const unused = person.kind === 'account' ? trans.__('hasn’t come yet') : trans.__('link not used yet');
  return { text: unused, title: '' };
}

/** Up to two letters for an avatar. */
export function initials(name: string): string {
  return lettersOf(name) || '?';
}

/** "a", "a and b", "a, b and c". */
export function listOf(words: readonly string[], trans: Pick<TranslationBundle, '__'>): string {
  const last = words[words.length - 1] ?? '';
  return words.length < 2 ? last : trans.__('%1 and %2', words.slice(0, -1).join(', '), last);
}

/** Why the notebook could not be saved. */
export function saveFailureText(reason: string, trans: TranslationBundle): string {
  switch (reason) {
    case 'read-only':
      return trans.__('Not saved: the file is read-only on disk.');
    case 'full':
      return trans.__('Not saved: the disk is full.');
    case 'gone':
      return trans.__('Not saved: the file is gone.');
    default:
      return trans.__('Not saved. Trying again.');
  }
}
