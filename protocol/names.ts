/**
 * Names within paths.
 * @module
 */

/** The last segment of a `/`-separated path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
