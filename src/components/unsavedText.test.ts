import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it, vi } from 'vitest';
import type { Person, UnsavedBy } from '../../protocol/resources.ts';
import { conflictsText, isLeft, savedText, unsavedText } from './unsavedText.ts';

// Times are told in the page's language.
vi.stubGlobal('document', { documentElement: { lang: 'en' } });

const trans = nullTranslator.load('');
const by = (id: string, name = id): UnsavedBy => ({
  person: { id, name, color: '#123456' },
  since: '2026-01-02T03:04:05Z'
});
const owners: UnsavedBy = { person: null, since: '2026-01-02T03:04:05Z' };
const owner = { me: null, owner: '' };
const ada = { me: 'ada', owner: 'Olga' };

describe('whose work isn’t saved', () => {
  it('is named as the reader reads it', () => {
    const share = { held: true, unsavedBy: [by('ada', 'Ada'), by('grace', 'Grace'), owners] };
    expect(unsavedText(share, owner, trans)).toBe('Unsaved changes by Ada, Grace and you');
    expect(unsavedText(share, ada, trans)).toBe('Unsaved changes by you, Grace and Olga');
    expect(unsavedText({ held: true, unsavedBy: [by('gone', '')] }, owner, trans)).toBe(
      'Unsaved changes by somebody'
    );
  });
  it('is said only where it waits for a save', () => {
    expect(unsavedText({ held: false, unsavedBy: [by('ada')] }, owner, trans)).toBeNull();
    expect(unsavedText({ held: true, unsavedBy: [] }, owner, trans)).toBeNull();
  });
});

describe('who saved', () => {
  const at = new Date(Date.now() - 2 * 60_000).toISOString();
  it('and when, with the exact time beside it', () => {
    const found = savedText({ held: true, lastSaved: { ...by('ada', 'Ada'), at } }, owner, trans);
    expect(found?.text).toMatch(/^Saved by Ada 2/);
    expect(found?.title).toBe(new Date(at).toLocaleString());
    const fresh = { held: false, lastSaved: { person: null, at: new Date().toISOString() } };
    expect(savedText(fresh, ada, trans)?.text).toBe('Saved by Olga just now');
    expect(savedText(fresh, owner, trans)?.text).toBe('Saved by you just now');
  });
  it('is old news where the file follows by itself', () => {
    expect(savedText({ held: false, lastSaved: { person: null, at } }, ada, trans)).toBeNull();
    expect(savedText({ held: true, lastSaved: null }, ada, trans)).toBeNull();
  });
});

describe('what was left', () => {
  const person = (id: string, tabs: number) => ({ id, tabs }) as Person;
  it('is guests’ work, with none of them here, that waits for a save', () => {
    const left = { held: true, unsavedBy: [by('ada'), owners], people: [person('ada', 0), person('bo', 1)] };
    expect(isLeft(left)).toBe(true);
    expect(isLeft({ ...left, held: false })).toBe(false);
    expect(isLeft({ ...left, unsavedBy: [owners] })).toBe(false);
    expect(isLeft({ ...left, people: [person('ada', 1)] })).toBe(false);
    // Removed: not among the people any more.
    expect(isLeft({ ...left, people: [] })).toBe(true);
  });
  it('cells that both sides changed are counted', () => {
    expect(conflictsText(1, trans)).toBe('1 cell was changed here and in the file.');
    expect(conflictsText(2, trans)).toBe('2 cells were changed here and in the file.');
  });
});
