/**
 * A line in a cell: that somebody else edits it, when one tries to type there, or that somebody would like to; and what can be done.
 * @module
 */
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { cellNumber, cellWidget } from '../cells.ts';
import type { Wish } from './asks.ts';
import type { Desk } from './desk.ts';
import { refusedText, wantedText } from './words.ts';

const NOTE = 'jp-LiveShare-lockNote';
const PULSE = 'jp-LiveShare-mod-pulse';
/** Milliseconds that the line stays, that one about a wish stays, and that the bar pulses. */
const STAYS = 6_000;
const WISH_STAYS = 20_000;
const PULSES = 700;

/** What one notebook says; `owner`: whether its person may take a cell over rather than ask for it. */
export class LockNotes {
  private readonly panel: NotebookPanel;
  private readonly desk: Desk;
  private readonly owner: boolean;
  private readonly trans: TranslationBundle;

  constructor(panel: NotebookPanel, desk: Desk, owner: boolean, trans: TranslationBundle) {
    this.panel = panel;
    this.desk = desk;
    this.owner = owner;
    this.trans = trans;
    this.node.className = NOTE;
    this.node.setAttribute('role', 'status');
    desk.attempted.connect(this.onAttempt);
    desk.returned.connect(this.onReturned);
    desk.changed.connect(this.onChanged);
    desk.wanted.connect(this.onWanted);
    desk.asked.connect(this.onAttempt);
    panel.disposed.connect(() => {
      window.clearTimeout(this.timer);
      desk.attempted.disconnect(this.onAttempt);
      desk.returned.disconnect(this.onReturned);
      desk.changed.disconnect(this.onChanged);
      desk.wanted.disconnect(this.onWanted);
      desk.asked.disconnect(this.onAttempt);
    });
  }

  private readonly onAttempt = (_: unknown, cell: string): void => this.refuse(cell, '');
  private readonly onReturned = (_: unknown, { cell, text }: { cell: string; text: string }): void =>
    this.refuse(cell, text);
  private readonly onChanged = (): void => {
    const { cell, desk, wishes } = this;
    const over = wishes.length > 0 ? !this.holds(cell) : desk.locks?.access(cell ?? '') !== 'closed';
    if (cell !== null && !this.text && over) {
      this.hide();
    }
  };
  private readonly onWanted = (_: unknown, wish: Wish): void => {
    const cell = cellWidget(this.panel, wish.cell);
    if (!cell || !this.holds(wish.cell)) {
      return;
    }
    if (!isInSight(cell, this.panel)) {
      this.toast(wish);
      return;
    }
    const others = this.cell === wish.cell ? this.wishes.filter(({ by }) => by.id !== wish.by.id) : [];
    this.wishes = [...others, wish];
    this.text = '';
    this.show(cell, this.sentence(wantedText(this.wishes, this.trans)), [
      this.button(this.trans.__('Let go'), () => this.letGo(wish.cell)),
      this.button(this.trans.__('Close'), () => undefined)
    ]);
    this.timer = window.setTimeout(() => this.hide(), WISH_STAYS);
  };

  /** Says that the cell can't be typed in, and gives back what was typed there too early. */
  private refuse(id: string, text: string): void {
    const cell = cellWidget(this.panel, id);
    if (!cell) {
      return;
    }
    // Text that was taken back stays to be copied while one goes on trying.
    this.text = text || (this.cell === id ? this.text : '');
    this.wishes = [];
    const { asks, denied } = this.desk.locks ?? {};
    const asked = asks?.hasAsked(id) === true;
    const said = refusedText(this.desk.locks?.other(id) ?? null, asked, denied?.of(id) ?? null, this.trans);
    this.show(cell, this.sentence(said), this.actions(id, asked));
    pulse(cell);
    if (!this.text) {
      this.timer = window.setTimeout(() => this.hide(), STAYS);
    }
  }

  private show(cell: Cell, ...parts: [HTMLElement, HTMLElement[]]): void {
    window.clearTimeout(this.timer);
    this.cell = cell.model.id;
    this.node.replaceChildren(...parts.flat());
    if (this.node.parentElement !== cell.node) {
      cell.node.append(this.node);
    }
  }

  private sentence(text: string): HTMLElement {
    const span = document.createElement('span');
    span.textContent = text;
    return span;
  }

  private actions(id: string, asked: boolean): HTMLElement[] {
    const { desk, owner, text, trans } = this;
    const actions: HTMLElement[] = [];
    if (text) {
      actions.push(
        this.button(trans.__('Copy my text'), () => Clipboard.copyToSystem(text)),
        this.button(trans.__('Close'), () => undefined)
      );
    }
    if (desk.locks?.other(id) && owner) {
      actions.push(
        this.button(trans.__('Take over'), () => {
          desk.locks?.take(id);
          cellWidget(this.panel, id)?.editor?.focus();
        })
      );
    } else if (desk.locks?.other(id) && !asked) {
      actions.push(this.button(trans.__('Ask to let go'), () => desk.locks?.asks.ask(id), true));
    }
    return actions;
  }

  /** @param stays whether the line is there still when the button was used. */
  private button(label: string, run: () => void, stays = false): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    // The caret stays where it is.
    button.addEventListener('mousedown', event => event.preventDefault());
    button.addEventListener('click', event => {
      event.stopPropagation();
      if (!stays) {
        this.hide();
      }
      run();
    });
    return button;
  }

  /** Where the cell is out of sight, the wish is told at the page's corner. */
  private toast(wish: Wish): void {
    const { panel, trans } = this;
    const number = cellNumber(panel, wish.cell) ?? 0;
    Notification.info(trans.__('%1 would like to edit cell %2', wish.by.name, number), {
      autoClose: WISH_STAYS,
      actions: [
        {
          label: trans.__('Let go'),
          displayType: 'accent',
          callback: () => this.letGo(wish.cell)
        }
      ]
    });
  }

  /** Gives the cell back and leaves it. */
  private letGo(id: string): void {
    const { content } = this.panel;
    if (content.activeCell?.model.id === id && content.mode === 'edit') {
      content.mode = 'command';
      content.node.focus({ preventScroll: true });
    }
    this.desk.locks?.leave(id);
  }

  private holds(cell: string | null): boolean {
    return cell !== null && this.desk.locks?.has(cell) === true;
  }

  private hide(): void {
    window.clearTimeout(this.timer);
    this.cell = null;
    this.text = '';
    this.wishes = [];
    this.node.remove();
  }

  private readonly node = document.createElement('div');
  private cell: string | null = null;
  private text = '';
  /** Who would like to edit the cell, when that is what the line says. */
  private wishes: readonly Wish[] = [];
  private timer = 0;
}

/** Whether some of a cell can be seen. */
function isInSight(cell: Cell, panel: NotebookPanel): boolean {
  const [own, all] = [cell, panel.content].map(each => each.node.getBoundingClientRect());
  return panel.isVisible && own !== undefined && all !== undefined && own.height > 0
    ? own.bottom > all.top && own.top < all.bottom
    : false;
}

/** The bar of a cell pulses once. */
function pulse(cell: Cell): void {
  if (!cell.hasClass(PULSE)) {
    cell.addClass(PULSE);
    window.setTimeout(() => cell.removeClass(PULSE), PULSES);
  }
}
