import { describe, expect, it } from 'vitest';
import { type Rights, withImplied } from '../../protocol/levels.ts';
import type { RightsNow } from '../../protocol/messages.ts';
import { has, isOpener, needOf } from './needs.ts';

const now = (rights: Partial<Rights>, rest: Partial<RightsNow> = {}): RightsNow => ({
  rights: withImplied(rights),
  cells: 'all',
  structure: true,
  grants: {},
  ...rest
});

describe('needOf', () => {
  it.each([
    ['notebook:run-cell', 'run'],
    ['notebook:run-all-cells', 'run'],
    ['notebook:run-in-console', 'owner'],
    ['notebook:restart-run-all', 'restart-run'],
    ['notebook:restart-clear-output', 'restart'],
    ['notebook:interrupt-kernel', 'interrupt'],
    ['notebook:change-kernel', 'owner'],
    ['notebook:change-cell-to-markdown', 'structure'],
    ['notebook:delete-cell', 'structure'],
    ['notebook:clear-all-cell-outputs', 'all-cells'],
    ['notebook:clear-cell-output', 'cell'],
    ['docmanager:save', 'save'],
    ['docmanager:save-as', 'owner'],
    ['terminal:create-new', 'owner'],
    ['notebook:copy-cell', null],
    ['notebook:move-cursor-down', null],
    ['notebook:render-all-markdown', null],
    ['apputils:change-theme', null]
  ])('%s needs %s', (command, need) => {
    expect(needOf(command)).toBe(need);
  });
  it('never stops what opens the notebook', () => {
    expect(isOpener('docmanager:open')).toBe(true);
    expect(isOpener('notebook:run-cell')).toBe(false);
  });
});

describe('has', () => {
  it('asks for the right', () => {
    expect(has('run', now({ live: true }))).toBe(false);
    expect(has('run', now({ execute: true }))).toBe(true);
    expect(has('save', now({ edit: true, execute: true }))).toBe(false);
    expect(has('edit', now({ edit: true }))).toBe(true);
  });
  it('asks for structure beside edit', () => {
    expect(has('structure', now({ edit: true }))).toBe(true);
    expect(has('structure', now({ edit: true }, { structure: false }))).toBe(false);
    expect(has('structure', now({ execute: true }))).toBe(false);
  });
  it('asks for grants with their defaults', () => {
    expect(has('interrupt', now({ execute: true }))).toBe(true);
    expect(has('restart', now({ execute: true }))).toBe(false);
    expect(has('restart', now({ execute: true }, { grants: { restart: true } }))).toBe(true);
    expect(has('restart-run', now({ execute: true }, { grants: { restart: true } }))).toBe(true);
    expect(has('copy', now({ live: true }, { grants: { copy: false } }))).toBe(false);
  });
  it('never gives what is the owner’s', () => {
    const all = now({ static: true, live: true, edit: true, save: true, execute: true });
    expect(has('owner', all)).toBe(false);
  });
});
