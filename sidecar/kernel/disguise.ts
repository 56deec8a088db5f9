/**
 * The kernel's messages as guests see them: nothing in them names anything of the owner's server.
 * @module
 */
import { createHash } from 'node:crypto';
import type { KernelHeader, KernelMessage } from '../../protocol/kernel.ts';

/** A name of ours for an id of the owner's server: stable, and telling nothing about it. Shaped like a UUID. */
export function alias(share: string, id: string): string {
  const hex = createHash('sha256').update(`${share}\n${id}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-'
  );
}

/** A message as guests see it: ids, sessions and user names of the owner's side are replaced (T62). */
export function disguise(
  message: KernelMessage,
  share: string,
  cell: string | null,
  run: string | null
): KernelMessage {
  const cover = (header: KernelHeader): KernelHeader => ({
    ...header,
    msg_id: alias(share, header.msg_id),
    session: alias(share, header.session),
    username: ''
  });
  const { parent_header: answered } = message;
  const parent = answered.msg_id === undefined ? {} : cover(answered);
  return {
    ...message,
    header: cover(message.header),
    parent_header: parent,
    metadata: cell === null ? {} : { cell_id: cell, run }
  };
}
