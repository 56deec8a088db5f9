/**
 * Widgets and other comms of a real kernel: who drives, who follows, what a late joiner gets; binary buffers both ways.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { code, Site, type Book, type Guest } from './client.ts';
import { Channels, type Message } from './kernels.ts';

const site = new Site(inject('server'));
let book: Book;
let owner: Channels;
const open: Channels[] = [];

const SET_UP = `
import ipywidgets
slider = ipywidgets.IntSlider(value=3)
picture = ipywidgets.Image(value=b"\\x00\\x01\\xff", format="png")
got, comms, closed = [], [], []
def on_message(message):
    got.append((message["content"]["data"], [bytes(each) for each in message["buffers"]]))
    comms[-1].send({"back": True}, buffers=[b"\\xff\\x00\\x7f"])
def on_open(comm, message):
    comms.append(comm)
    got.append((message["content"]["data"], [bytes(each) for each in message["buffers"]]))
    comm.on_msg(on_message)
    comm.on_close(lambda message: closed.append(True))
get_ipython().kernel.comm_manager.register_target("echo", on_open)
`;

beforeAll(async () => {
  book = await site.share(undefined, [code('a', '1')]);
  owner = await Channels.owner(book);
  await owner.run(SET_UP);
});
afterAll(async () => void (await Promise.all([owner, ...open].map(each => each.wire.leave()))));

async function channels(guest: Guest): Promise<Channels> {
  const made = await Channels.of(guest, '', true);
  open.push(made);
  return made;
}
const come = async (...how: Parameters<Book['guest']>) => channels(await book.guest(...how));
const modelOf = async (name: string) => (await owner.run(`${name}.model_id`)).replaceAll("'", '');

interface Data {
  readonly method?: string;
  readonly state?: Record<string, unknown>;
  readonly states?: Record<string, { model_name: string; state: Record<string, unknown> }>;
  readonly buffer_paths?: unknown[];
}
const dataOf = ({ content }: Message) => content['data'] as Data;

/** What ipywidgets' manager asks when a page is opened. */
async function states(guest: Channels): Promise<Message> {
  const control = randomUUID();
  guest.send('comm_open', { comm_id: control, target_name: 'jupyter.widget.control', data: {} });
  guest.send('comm_msg', { comm_id: control, data: { method: 'request_states' } });
  const told = await guest.heard(
    ({ content }) => content['comm_id'] === control && content['data'] !== undefined,
    20_000,
    'the states'
  );
  guest.send('comm_close', { comm_id: control, data: {} });
  return told;
}
const stateOf = async (guest: Channels, model: string) =>
  dataOf(await states(guest)).states?.[model]?.state ?? {};
const set = (guest: Channels, model: string, value: number) =>
  guest.send('comm_msg', { comm_id: model, data: { method: 'update', state: { value }, buffer_paths: [] } });
const heard = (guest: Channels, model: string, value: number) =>
  guest.heard(
    message => message.content['comm_id'] === model && dataOf(message).state?.['value'] === value,
    15_000,
    `value ${value}`
  );

test('S39 T58 a late joiner gets the present state; who has `widgets` drives, everybody follows; a viewer changes nothing', async () => {
  const slider = await modelOf('slider');
  const driver = await come(['execute']);
  // It was made before anybody listened: the kernel is asked once, in our own words.
  expect(await stateOf(driver, slider)).toMatchObject({ value: 3, _model_name: 'IntSliderModel' });
  const [viewer, without] = [await come(['live']), await come(['execute'], { grants: { widgets: false } })];
  set(driver, slider, 7);
  await Promise.all([driver, viewer, without].map(each => heard(each, slider, 7)));
  expect(await owner.run('slider.value')).toBe('7');
  for (const late of [await come(['live']), await come(['execute'])]) {
    expect(await stateOf(late, slider)).toMatchObject({ value: 7 });
  }
  for (const each of [viewer, without]) {
    const id = set(each, slider, 99);
    // Their page is shown how it is.
    const shown = await each.heard(
      message => message.parent_header.msg_id === id && message.content['data'] !== undefined
    );
    expect(dataOf(shown)).toMatchObject({ method: 'echo_update', state: { value: 7 } });
    each.send('comm_close', { comm_id: slider, data: {} });
    await each.reply(each.send('kernel_info_request'));
  }
  expect(await owner.run('slider.value')).toBe('7');
  expect([driver, viewer, without].map(each => each.wire.all).join('')).not.toContain('"value":99');
  // It is open still, for everybody.
  set(driver, slider, 8);
  await Promise.all([driver, viewer, without].map(each => heard(each, slider, 8)));
  expect(await owner.run('slider.value')).toBe('8');
});

