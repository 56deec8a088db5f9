/**
 * The bar over a notebook while its cells are being picked.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

/** What the bar is given. */
export interface PickBarOptions {
  /** For whom: a name, or "anyone with the link". */
  readonly who: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
  readonly trans: TranslationBundle;
}

/** Says what a click does, how many cells are chosen, and ends it. */
export class PickBar extends Widget {
  private readonly trans: TranslationBundle;
  constructor({ onCancel, onDone, trans, who }: PickBarOptions) {
    super();
    this.trans = trans;
    this.addClass('jp-LiveShare-pickBar');
    this.node.setAttribute('role', 'toolbar');
    this.node.setAttribute('aria-label', trans.__('Picking cells for %1', who));
    const text = document.createElement('span');
    text.className = 'jp-LiveShare-pickText';
    text.textContent = trans.__('Picking cells for %1: click cells to add or remove them', who);
    text.title = trans.__('Space adds or removes a cell, arrow keys move, Enter is Done, Escape is Cancel');
    this.count.className = 'jp-LiveShare-pickCount';
    this.count.setAttribute('role', 'status');
    this.node.append(
      text,
      this.count,
      button(trans.__('Done'), 'jp-mod-accept', onDone),
      button(trans.__('Cancel'), 'jp-mod-reject', onCancel)
    );
  }

  /** Shows how many are chosen. */
  tell(chosen: number): void {
    this.count.textContent = this.trans._n('1 chosen', '%1 chosen', chosen);
  }

  private readonly count = document.createElement('span');
}

function button(label: string, kind: string, run: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = `jp-Button jp-mod-styled ${kind} jp-LiveShare-small`;
  node.textContent = label;
  node.addEventListener('click', run);
  return node;
}
