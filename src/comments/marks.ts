/**
 * A small speech bubble with the number of open comments at the lower right corner of a cell, over it, moving nothing.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { onCellsMoved } from '../cells.ts';
import { commentIcon } from '../components/commentIcon.ts';
import type { CellComments } from './cellComments.ts';

const MARK = 'jp-LiveShare-commentMark';
const MARKED = 'jp-LiveShare-mod-commented';

/** What marks need. */
export interface MarkOptions {
  readonly panel: NotebookPanel;
  readonly comments: CellComments;
  /** A mark was clicked. */
  readonly onClick: (cell: string) => void;
  readonly trans: TranslationBundle;
}

/** Marks a notebook's cells until it is closed or the answer is disposed. */
export function markCells({ panel, comments, onClick, trans }: MarkOptions): IDisposable {
  const apply = (): void => {
    const counts = comments.countByCell();
    for (const cell of panel.content.widgets) {
      const { id } = cell.model;
      setMark(cell.node, counts.get(id) ?? 0, () => onClick(id), trans);
    }
  };
  const moved = onCellsMoved(panel, apply);
  comments.changed.connect(apply);
  const marks = new DisposableDelegate(() => {
    moved.dispose();
    comments.changed.disconnect(apply);
    if (!panel.isDisposed) {
      panel.content.widgets.forEach(cell => setMark(cell.node, 0, () => undefined, trans));
    }
  });
  panel.disposed.connect(() => marks.dispose());
  apply();
  return marks;
}

function setMark(node: HTMLElement, count: number, onClick: () => void, trans: TranslationBundle): void {
  let mark = node.querySelector<HTMLButtonElement>(`:scope > .${MARK}`);
  if (count === 0) {
    mark?.remove();
    node.classList.remove(MARKED);
    return;
  }
  if (!mark) {
    mark = document.createElement('button');
    mark.type = 'button';
    mark.className = MARK;
    // JupyterLab would take Enter and Space for commands of its own.
    mark.setAttribute('data-lm-suppress-shortcuts', 'true');
    mark.addEventListener('click', onClick);
    commentIcon.element({ container: mark.appendChild(document.createElement('span')), tag: 'span' });
    mark.append(document.createElement('span'));
    node.classList.add(MARKED);
    node.append(mark);
  }
  const text = String(count);
  if (mark.lastElementChild && mark.lastElementChild.textContent !== text) {
    mark.lastElementChild.textContent = text;
    mark.title = trans._n('1 comment on this cell', '%1 comments on this cell', count);
    mark.setAttribute('aria-label', mark.title);
  }
}
