/**
 * Puts the chip on a notebook's toolbar and opens its small panel.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import { onCellsMoved } from '../cells.ts';
import { RightsChip, RightsList } from '../components/RightsChip.tsx';
import { cellsText } from '../components/scope.ts';
import type { GuestSession } from './session.ts';
import { chipText } from './words.ts';

/** What the chip can do. */
export interface ChipOptions {
  readonly guest: GuestSession;
  readonly panel: NotebookPanel;
  readonly onLeave: () => void;
  readonly onAskFailed: () => void;
  readonly trans: TranslationBundle;
}

/** Toolbar item: the chip. */
export class ChipWidget extends ReactWidget {
  private readonly options: ChipOptions;
  constructor(options: ChipOptions) {
    super();
    this.options = options;
    this.addClass('jp-LiveShare-chipItem');
    options.guest.rightsChanged.connect(this.update, this);
    onCellsMoved(options.panel, () => this.update());
  }

  override dispose(): void {
    this.popup?.dispose();
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { guest, panel, trans } = this.options;
    const covered = panel.content.widgets.filter(cell => guest.mayEdit(cell.model.id));
    const open = this.popup !== null;
    return (
      <RightsChip
        text={chipText(guest.now, covered.length, trans)}
        open={open}
        onClick={anchor => this.toggle(anchor)}
        trans={trans}
      />
    );
  }

  private toggle(anchor: HTMLElement): void {
    if (this.popup) {
      this.popup.dispose();
      return;
    }
    const popup = new ChipPopup(this.options, anchor);
    this.popup = popup;
    popup.disposed.connect(() => {
      this.popup = null;
      this.update();
    });
    Widget.attach(popup, document.body);
    this.update();
  }

  private popup: ChipPopup | null = null;
}

/** What Edit covers, when that is less than everything: "cells 3, 7–9 · no adding, moving or deleting". */
function editNote({ guest, panel, trans }: ChipOptions): string {
  const { cells, rights, structure } = guest.now;
  const covered = panel.content.widgets.flatMap((cell, index) =>
    guest.mayEdit(cell.model.id) ? index + 1 : []
  );
  const notes = [
    ...(cells === 'all' ? [] : [cellsText(covered, trans) ?? trans.__('no cells')]),
    ...(structure ? [] : [trans.__('no adding, moving or deleting of cells')])
  ];
  return rights.edit ? notes.join(' · ') : '';
}

/** The small panel below the chip; goes with Escape or a click elsewhere. */
class ChipPopup extends ReactWidget {
  private readonly options: ChipOptions;
  private readonly anchor: HTMLElement;
  constructor(options: ChipOptions, anchor: HTMLElement) {
    super();
    this.options = options;
    this.anchor = anchor;
    this.addClass('jp-LiveShare-popup');
    this.addClass('jp-ThemedContainer');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-label', options.trans.__('What you may do here'));
    const box = anchor.getBoundingClientRect();
    this.node.style.top = `${box.bottom + 4}px`;
    this.node.style.right = `${Math.max(8, window.innerWidth - box.right)}px`;
    options.guest.rightsChanged.connect(this.update, this);
    options.guest.askedChanged.connect(this.update, this);
    document.addEventListener('pointerdown', this.onOutside, true);
    document.addEventListener('keydown', this.onKey, true);
  }

  override dispose(): void {
    document.removeEventListener('pointerdown', this.onOutside, true);
    document.removeEventListener('keydown', this.onKey, true);
    super.dispose();
  }

  protected override onAfterAttach(): void {
    this.update();
    this.node.tabIndex = -1;
    this.node.focus();
  }

  protected render(): React.JSX.Element {
    const { guest, onAskFailed, onLeave, trans } = this.options;
    return (
      <RightsList
        rights={guest.now.rights}
        editNote={editNote(this.options)}
        owner={guest.owner}
        waiting={guest.asked.waiting.filter(right => !guest.now.rights[right])}
        refused={guest.asked.refused.filter(right => !guest.now.rights[right])}
        onAsk={(rights, note) => guest.ask(rights, note) || onAskFailed()}
        onLeave={onLeave}
        trans={trans}
      />
    );
  }

  private readonly onOutside = (event: Event): void => {
    const { target } = event;
    if (target instanceof Node && !this.node.contains(target) && !this.anchor.contains(target)) {
      this.dispose();
    }
  };
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.dispose();
      this.anchor.focus();
    }
  };
}
