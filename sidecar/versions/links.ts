/**
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
