/**
 * Whose changes aren't saved, or who has saved, in one line for guests.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Share } from '../../protocol/resources.ts';
import { savedText, unsavedText, type Reader } from './unsavedText.ts';

/** What a guest knows of it. */
export type UnsavedNow = Pick<Share, 'unsavedBy' | 'held' | 'lastSaved' | 'conflicts'>;

/** Props of the line. */
export interface SavedLineProps {
  readonly unsaved: UnsavedNow;
  readonly reader: Reader;
  /** Whether it is said to a screen reader when it changes: once on a page. */
  readonly isSpoken: boolean;
  readonly trans: TranslationBundle;
}

/** The line; nothing when there is nothing to say. */
export function SavedLine({ isSpoken, reader, trans, unsaved }: SavedLineProps): React.JSX.Element | null {
  const waits = unsavedText(unsaved, reader, trans);
  const saved = savedText(unsaved, reader, trans);
  if (waits === null && saved === null) {
    return null;
  }
  const title = [waits, saved && `${saved.text} (${saved.title})`].filter(Boolean).join(' · ');
  return (
    <span
      className="jp-LiveShare-savedNote"
      {...(isSpoken ? { role: 'status' } : {})}
      data-waits={waits !== null}
      title={title}
    >
      {waits ?? saved?.text}
    </span>
  );
}
