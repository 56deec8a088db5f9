/**
 * Silence of the libraries: the notebook model logs on honest input too, and Yjs warns of reading types that stand in no document, as the
 * model does for every new cell.
 * @module
 */
import { beforeAll, vi } from 'vitest';

/** Keeps the console still during the tests of a file. */
export function quiet(): void {
  beforeAll(() => {
    for (const method of ['warn', 'error', 'log'] as const) {
      vi.spyOn(console, method).mockImplementation(() => undefined);
    }
  });
}
