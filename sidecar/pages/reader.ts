/**
 * The page around a static page: a bar with the version and a picker, and the notebook in a frame that it can't leave. Works without
 * JavaScript; all that is in it but the frame is ours.
 * @module
 */
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Version } from '../../protocol/versions.ts';
import { html, raw } from './html.ts';

/** What a bar shows. */
export interface ReaderParts {
  /** Path of the page as in a browser's address. */
  readonly path: string;
  /** File name of the notebook. */
  readonly name: string;
  readonly owner: string;
  /** The version that is shown; null for the notebook as saved. */
  readonly version: Version | null;
  /** Versions that the reader may open, newest first. */
  readonly versions: readonly Version[];
  /** Where it can be downloaded, and where the live notebook is; relative; null for those who may not. */
  readonly download: string | null;
  readonly live: string | null;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --paper: #fff; --line: #d4d8de; --accent: #1565c0; --hover: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a5adb8; --paper: #24272c; --line: #454a52; --accent: #8ab4f8; --hover: #30343a; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 14px/1.4 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .5rem 1rem; border-bottom: 1px solid var(--line); }
h1 { flex: 0 1 auto; min-width: 0; margin: 0; font-size: 1rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-left: auto; }
a { color: var(--accent); }
details { position: relative; min-width: 0; }
summary { max-width: 60ch; padding: .25rem .6rem; border: 1px solid var(--line); border-radius: 6px; cursor: pointer; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
summary:hover, li a:hover { background: var(--hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
ul { position: absolute; z-index: 1; left: 0; top: 100%; width: min(28rem, 90vw); max-height: 70vh; margin: .25rem 0 0; padding: .25rem 0; overflow: auto; list-style: none; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 6px 20px rgb(0 0 0 / .2); }
li a { display: block; padding: .4rem .8rem; color: inherit; text-decoration: none; overflow-wrap: anywhere; white-space: pre-line; }
li a[aria-current] { font-weight: 600; }
small { display: block; color: var(--soft); font-size: .85em; font-weight: normal; }
iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: var(--paper); }
.print { display: none; padding: 1rem; }
@media print { header nav, iframe { display: none; } .print { display: block; } }
`;

/** The page and the CSP that fits it. `nonce` is new for each answer. */
export function readerPage(
  parts: ReaderParts,
  nonce: string
): { readonly page: HtmlEscapedString | Promise<HtmlEscapedString>; readonly csp: string } {
  const { path, name, owner, version, versions, download, live } = parts;
  const body = `${version?.number ?? 'latest'}/body`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${name}${version === null ? '' : `, version ${version.number}`}</title>
        <style nonce="${nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1 title="${name}">${name}</h1>
          <details>
            <summary>${version === null ? 'As last saved' : title(version)}</summary>
            <ul>
              <li>
                <a href="latest" ${version === null ? raw('aria-current="page"') : ''}>As last saved</a>
              </li>
              ${versions.map(each => entry(each, each.number === version?.number, owner))}
            </ul>
          </details>
          <nav>
            ${live === null ? '' : html`<a href="${live}">Live notebook</a>`}
            ${download === null ? '' : html`<a href="${download}" download>Download</a>`}
            <a href="${body}" target="_blank">To print</a>
          </nav>
        </header>
        <p class="print">
          To print the notebook, choose “To print” in the bar and print the page that opens.
        </p>
        <iframe
          src="${body}"
          title="${name}"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
        ></iframe>
      </body>
    </html>`;
  const csp = [
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads',
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; ');
  // Both hold: the frame shows what the notebook holds, and no link in it leads the frame to anything else of this server.
  const frame = `${path}/body`.replace(/[;,]/g, encodeURIComponent);
  return { page, csp: `${csp}, frame-src *:*${frame}` };
}

function entry(version: Version, current: boolean, owner: string) {
  const by = version.person?.name ?? owner;
  // The reader's own time zone takes a script: the page says which one it means.
  const at = `${version.at.slice(0, 10)} ${version.at.slice(11, 16)} UTC`;
  return html`<li>
    <a href="${version.number}" ${current ? raw('aria-current="page"') : ''}
      >${title(version)}<small>${by}, <time datetime="${version.at}">${at}</time></small></a
    >
  </li>`;
}

function title({ number, message }: Version): string {
  return message === '' ? `Version ${number}` : `Version ${number}: ${message}`;
}
