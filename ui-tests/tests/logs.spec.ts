import { expect } from '../fixtures.ts';
import { test } from '../ownServer.ts';

test('S12 a link’s token is in no address, no history, no Referer and no log after the first page', async ({
  owner,
  newGuest,
  server
}) => {
  const { url } = await owner.invite('Grace Hopper', { edit: true });
  const token = new URL(url).hash.slice(1);
  expect(token.length).toBeGreaterThan(20);
  const guest = await newGuest();
  const sent: string[] = [];
  guest.page.on('request', request => {
    sent.push(new URL(request.url()).href.replace(/#.*/, ''), request.headers()['referer'] ?? '');
  });
  guest.page.on('websocket', socket => sent.push(socket.url()));
  await guest.page.goto(url);
  await expect(guest.page.getByRole('heading', { name: owner.notebook })).toBeVisible();
  expect(guest.page.url()).not.toContain(token);
  await guest.page.getByRole('button', { name: 'Open notebook' }).click();
  await expect(guest.chip).toHaveText('Can edit', { timeout: 60_000 });
  expect(guest.page.url()).not.toContain(token);
  await guest.type(1, 'grace = 1');
  await guest.page.goBack();
  expect(guest.page.url()).not.toContain(token);
  expect(sent.length).toBeGreaterThan(10);
  expect(sent.filter(each => each.includes(token))).toEqual([]);
  // The log tells of these very requests.
  expect(server.log).toContain('/api/liveshare/session');
  expect(server.log).not.toContain(token);
});
