import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gatherer, PAUSE, type Deed, type Entry } from './activity.ts';

const ann = { id: 'p', name: 'Ann', color: '#112233' };
const deed = (more: Partial<Deed> = {}): Deed => ({
  share: 's',
  person: ann,
  kind: 'edited',
  cell: 'a',
  about: null,
  ...more
});

describe('deeds and entries', () => {
  it('typing for hours is one entry, as long as no pause is longer than a minute', () => {
    const gatherer = new Gatherer();
    const { entry, isNew } = gatherer.note(deed(), 0);
    expect(isNew).toBe(true);
    for (let now = PAUSE; now <= 100 * PAUSE; now += PAUSE) {
      expect(gatherer.note(deed(), now)).toEqual({ entry, isNew: false });
    }
    expect(entry).toMatchObject({ at: 0, until: 100 * PAUSE, count: 101 });
    const next = gatherer.note(deed(), 101 * PAUSE + 1);
    expect(next).toMatchObject({ isNew: true, entry: { at: 101 * PAUSE + 1, count: 1 } });
    expect(entry.until).toBe(100 * PAUSE);
  });

  it.each<[string, Partial<Deed>]>([
    ['share', { share: 't' }],
    ['person', { person: { ...ann, id: 'q' } }],
    ['the owner', { person: null }],
    ['kind', { kind: 'ran' }],
    ['cell', { cell: 'b' }],
    ['no cell', { cell: null }],
    ['about', { about: ann }]
  ])('another %s is another entry', (_, more) => {
    const gatherer = new Gatherer();
    gatherer.note(deed(), 0);
    expect(gatherer.note(deed(more), 1).isNew).toBe(true);
    expect(gatherer.note(deed(), 2).isNew).toBe(false);
  });

  it('tidying forgets exactly what no further deed extends', () => {
    const gatherer = new Gatherer();
    gatherer.note(deed(), 0);
    gatherer.note(deed({ cell: 'b' }), 1);
    gatherer.tidy(PAUSE + 1);
    expect(gatherer.note(deed({ cell: 'b' }), PAUSE + 1).isNew).toBe(false);
    gatherer.end('s');
    expect(gatherer.note(deed({ cell: 'b' }), PAUSE + 1).isNew).toBe(true);
  });

  it('no deed is lost, no entry spans a longer pause, and two entries of the same thing are further apart than one', () => {
    const some = fc.record({
      cell: fc.constantFrom('a', 'b'),
      kind: fc.constantFrom('edited' as const, 'ran' as const),
      wait: fc.nat(2 * PAUSE),
      tidy: fc.boolean()
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), deeds => {
        const gatherer = new Gatherer();
        const entries = new Set<Entry>();
        let now = 0;
        for (const { cell, kind, wait, tidy } of deeds) {
          now += wait;
          if (tidy) {
            gatherer.tidy(now);
          }
          const { entry, isNew } = gatherer.note(deed({ cell, kind }), now);
          expect(entries.has(entry)).toBe(!isNew);
          entries.add(entry);
          expect(entry.until).toBe(now);
        }
        const all = [...entries];
        expect(all.reduce((sum, entry) => sum + entry.count, 0)).toBe(deeds.length);
        for (const one of all) {
          expect(one.until - one.at).toBeLessThanOrEqual((one.count - 1) * PAUSE);
          const later = all.filter(
            each => each.cell === one.cell && each.kind === one.kind && each.at > one.until
          );
          expect(later.every(each => each.at - one.until > PAUSE)).toBe(true);
        }
      })
    );
  });
});
