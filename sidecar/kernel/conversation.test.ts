import { expect, it } from 'vitest';
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { KernelChannels } from '../upstream/kernel.ts';
import { Conversation } from './conversation.ts';
import type { KernelLink } from './link.ts';
import { makeHeader } from './run.ts';

const LIMIT = 1_000_000;

/** A way to the kernel that stands, on which the kernel has told nothing of itself yet. */
function opening(): { conversation: Conversation<object>; socket: KernelChannels; sent: KernelMessage[] } {
  const sent: KernelMessage[] = [];
  const socket = {
    session: 'ours',
    isOpen: true,
    send: (message: KernelMessage) => void sent.push(message),
    close: () => undefined
  } as unknown as KernelChannels;
  const link = { channels: null, socket } as unknown as KernelLink;
  return { conversation: new Conversation(link, LIMIT), socket, sent };
}

function said(
  type: string,
  parent: KernelMessage | undefined,
  content: object,
  channel: KernelMessage['channel'] = 'shell'
): KernelMessage {
  const header = makeHeader(`reply-${type}`, type, 'kernel');
  const parentHeader = parent?.header ?? {};
  return {
    channel,
    header,
    parent_header: parentHeader,
    metadata: {},
    content: { ...content },
    buffers: []
  };
}

it('S39: widgets from before are asked for also when the kernel tells of its comms before it tells of itself', async () => {
  const { conversation, socket, sent } = opening();
  conversation.opened(socket);
  const states = conversation.states();
  expect(sent.map(each => each.header.msg_type)).toEqual(['comm_info_request']);
  const comms = { slider: { target_name: 'jupyter.widget' } };
  conversation.take(said('comm_info_reply', sent[0], { status: 'ok', comms }));
  expect(sent.slice(1).map(each => each.header.msg_type)).toEqual(['comm_open', 'comm_msg', 'comm_close']);
  const about = {
    model_name: 'IntSliderModel',
    model_module: '@jupyter-widgets/controls',
    model_module_version: '2.0.0',
    state: { value: 3 }
  };
  const data = { method: 'update_states', states: { slider: about }, buffer_paths: [] };
  const { comm_id: control } = sent[1]?.content ?? {};
  expect(conversation.follow(said('comm_msg', sent[2], { comm_id: control, data }, 'iopub'))).toBe(false);
  expect((await states).data['states']).toMatchObject({ slider: { state: { value: 3 } } });
});

it('S39: a kernel without widgets keeps nobody waiting', async () => {
  const { conversation, socket, sent } = opening();
  conversation.opened(socket);
  const states = conversation.states();
  conversation.take(said('comm_info_reply', sent[0], { status: 'ok', comms: {} }));
  expect((await states).data['states']).toEqual({});
  expect(sent).toHaveLength(1);
});
