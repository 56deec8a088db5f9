/**
 * What is remembered of a kernel's life is bounded.
 * @module
 */

/** Forgets the oldest of a set or map that has grown beyond `most` by one; what was forgotten, if anything. */
export function forgetOldest<Key>(kept: Set<Key> | Map<Key, unknown>, most: number): Key | undefined {
  const [oldest] = kept.keys();
  if (kept.size <= most || oldest === undefined) {
    return undefined;
  }
  kept.delete(oldest);
  return oldest;
}
