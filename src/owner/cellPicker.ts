/**
 * Picking cells in the notebook itself: click or Space adds and removes, arrows move, Enter is done, Escape cancels.
 * What is chosen is kept by cell id, so that it survives cells that move or scroll out of a windowed notebook.
 * @module
 */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { cellNumber, onCellsMoved } from '../cells.ts';
import { PickBar } from '../components/PickBar.ts';

/** What to pick, and for whom. */
export interface PickOptions {
  readonly panel: NotebookPanel;
  readonly who: string;
  /** The person's colour; null for JupyterLab's own. */
  readonly color: string | null;
  /** Ids that start chosen; those of cells that are gone don't count. */
  readonly chosen: readonly string[];
  readonly trans: TranslationBundle;
}

const MOUSE = ['pointerdown', 'mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu'] as const;
const PICKING = 'jp-LiveShare-mod-picking';
const PICKED = 'jp-LiveShare-mod-picked';

/** Ends the picking that is going on in a notebook, if any. */
const running = new WeakMap<NotebookPanel, () => void>();

/** The ids chosen, in the notebook's order; null when it was cancelled or the notebook was closed. */
export async function pickCells(options: PickOptions): Promise<readonly string[] | null> {
  const { panel } = options;
  running.get(panel)?.();
  await panel.context.ready;
  const picker = new CellPicker(options);
  running.set(panel, () => picker.end(false));
  return picker.result;
}

class CellPicker {
  private readonly panel: NotebookPanel;
  constructor(options: PickOptions) {
    const { color, panel, trans, who } = options;
    this.panel = panel;
    this.chosen = new Set(options.chosen.filter(id => cellNumber(panel, id) !== null));
    this.result = new Promise(resolve => (this.resolve = resolve));
    this.bar = new PickBar({ who, trans, onDone: () => this.end(true), onCancel: () => this.end(false) });
    this.moved = onCellsMoved(panel, () => this.show());
    panel.contentHeader.addWidget(this.bar);
    panel.content.mode = 'command';
    panel.content.deselectAll();
    panel.content.addClass(PICKING);
    panel.content.node.style.setProperty('--jp-LiveShare-pickColor', color ?? 'var(--jp-brand-color1)');
    // On ancestors, in the capture phase: before the notebook's own listeners and JupyterLab's shortcuts.
    MOUSE.forEach(type => panel.node.addEventListener(type, this.onMouse, true));
    window.addEventListener('keydown', this.onKey, true);
    panel.disposed.connect(() => this.end(false));
    panel.content.node.focus();
    this.show();
  }

  /** Resolves once. */
  readonly result: Promise<readonly string[] | null>;

  /** Puts everything back as it was. */
  end(done: boolean): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    window.removeEventListener('keydown', this.onKey, true);
    const { panel } = this;
    if (!panel.isDisposed) {
      MOUSE.forEach(type => panel.node.removeEventListener(type, this.onMouse, true));
      this.moved.dispose();
      panel.content.removeClass(PICKING);
      panel.content.widgets.forEach(cell => mark(cell, null));
      this.bar.dispose();
    }
    this.resolve(done ? this.inOrder() : null);
  }

  private toggle(cell: Cell): void {
    const { id } = cell.model;
    if (!this.chosen.delete(id)) {
      this.chosen.add(id);
    }
    this.show();
  }

  private show(): void {
    this.panel.content.widgets.forEach(cell => mark(cell, this.chosen.has(cell.model.id)));
    this.bar.tell(this.inOrder().length);
  }

  private inOrder(): readonly string[] {
    return this.panel.content.widgets.map(cell => cell.model.id).filter(id => this.chosen.has(id));
  }

  private readonly onMouse = (event: Event): void => {
    const { target } = event;
    const { content } = this.panel;
    if (!(target instanceof Element) || !content.node.contains(target)) {
      return;
    }
    const node = target.closest('.jp-Notebook .jp-Cell');
    const index = content.widgets.findIndex(cell => cell.node === node);
    const cell = content.widgets[index];
    if (!cell) {
      // Scroll bars still scroll; anything else of the notebook is out of play.
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'click') {
      content.activeCellIndex = index;
      content.node.focus();
      this.toggle(cell);
    }
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const { target } = event;
    const { content } = this.panel;
    const here = target === document.body || (target instanceof Node && content.node.contains(target));
    const inBar = target instanceof Node && this.bar.node.contains(target);
    const keys: Record<string, () => void> = {
      Escape: () => this.end(false),
      ...(here && {
        ' ': () => content.activeCell && this.toggle(content.activeCell),
        Enter: () => this.end(true),
        ArrowUp: () => this.step(-1),
        ArrowDown: () => this.step(1)
      })
    };
    if (!here && !inBar) {
      return;
    }
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    const act = plain && Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act) {
      event.preventDefault();
      act();
    }
    if (here || act) {
      // No shortcut of the notebook: x would cut the cell, Shift+Enter run it.
      event.stopImmediatePropagation();
    }
  };

  private step(by: number): void {
    const { content } = this.panel;
    const index = Math.max(0, Math.min(content.widgets.length - 1, content.activeCellIndex + by));
    content.activeCellIndex = index;
    void content.scrollToItem(index).catch(() => undefined);
  }

  private readonly chosen: Set<string>;
  private readonly bar: PickBar;
  private readonly moved: { dispose(): void };
  private resolve: (cells: readonly string[] | null) => void = () => undefined;
  private ended = false;
}

/** How a cell looks: chosen, not chosen, or, with null, as ever. */
function mark(cell: Cell, picked: boolean | null): void {
  cell.toggleClass(PICKED, picked === true);
  if (picked === null) {
    cell.node.removeAttribute('aria-selected');
  } else {
    cell.node.setAttribute('aria-selected', String(picked));
  }
}
