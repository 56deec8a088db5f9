/**
 * Cells as @jupyter/ydoc makes them: from JSON, and clones of cells that move or change their type.
 * Source: @jupyter/ydoc `createCell`, document format 2.0.0.
 * @module
 */
import * as Y from 'yjs';
import type { CellType } from '../../protocol/resources.ts';
import type { YCell } from './cells.ts';

/** What a cell is made of. */
export interface CellParts {
  readonly id: string;
  readonly cell_type: CellType;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** For cells that aren't code. */
  readonly attachments?: unknown;
  /** For code; none without them. */
  readonly outputs?: readonly unknown[];
  readonly execution_count?: unknown;
}

/** A cell that isn't in a document yet. */
export function makeCell(parts: CellParts): YCell {
  const cell = new Y.Map<unknown>();
  cell.set('source', new Y.Text(parts.source));
  cell.set('metadata', new Y.Map(Object.entries(parts.metadata)));
  cell.set('cell_type', parts.cell_type);
  cell.set('id', parts.id);
  if (parts.cell_type === 'code') {
    cell.set('outputs', makeOutputs(parts.outputs ?? []));
    cell.set('execution_count', parts.execution_count ?? null);
    cell.set('execution_state', 'idle');
  } else if (parts.attachments !== undefined && parts.attachments !== null) {
    cell.set('attachments', parts.attachments);
  }
  return cell;
}

/** What a cell of a document is made of. */
export function partsOf(cell: YCell): CellParts {
  const json = cell.toJSON() as CellParts;
  const { id, cell_type, source, metadata, attachments, outputs, execution_count } = json;
  return { id, cell_type, source, metadata, attachments, outputs, execution_count };
}

/** A list of outputs that isn't in a document yet. */
export function makeOutputs(outputs: readonly unknown[]): Y.Array<Y.Map<unknown>> {
  return Y.Array.from(outputs.map(makeOutput));
}

/** An output; a stream's text grows, so it is a shared text. */
export function makeOutput(output: unknown): Y.Map<unknown> {
  const entries = Object.entries(output as Record<string, unknown>);
  const isStream = entries.some(([key, value]) => key === 'output_type' && value === 'stream');
  return new Y.Map(
    entries.map(([key, value]): [string, unknown] =>
      isStream && key === 'text'
        ? [key, new Y.Text(Array.isArray(value) ? value.join('') : String(value))]
        : [key, value]
    )
  );
}