test('S39 a widget’s binary state comes as it is, to a late joiner too', async () => {
  const picture = await modelOf('picture');
  const early = await come(['live']);
  await states(early);
  await owner.run('picture.value = b"\\x10\\x00\\xfe"');
  const pushed = await early.heard(
    message => message.content['comm_id'] === picture && (dataOf(message).buffer_paths ?? []).length > 0
  );
  expect(pushed.buffers.map(each => [...each])).toEqual([[0x10, 0, 0xfe]]);
  const told = await states(await come(['live']));
  const paths = dataOf(told).buffer_paths as unknown[][];
  const at = paths.findIndex(path => path[0] === picture);
  expect(paths[at]).toEqual([picture, 'state', 'value']);
  expect([...(told.buffers[at] ?? [])]).toEqual([0x10, 0, 0xfe]);
});

test('T58 T62 comms of other kinds: opened, written and closed with `widgets`, buffers both ways; without it the kernel hears nothing', async () => {
  const viewers = [
    await come(['live']),
    await come(['edit']),
    await come(['execute'], { grants: { widgets: false } })
  ];
  const buffers = [new Uint8Array([1, 2, 255]), new Uint8Array([0])];
  for (const each of viewers) {
    const comm = randomUUID();
    const say = (type: string, content: object) => each.send(type, content, 'shell', {}, { buffers });
    say('comm_open', { comm_id: comm, target_name: 'echo', data: { from: 'viewer' } });
    say('comm_msg', { comm_id: comm, data: { from: 'viewer' } });
    say('comm_close', { comm_id: comm, data: {} });
    await each.reply(each.send('kernel_info_request'));
  }
  expect(await owner.run('got, len(comms)')).toBe('([], 0)');

  const driver = await come(['execute']);
  const comm = randomUUID();
  const opened = driver.send('comm_open', { comm_id: comm, target_name: 'echo', data: { n: 1 } });
  await driver.heard(
    message =>
      message.parent_header.msg_id === opened &&
      message.header.msg_type === 'status' &&
      message.content['execution_state'] === 'idle'
  );
  driver.send('comm_msg', { comm_id: comm, data: { n: 2 } }, 'shell', {}, { buffers });
  for (const each of [driver, ...viewers]) {
    const back = await each.heard(
      message => message.content['comm_id'] === comm && JSON.stringify(dataOf(message)) === '{"back":true}'
    );
    expect(back.buffers.map(one => [...one])).toEqual([[255, 0, 127]]);
    expect(back.header.session).not.toBe(driver.session);
  }
  expect(await owner.run('got')).toBe("[({'n': 1}, []), ({'n': 2}, [b'\\x01\\x02\\xff', b'\\x00'])]");
  // What a viewer says on it, or closes, is nothing; what its opener does counts.
  for (const each of viewers) {
    each.send('comm_msg', { comm_id: comm, data: { n: 3 } });
    each.send('comm_close', { comm_id: comm, data: {} });
    await each.reply(each.send('kernel_info_request'));
  }
  expect(await owner.run('len(got), closed')).toBe('(2, [])');
  const info = async (each: Channels) =>
    (await each.reply(each.send('comm_info_request', { target_name: 'echo' }))).content['comms'];
  expect(await info(viewers[0] as Channels)).toEqual({ [comm]: { target_name: 'echo' } });
  driver.send('comm_close', { comm_id: comm, data: {} });
  await driver.reply(driver.send('kernel_info_request'));
  expect(await owner.run('len(got), closed')).toBe('(2, [True])');
  expect(await info(viewers[0] as Channels)).toEqual({});
});

test('T58 T6 `widgets` taken while they drive: from then on they move nothing', async () => {
  const slider = await modelOf('slider');
  const guest = await book.guest(['execute']);
  const driver = await channels(guest);
  set(driver, slider, 21);
  await heard(driver, slider, 21);
  const taken = await book.owner(`people/${guest.id}`, 'PATCH', { grants: { widgets: false } });
  expect(taken.status).toBe(200);
  const id = set(driver, slider, 22);
  const shown = await driver.heard(
    message => message.parent_header.msg_id === id && message.content['data'] !== undefined
  );
  expect(dataOf(shown).state).toMatchObject({ value: 21 });
  expect(await owner.run('slider.value')).toBe('21');
});
