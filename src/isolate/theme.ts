/**
 * The page's colours and sizes, for frames that can't see them.
 * @module
 */

const VARIABLES = [
  ...['--jp-content-font-color0', '--jp-content-font-color1', '--jp-content-font-color2'],
  ...['--jp-content-font-family', '--jp-content-font-size1', '--jp-content-line-height'],
  ...['--jp-content-link-color', '--jp-brand-color1'],
  ...['--jp-code-font-family', '--jp-code-font-size', '--jp-code-line-height'],
  ...['--jp-ui-font-color1', '--jp-ui-font-family', '--jp-ui-font-size1'],
  ...['--jp-layout-color0', '--jp-layout-color1', '--jp-layout-color2'],
  ...['--jp-border-width', '--jp-border-color0', '--jp-border-color1', '--jp-border-color2'],
  ...['--jp-rendermime-table-row-background', '--jp-rendermime-table-row-hover-background'],
  ...['--jp-rendermime-error-background', '--jp-inverse-layout-color1']
] as const;

/** CSS that gives a frame the looks of the page around an element. */
export function themeOf(element: Element): string {
  const style = getComputedStyle(element);
  const lines = VARIABLES.map(name => `${name}: ${style.getPropertyValue(name).trim()};`);
  // A frame of another scheme than its page gets an opaque background.
  return `:root { color-scheme: ${style.colorScheme}; ${lines.join(' ')} }`;
}
