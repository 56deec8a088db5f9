/**
 * The line at the top of a guest's page; one at a time, with at most one action.
 * @module
 */
import { Widget } from '@lumino/widgets';

/** What a banner says. */
export interface BannerText {
  readonly text: string;
  readonly kind: 'info' | 'good' | 'warn';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Milliseconds until it goes by itself; stays without. */
  readonly ms?: number;
  /** A banner with a key is taken away only by `hide(key)` or the next banner. */
  readonly key?: string;
}

/** Place it once; it shows itself when there is something to say. */
export class Banner extends Widget {
  private readonly closeLabel: string;
  constructor(closeLabel: string) {
    super();
    this.closeLabel = closeLabel;
    this.id = 'jp-LiveShare-banner';
    this.addClass('jp-LiveShare-banner');
    this.node.setAttribute('role', 'status');
    this.hide();
  }

  /** Says this now. */
  say(banner: BannerText): void {
    window.clearTimeout(this.timer);
    this.current = banner;
    const text = document.createElement('span');
    text.textContent = banner.text;
    const parts: HTMLElement[] = [text];
    if (banner.action) {
      parts.push(button(banner.action.label, 'jp-LiveShare-bannerAction', banner.action.run));
    }
    if (!banner.key) {
      const close = button('×', 'jp-LiveShare-bannerClose', () => this.quiet());
      close.setAttribute('aria-label', this.closeLabel);
      parts.push(close);
    }
    this.node.replaceChildren(...parts);
    this.node.dataset['kind'] = banner.kind;
    this.show();
    if (banner.ms) {
      this.timer = window.setTimeout(() => this.quiet(), banner.ms);
    }
  }

  /** Whether there is something on it that can be done. */
  get hasAction(): boolean {
    return this.current?.action !== undefined;
  }

  /** Takes the banner away; with a key only that one. Whether it did. */
  quiet(key?: string): boolean {
    if (key === undefined || this.current?.key === key) {
      window.clearTimeout(this.timer);
      this.current = null;
      this.hide();
      return true;
    }
    return false;
  }

  private current: BannerText | null = null;
  private timer = 0;
}

function button(label: string, className: string, run: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  node.textContent = label;
  node.addEventListener('click', run);
  return node;
}
