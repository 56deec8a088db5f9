import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { NO_RIGHTS, type Rights, withImplied } from '../../protocol/levels.ts';
import type { RightsNow } from '../../protocol/messages.ts';
import { changeText, chipText, reason, refusal, rejectedText } from './words.ts';

const trans = nullTranslator.load('test');
const now = (rights: Partial<Rights>, rest: Partial<RightsNow> = {}): RightsNow => ({
  rights: withImplied(rights),
  cells: 'all',
  structure: true,
  grants: {},
  ...rest
});

describe('chipText', () => {
  it.each([
    [now({ live: true }), 'Live view'],
    [now({ edit: true }), 'Can edit'],
    [now({ execute: true }), 'Can run'],
    [now({ edit: true, execute: true }), 'Can edit and run'],
    [now({ edit: true, save: true, execute: true }), 'Can edit, save and run'],
    [now({ edit: true, execute: true }, { cells: ['a', 'b', 'c', 'd', 'gone'] }), 'Can edit 4 cells and run'],
    [{ ...now({}), rights: NO_RIGHTS }, 'No live access']
  ])('%# says %s', (rights, text) => {
    expect(chipText(rights, 4, trans)).toBe(text);
  });
});

describe('reason', () => {
  it('names the owner, or says "the owner"', () => {
    expect(reason('run', 'Ada', trans)).toBe('Ada has not given you the right to run cells');
    expect(reason('save', '', trans)).toBe('The owner has not given you the right to save');
    expect(reason('owner', '', trans)).toBe('Only the owner can do that');
  });
  it('is said in full when running is refused', () => {
    expect(refusal('run', 'Ada', trans)).toBe(
      'You can’t run cells here. Ada has not given you the right to run cells.'
    );
  });
});

describe('rejectedText', () => {
  it('names the cells that still exist', () => {
    expect(rejectedText([7], 'No.', trans)).toBe('Your change to cell 7 was not accepted: No.');
    expect(rejectedText([9, 7, 8], 'No.', trans)).toBe('Your change to cells 7–9 was not accepted: No.');
    expect(rejectedText([], 'No.', trans)).toBe('Your change was not accepted: No.');
  });
});

describe('changeText', () => {
  it('says what was won', () => {
    expect(changeText(now({ live: true }), now({ execute: true }), trans)).toBe('You can now run cells');
  });
  it('says what was lost', () => {
    expect(changeText(now({ edit: true, save: true }), now({ live: true }), trans)).toBe(
      'You can no longer edit and save'
    );
  });
  it('notices other cells', () => {
    const before = now({ edit: true }, { cells: ['a'] });
    expect(changeText(before, now({ edit: true }, { cells: ['b'] }), trans)).toBe(
      'The cells you can edit have changed'
    );
  });
  it('is silent when nothing changed', () => {
    expect(changeText(now({ edit: true }), now({ edit: true }), trans)).toBeNull();
  });
});
