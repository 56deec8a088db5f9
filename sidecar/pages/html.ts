/**
 * HTML by template: every value is escaped unless it is HTML already.
 * @module
 */
import { html, raw } from 'hono/html';

export { html, raw };

/** JSON that is safe inside a `<script type="application/json">`. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}
