import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../protocol/kernel.ts';
import { RIGHTS, withImplied, type Grants, type Rights } from '../../protocol/levels.ts';
import type { Access } from '../../protocol/resources.ts';
import { IOPUB_TABLE, KERNEL_TABLE, mayRunAnything, reaches, seesFiles, treatment } from './kernel.ts';

/** Every request and message type of the messaging protocol 5.4 and of the debugger and subshells, and some that are none. */
const TYPES = [
  'execute_request',
  'inspect_request',
  'complete_request',
  'history_request',
  'is_complete_request',
  'connect_request',
  'comm_info_request',
  'kernel_info_request',
  'shutdown_request',
  'interrupt_request',
  'debug_request',
  'create_subshell_request',
  'delete_subshell_request',
  'list_subshell_request',
  'usage_request',
  'apply_request',
  'clear_request',
  'abort_request',
  'comm_open',
  'comm_msg',
  'comm_close',
  'input_reply',
  'input_request',
  'stream',
  'display_data',
  'update_display_data',
  'execute_input',
  'execute_result',
  'error',
  'clear_output',
  'status',
  'execute_reply',
  'complete_reply',
  'shutdown_reply',
  'debug_event',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'KERNEL_INFO_REQUEST',
  ' kernel_info_request',
  'kernel_info_request\u0000',
  ''
];

const person = (rights: Partial<Rights>, grants: Grants = {}, cells: Access['cells'] = 'all'): Access => ({
  rights: withImplied(rights),
  grants,
  cells,
  structure: true,
  expiresAt: null,
  versions: 'all'
});

/** Kinds of people, and what each may do on the kernel: the table, said once more and in other words. */
const PEOPLE: Readonly<Record<string, { access: Access; may: readonly string[] }>> = {
  nobody: { access: person({}), may: [] },
  'static alone': { access: person({ static: true }), may: [] },
  live: { access: person({ live: true }), may: [] },
  edit: { access: person({ edit: true }), may: [] },
  save: { access: person({ save: true }), may: [] },
  execute: { access: person({ execute: true }), may: ['execute', 'widgets', 'input', 'interrupt'] },
  'edit and execute': {
    access: person({ edit: true, execute: true }),
    may: ['execute', 'widgets', 'input', 'interrupt', 'complete']
  },
  'execute without the finer grants': {
    access: person({ execute: true }, { widgets: false, input: false, interrupt: false }),
    may: ['execute']
  },
  'execute with completion': {
    access: person({ execute: true }, { complete: true, widgets: false }),
    may: ['execute', 'input', 'interrupt', 'complete']
  },
  'every grant, without execute': {
    access: person(
      { edit: true },
      { complete: true, widgets: true, input: true, interrupt: true, console: true }
    ),
    may: []
  }
};

describe('what a guest sends', () => {
  const cases = Object.keys(PEOPLE).flatMap(name => TYPES.map(type => [name, type] as const));
  it.each(cases)('T58, T54, S42: %s, %j: on each channel as its row says, or refused', (name, type) => {
    const { access, may } = PEOPLE[name]!;
    for (const channel of CHANNELS) {
      const row = Object.hasOwn(KERNEL_TABLE, type) ? KERNEL_TABLE[type] : undefined;
      const no = type.endsWith('_request') ? 'refuse' : 'drop';
      const there = row !== undefined && row.on.includes(channel) && access.rights.live;
      const has = there && (row.needs === 'live' || may.includes(row.needs));
      const expected = !there ? no : has ? row.does : (row.else ?? no);
      expect(treatment(type, channel, access), channel).toBe(expected);
    }
  });

  it('T58: the table is this, and nothing more', () => {
    const rows = Object.entries(KERNEL_TABLE).map(([type, row]) =>
      [type, row.on.join('+'), row.needs, row.does, row.else ?? '-'].join(' ')
    );
    expect(rows).toEqual([
      'kernel_info_request shell+control live info -',
      'comm_info_request shell live comms -',
      'complete_request shell complete ask -',
      'inspect_request shell complete ask -',
      'is_complete_request shell complete ask -',
      'execute_request shell execute run -',
      'interrupt_request control interrupt interrupt -',
      'input_reply stdin input input -',
      'comm_open shell widgets comm mirror',
      'comm_msg shell widgets comm mirror',
      'comm_close shell widgets comm mirror'
    ]);
  });

  it('code of one’s own: with the console grant, and edit on the whole notebook, alone', () => {
    const all = { edit: true, execute: true };
    expect(mayRunAnything(person(all, { console: true }))).toBe(true);
    expect(mayRunAnything(person(all))).toBe(false);
    expect(mayRunAnything(person(all, { console: true }, ['a']))).toBe(false);
    expect(mayRunAnything(person({ execute: true }, { console: true }))).toBe(false);
    expect(mayRunAnything(person({ edit: true }, { console: true }))).toBe(false);
  });

  it('T66: files are named by the owner’s own tick, not by default', () => {
    expect(seesFiles(person({ edit: true, execute: true }))).toBe(false);
    expect(seesFiles(person({ execute: true }, { complete: true }))).toBe(true);
  });
});

describe('what reaches a guest', () => {
  it.each(TYPES)('T58, T65: %j, as its row says, with live alone', type => {
    const row = Object.hasOwn(IOPUB_TABLE, type) ? IOPUB_TABLE[type] : undefined;
    for (const right of RIGHTS) {
      const rights = withImplied({ [right]: true });
      const sees = right !== 'static' && row !== undefined;
      expect(reaches({ rights }, type, 'a')).toBe(sees);
      expect(reaches({ rights }, type, null)).toBe(sees && row === 'all');
      expect(reaches({ rights }, type, null, true)).toBe(sees);
      expect(reaches({ rights: { ...rights, live: false } }, type, 'a', true)).toBe(false);
    }
  });

  it('T58: the table is this, and nothing more', () => {
    expect(IOPUB_TABLE).toEqual({
      status: 'all',
      comm_open: 'all',
      comm_msg: 'all',
      comm_close: 'all',
      stream: 'cell',
      display_data: 'cell',
      update_display_data: 'cell',
      execute_result: 'cell',
      error: 'cell',
      clear_output: 'cell',
      execute_input: 'cell'
    });
  });
});
