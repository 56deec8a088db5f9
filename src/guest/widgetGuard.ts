/**
 * Widgets in outputs for guests who may not use them: they move with the notebook and look switched off, with the reason on hover. The
 * server takes no message of theirs anyway; without this they would seem to work, for this guest alone.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';

/** What can be operated of a widget: form controls, sliders, what can be typed in, heads of tabs and folds. */
const CONTROLS = [
  'button',
  'input',
  'select',
  'textarea',
  'canvas[tabindex]',
  '.noUi-target',
  '.noUi-handle',
  '[contenteditable="true"]',
  '.lm-TabBar-tab',
  '.jupyter-widget-Collapse-header'
].join(',');
const WIDGET = '.jp-OutputArea-output .jupyter-widgets';
const OFF = 'jp-LiveShare-mod-widgetsOff';
const ACTS = [
  'pointerdown',
  'mousedown',
  'touchstart',
  'click',
  'dblclick',
  'beforeinput',
  'input',
  'change'
];

/** What the guard is told. */
export interface WidgetGuardOptions {
  /** Whether widgets may be used now. */
  readonly allowed: () => boolean;
  /** Why they may not. */
  readonly reason: () => string;
}

/** Guards a notebook's widgets until it is closed; returns what to call after the rights changed. */
export function guardWidgets(panel: NotebookPanel, options: WidgetGuardOptions): () => void {
  const guard = new WidgetGuard(panel.content.node, options);
  panel.disposed.connect(() => guard.stop());
  return () => guard.apply();
}

class WidgetGuard {
  private readonly node: HTMLElement;
  private readonly options: WidgetGuardOptions;

  constructor(node: HTMLElement, options: WidgetGuardOptions) {
    this.node = node;
    this.options = options;
    for (const act of [...ACTS, 'keydown']) {
      node.addEventListener(act, this.onAct, { capture: true, passive: false });
    }
    this.apply();
  }

  apply(): void {
    const off = !this.options.allowed();
    this.node.classList.toggle(OFF, off);
    if (off) {
      // Widgets are drawn, and drawn again, at any time.
      this.observer.observe(this.node, { childList: true, subtree: true });
      this.mark();
    } else {
      this.observer.disconnect();
      this.marked.forEach((title, control) => this.free(control, title));
      this.marked.clear();
    }
  }

  stop(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  private mark(): void {
    const reason = this.options.reason();
    for (const control of this.marked.keys()) {
      if (!control.isConnected) {
        this.marked.delete(control);
      }
    }
    for (const control of this.node.querySelectorAll<HTMLElement>(CONTROLS)) {
      if (!this.marked.has(control) && control.closest(WIDGET)) {
        this.marked.set(control, control.title);
        control.setAttribute('aria-disabled', 'true');
        control.title = reason;
      }
    }
  }

  private free(control: HTMLElement, title: string): void {
    control.removeAttribute('aria-disabled');
    control.title = title;
  }

  /** At the notebook itself others listen too: the cell is still selected by a click. */
  private readonly onAct = (event: Event): void => {
    const { target } = event;
    if (!this.node.classList.contains(OFF) || !(target instanceof Element) || !target.closest(WIDGET)) {
      return;
    }
    const control = target.closest(CONTROLS);
    if (control && !(event instanceof KeyboardEvent && passes(event))) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  private readonly observer = new MutationObserver(() => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.mark());
  });
  private frame = 0;
  /** What was switched off, with the title that it had. */
  private readonly marked = new Map<HTMLElement, string>();
}

/** Keys that lead away, and shortcuts. */
function passes({ altKey, ctrlKey, key, metaKey }: KeyboardEvent): boolean {
  return key === 'Tab' || key === 'Escape' || altKey || ctrlKey || metaKey;
}
