import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';

test('S1 a file that is read-only on disk: said in plain words, what is typed is with everybody, the file stays', async ({
  owner,
  newGuest
}) => {
  // Two browsers.
  test.slow();
  const file = join(process.env['LIVESHARE_UI_HOME'] ?? '', 'work', owner.notebook);
  chmodSync(file, 0o444);
  const before = readFileSync(file, 'utf8');
  const { url } = await owner.invite('Grace Hopper', { edit: true, save: true });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  const checkpoints: string[] = [];
  guest.page.on('request', request => {
    if (request.method() === 'POST' && request.url().includes('/checkpoints')) {
      checkpoints.push(request.url());
    }
  });
  await guest.type(1, 'typed = "live"');
  await expect(owner.cell(1)).toContainText('typed = "live"');
  const banner = guest.page.locator('#jp-LiveShare-banner');
  await expect(banner).toContainText('Not saved: the file is read-only on disk.');
  await expect(banner).toContainText('Everybody here has your changes.');
  await guest.page.keyboard.press('Control+s');
  await expect(
    guest.page.locator('.Toastify').getByText('Not saved: the file is read-only on disk.')
  ).toBeVisible();
  await expect(guest.page.getByRole('dialog').filter({ hasText: /read-only|Cannot Save/i })).toHaveCount(0);
  await guest.page.keyboard.type(' # on');
  await expect(owner.cell(1)).toContainText('# on');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(checkpoints).toEqual([]);
  expect(guest.problems).toEqual([]);

  // The twin: writable again, the same changes go to the file and nothing is said any more.
  chmodSync(file, 0o644);
  await guest.page.keyboard.type('!');
  await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 30_000 }).toContain('# on!');
  await expect(banner).toBeHidden();
});
