/**
 * Locks, asked for and ignored by raw clients against a real server.
 * @module
 */
import { afterEach, expect, inject, test } from 'vitest';
import { Site, type Book, type Guest } from './client.ts';
import { Notebook } from './notebook.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(leave => leave()))));

async function control(guest: Guest): Promise<Wire> {
  const wire = guest.socket('api/liveshare/control');
  open.push(() => wire.leave());
  await wire.message('hello');
  return wire;
}
async function ownerControl(book: Book): Promise<Wire> {
  const wire = site.jupyterSocket(`liveshare/api/shares/${book.id}/control`);
  open.push(() => wire.leave());
  await wire.message('hello');
  return wire;
}
async function notebookOf(guest: Guest): Promise<Notebook> {
  const notebook = await Notebook.of(guest);
  open.push(() => notebook.leave());
  return notebook;
}
const say = (wire: Wire, type: string, cell: string): void => wire.ws.send(JSON.stringify({ type, cell }));
const answer = (wire: Wire, cell: string) =>
  until(
    () =>
      wire.messages.find(each => /^lock_(granted|refused)$/.test(String(each.type)) && each['cell'] === cell),
    10_000,
    'an answer'
  );

test('T84 a race of forty real sockets for one cell: one holder, whom all are told', async () => {
  const book = await site.share();
  const guests = await Promise.all(Array.from({ length: 40 }, () => book.guest(['edit'])));
  const wires = await Promise.all(guests.map(control));
  wires.forEach(wire => say(wire, 'lock_request', 'first'));
  const answers = await Promise.all(wires.map(wire => answer(wire, 'first')));
  const winners = guests.filter((_, index) => answers[index]?.type === 'lock_granted');
  expect(winners).toHaveLength(1);
  for (const refused of answers.filter(each => each.type === 'lock_refused')) {
    expect(refused['holder']).toMatchObject({ id: winners[0]?.id });
  }
  // Its tab goes: the next who asks has it, and one alone.
  await wires[answers.findIndex(each => each.type === 'lock_granted')]?.leave();
  const late = await Promise.all([0, 1].map(async () => control(await book.guest(['edit']))));
  await until(async () => {
    const { locks } = (await (await control(await book.guest(['live']))).message('hello')) as {
      locks: unknown[];
    };
    return locks.length === 0;
  });
  late.forEach(wire => say(wire, 'lock_request', 'first'));
  const types = (await Promise.all(late.map(wire => answer(wire, 'first')))).map(each => each.type);
  expect(types.sort()).toEqual(['lock_granted', 'lock_refused']);
});

test('T84 exclusive: a client that ignores locks changes, moves and deletes nothing that another holds, and everything else', async () => {
  const book = await site.share();
  const [ada, bob] = [await book.guest(['edit']), await book.guest(['edit'])];
  const owner = await Notebook.owner(book);
  open.push(() => owner.leave());
  const [a, b] = [await control(ada), await control(bob)];
  say(a, 'lock_request', 'first');
  await answer(a, 'first');
  const rogue = await notebookOf(bob);
  // The allowed twin: soft locks only show.
  rogue.type('first', ' # soft');
  await until(() => owner.source('first') === 'x = 1 # soft');

  expect((await book.owner('', 'PATCH', { lockMode: 'exclusive' })).status).toBe(200);
  rogue.type('first', ' # EVIL');
  rogue.type('last', ' # fine');
  await until(() => owner.source('last') === 'print(x) # fine');
  expect(await b.message('rejected')).toMatchObject({ cells: ['first'], reason: 'locked' });
  await until(() => rogue.source('first') === 'x = 1 # soft', 10_000, 'the correction');
  for (const operation of [
    { op: 'edit', cell: 'first', source: 'EVIL' },
    { op: 'metadata', cell: 'first', set: { tags: ['EVIL'] } }
  ]) {
    const refused = await bob.ask('api/liveshare/notebook', 'PATCH', [operation]);
    expect([refused.status, refused.json<{ type: string }>().type]).toEqual([423, 'liveshare:locked']);
  }
  const allowed = [{ op: 'edit', cell: 'last', source: 'print(2)' }];
  expect((await bob.ask('api/liveshare/notebook', 'PATCH', allowed)).status).toBe(200);
  rogue.doc.getArray('cells').delete(0, 1);
  const mine = await notebookOf(ada);
  mine.type('first', ' # Ada');
  await until(() => owner.source('first') === 'x = 1 # soft # Ada');
  owner.type('first', ' # owner');
  await until(() => mine.source('first') === 'x = 1 # soft # Ada # owner');

  say(a, 'lock_release', 'first');
  const free = [{ op: 'edit', cell: 'first', source: 'x = 2' }];
  await until(async () => (await bob.ask('api/liveshare/notebook', 'PATCH', free)).status === 200);
  await until(() => owner.source('first') === 'x = 2');
});

test('T84 the owner takes over; a guest who tries is let go', async () => {
  const book = await site.share();
  const [ada, owner] = [await control(await book.guest(['edit'])), await ownerControl(book)];
  say(ada, 'lock_request', 'first');
  await answer(ada, 'first');
  say(owner, 'lock_take', 'first');
  expect((await answer(owner, 'first')).type).toBe('lock_granted');
  expect((await ada.message('lock_refused'))['holder']).toMatchObject({ id: 'owner' });
  say(ada, 'lock_take', 'first');
  expect((await ada.closed()).code).toBe(4400);
});

test('T84 T91 who holds a cell is asked to let go by who may edit it, once a while, in our words alone', async () => {
  const book = await site.share();
  const [ada, bob, viewer] = [
    await book.guest(['edit']),
    await book.guest(['edit']),
    await book.guest(['live'])
  ];
  const [a, b, v] = [await control(ada), await control(bob), await control(viewer)];
  say(a, 'lock_request', 'first');
  await answer(a, 'first');
  say(v, 'lock_ask', 'first');
  expect(await v.message('error')).toMatchObject({ reason: 'no-right' });
  b.ws.send(JSON.stringify({ type: 'lock_ask', cell: 'first', by: { name: 'EVIL' }, text: 'EVIL' }));
  const told = await a.message('lock_wanted');
  expect(told).toMatchObject({ cell: 'first', by: { id: bob.id } });
  expect(JSON.stringify(told)).not.toContain('EVIL');
  await b.message('lock_asked');
  for (let again = 0; again < 50; again++) {
    say(b, 'lock_ask', 'first');
  }
  await until(() => b.messages.filter(each => each.type === 'error').length === 50);
  expect(a.messages.filter(each => each.type === 'lock_wanted')).toHaveLength(1);
  // The allowed twin: it is given on by who holds it, and nobody else.
  say(b, 'lock_request', 'first');
  expect((await answer(b, 'first')).type).toBe('lock_refused');
  say(a, 'lock_release', 'first');
  say(b, 'lock_request', 'first');
  await b.message('lock_granted');
});
