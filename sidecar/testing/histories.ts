/**
 * Random histories as a property: what a history may consist of, and that it plays without a fault.
 * @module
 */
import fc from 'fast-check';
import { History, type Step } from './history.ts';

type Kind = Step['kind'];

/** The kinds of steps of honest clients, as often as they come. */
const HONEST: readonly Kind[] = [
  ...Array<Kind>(6).fill('edit'),
  'two',
  'undo',
  'undo',
  ...Array<Kind>(3).fill('send'),
  ...Array<Kind>(3).fill('read'),
  'cut',
  'join',
  'rights',
  'ask',
  'run'
];
const FORGED: readonly Kind[] = [...HONEST, ...Array<Kind>(4).fill('forge')];

const number = fc.nat(0xffff);

/** Steps of histories with or without a guest who forges updates: mostly short ones, some long. */
export function histories(withForger: boolean): fc.Arbitrary<Step[]> {
  const step = fc.record({
    kind: fc.constantFrom(...(withForger ? FORGED : HONEST)),
    who: fc.nat(3),
    a: number,
    b: number,
    c: number
  });
  const ofLength = (maxLength: number): fc.Arbitrary<Step[]> =>
    fc.array(step, { minLength: 5, maxLength, size: 'max' });
  return fc.oneof({ weight: 30, arbitrary: ofLength(70) }, { weight: 1, arbitrary: ofLength(300) });
}

/** Plays a history; the faults that were found. */
export function faultsOf(steps: readonly Step[], withForger: boolean): readonly string[] {
  const history = new History(withForger);
  history.play(steps);
  history.finish();
  history.room.end();
  return history.faults;
}

/** Tries `runs` histories, from a seed when one is given, and shrinks the first that has a fault; all within four minutes. */
export function tryHistories(withForger: boolean, runs: number, seed?: number): void {
  fc.assert(
    fc.property(histories(withForger), steps => {
      const faults = faultsOf(steps, withForger);
      if (faults.length > 0) {
        throw new Error(faults.join('\n'));
      }
    }),
    {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed }),
      interruptAfterTimeLimit: 240_000,
      markInterruptAsFailure: true
    }
  );
}
