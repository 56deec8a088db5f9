/**
 * JSON of foreigners -> a value without keys that change what an object is (design §5, rule 8).
 * @module
 */
import { Refusal } from './verdict.ts';

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Parses JSON. Refuses with `bad-request` what is none, and forbidden keys at any depth, however they are spelled. */
export function parseJson(text: string): unknown {
  try {
    // A reviver sees the keys as they are, also those that the text spells with escapes.
    return JSON.parse(text, (key: string, value: unknown) => {
      if (FORBIDDEN.has(key)) {
        throw new Refusal('bad-request');
      }
      return value;
    }) as unknown;
  } catch (error) {
    // SyntaxError, or RangeError of a nesting that no honest client sends.
    throw error instanceof Refusal ? error : new Refusal('bad-request', 'The body is not JSON.');
  }
}

/** Whether a value that was parsed elsewhere has such a key at any depth. */
export function hasForbiddenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return Object.entries(value).some(([key, inner]) => FORBIDDEN.has(key) || hasForbiddenKey(inner));
}
