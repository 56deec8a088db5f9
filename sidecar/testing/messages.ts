/**
 * Kernel messages for tests.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Channel, KernelMessage } from '../../protocol/kernel.ts';

/** A message with a header of its own. */
export function kernelMessage(
  channel: Channel,
  type: string,
  content: Record<string, unknown>,
  parent: string | null = null
): KernelMessage {
  const header = (msg_id: string, msg_type: string) => ({
    msg_id,
    msg_type,
    username: 'owner-login',
    session: 'session-of-the-owner',
    date: '2026-01-02T03:04:05Z',
    version: '5.4'
  });
  return {
    channel,
    header: header(randomUUID(), type),
    parent_header: parent === null ? {} : header(parent, 'execute_request'),
    metadata: {},
    content,
    buffers: []
  };
}

/** A message on IOPub. */
export function iopub(
  type: string,
  content: Record<string, unknown>,
  parent: string | null = null
): KernelMessage {
  return kernelMessage('iopub', type, content, parent);
}
