/**
 * What is written into an output's frame: the output, the looks of the page around it, and a few lines that tell its size.
 * @module
 */

/** What a frame shows. */
export interface FrameContent {
  readonly mimeType: string;
  readonly source: string;
  /** HTML of the same cell that a script looks for by id. */
  readonly siblings?: readonly string[];
  /** Scripts of earlier outputs that this one builds on. */
  readonly libraries?: readonly string[];
}

/** Messages of a frame. Guests write what runs there: each is checked, none is trusted. */
export type FrameMessage =
  | { readonly liveshare: 'ready' }
  /** CSS pixels. */
  | { readonly liveshare: 'size'; readonly height: number }
  /** Somebody clicked a link. */
  | { readonly liveshare: 'open'; readonly href: string }
  /** Escape was pressed: back to the cell. */
  | { readonly liveshare: 'leave' };

/** Pixels above which an output scrolls inside its frame. */
export const MAX_HEIGHT = 20_000;

/** Runs inside: tells the size, passes on links and Escape, takes the theme. */
const REPORTER = `
(() => {
  const tell = message => parent.postMessage(message, '*');
  let told = -1;
  const measure = () => {
    const body = document.body;
    const height = Math.ceil(Math.max(document.documentElement.getBoundingClientRect().height, body ? body.scrollHeight : 0));
    if (height !== told) tell({ liveshare: 'size', height: told = height });
  };
  addEventListener('DOMContentLoaded', () => {
    const seen = new ResizeObserver(measure);
    seen.observe(document.documentElement);
    seen.observe(document.body);
    new MutationObserver(measure).observe(document.body, { childList: true, subtree: true, attributes: true });
    measure();
  });
  addEventListener('load', measure, true);
  addEventListener('message', event => {
    if (event.source === parent && typeof event.data?.theme === 'string') document.getElementById('liveshare-theme').textContent = event.data.theme;
  });
  addEventListener('click', event => {
    const link = event.target instanceof Element && event.target.closest('a[href]');
    if (!link || event.defaultPrevented) return;
    const href = link.getAttribute('href');
    if (href.startsWith('#')) return;
    event.preventDefault();
    tell({ liveshare: 'open', href: link.href });
  });
  addEventListener('keydown', event => event.key === 'Escape' && !event.defaultPrevented && tell({ liveshare: 'leave' }));
})();
`;

/** Looks of rendered output, in the page's own colours and sizes. */
const STYLE = `
html, body { margin: 0; padding: 0; background: transparent; }
body { display: flow-root; overflow-wrap: anywhere; color: var(--jp-content-font-color1); font: var(--jp-content-font-size1)/var(--jp-content-line-height) var(--jp-content-font-family); }
a { color: var(--jp-content-link-color); }
pre, code, kbd { font-family: var(--jp-code-font-family); font-size: var(--jp-code-font-size); }
img, svg, video, canvas { max-width: 100%; }
table { border-collapse: collapse; border: 0; margin: 0 0 1em; font-size: var(--jp-ui-font-size1); }
td, th, tr { border: 0; padding: .5em; text-align: right; vertical-align: middle; max-width: none; line-height: normal; }
tbody tr:nth-child(odd) { background: var(--jp-layout-color0); }
tbody tr:nth-child(even) { background: var(--jp-rendermime-table-row-background); }
tbody tr:hover { background: var(--jp-rendermime-table-row-hover-background); }
thead { border-bottom: var(--jp-border-width) solid var(--jp-border-color1); }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; margin: 1em 0 .5em; }
h1:first-child, h2:first-child, h3:first-child, p:first-child { margin-top: 0; }
:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
`;

/** The document that a frame shows. */
export function framePage(content: FrameContent, theme: string): string {
  return [
    '<!doctype html><html><head><meta charset="utf-8"><title>Output</title>',
    `<style id="liveshare-theme">${theme}</style><style>${STYLE}</style><script>${REPORTER}</script>`,
    `</head><body>${bodyOf(content)}</body></html>`
  ].join('');
}

function bodyOf({ mimeType, source, siblings = [], libraries = [] }: FrameContent): string {
  const before = [...libraries.map(script), ...siblings].join('');
  if (!isScript(mimeType)) {
    return `${before}${source}`;
  }
  // JupyterLab gives a script the element of its output under that name.
  const element = '<div id="liveshare-output"></div>';
  return `${before}${element}${script(`var element = document.getElementById('liveshare-output');`)}${script(source)}`;
}

/** A script as an element; its text can't end the element early. */
function script(source: string): string {
  return `<script>${source.replace(/<\/(?=script)/gi, '<\\/').replace(/<!--/g, '<\\!--')}</script>`;
}

/** Whether a mimetype is a script. */
export function isScript(mimeType: string): boolean {
  return mimeType === 'application/javascript' || mimeType === 'text/javascript';
}

/** Of a cell's earlier HTML outputs, those that a script looks for: it names one of their ids. */
export function siblingsOf(source: string, earlier: readonly string[]): string[] {
  return earlier.filter(html =>
    [...html.matchAll(/\bid=["']?([\w-]{4,})/g)].some(([, id]) => id !== undefined && source.includes(id))
  );
}

/** Reads a message of a frame; null for anything else. */
export function readMessage(data: unknown): FrameMessage | null {
  if (typeof data !== 'object' || data === null || !('liveshare' in data)) {
    return null;
  }
  switch (data.liveshare) {
    case 'ready':
    case 'leave':
      return { liveshare: data.liveshare };
    case 'size':
      return 'height' in data && typeof data.height === 'number' && Number.isFinite(data.height)
        ? { liveshare: 'size', height: Math.min(Math.max(0, data.height), MAX_HEIGHT) }
        : null;
    case 'open':
      return 'href' in data && typeof data.href === 'string' && /^(https?|mailto):/i.test(data.href)
        ? { liveshare: 'open', href: data.href }
        : null;
    default:
      return null;
  }
}
