import { describe, expect, it } from 'vitest';
import {
  editsEverything,
  judgeChange,
  KERNEL_METADATA,
  mayEditCell,
  PROTECTED_METADATA,
  RUN_FIELDS,
  type Act,
  type Author,
  type Brings,
  type CellRef,
  type Place
} from './document.ts';

const nobody: Author = { person: 'p', edit: false, cells: 'all', structure: true, lockedCells: new Set() };
const editor: Author = { ...nobody, edit: true, structure: false };
const scoped: Author = { ...editor, cells: new Set(['a']) };
const full: Author = { ...editor, structure: true };
const a: CellRef = { id: 'a', own: false };
const b: CellRef = { id: 'b', own: false };

function allows(place: Place, who: Author, act: Act = 'write', brings: Brings = 'fit'): boolean {
  return judgeChange(place, act, brings, who).allow;
}

const at = (cell: CellRef, field: string, key: string | null = null): Place => ({
  at: 'cell',
  cell,
  field,
  key
});

describe('a cell', () => {
  it('is edited with the right, in scope, and unlocked', () => {
    expect(mayEditCell(a, editor)).toBe(true);
    expect(mayEditCell(a, nobody)).toBe(false);
    expect(mayEditCell(b, scoped)).toBe(false);
    expect(mayEditCell({ id: 'b', own: true }, scoped)).toBe(true);
    expect(mayEditCell({ id: null, own: false }, scoped)).toBe(false);
    expect(mayEditCell({ id: null, own: false }, editor)).toBe(true);
    expect(mayEditCell(a, { ...editor, lockedCells: new Set(['a']) })).toBe(false);
  });

  it.each(['source', 'attachments'])('%s and metadata go with the cell', field => {
    for (const place of [field === 'source' ? at(a, field) : at(a, field), at(a, 'metadata', 'tags')]) {
      expect(allows(place, scoped)).toBe(true);
      expect(allows(place, nobody)).toBe(false);
      expect(allows(place, scoped, 'write', 'unfit')).toBe(false);
      expect(judgeChange(place, 'write', 'same', nobody)).toEqual({ allow: true, right: false });
    }
    expect(allows(at(b, field), scoped)).toBe(false);
  });

  it.each(PROTECTED_METADATA)('metadata.%s is the owner’s', key => {
    for (const act of ['write', 'unset'] as const) {
      expect(allows(at(a, 'metadata', key), full, act)).toBe(false);
    }
    expect(allows(at(a, 'metadata', key), nobody, 'write', 'same')).toBe(true);
  });

  it('metadata.execution may go, never come', () => {
    expect(allows(at(a, 'metadata', 'execution'), full)).toBe(false);
    expect(allows(at(a, 'metadata', 'execution'), editor, 'unset')).toBe(true);
    expect(allows(at(a, 'metadata', 'execution'), nobody, 'unset')).toBe(false);
  });

  it.each(RUN_FIELDS)('%s is cleared by editors and written by nobody', field => {
    expect(allows(at(a, field), full)).toBe(false);
    expect(allows(at(a, field), editor, 'clear')).toBe(true);
    expect(allows(at(b, field), scoped, 'clear')).toBe(false);
    expect(judgeChange(at(a, field), 'clear', 'fit', nobody)).toMatchObject({ allow: false, quiet: true });
  });

  it.each(['id', 'cell_type', 'cell', 'anything'])('%s can not be changed', field => {
    expect(allows(at(a, field), full)).toBe(false);
    expect(allows(at(a, field), full, 'unset')).toBe(false);
  });
});

describe('the list of cells', () => {
  it('needs structure, and no lock of somebody else’s', () => {
    expect(allows({ at: 'cells', cell: null }, full)).toBe(true);
    expect(allows({ at: 'cells', cell: b }, full)).toBe(true);
    expect(allows({ at: 'cells', cell: null }, editor)).toBe(false);
    expect(allows({ at: 'cells', cell: null }, nobody)).toBe(false);
    expect(allows({ at: 'cells', cell: a }, { ...full, lockedCells: new Set(['a']) })).toBe(false);
  });
});

describe('the notebook', () => {
  const meta = (metadata: string | null): Place => ({ at: 'meta', key: 'metadata', metadata });

  it('metadata needs every right', () => {
    expect(editsEverything(full)).toBe(true);
    expect(allows(meta('foo'), full)).toBe(true);
    expect(allows(meta('foo'), editor)).toBe(false);
    expect(allows(meta('foo'), { ...full, cells: new Set(['a']) })).toBe(false);
    expect(allows(meta('liveshare'), full)).toBe(false);
    expect(allows(meta(null), full)).toBe(false);
    expect(allows({ at: 'meta', key: 'nbformat', metadata: null }, full)).toBe(false);
  });

  it.each(KERNEL_METADATA)('%s follows the kernel', key => {
    expect(allows(meta(key), full)).toBe(false);
    expect(allows(meta(key), full, 'write', 'announced')).toBe(true);
    expect(allows(meta(key), nobody, 'write', 'same')).toBe(true);
    expect(judgeChange(meta(key), 'write', 'announced', nobody)).toMatchObject({ allow: false, quiet: true });
    expect(judgeChange(meta(key), 'unset', 'fit', full)).toMatchObject({ allow: false, quiet: true });
  });

  it('state takes what stock clients write unasked, from anybody', () => {
    expect(allows({ at: 'state', key: 'dirty' }, nobody)).toBe(true);
    expect(allows({ at: 'state', key: 'dirty' }, full, 'write', 'unfit')).toBe(false);
    expect(allows({ at: 'state', key: 'dirty' }, full, 'unset')).toBe(false);
    expect(allows({ at: 'state', key: 'other' }, full)).toBe(false);
    expect(allows({ at: 'nowhere' }, full)).toBe(false);
  });
});

describe('a lock of somebody else’s', () => {
  const locked = { lockedCells: new Set(['a']) };
  const code = (place: Place, who: Author, act: Act = 'write', brings: Brings = 'fit') => {
    const verdict = judgeChange(place, act, brings, who);
    return verdict.allow ? 'allowed' : verdict.code;
  };

  it('T84 is the reason only where it is the only reason', () => {
    expect(code(at(a, 'source'), { ...scoped, ...locked })).toBe('locked');
    expect(code({ at: 'cells', cell: a }, { ...full, ...locked })).toBe('locked');
    expect(code(at(a, 'outputs'), { ...editor, ...locked }, 'clear')).toBe('locked');
    expect(code(at({ id: null, own: false, twinOf: 'a' }, 'source'), { ...editor, ...locked })).toBe(
      'locked'
    );
    expect(code(at(b, 'source'), { ...scoped, ...locked })).toBe('no-right');
    expect(code(at(a, 'source'), { ...nobody, ...locked })).toBe('no-right');
    expect(code({ at: 'cells', cell: a }, { ...editor, ...locked })).toBe('no-right');
    expect(code(at(a, 'metadata', 'trusted'), { ...full, ...locked })).toBe('no-right');
    expect(code(at(a, 'source'), { ...editor, ...locked }, 'write', 'unfit')).toBe('bad-request');
  });

  it('T84 keeps nobody out of another cell, nor from writing what is there', () => {
    expect(code(at(b, 'source'), { ...editor, ...locked })).toBe('allowed');
    expect(code(at(a, 'source'), { ...editor, ...locked }, 'write', 'same')).toBe('allowed');
  });
});
