/**
 * Fifth stop: each struct meets the table of rights. What comes out is a plan; nothing has been applied yet.
 * @module
 */
import * as Y from 'yjs';
import { judgeChange, type Author, type DocumentVerdict, type Place } from '../../policy/document.ts';
import type { Cells } from './cells.ts';
import { describe, type Announced } from './changes.ts';
import { buildDrafts, groupByTop, type Draft } from './draft.ts';
import type { Grave } from './graves.ts';
import type { Form } from './integrate.ts';
import { KeyLedger } from './keys.ts';
import type { Budget } from './limits.ts';
import { cellOf, placeOf, type Located } from './locate.ts';
import { judgeCell, type CellVerdict } from './newCell.ts';
import type { IdSet } from './ranges.ts';
import { fieldName, type Report } from './report.ts';
import { liveAt, typeOf, type SharedType } from './store.ts';
import type { Id, Range, Struct, Update } from './model.ts';

/** A cell that comes in: new, in another's place, or back from where it was taken out. */
export interface NewCell {
  readonly struct: Struct;
  readonly original: SharedType | null;
  readonly grave: Grave | null;
}

/** What is to be done with the structs of an update. */
export interface StructPlan {
  readonly forms: ReadonlyMap<Located, Form>;
  readonly keys: KeyLedger;
  /** Cells that come in, and whose place in the rights each one takes. */
  readonly cells: readonly NewCell[];
  /** Keys that the server sets in new cells, because what the author had put there was taken out. */
  readonly fills: readonly { readonly cell: Id; readonly key: string; readonly value: unknown }[];
  /** Cells that a refused move would have deleted. */
  readonly spared: ReadonlySet<SharedType>;
  /** Lists of outputs that the update would have put something into. */
  readonly written: ReadonlySet<SharedType>;
}

/** What judging needs to know. */
export interface Bench {
  readonly doc: Y.Doc;
  readonly cells: Cells;
  readonly author: Author;
  readonly announced: () => Announced;
  readonly budget: Budget;
  readonly report: Report;
  /** Everything that the update deletes. */
  readonly removed: IdSet;
}

/** Judges all structs of an update. */
export function judgeStructs(bench: Bench, located: readonly Located[], update: Update): StructPlan {
  return new StructJudge(bench).judge(located, update.deletes);
}

