/**
 * What is told about one update: whom it touched, what was refused and why.
 * @module
 */
import type { Place } from '../../policy/document.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';

/** One place where something was refused. */
export interface Refused {
  /** The cell's id; null outside cells, and for cells without one. */
  readonly cell: string | null;
  readonly field: string;
  readonly code: RefusalCode;
  /** Refused text, so that its author can keep it; bounded. */
  readonly text?: string;
}

/** Collects while an update is judged and applied. */
export class Report {
  readonly #touched = new Set<string>();
  readonly #refused = new Map<string, Refused>();
  readonly #keptText: number;
  /** Something of the author's was undone in place: the document's update has to reach the author too. */
  corrected = false;
  /** Something can't be undone in place: the author's document has to be built again. */
  resync = false;

  constructor(keptText: number) {
    this.#keptText = keptText;
  }

  /** A permitted change landed in this cell. */
  touch(cell: string | null): void {
    if (cell !== null) {
      this.#touched.add(cell);
    }
  }

  /** Something was refused. */
  refuse(cell: string | null, field: string, code: RefusalCode, text = ''): void {
    const key = `${cell ?? ''}\n${field}`;
    const before = this.#refused.get(key);
    const all = ((before?.text ?? '') + text).slice(0, this.#keptText);
    const first = before ?? { cell, field, code };
    this.#refused.set(key, all ? { ...first, text: all } : first);
  }

  /** Cells with permitted changes. */
  get cells(): readonly string[] {
    return [...this.#touched];
  }

  /** All refusals, one a place. */
  get refused(): readonly Refused[] {
    return [...this.#refused.values()];
  }
}

/** How a place is called in a report. */
export function fieldName(place: Place): string {
  switch (place.at) {
    case 'cell':
      return place.key === null ? place.field : `${place.field}.${place.key}`;
    case 'meta':
      return place.metadata === null ? `meta.${place.key}` : `meta.metadata.${place.metadata}`;
    case 'state':
      return `state.${place.key}`;
    case 'cells':
    case 'nowhere':
      return place.at === 'cells' ? 'cells' : 'document';
  }
}
