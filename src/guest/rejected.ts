/**
 * What a guest reads when a change of theirs was not accepted, with the way back to their text.
 * @module
 */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Banner } from '../components/Banner.ts';
import { rejectedText } from './words.ts';

/** What telling needs. */
export interface RejectedOptions {
  readonly banner: Banner;
  /** What was typed in these cells; without ids, last of all. */
  readonly typed: (cells: readonly string[]) => string;
  /** Number of a cell as people count. */
  readonly cellNumber: (id: string) => number | null;
  readonly trans: TranslationBundle;
}

/** One line, and "Copy my text" when something was typed there. */
export function tellRejected(cells: readonly string[], detail: string, options: RejectedOptions): void {
  const { banner, cellNumber, trans, typed } = options;
  const copy = (): void => {
    Clipboard.copyToSystem(typed(cells));
    banner.say({ text: trans.__('Copied'), kind: 'good', ms: 2_000 });
  };
  banner.say({
    text: rejectedText(
      cells.flatMap(id => cellNumber(id) ?? []),
      detail,
      trans
    ),
    kind: 'warn',
    ...(typed(cells) && { action: { label: trans.__('Copy my text'), run: copy } })
  });
}
