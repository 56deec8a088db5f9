/**
 * What pages that are open hear on Jupyter Server's event bus.
 * @module
 */
import { afterEach, expect, inject, test } from 'vitest';
import { SHARES_EVENT } from '../../../protocol/messages.ts';
import { Site } from './client.ts';
import type { Wire } from './socket.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));
const open: Wire[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map(wire => wire.leave()))));

const ours = (wire: Wire): unknown[] =>
  wire.messages.filter(message => (message as { schema_id?: string }).schema_id === SHARES_EVENT);

test('a share that begins, gets another account, or ends is said once, naming nothing, and never to guests', async () => {
  const book = await site.share();
  const guest = await book.guest(['live']);
  const wire = site.jupyterSocket('api/events/subscribe');
  const theirs = guest.socket('api/events/subscribe');
  open.push(wire, theirs);
  await Promise.all([wire.opened, theirs.opened]);
  const heard = (count: number) => until(() => ours(wire).length === count, 10_000, `${count} words`);
  const other = await site.share();
  await heard(1);
  expect(
    (await other.owner('people', 'POST', { username: 'ada', name: 'Ada', rights: { live: true } })).status
  ).toBe(201);
  await heard(2);
  // Not for somebody without an account: no page of theirs hears this.
  await other.invite(['live']);
  expect((await other.owner('', 'DELETE')).status).toBe(204);
  await heard(3);
  expect(ours(wire)).toEqual(Array.from({ length: 3 }, () => ({ schema_id: SHARES_EVENT })));
  expect(theirs.messages).toEqual([]);
});
