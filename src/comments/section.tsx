/**
 * The section of comments, wired to the notebook it belongs to.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { cellNumber, goToCell } from '../cells.ts';
import type { CommentReader } from '../components/commentModel.ts';
import { CommentsSection } from '../components/CommentsSection.tsx';
import type { Folds } from '../components/GuestsPanel.tsx';
import type { CellComments } from './cellComments.ts';

/** What the section needs. */
export interface SectionOptions {
  readonly comments: CellComments;
  /** The notebook, when it is open. */
  readonly panel: NotebookPanel | null;
  readonly reader: CommentReader;
  readonly folds: Folds;
  readonly trans: TranslationBundle;
}

/** The section; nothing for whoever may not comment. */
export function commentsSection(options: SectionOptions): React.JSX.Element | null {
  const { comments, folds, panel, reader, trans } = options;
  if (!comments.allowed) {
    return null;
  }
  return (
    <CommentsSection
      view={comments.view}
      actions={comments}
      reader={reader}
      folds={folds}
      cellNumber={id => cellNumber(panel, id)}
      activeCell={() => panel?.content.activeCell?.model.id ?? null}
      onGo={id => panel && void goToCell(panel, id)}
      trans={trans}
    />
  );
}
