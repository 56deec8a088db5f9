/**
 * A notebook as pieces: one for the notebook's own metadata, one for each cell, one for each cell's outputs. Most versions differ from
 * the one before in a few cells, so that most of their pieces are there already.
 * @module
 */

/** A notebook as nbformat JSON. */
export type Notebook = Readonly<Record<string, unknown>>;

/** Indexes into the list of pieces; -1 where there are no outputs. */
export interface Shape {
  readonly head: number;
  readonly cells: readonly (readonly [number, number])[];
}

/** A notebook in pieces, each of them JSON text that is the same for the same content. */
export interface Split {
  readonly pieces: readonly string[];
  readonly shape: Shape;
}

/** Takes a notebook apart. */
export function split(notebook: Notebook): Split {
  const pieces: string[] = [];
  const known = new Map<string, number>();
  const piece = (value: unknown): number => {
    const json = canonical(value);
    const index = known.get(json) ?? pieces.push(json) - 1;
    known.set(json, index);
    return index;
  };
  const { cells, ...head } = notebook;
  const shape: Shape = {
    head: piece(head),
    cells: cellsIn(cells).map(({ outputs, ...cell }): [number, number] => [
      piece(cell),
      Array.isArray(outputs) && outputs.length > 0 ? piece(outputs) : -1
    ])
  };
  return { pieces, shape };
}

/** Puts a notebook together. */
export function join({ pieces, shape }: Split): Notebook {
  const read = (index: number): unknown => JSON.parse(pieces[index] ?? 'null');
  const cells = shape.cells.map(([cell, outputs]) => {
    const whole = read(cell) as Record<string, unknown>;
    return whole['cell_type'] === 'code' ? { ...whole, outputs: outputs === -1 ? [] : read(outputs) } : whole;
  });
  return { ...(read(shape.head) as Record<string, unknown>), cells };
}

/** JSON with sorted keys: a room that was loaded anew may have them in another order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  );
}

/** The cells of a notebook; none of what isn't one. */
export function cellsIn(cells: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(cells)
    ? cells.filter((each): each is Record<string, unknown> => typeof each === 'object' && each !== null)
    : [];
}