class StructJudge {
  readonly #bench: Bench;
  readonly #list: SharedType;
  readonly #forms = new Map<Located, Form>();
  readonly #keys = new KeyLedger();
  readonly #cells: NewCell[] = [];
  readonly #fills: { cell: Id; key: string; value: unknown }[] = [];
  readonly #spared = new Set<SharedType>();
  readonly #written = new Set<SharedType>();

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#list = bench.doc.getArray('cells');
  }

  judge(located: readonly Located[], deletes: readonly Range[]): StructPlan {
    const { budget } = this.#bench;
    const groups = groupByTop(located);
    const tops = located.filter(one => this.#isCell(one));
    const taken = new Set<string>();
    for (const draft of buildDrafts(tops, groups, deletes, budget)) {
      this.#judgeDraft(draft, taken);
    }
    for (const one of located) {
      budget.take();
      if (!this.#forms.has(one)) {
        this.#forms.set(one, this.#judgeOne(one));
      }
    }
    return {
      forms: this.#forms,
      keys: this.#keys,
      cells: this.#cells,
      fills: this.#fills,
      spared: this.#spared,
      written: this.#written
    };
  }

  #isCell({ struct, at }: Located): boolean {
    const { content } = struct;
    return at.kind === 'live' && at.type === this.#list && content.kind === 'type' && content.type === 'map';
  }

  #judgeOne({ struct, at }: Located): Form {
    switch (at.kind) {
      case 'gone':
        return 'clock';
      case 'split':
        return this.#lost(null, 'document');
      case 'new':
        return this.#forms.get(at.parent) === 'keep' ? 'keep' : 'clock';
      case 'live':
        break;
    }
    if (at.key === null && struct.content.kind === 'gone') {
      return 'keep';
    }
    const { cells, author } = this.#bench;
    const place = placeOf(cells, at.type, at.key, author.person);
    const { act, brings } = describe(struct, at.type, at.key, place, this.#bench.announced);
    if (place.at === 'cells') {
      return this.#refuse(at.type, place, struct, { allow: false, code: 'bad-request', quiet: false });
    }
    const verdict = judgeChange(place, act, brings, author);
    return at.key === null
      ? this.#inList(at.type, place, struct, verdict)
      : this.#atKey(at.type, at.key, place, struct, verdict, act === 'unset');
  }

  #inList(type: SharedType, place: Place, struct: Struct, verdict: DocumentVerdict): Form {
    if (verdict.allow) {
      this.#touch(type);
      return 'keep';
    }
    if (place.at === 'cell' && place.field === 'outputs') {
      this.#written.add(type);
    }
    return this.#refuse(type, place, struct, verdict);
  }

  #atKey(
    type: SharedType,
    key: string,
    place: Place,
    struct: Struct,
    verdict: DocumentVerdict,
    unsets: boolean
  ): Form {
    if (!(type instanceof Y.Map)) {
      return this.#lost(null, fieldName(place));
    }
    const live = liveAt(type, key);
    if (!verdict.allow && ((live && typeOf(live)) || isIdentity(place))) {
      // A shared type can't be set again: no tombstone may come after it. What makes a cell a cell is not set again either: who has
      // deleted it meanwhile couldn't undo that, Yjs doesn't bring back a value that was replaced.
      this.#refuse(type, place, struct, verdict);
      this.#bench.report.resync = true;
      return 'clock';
    }
    const work = this.#keys.at(type, key);
    work.sets ||= !unsets;
    if (verdict.allow) {
      this.#touch(verdict.right ? type : null);
      work.kept.push({ struct, right: verdict.right });
      if (verdict.right) {
        work.rightful.add(struct);
      }
      if (unsets) {
        work.unset.add(struct.client, struct.clock, struct.clock + struct.length);
      }
      return 'keep';
    }
    work.refused = true;
    work.stripped.add(struct.client, struct.clock, struct.clock + struct.length);
    return this.#refuse(type, place, struct, verdict);
  }

  #judgeDraft(draft: Draft, taken: Set<string>): void {
    const { cells, author, removed, report } = this.#bench;
    const { struct } = draft.top;
    const give = (form: Form): void => {
      this.#forms.set(draft.top, form);
    };
    if (removed.has(struct.client, struct.clock)) {
      give('strip');
      return;
    }
    const may = judgeChange({ at: 'cells', cell: null }, 'write', 'fit', author);
    const removes = (cell: SharedType): boolean => this.#mayRemove(cell);
    const verdict: CellVerdict = may.allow
      ? judgeCell(draft.cell, { cells, author, taken, removes })
      : { kind: 'refused', code: may.code, id: idOf(draft.cell) };
    if (verdict.kind === 'refused') {
      report.refuse(verdict.id, 'cells', verdict.code, sourceOf(draft.cell));
      report.corrected = true;
      const original = verdict.id === null ? null : cells.holder(verdict.id);
      if (original && verdict.id !== null && !taken.has(verdict.id)) {
        this.#spared.add(original);
      }
      give('strip');
      return;
    }
    taken.add(verdict.id);
    report.touch(verdict.id);
    this.#cells.push({ struct, original: verdict.original, grave: verdict.grave });
    give('keep');
    this.#stripInside(draft, verdict);
  }

  /** Takes out of an accepted cell what a guest may not bring. */
  #stripInside(draft: Draft, verdict: CellVerdict & { kind: 'accepted' }): void {
    const { report } = this.#bench;
    for (const one of draft.inner) {
      if (
        one.at.kind === 'new' &&
        one.struct.content.kind !== 'gone' &&
        isStripped(draft.top, one.at, verdict)
      ) {
        this.#forms.set(one, 'strip');
        report.corrected = true;
      }
    }
    if (verdict.missingCount) {
      report.corrected = true;
      this.#fills.push({ cell: draft.top.struct, key: 'execution_count', ...verdict.missingCount });
    }
    if (verdict.loud) {
      report.refuse(verdict.id, 'cells', 'no-right');
    }
  }

  #mayRemove(cell: SharedType): boolean {
    const { cells, author, removed } = this.#bench;
    const item = cell._item;
    const place: Place = { at: 'cells', cell: cells.refOf(cell, author.person) };
    return (
      item !== null &&
      !this.#spared.has(cell) &&
      removed.has(item.id.client, item.id.clock) &&
      judgeChange(place, 'write', 'fit', author).allow
    );
  }

  #refuse(type: SharedType, place: Place, struct: Struct, verdict: DocumentVerdict): Form {
    const { report, cells } = this.#bench;
    report.corrected = true;
    if (!verdict.allow && !verdict.quiet) {
      const cell = cellOf(cells, type);
      const text = struct.content.kind === 'text' ? struct.content.text : '';
      report.refuse(cell && cells.idOf(cell), fieldName(place), verdict.code, text);
    }
    return 'strip';
  }

  /** The place can't be had in all replicas alike: only the clock stays, and the author starts again. */
  #lost(cell: string | null, field: string): Form {
    this.#bench.report.refuse(cell, field, 'resync-needed');
    this.#bench.report.resync = true;
    return 'clock';
  }

  #touch(type: SharedType | null): void {
    const cell = type && cellOf(this.#bench.cells, type);
    this.#bench.report.touch(cell && this.#bench.cells.idOf(cell));
  }
}

/** What no client writes: what makes a cell a cell, and where the file is, which we don't hold as the owner's server does. */
export function isIdentity(place: Place): boolean {
  return (place.at === 'cell' && place.field === 'cell') || (place.at === 'state' && place.key === 'path');
}

function isStripped(
  top: Located,
  at: Located['at'] & { kind: 'new' },
  verdict: CellVerdict & { kind: 'accepted' }
): boolean {
  if (at.parent === top) {
    return at.key !== null && verdict.without.has(at.key);
  }
  const field = at.parent.at;
  if (field.kind !== 'new' || field.parent !== top) {
    return false;
  }
  return field.key === 'metadata'
    ? at.key !== null && verdict.withoutMetadata.has(at.key)
    : field.key === 'outputs' && verdict.withoutOutputs;
}

function idOf(cell: Y.Map<unknown> | null): string | null {
  const id = cell?.get('id');
  return typeof id === 'string' ? id : null;
}

function sourceOf(cell: Y.Map<unknown> | null): string {
  const source = cell?.get('source');
  return source instanceof Y.Text ? source.toString() : '';
}
