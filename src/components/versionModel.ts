/**
 * What views of versions show and do; pure.
 * @module
 */
import type { Version } from '../../protocol/versions.ts';

/** What one may do with versions. */
export interface VersionCan {
  readonly see: boolean;
  readonly save: boolean;
  readonly restore: boolean;
  /** Open one as a page. */
  readonly read: boolean;
  /** Compare with the notebook as it is now. */
  readonly compareNow: boolean;
  /** Pin and remove. */
  readonly manage: boolean;
}

/** What the section shows. */
export interface VersionsView {
  /** Newest first. */
  readonly items: readonly Version[];
  readonly error: string | null;
}

/** What the section does. */
export interface VersionActions {
  save(): void;
  restore(version: Version): void;
  /** Compares with another version, or with now. */
  compare(version: Version, other: number | 'now'): void;
  pin(version: Version, pinned: boolean): void;
  remove(version: Version): void;
  pageUrl(version: number): string;
}

/** Versions whose number, message or author holds the text. */
export function search(items: readonly Version[], text: string, owner: string): readonly Version[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') {
    return items;
  }
  return items.filter(
    ({ number, message, person }) =>
      String(number) === wanted.replace(/^#/, '') ||
      `${message}\n${person?.name ?? owner}`.toLocaleLowerCase().includes(wanted)
  );
}

/** A line of a comparison: what it is, and its text. */
export interface DiffLine {
  readonly kind: 'head' | 'added' | 'removed' | 'plain';
  readonly text: string;
}

/** nbdime's text as lines; cells are counted from one, as people do. */
export function diffLines(text: string): DiffLine[] {
  return text
    .replace(/\n+$/, '')
    .split('\n')
    .filter(line => !line.startsWith('@@ ') && line !== '\\ No newline at end of file')
    .map(line => {
      if (line.startsWith('## ')) {
        return { kind: 'head', text: headOf(line.slice(3)) };
      }
      return {
        kind: line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'plain',
        text: line
      };
    });
}

/** "modified /cells/0/source:" -> "modified: cell 1, source". */
function headOf(line: string): string {
  const found = /^(.*?) \/(\S+?):?$/.exec(line);
  if (!found) {
    return line;
  }
  const [, what = '', path = ''] = found;
  const steps = path.split('/');
  const place =
    steps[0] === 'cells' ? [`cell ${Number(steps[1]) + 1}`, ...steps.slice(2)] : ['notebook', ...steps];
  return `${what.replace(/ before$/, '')}: ${place.join(', ')}`;
}
