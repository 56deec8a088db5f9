/**
 * What is said about work that isn't saved, and about who saved; pure.
 * @module
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ActivityPerson, Share, UnsavedBy } from '../../protocol/resources.ts';
import { listOf } from './words.ts';

type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** Whoever reads it: `me` is one's person id, null for the owner; `owner` is the owner's name. */
export interface Reader {
  readonly me: string | null;
  readonly owner: string;
}

/** Milliseconds for which a save is news where the file follows by itself. */
const NEWS = 60_000;

/** Names of authors for a reader; of those who are gone without a trace there is none. */
export function authors(people: readonly UnsavedBy[], reader: Reader, trans: Trans): string[] {
  return people.map(({ person }) => nameOf(person, reader, trans));
}

function nameOf(person: ActivityPerson | null, { me, owner }: Reader, trans: Trans): string {
  if ((person?.id ?? null) === me) {
    return trans.__('you');
  }
  return person === null ? owner || trans.__('the owner') : person.name || trans.__('somebody');
}

/** "Unsaved changes by Ada and Grace"; null when nothing waits for a save. */
export function unsavedText(
  { unsavedBy, held }: Pick<Share, 'unsavedBy' | 'held'>,
  reader: Reader,
  trans: Trans
): string | null {
  return held && unsavedBy.length > 0
    ? trans.__('Unsaved changes by %1', listOf(authors(unsavedBy, reader, trans), trans))
    : null;
}

/**
 * "Saved by Ada 2 minutes ago", and the exact time for the tooltip; null when nobody has saved. Where the file follows by itself, that
 * somebody saved says nothing of what was changed after it: it is told for a minute.
 */
export function savedText(
  { lastSaved, held }: Pick<Share, 'lastSaved' | 'held'>,
  reader: Reader,
  trans: Trans,
  now = Date.now()
): { readonly text: string; readonly title: string } | null {
  const at = lastSaved && new Date(lastSaved.at);
  if (!at || (!held && now - at.getTime() > NEWS)) {
    return null;
  }
  const name = nameOf(lastSaved.person, reader, trans);
  const when = now - at.getTime() < 5_000 ? trans.__('just now') : Time.formatHuman(at, 'narrow');
  return { text: trans.__('Saved by %1 %2', name, when), title: at.toLocaleString() };
}

/** That cells wait for the owner's decision. */
export function conflictsText(count: number, trans: Trans): string {
  return trans._n(
    '%1 cell was changed here and in the file.',
    '%1 cells were changed here and in the file.',
    count
  );
}

/** Whether a share's unsaved work was left behind: guests', while none of them is here. */
export function isLeft({ people, unsavedBy, held }: Pick<Share, 'people' | 'unsavedBy' | 'held'>): boolean {
  const guests = unsavedBy.flatMap(({ person }) => person?.id ?? []);
  const here = people.filter(({ tabs }) => tabs > 0).map(({ id }) => id);
  return held && guests.length > 0 && !guests.some(id => here.includes(id));
}
