import { describe, expect, it } from 'vitest';
import { withImplied, RIGHTS } from '../../protocol/levels.ts';
import { reaches, treatment } from './kernel.ts';

/** Every request and message type of the messaging protocol 5.4 and of the debugger and subshells. */
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
  'comm_open',
  'comm_msg',
  'comm_close',
  'input_reply',
  'stream',
  'display_data',
  'update_display_data',
  'clear_output',
  'status',
  'execute_reply',
  '__proto__',
  'constructor',
  'toString',
  'KERNEL_INFO_REQUEST',
  ' kernel_info_request',
  ''
];

describe('what a guest sends', () => {
  it.each(TYPES)('T58, T54: %j has its treatment; unlisted is refused', type => {
    const expected =
      type === 'kernel_info_request'
        ? 'kernel-info'
        : type === 'comm_info_request' || type === 'history_request'
          ? 'empty'
          : 'refuse';
    expect(treatment(type)).toBe(expected);
  });
});

describe('what reaches a guest', () => {
  const live = { rights: withImplied({ live: true }) };
  const SHOWN = [
    'stream',
    'display_data',
    'update_display_data',
    'execute_result',
    'error',
    'clear_output',
    'execute_input'
  ];

  it('outputs of a cell, and status always', () => {
    for (const type of SHOWN) {
      expect(reaches(live, type, 'a')).toBe(true);
      expect(reaches(live, type, null)).toBe(false);
    }
    expect(reaches(live, 'status', null)).toBe(true);
    expect(reaches(live, 'status', 'a')).toBe(true);
  });

  it.each(['comm_open', 'comm_msg', 'comm_close', 'debug_event', 'iopub_welcome', 'input_request', 'other'])(
    'T58: %s never does',
    type => {
      expect(reaches(live, type, 'a')).toBe(false);
      expect(reaches(live, type, null)).toBe(false);
    }
  );

  it('T58: nothing reaches anybody without live', () => {
    for (const right of RIGHTS) {
      const rights = { ...withImplied({ [right]: true }), live: false };
      for (const type of [...SHOWN, 'status']) {
        expect(reaches({ rights }, type, 'a')).toBe(false);
      }
    }
  });
});
