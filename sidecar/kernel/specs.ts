/**
 * Kernel specs as guests may know them.
 * @module
 */
import { isRecord } from '../../protocol/json.ts';
import type { KernelSpec } from '../upstream/kernel.ts';

/** The specs of a server, and which is its default. */
export interface Specs {
  readonly default: string;
  readonly specs: KernelSpec[];
}

/** The notebook's own spec alone; the notebook's words win, so that front ends write nothing new (facts.md). */
export function ownSpecs({ default: fallback, specs }: Specs, own: unknown): Specs {
  const named = isRecord(own) && typeof own['name'] === 'string' ? own : null;
  const name =
    named === null || !specs.some(spec => spec.name === named['name']) ? fallback : String(named['name']);
  const words = (spec: KernelSpec): KernelSpec =>
    spec.name !== named?.['name']
      ? spec
      : {
          name: spec.name,
          displayName: typeof named['display_name'] === 'string' ? named['display_name'] : spec.displayName,
          language: typeof named['language'] === 'string' ? named['language'] : spec.language
        };
  return { default: name, specs: specs.filter(spec => spec.name === name).map(words) };
}
