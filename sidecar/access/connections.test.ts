import { describe, expect, it } from 'vitest';
import { FakeConnection } from '../testing/books.ts';
import { Connections } from './connections.ts';

describe('connections', () => {
  it('are counted by person and kind, and gone when taken out', () => {
    const changed: string[] = [];
    const all = new Connections(share => changed.push(share));
    const removeControl = all.add(new FakeConnection('p', 's', 'control'));
    const removeDocument = all.add(new FakeConnection('p', 's', 'document'));
    all.add(new FakeConnection('q', 't', 'document'));
    expect([
      all.count('p'),
      all.count('p', 'document'),
      all.count('p', 'kernel'),
      all.count('nobody')
    ]).toEqual([2, 1, 0, 0]);
    expect(all.present('s')).toEqual(['p']);
    expect(all.people()).toEqual(['p', 'q']);
    removeControl();
    expect(all.present('s')).toEqual(['p']);
    removeDocument();
    removeDocument();
    expect(all.present('s')).toEqual([]);
    expect(all.people()).toEqual(['q']);
    expect(changed.slice(0, 5)).toEqual(['s', 's', 't', 's', 's']);
  });

  it('T7: ending one person, one session or some kinds ends exactly those', () => {
    const all = new Connections(() => undefined);
    const make = (person: string, kind: 'control' | 'document' | 'kernel', session: string) => {
      const made = new FakeConnection(person, 's', kind, session);
      all.add(made);
      return made;
    };
    const [control, document, kernel, second, other] = [
      make('p', 'control', '1'),
      make('p', 'document', '1'),
      make('p', 'kernel', '1'),
      make('p', 'document', '2'),
      make('q', 'document', '1')
    ];
    const ends = () => [control, document, kernel, second, other].map(each => each.ends.length);
    all.endKinds('p', ['document', 'kernel'], 'no-right');
    expect(ends()).toEqual([0, 1, 1, 1, 0]);
    all.end('p', 'no-session', 'You have left.', '2');
    expect(ends()).toEqual([0, 1, 1, 2, 0]);
    expect(second.ends[1]).toEqual({ code: 'no-session', detail: 'You have left.' });
    all.end('p', 'share-ended');
    expect(ends()).toEqual([1, 2, 2, 3, 0]);
    all.end('nobody', 'share-ended');
  });

  it('a socket that takes itself out while it is ended keeps none of the others open', () => {
    const all = new Connections(() => undefined);
    const ended: number[] = [];
    for (let i = 0; i < 5; i++) {
      const remove = all.add({
        kind: 'other',
        person: 'p',
        share: 's',
        session: null,
        end: () => {
          ended.push(i);
          remove();
        }
      });
    }
    all.end('p', 'no-right');
    expect(ended).toEqual([0, 1, 2, 3, 4]);
    expect(all.people()).toEqual([]);
  });
});
