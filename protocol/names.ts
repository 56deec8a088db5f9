/**
 * Names within paths, and letters for names.
 * @module
 */

/** The last segment of a `/`-separated path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Up to two letters that stand for a person's name, of its first and last word: "AL", "A2" for "Anna (2)"; empty for nothing. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word = '') => [...(word.replace(/^\p{P}+/u, '') || word)][0] ?? '')
    .join('')
    .toUpperCase();
}
