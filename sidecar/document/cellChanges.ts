/**
 * What a transaction did to which cells, seen in the document itself: what was refused or undone is no change.
 * @module
 */
import * as Y from 'yjs';
import { RUN_FIELDS } from '../policy/document.ts';
import { UPSTREAM } from '../upstream/document.ts';
import { cellsOf } from './cells.ts';
import { Cells } from './filter/cells.ts';

/** Ids of cells by what happened to them. */
export interface CellChanges {
  readonly inserted: readonly string[];
  readonly deleted: readonly string[];
  readonly moved: readonly string[];
  /** Source, type, attachments or metadata; never what a run writes. */
  readonly edited: readonly string[];
}

type Kind = keyof CellChanges;
type CellEvent = Y.YEvent<Y.AbstractType<unknown>>;

/** Metadata that front ends write for a run, without anybody editing. */
const RUN_METADATA: readonly string[] = ['trusted', 'execution'];

/** Watches the cells of one document. */
export class CellWatch {
  /** The cells as rights see them. */
  readonly cells: Cells;
  readonly #doc: Y.Doc;
  readonly #byOwner: (changes: CellChanges) => void;
  #writer: { readonly person: string; readonly seen: Map<string, Kind> } | null = null;

  /** @param byOwner told what came from upstream, once the notebook is there. */
  constructor(doc: Y.Doc, byOwner: (changes: CellChanges) => void) {
    this.#doc = doc;
    this.#byOwner = byOwner;
    this.cells = new Cells(doc);
    cellsOf(doc).observeDeep((events, transaction) => this.#observe(events, transaction));
  }

  /** What a person's work, done in one go, changes. */
  during<T>(person: string, work: () => T): { readonly result: T; readonly changes: CellChanges } {
    const seen = new Map<string, Kind>();
    this.#writer = { person, seen };
    try {
      return { result: work(), changes: sorted(seen) };
    } finally {
      this.#writer = null;
    }
  }

  #observe(events: readonly CellEvent[], transaction: Y.Transaction): void {
    const isOwner = transaction.origin === UPSTREAM;
    if (!isOwner && this.#writer === null) {
      return;
    }
    const seen = isOwner ? new Map<string, Kind>() : (this.#writer?.seen ?? new Map<string, Kind>());
    const list: unknown = cellsOf(this.#doc);
    for (const event of events) {
      if (event.target === list) {
        this.#listed(event, isOwner ? null : (this.#writer?.person ?? null), seen);
      } else {
        this.#inCell(event, seen);
      }
    }
    // The first sync brings the notebook as it is: nobody has done anything.
    if (isOwner && transaction.beforeState.size > 0 && seen.size > 0) {
      this.#byOwner(sorted(seen));
    }
  }

  #listed(event: CellEvent, person: string | null, seen: Map<string, Kind>): void {
    const gone = new Map<string, unknown>();
    for (const { content } of event.changes.deleted) {
      const id = content instanceof Y.ContentType ? this.cells.idOf(content.type) : null;
      if (id !== null && content instanceof Y.ContentType) {
        // Deleted keys keep their last value until the transaction ends.
        gone.set(id, content.type._map.get('cell_type')?.content.getContent().at(-1));
        note(seen, id, 'deleted');
      }
    }
    for (const { content } of event.changes.added) {
      const cell = content instanceof Y.ContentType ? content.type : null;
      const id: unknown = cell instanceof Y.Map ? cell.get('id') : undefined;
      if (!(cell instanceof Y.Map) || typeof id !== 'string') {
        continue;
      }
      const isMove = gone.has(id);
      note(seen, id, !isMove ? 'inserted' : gone.get(id) === cell.get('cell_type') ? 'moved' : 'edited');
      const before = this.cells.holder(id);
      if (person !== null && (before === null || before._item?.deleted === true)) {
        this.cells.inserted(cell, before, person);
      }
    }
  }

  #inCell(event: CellEvent, seen: Map<string, Kind>): void {
    const { target } = event;
    const list: unknown = cellsOf(this.#doc);
    let cell = target;
    let field: string | null = null;
    while (cell.parent !== null && cell.parent !== list) {
      field = cell._item?.parentSub ?? null;
      cell = cell.parent;
    }
    const id = this.cells.idOf(cell);
    if (id !== null && !(field === null ? isRun(event, RUN_FIELDS) : isRunIn(event, field, cell, target))) {
      note(seen, id, 'edited');
    }
  }
}

/** Whether an event inside a field is a run's doing. */
function isRunIn(event: CellEvent, field: string, cell: unknown, target: Y.AbstractType<unknown>): boolean {
  const isMetadata = field === 'metadata' && target.parent === cell;
  return RUN_FIELDS.includes(field) || (isMetadata && isRun(event, RUN_METADATA));
}

/** Whether the keys that changed are all a run's. */
function isRun(event: CellEvent, keys: readonly string[]): boolean {
  return [...event.changes.keys.keys()].every(key => keys.includes(key));
}

/** Of several things that happened to a cell, the one that says most. */
function note(seen: Map<string, Kind>, id: string, kind: Kind): void {
  const before = seen.get(id);
  if (before !== 'inserted' || kind === 'deleted') {
    seen.set(id, kind);
  }
}

function sorted(seen: ReadonlyMap<string, Kind>): CellChanges {
  const of = (kind: Kind): string[] => [...seen].flatMap(([id, each]) => (each === kind ? [id] : []));
  return { inserted: of('inserted'), deleted: of('deleted'), moved: of('moved'), edited: of('edited') };
}
