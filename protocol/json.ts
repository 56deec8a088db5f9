/**
 * JSON values of foreigners.
 * @module
 */

/** Whether a value is an object, as JSON understands the word. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
