import { describe, expect, it } from 'vitest';
import { NO_RIGHTS } from '../../protocol/levels.ts';
import type { Link, Person, Share } from '../../protocol/resources.ts';
import { LINK_ROW } from '../components/model.ts';
import {
  accessOf,
  linkOf,
  putLink,
  putPerson,
  withChange,
  withoutRow,
  withPlaces,
  withRowOf
} from './shareState.ts';

const access = {
  rights: NO_RIGHTS,
  cells: 'all',
  structure: true,
  grants: {},
  versions: 'all',
  expiresAt: null
} as const;
const person: Person = {
  ...access,
  id: 'p1',
  kind: 'invited',
  name: 'Ada',
  username: null,
  color: '#123456',
  joinedAt: null,
  link: null,
  waiting: false,
  tabs: 0,
  cell: null
};
const link: Link = {
  ...access,
  id: 'l1',
  maxPeople: null,
  hasPassphrase: false,
  approval: false,
  uses: 0,
  createdAt: '2026-01-01T00:00:00Z',
  url: 'https://host/s/x#t'
};
const share: Share = {
  id: 's1',
  path: 'a/b.ipynb',
  name: 'b.ipynb',
  lockMode: 'soft',
  holdSaves: false,
  createdAt: '2026-01-01T00:00:00Z',
  people: [person],
  links: [link],
  unsaved: null,
  unsavedBy: [],
  saveFailure: null,
  conflicts: 0
};

describe('a share with one part replaced', () => {
  it('moves the people who are named, and nobody else', () => {
    const two = { ...share, people: [person, { ...person, id: 'p2', cell: 'b' }] };
    expect(withPlaces(two, { p1: 'a', p3: 'c' }).people.map(one => one.cell)).toEqual(['a', 'b']);
    expect(withPlaces(two, { p2: null, ['__proto__']: 'x' }).people.map(one => one.cell)).toEqual([
      null,
      null
    ]);
  });
  it('never keeps a person’s link', () => {
    const next = putPerson(share, { ...person, id: 'p2', url: 'https://host/s/x#secret' });
    expect(next.people.map(one => one.id)).toEqual(['p1', 'p2']);
    expect(JSON.stringify(next)).not.toContain('secret');
  });
  it('replaces in place', () => {
    expect(putPerson(share, { ...person, name: 'Ada L.' }).people).toEqual([{ ...person, name: 'Ada L.' }]);
    expect(putLink(share, { ...link, uses: 2 }).links).toEqual([{ ...link, uses: 2 }]);
  });
  it('knows the first link by its row', () => {
    expect(linkOf(share, LINK_ROW)).toBe(link);
    expect(linkOf({ ...share, links: [] }, LINK_ROW)).toBeNull();
    expect(withoutRow(share, LINK_ROW).links).toEqual([]);
    expect(withoutRow(share, 'p1').people).toEqual([]);
  });
  it('shows a change before it is made, and puts the row back when it is not', () => {
    const ends = { expiresAt: '2026-02-01T00:00:00Z', rights: { edit: true } };
    const next = withChange(share, 'p1', ends);
    expect(next.people).toEqual([{ ...person, expiresAt: '2026-02-01T00:00:00Z' }]);
    const moved = withPlaces(next, { p1: 'a' });
    expect(withRowOf(share, moved, 'p1').people).toEqual([{ ...person, cell: 'a' }]);
    const shut = withChange(share, LINK_ROW, { passphrase: 'x', approval: true });
    expect(shut.links).toEqual([{ ...link, hasPassphrase: true, approval: true }]);
    expect(JSON.stringify(shut)).not.toContain('passphrase"');
    expect(withRowOf(share, shut, LINK_ROW)).toEqual(share);
    expect(withChange(share, 'nobody', ends)).toBe(share);
    expect(withRowOf(share, withoutRow(share, 'p1'), 'p1').people).toEqual([]);
  });
  it('finds what a row may do', () => {
    expect(accessOf(share, 'p1')).toBe(person);
    expect(accessOf(share, LINK_ROW)).toBe(link);
    expect(accessOf(share, 'nobody')).toBeNull();
  });
});
