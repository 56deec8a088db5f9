/**
 * Limits for tests: the product's defaults, but for what a test names.
 * @module
 */
import { parseConfig, type Limits } from '../config.ts';

/** A start-up line that passes, with changes. */
export function startUpLine(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    trust: 'a-secret-of-sixteen',
    stateDir: '/nowhere',
    baseUrl: '/',
    upstream: { socket: '/nowhere/j.sock', baseUrl: '/', token: 't' },
    staticDirs: { lab: '/l', labextensions: [], server: '/s', themes: '/t', schemas: '/c' },
    ...change
  };
}

/** The limits. */
export function parseLimits(change: Record<string, number> = {}): Limits {
  return parseConfig(JSON.stringify(startUpLine({ limits: change }))).limits;
}
