/**
 * One output's frame: made when it comes near the screen, sized to its content, let go when too many are open.
 * @module
 */
import { framePage, readMessage, type FrameContent } from './page.ts';
import { themeOf } from './theme.ts';

/** What a frame needs. */
export interface FrameOptions {
  /** Where the frame's document is. */
  readonly url: string;
  /** For screen readers. */
  readonly title: string;
  readonly content: () => FrameContent;
  /** Escape was pressed inside. */
  readonly left: () => void;
}

/** Pixels around the screen within which outputs are made. */
const NEAR = 600;
/** Frames that stay alive at most; of those out of sight, the one seen longest ago goes first. */
const MAX_ALIVE = 24;
/** Times that an output may change its height within a second: one that grows with its frame would never end. */
const MAX_CHANGES = 30;

/** Frames of a page that are alive, the one seen last at the end. */
const alive = new Set<OutputFrame>();

/** The frame of one output. */
export class OutputFrame {
  /** What stands in the output. */
  readonly node = document.createElement('div');
  private readonly options: FrameOptions;

  constructor(options: FrameOptions) {
    this.options = options;
    this.node.className = 'jp-LiveShare-frame';
    this.node.style.height = '2em';
  }

  /** Begins to look whether it comes near the screen. */
  attach(): void {
    window.addEventListener('message', this.onMessage);
    this.observer.observe(this.node);
  }

  /** Ends what runs in it; the place it takes stays. */
  detach(): void {
    window.removeEventListener('message', this.onMessage);
    this.observer.disconnect();
    this.isNear = false;
    this.close();
  }

  /** Shows what the content is now. */
  refresh(): void {
    if (this.frame) {
      this.close();
      this.open();
    }
  }

  /** Takes the page's looks anew. */
  restyle(): void {
    this.frame?.contentWindow?.postMessage({ theme: themeOf(this.node) }, '*');
  }

  private open(): void {
    alive.delete(this);
    alive.add(this);
    if (this.frame) {
      return;
    }
    const frame = document.createElement('iframe');
    // The header says it as well; here for the moment before it has come.
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.title = this.options.title;
    frame.referrerPolicy = 'no-referrer';
    frame.src = this.options.url;
    this.frame = frame;
    this.isShown = false;
    this.node.replaceChildren(frame);
    for (const other of alive) {
      if (alive.size <= MAX_ALIVE) {
        break;
      }
      if (!other.isNear) {
        other.close();
      }
    }
  }

  private close(): void {
    alive.delete(this);
    this.frame?.remove();
    this.frame = null;
  }

  private readonly onMessage = (event: MessageEvent): void => {
    const { frame } = this;
    if (!frame || event.source !== frame.contentWindow) {
      return;
    }
    const message = readMessage(event.data);
    switch (message?.liveshare) {
      case 'ready':
        if (!this.isShown) {
          this.isShown = true;
          frame.contentWindow?.postMessage(
            { page: framePage(this.options.content(), themeOf(this.node)) },
            '*'
          );
        }
        return;
      case 'size':
        this.resize(message.height);
        return;
      case 'open':
        // A script can say it too; without a person's touch of the page the browser opens nothing.
        if (navigator.userActivation.isActive) {
          window.open(message.href, '_blank', 'noopener,noreferrer');
        }
        return;
      case 'leave':
        this.options.left();
    }
  };

  private resize(height: number): void {
    const second = Math.floor(performance.now() / 1000);
    this.changes = second === this.changedIn ? this.changes + 1 : 0;
    this.changedIn = second;
    if (this.changes < MAX_CHANGES) {
      this.node.style.height = `${height}px`;
    }
  }

  private readonly observer = new IntersectionObserver(
    entries => {
      this.isNear = entries.at(-1)?.isIntersecting === true;
      if (this.isNear) {
        this.open();
      }
    },
    { rootMargin: `${NEAR}px 0px` }
  );
  private frame: HTMLIFrameElement | null = null;
  private isNear = false;
  private isShown = false;
  private changes = 0;
  private changedIn = 0;
}
