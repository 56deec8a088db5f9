import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '../fixtures.ts';
import { test } from '../ownServer.ts';
import { shoot } from '../shoot.ts';

test('S21 the server is restarted under owner and guest: both pages come back by themselves with all that was typed', async ({
  owner,
  newGuest,
  server
}) => {
  // Two browsers, and a server that starts twice.
  test.slow();
  const { url } = await owner.invite('Ada Lovelace', { edit: true, save: true });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit and save');
  await guest.type(1, 'before = "Ada"');
  await expect(owner.cell(1)).toContainText('before = "Ada"');

  await server.stop();
  // The first words, or, when the server took long to end, those that follow them.
  const lost = guest.page.getByText('Connection lost, trying again · your last changes are kept');
  const away = guest.page.getByText('Olga Owner’s server is away, this page will come back by itself');
  await expect(lost.or(away)).toBeVisible();
  await guest.type(1, 'away = "Ada"');
  // JupyterLab tells the owner in its own words.
  const told = owner.page.getByRole('dialog', { name: /Server Connection Error/ });
  // Else it says it again, in the middle of what is typed.
  await told.getByRole('checkbox').check({ timeout: 60_000 });
  await told.getByRole('button').last().click();
  await owner.cell(2).locator('.cm-content').click();
  await owner.page.keyboard.press('Control+a');
  await owner.page.keyboard.type('away = "Olga"');
  await expect(away).toBeVisible({ timeout: 30_000 });
  await shoot(guest.page, 'restart-guest-away');
  await shoot(owner.page, 'restart-owner-away');

  await server.start();
  await expect(away).toBeHidden({ timeout: 60_000 });
  await expect(owner.cell(1)).toContainText('away = "Ada"', { timeout: 60_000 });
  await expect(guest.cell(2)).toContainText('away = "Olga"', { timeout: 60_000 });
  await shoot(guest.page, 'restart-guest-back');
  await shoot(owner.page, 'restart-owner-back');
  for (const page of [owner, guest]) {
    await expect(page.page.locator('.jp-Notebook .jp-Cell')).toHaveCount(3);
    await expect(page.cell(1).locator('.cm-content')).toHaveText('away = "Ada"');
    await expect(page.cell(2).locator('.cm-content')).toHaveText('away = "Olga"');
  }

  // Both go on, and the disk has it.
  await guest.type(1, 'after = "Ada"');
  await expect(owner.cell(1)).toContainText('after = "Ada"');
  await owner.cell(2).locator('.cm-content').click();
  await owner.page.keyboard.press('Control+a');
  await owner.page.keyboard.type('after = "Olga"');
  await expect(guest.cell(2)).toContainText('after = "Olga"');
  const onDisk = (): string => readFileSync(join(server.work, owner.notebook), 'utf8');
  await expect.poll(onDisk).toContain('after = \\"Ada\\"');
  await expect.poll(onDisk).toContain('after = \\"Olga\\"');
  expect(onDisk()).not.toContain('away');
});
