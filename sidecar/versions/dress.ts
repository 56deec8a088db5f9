/**
 * What a rendered page needs besides nbconvert's own: colours for readers who like it dark, print, links that open beside it, no hints
 * to connect elsewhere. No script depends on it: the page is sandboxed by its headers, whatever is in it.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE, withLinksOutside, withoutHints } from './links.ts';

/** Colours of JupyterLab's dark theme, as declarations of CSS variables; empty without it. */
export function darkColors(themes: string): string {
  let css: string;
  try {
    css = readFileSync(join(themes, '@jupyterlab', 'theme-dark-extension', 'index.css'), 'utf8');
  } catch {
    return '';
  }
  const variables = /:root\s*\{([^}]*)\}/.exec(css)?.[1] ?? '';
  // Sizes and fonts are the page's own.
  return variables
    .split(';')
    .filter(each => /^\s*--jp-/.test(each) && !/font-(?:size|family)|line-height|url\(/.test(each))
    .join(';');
}

/** Puts them into a page. */
export function dress(html: string, dark: string): string {
  const head = `${BASE}<style>
:root { color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } body { background: var(--jp-layout-color0); color: var(--jp-content-font-color1); } }
@media print { .jp-Cell { break-inside: auto; } .jp-OutputArea-child, img, svg, tr { break-inside: avoid; } pre { white-space: pre-wrap; overflow-wrap: anywhere; } }
</style>`;
  const quiet = withLinksOutside(withoutHints(html));
  const end = quiet.indexOf('</head>');
  return end === -1 ? head + quiet : quiet.slice(0, end) + head + quiet.slice(end);
}
