/**
 * Where the reader is in a notebook, by cell id: active cell, selection, caret, scroll position.
 * @module
 */
import type { Cell } from '@jupyterlab/cells';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';

type Editor = NonNullable<Cell['editor']>;
type Selection = ReturnType<Editor['getSelection']>;
type Position = Selection['start'];

/** A place that can be found again in another copy of the notebook. */
export interface Place {
  readonly active: string | null;
  readonly index: number;
  readonly selected: readonly string[];
  /** The caret, when it was in a cell. */
  readonly caret: Selection | null;
  /** Whether the keyboard was in the notebook. */
  readonly focused: boolean;
  /** Pixels. */
  readonly top: number;
}

/** Where the reader is now. */
export function placeIn(panel: NotebookPanel): Place {
  const { content } = panel;
  const editing = content.mode === 'edit';
  return {
    active: content.activeCell?.model.id ?? null,
    index: content.activeCellIndex,
    selected: content.selectedCells.map(cell => cell.model.id),
    caret: (editing && content.activeCell?.editor?.getSelection()) || null,
    focused: panel.node.contains(document.activeElement),
    top: scroller(panel)?.scrollTop ?? 0
  };
}

/** Goes there, as far as it still exists. */
export async function goTo(panel: NotebookPanel, place: Place): Promise<void> {
  const { content } = panel;
  const found = content.widgets.findIndex(cell => cell.model.id === place.active);
  content.activeCellIndex = found >= 0 ? found : Math.min(place.index, content.widgets.length - 1);
  const others = content.widgets.filter(
    cell => cell !== content.activeCell && place.selected.includes(cell.model.id)
  );
  others.forEach(cell => content.select(cell));
  await scrollTo(panel, place.top);
  if (found >= 0 && place.caret && place.focused) {
    await putCaret(content, place.caret);
  } else if (place.focused) {
    content.node.focus({ preventScroll: true });
  }
}

async function putCaret(content: Notebook, caret: Selection): Promise<void> {
  const cell = content.activeCell;
  await cell?.ready;
  if (!cell?.editor || cell.isDisposed) {
    return;
  }
  content.mode = 'edit';
  const last = cell.editor.lineCount - 1;
  const inside = (at: Position): Position => {
    const line = Math.min(at.line, last);
    return { line, column: Math.min(at.column, cell.editor?.getLine(line)?.length ?? 0) };
  };
  cell.editor.setSelection({ start: inside(caret.start), end: inside(caret.end) });
  cell.editor.focus();
}

/** A windowed notebook finds its height as it draws: the position is set again until it holds. */
async function scrollTo(panel: NotebookPanel, top: number): Promise<void> {
  const node = scroller(panel);
  for (let frame = 0, held = 0; node && frame < 40 && held < 3; frame++) {
    held = Math.abs(node.scrollTop - top) < 2 ? held + 1 : 0;
    node.scrollTop = top;
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
}

function scroller(panel: NotebookPanel): Element | null {
  return panel.node.querySelector('.jp-WindowedPanel-outer');
}
