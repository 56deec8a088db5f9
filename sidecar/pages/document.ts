/**
 * The document in which JupyterLab or Jupyter Notebook starts: its configuration as data, and one script of its own.
 * @module
 */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { jsonForHtml } from './html.ts';

/** What differs between the two. */
export interface AppPage {
  /** The notebook's name. */
  readonly title: string;
  /** What the front end reads as its page config. */
  readonly config: object;
  /** Address of the main bundle. */
  readonly script: string;
  /** Icons of the browser's tab: address and the class by which the front end finds them; what isn't shown at first has no `rel`. */
  readonly icons: readonly { readonly href: string; readonly className: string; readonly shown: boolean }[];
  /** Which page of Jupyter Notebook's this is; null for JupyterLab. */
  readonly notebookPage: 'notebooks' | null;
}

/** The document. */
export function appPage({
  config,
  icons,
  notebookPage,
  script,
  title
}: AppPage): HtmlEscapedString | Promise<HtmlEscapedString> {
  const links = icons.map(
    ({ className, href, shown }) =>
      html`<link rel="${shown ? 'icon' : ''}" type="image/x-icon" href="${href}" class="${className}" />`
  );
  const page = notebookPage === null ? '' : html`data-notebook="${notebookPage}"`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <script id="jupyter-config-data" type="application/json">
          ${raw(jsonForHtml(config))}
        </script>
        ${links}
        <script defer src="${script}"></script>
      </head>
      <body class="jp-ThemedContainer" data-liveshare="guest" ${page}></body>
    </html>`;
}
