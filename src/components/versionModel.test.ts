import { describe, expect, it } from 'vitest';
import type { Version } from '../../protocol/versions.ts';
import { readScope } from './VersionsField.tsx';
import { diffLines, search } from './versionModel.ts';

const version = (number: number, message: string, name: string | null): Version => ({
  number,
  message,
  person: name === null ? null : { id: name, name, color: '#123456' },
  at: '2026-01-02T03:04:05Z',
  cells: 1,
  pinned: false,
  commit: null
});

describe('searching versions', () => {
  const items = [version(12, 'Final', 'Ada'), version(2, 'ready for ADA', null), version(1, '', null)];
  const found = (text: string) => search(items, text, 'Olga').map(each => each.number);

  it('by number, message or author, whatever the case', () => {
    expect(found('')).toEqual([12, 2, 1]);
    expect(found(' ada ')).toEqual([12, 2]);
    expect(found('olga')).toEqual([2, 1]);
    expect(found('#1')).toEqual([1]);
    expect(found('2')).toEqual([2]);
    expect(found('nothing')).toEqual([]);
  });
});

describe('a comparison in lines', () => {
  it('cells are counted from one; what came, went and stayed is told apart', () => {
    const text =
      '## modified /cells/0/source:\n@@ -1,2 +1,2 @@\n   x=1\n-  y=2\n+  y=3\n\n## inserted before /cells/1:\n+  markdown cell:\n\n## added /metadata/a:\n+  1\n\n';
    expect(diffLines(text)).toEqual([
      { kind: 'head', text: 'modified: cell 1, source' },
      { kind: 'plain', text: '   x=1' },
      { kind: 'removed', text: '-  y=2' },
      { kind: 'added', text: '+  y=3' },
      { kind: 'plain', text: '' },
      { kind: 'head', text: 'inserted: cell 2' },
      { kind: 'added', text: '+  markdown cell:' },
      { kind: 'plain', text: '' },
      { kind: 'head', text: 'added: notebook, metadata, a' },
      { kind: 'added', text: '+  1' }
    ]);
  });
});

describe('which versions somebody may see', () => {
  it('empty is all, numbers are those, anything else is none', () => {
    expect(readScope(' ')).toBe('all');
    expect(readScope('3, 1 and 3')).toEqual([1, 3]);
    expect(readScope('-')).toEqual([]);
    expect(readScope('0')).toEqual([]);
  });
});
