/**
 * Where a page leads.
 *
 * What a content security policy lets through: a page may tell the browser to connect somewhere (`<link rel="preconnect">`,
 * `dns-prefetch`) without asking for anything. Such a connection tells the other side who reads the notebook, and when.
 * @module
 */

/** A stylesheet's tag that is written plainly: double quotes, one `rel`. The policy judges where it may come from. */
const STYLESHEET =
  /^<link(?:\s+(?!rel)[a-z]+="[^"]*")*\s+rel="stylesheet"(?:\s+(?!rel)[a-z]+="[^"]*")*\s*\/?>$/i;
/** In place of a frame; the policy lets none load, but one with `srcdoc` holds a page of its own, written with entities. */
const NO_FRAME = '<em>An embedded page is not shown here.</em><template';

/**
 * Takes every `<link>` but plain stylesheets, and every `<iframe>`, out of a page. The tokenizer starts a tag at exactly these
 * characters (HTML standard, 13.2.5.6 to 13.2.5.8), so nothing has to be parsed; in a comment or an attribute the change shows nowhere.
 */
export function withoutHints(html: string): string {
  return html
    .replace(/<link(?=[\s/>])[^<>]*>?/gi, tag => (STYLESHEET.test(tag) ? tag : `<no-${tag.slice(1)}`))
    .replace(/<iframe(?=[\s/>])/gi, NO_FRAME)
    .replace(/<\/iframe(?=[\s/>])/gi, '</template');
}

/** A link's tag that is written plainly: no angle bracket in an attribute. */
const LINK = /<(a|area)(?=[\s/])([^<>]*)>/gi;
const HREF = /([\s/"'])(?:xlink:)?href\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
const OUTSIDE = /^\s*(?:https?:|mailto:|\/\/)/i;

/**
 * Links to other places open beside the page, those to a heading stay, and a link to a file beside the notebook is none: its reader has
 * that file neither here nor anywhere. What is written so that it isn't recognised opens beside the page, too ({@link BASE}), or is
 * kept from the frame by the page around it (`pages/reader`).
 */
export function withLinksOutside(html: string): string {
  return html.replace(LINK, (tag, name: string, attributes: string) => {
    const [href, ...more] = attributes.matchAll(HREF);
    if (href === undefined) {
      return tag;
    }
    const target = (href[2] ?? '').replace(/^["']/, '');
    if (more.length === 0 && target.startsWith('#')) {
      return `<${name} target="_self"${attributes}>`;
    }
    return more.length === 0 && OUTSIDE.test(target)
      ? `<${name} target="_blank" rel="noopener"${attributes}>`
      : `<${name} title="A file beside the notebook, not part of this page"${attributes.replace(HREF, '$1data-beside=$2')}>`;
  });
}

/** Of two elements like that the first counts: it stands in the page's head. */
export const BASE = '<base target="_blank">';
