/**
 * A line in the cell that somebody else edits, when one tries to type there: who it is, and what can be done.
 * @module
 */
import { Clipboard } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { cellWidget } from '../cells.ts';
import type { Desk } from './desk.ts';

const NOTE = 'jp-LiveShare-lockNote';
const PULSE = 'jp-LiveShare-mod-pulse';
/** Milliseconds that the line stays, and that the bar pulses. */
const STAYS = 6_000;
const PULSES = 700;

/** What one notebook says; `take`: whether its person may take a cell over. */
export class LockNotes {
  private readonly panel: NotebookPanel;
  private readonly desk: Desk;
  private readonly mayTake: boolean;
  private readonly trans: TranslationBundle;

  constructor(panel: NotebookPanel, desk: Desk, mayTake: boolean, trans: TranslationBundle) {
    this.panel = panel;
    this.desk = desk;
    this.mayTake = mayTake;
    this.trans = trans;
    this.node.className = NOTE;
    this.node.setAttribute('role', 'status');
    desk.attempted.connect(this.onAttempt);
    desk.returned.connect(this.onReturned);
    desk.changed.connect(this.onChanged);
    panel.disposed.connect(() => {
      window.clearTimeout(this.timer);
      desk.attempted.disconnect(this.onAttempt);
      desk.returned.disconnect(this.onReturned);
      desk.changed.disconnect(this.onChanged);
    });
  }

  private readonly onAttempt = (_: unknown, cell: string): void => this.show(cell, '');
  private readonly onReturned = (_: unknown, { cell, text }: { cell: string; text: string }): void =>
    this.show(cell, text);
  private readonly onChanged = (): void => {
    if (this.cell !== null && !this.text && this.desk.locks?.access(this.cell) !== 'closed') {
      this.hide();
    }
  };

  private show(id: string, text: string): void {
    const cell = cellWidget(this.panel, id);
    if (!cell) {
      return;
    }
    // Text that was taken back stays to be copied while one goes on trying.
    this.text = text || (this.cell === id ? this.text : '');
    this.cell = id;
    this.node.replaceChildren(this.sentence(id), ...this.actions(id));
    if (this.node.parentElement !== cell.node) {
      cell.node.append(this.node);
    }
    pulse(cell);
    window.clearTimeout(this.timer);
    if (!this.text) {
      this.timer = window.setTimeout(() => this.hide(), STAYS);
    }
  }

  private sentence(id: string): HTMLElement {
    const { trans } = this;
    const lock = this.desk.locks?.other(id);
    const span = document.createElement('span');
    span.textContent = lock
      ? trans.__('%1 is editing this cell', lock.holder.name)
      : trans.__('Not connected: this cell can be changed again when the connection is back');
    return span;
  }

  private actions(id: string): HTMLElement[] {
    const { desk, text, trans } = this;
    const actions: HTMLElement[] = [];
    if (text) {
      actions.push(
        this.button(trans.__('Copy my text'), () => Clipboard.copyToSystem(text)),
        this.button(trans.__('Close'), () => undefined)
      );
    }
    if (this.mayTake && desk.locks?.other(id)) {
      actions.push(
        this.button(trans.__('Take over'), () => {
          desk.locks?.take(id);
          cellWidget(this.panel, id)?.editor?.focus();
        })
      );
    }
    return actions;
  }

  private button(label: string, run: () => void): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    // The caret stays where it is.
    button.addEventListener('mousedown', event => event.preventDefault());
    button.addEventListener('click', event => {
      event.stopPropagation();
      this.hide();
      run();
    });
    return button;
  }

  private hide(): void {
    window.clearTimeout(this.timer);
    this.cell = null;
    this.text = '';
    this.node.remove();
  }

  private readonly node = document.createElement('div');
  private cell: string | null = null;
  private text = '';
  private timer = 0;
}

/** The bar of a cell pulses once. */
function pulse(cell: Cell): void {
  if (!cell.hasClass(PULSE)) {
    cell.addClass(PULSE);
    window.setTimeout(() => cell.removeClass(PULSE), PULSES);
  }
}
