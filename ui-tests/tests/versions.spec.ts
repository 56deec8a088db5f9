import { choose, expect, test } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

test('versions: save with a message, compare as text, go back; a guest with Save sees the owner’s', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Ada', { edit: true, save: true, static: true });
  await owner.open();
  await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
  const panel = owner.page.locator('.jp-LiveShare-panel');
  await expect(panel.getByText('No versions yet.')).toBeVisible();
  await panel.getByRole('button', { name: 'Save version…' }).click();
  const dialog = owner.page.getByRole('dialog');
  await dialog.getByLabel('What is in this version?').fill('<img src=x onerror=alert(1)> first');
  await shoot(owner.page, 'versions-dialog');
  await dialog.getByRole('button', { name: 'Save version' }).click();
  const entry = panel.getByRole('button', { name: /onerror=alert\(1\)> first/ });
  await expect(entry).toBeVisible();

  const guest = await newGuest();
  await guest.enter(url);
  await guest.type(1, 'changed by Ada');
  await expect(owner.cell(1)).toContainText('changed by Ada');
  await choose(guest.page, 'File', 'Save version…');
  await guest.page.getByRole('dialog').getByLabel('What is in this version?').fill('by a guest');
  await guest.page.getByRole('dialog').getByRole('button', { name: 'Save version' }).click();
  await expect(panel.getByRole('button', { name: /by a guest/ })).toContainText('Ada');

  await entry.click();
  await panel.getByRole('button', { name: 'Compare with now' }).click();
  await expect(dialog.locator('pre')).toContainText('changed by Ada', { timeout: 30_000 });
  await expect(dialog.locator('pre')).toContainText('modified: cell 2, source');
  await shoot(owner.page, 'versions-compare');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await panel.getByRole('button', { name: 'Go back to it…' }).click();
  await shoot(owner.page, 'versions-restore');
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(guest.cell(1)).toContainText('print("hello")');
  await expect(owner.cell(1)).toContainText('print("hello")');
  expect(owner.problems).toEqual([]);
  expect(guest.problems).toEqual([]);
});

test('T32 a guest without Copy has no download and no export; with it, they are there', async ({
  owner,
  newGuest
}) => {
  const { share, person, url } = await owner.invite('Ada', { live: true });
  const guest = await newGuest();
  await guest.enter(url);
  const download = guest.page.getByRole('menuitem', { name: 'Download', exact: true });
  const menu = guest.page.getByRole('menuitem', { name: 'File', exact: true });
  await menu.click();
  await expect(download).toBeVisible();
  await guest.page.keyboard.press('Escape');
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { grants: { copy: false } });
  await expect
    .poll(() => guest.page.evaluate(() => fetch('api/liveshare/me').then(answer => answer.status)))
    .toBeGreaterThan(0);
  await expect(async () => {
    await menu.click();
    const there = await download.isVisible();
    await guest.page.keyboard.press('Escape');
    expect(there).toBe(false);
  }).toPass();
  await menu.click();
  await expect(guest.page.getByRole('menuitem', { name: /Save and Export/ })).toBeHidden();
});
