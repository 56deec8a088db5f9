import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Locks, type Tab } from './locks.ts';

const BOUNDS = { lease: 100, perPerson: 3 };
interface Named extends Tab {
  readonly name: string;
}
const tab = (person: string, name = person): Named => ({ person, name });
const [ada, bob] = [tab('ada'), tab('bob')];
const service = () => new Locks<Named>(BOUNDS);

describe('a lock', () => {
  it('is granted when nobody holds it, and refused with the holder’s name when somebody does', () => {
    const locks = service();
    expect(locks.request(ada, 'a', 0)).toMatchObject({ kind: 'granted', before: null });
    expect(locks.request(bob, 'a', 1)).toMatchObject({ kind: 'refused', lock: { tab: ada, since: 0 } });
    expect(locks.request(bob, 'b', 1).kind).toBe('granted');
  });

  it('asked for again by its tab lasts longer, and is still held since the first time', () => {
    const locks = service();
    locks.request(ada, 'a', 0);
    expect(locks.request(ada, 'a', 50)).toMatchObject({ kind: 'granted', lock: { since: 0, until: 150 } });
  });

  it('runs out without a heartbeat, exactly with its lease, and a late heartbeat does not bring it back', () => {
    const locks = service();
    locks.request(ada, 'a', 0);
    locks.heartbeat(ada, 60);
    expect(locks.request(bob, 'a', 159).kind).toBe('refused');
    expect(locks.expire(159)).toEqual([]);
    locks.heartbeat(ada, 160);
    expect(locks.holder('a', 160)).toBeNull();
    expect(locks.expire(160).map(lock => lock.cell)).toEqual(['a']);
    expect(locks.request(bob, 'a', 160).kind).toBe('granted');
  });

  it('is renewed by its own tab’s heartbeat alone', () => {
    const locks = service();
    locks.request(ada, 'a', 0);
    locks.heartbeat(bob, 90);
    locks.heartbeat(tab('ada', 'ada 2'), 90);
    expect(locks.holder('a', 100)).toBeNull();
  });

  it('is given back by its own tab alone', () => {
    const locks = service();
    locks.request(ada, 'a', 0);
    expect(locks.release(bob, 'a')).toBeNull();
    expect(locks.release(tab('ada', 'ada 2'), 'a')).toBeNull();
    expect(locks.release(ada, 'a')?.cell).toBe('a');
    expect(locks.release(ada, 'a')).toBeNull();
    expect(locks.holder('a', 0)).toBeNull();
  });

  it('S45 goes per tab: the tab a person types in now has it, the one before has not', () => {
    const locks = service();
    const other = tab('ada', 'ada 2');
    locks.request(ada, 'a', 0);
    expect(locks.request(other, 'a', 10)).toMatchObject({
      kind: 'granted',
      before: { tab: ada },
      lock: { since: 0 }
    });
    expect(locks.release(ada, 'a')).toBeNull();
    expect(locks.drop(lock => lock.tab === ada)).toEqual([]);
    expect(locks.holder('a', 10)?.tab).toBe(other);
  });

  it('is taken over by the owner, whoever holds it', () => {
    const locks = service();
    const owner = tab('owner');
    locks.request(ada, 'a', 0);
    expect(locks.take(owner, 'a', 5)).toMatchObject({
      kind: 'granted',
      before: { tab: ada },
      lock: { since: 5 }
    });
    expect(locks.request(ada, 'a', 6).kind).toBe('refused');
  });

  it('of one person are bounded, over all their tabs; others are not affected', () => {
    const locks = service();
    ['a', 'b'].forEach(cell => locks.request(ada, cell, 0));
    expect(locks.request(tab('ada', 'ada 2'), 'c', 0).kind).toBe('granted');
    expect(locks.request(ada, 'd', 0).kind).toBe('full');
    expect(locks.request(ada, 'a', 0).kind).toBe('granted');
    expect(locks.request(bob, 'd', 0).kind).toBe('granted');
    locks.release(ada, 'b');
    expect(locks.request(ada, 'e', 0).kind).toBe('granted');
    expect(locks.request(ada, 'f', 100).kind).toBe('granted');
  });
});

/** The plainest thing that could be right: a list of who holds what. */
class Model {
  held: { cell: string; tab: Named; until: number }[] = [];

  at(cell: string, now: number) {
    return this.held.find(each => each.cell === cell && now < each.until);
  }
  give(to: Named, cell: string, now: number): void {
    this.held = this.held.filter(each => each.cell !== cell);
    this.held.push({ cell, tab: to, until: now + BOUNDS.lease });
  }
  count(person: string, now: number): number {
    return this.held.filter(each => each.tab.person === person && now < each.until).length;
  }
}

const tabs = [tab('ada', 'ada 1'), tab('ada', 'ada 2'), tab('bob'), tab('cy'), tab('owner')];
const cells = ['a', 'b', 'c', 'd'];
const act = fc.record({
  kind: fc.constantFrom(
    'request',
    'request',
    'request',
    'release',
    'heartbeat',
    'disconnect',
    'expire',
    'take'
  ),
  tab: fc.constantFrom(...tabs),
  cell: fc.constantFrom(...cells),
  wait: fc.constantFrom(0, 0, 1, 10, 49, 50, 99, 100)
});

describe('any interleaving', () => {
  it('T84 S45 10,000 of them: one holder at most, and the one that a plain list names', () => {
    let [refused, moved] = [0, 0];
    fc.assert(
      fc.property(fc.array(act, { minLength: 15, maxLength: 40 }), acts => {
        const locks = service();
        const model = new Model();
        let now = 0;
        for (const { kind, tab: who, cell, wait } of acts) {
          now += wait;
          const before = model.at(cell, now);
          const full = before?.tab.person !== who.person && model.count(who.person, now) >= BOUNDS.perPerson;
          switch (kind) {
            case 'request':
            case 'take': {
              const answer = kind === 'take' ? locks.take(who, cell, now) : locks.request(who, cell, now);
              if (kind === 'request' && before !== undefined && before.tab.person !== who.person) {
                expect(answer).toMatchObject({ kind: 'refused', lock: { tab: before.tab } });
                refused += 1;
              } else if (full) {
                expect(answer.kind).toBe('full');
              } else {
                expect(answer).toMatchObject({ kind: 'granted', lock: { tab: who, cell } });
                moved += before === undefined || before.tab === who ? 0 : 1;
                model.give(who, cell, now);
              }
              break;
            }
            case 'release':
              locks.release(who, cell);
              model.held = model.held.filter(each => each.cell !== cell || each.tab !== who);
              break;
            case 'heartbeat':
              locks.heartbeat(who, now);
              model.held.forEach(each => {
                each.until = each.tab === who && now < each.until ? now + BOUNDS.lease : each.until;
              });
              break;
            case 'disconnect':
              locks.drop(lock => lock.tab === who);
              model.held = model.held.filter(each => each.tab !== who);
              break;
            case 'expire':
              locks.expire(now);
          }
          const shown = locks.all(now);
          expect(new Set(shown.map(lock => lock.cell)).size).toBe(shown.length);
          for (const each of cells) {
            expect(locks.holder(each, now)?.tab).toBe(model.at(each, now)?.tab);
          }
        }
      }),
      { numRuns: 10_000 }
    );
    expect(refused).toBeGreaterThan(10_000);
    expect(moved).toBeGreaterThan(1_000);
  }, 120_000);
});
