import { expect, test } from '../fixtures.ts';

test('the main job: share, watch, edit, run, remove', async ({ owner, newGuest }) => {
  await owner.open();
  const dialog = await owner.share();
  await expect(dialog.getByText('Nobody else can open this notebook', { exact: false })).toBeVisible();
  const url = await owner.add(dialog, 'Grace Hopper');
  expect(url).toContain('http://localhost');
  await dialog.getByRole('button', { name: 'Done' }).click();

  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Live view');
  // S12: the token is in no address after the first page.
  expect(guest.page.url()).not.toContain('#');
  expect(guest.page.url()).not.toContain('token');

  // The owner's typing is there within a second.
  await owner.cell(1).locator('.cm-content').click();
  await owner.page.keyboard.press('End');
  await owner.page.keyboard.type(' # typed by Olga');
  await expect(guest.cell(1)).toContainText('typed by Olga', { timeout: 1_000 });

  // A guest with Live alone can't type, and can't run.
  await guest.cell(1).locator('.cm-content').click();
  await guest.page.keyboard.type('not allowed');
  await expect(guest.cell(1)).not.toContainText('not allowed');
  await guest.page.keyboard.press('Shift+Enter');
  await expect(
    guest.page.getByText(/has not given you the right to run|You can't run|can run/i).first()
  ).toBeVisible();
  await expect(guest.cell(1)).not.toContainText('[*]');

  const again = await owner.share();
  await again.getByLabel('Grace Hopper, Edit').check();
  await expect(again.getByLabel('Grace Hopper, Live')).toBeChecked();
  await again.getByLabel('Grace Hopper, Run').check();
  await again.getByRole('button', { name: 'Done' }).click();
  await expect(guest.chip).toHaveText('Can edit and run');

  await owner.page.keyboard.press('Escape');
  await guest.type(1, 'print("by Grace:", 6 * 7)');
  await expect(owner.cell(1)).toContainText('by Grace:', { timeout: 1_000 });
  await guest.page.keyboard.press('Control+Enter');
  await expect(guest.cell(1)).toContainText('by Grace: 42');
  await expect(owner.cell(1)).toContainText('by Grace: 42');
  await expect(owner.cell(1)).toContainText('[1]:');
  // Quiet up to here; what the page still asks for while it is shown out is refused, and says so.
  expect(guest.problems).toEqual([]);

  const last = await owner.share();
  await last
    .getByRole('button', { name: /Grace Hopper/ })
    .last()
    .click();
  await last
    .getByRole('button', { name: /Remove/ })
    .first()
    .click();
  await expect(guest.page.getByText('Your access has ended')).toBeVisible({ timeout: 3_000 });
});

test('a guest who may run starts the kernel of a notebook that has none', async ({ owner, newGuest }) => {
  const { url } = await owner.invite('Ada', { execute: true });
  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can run');
  const sessions = (await owner.api('GET', '/api/sessions')) as { path: string }[];
  expect(sessions.filter(session => session.path === owner.notebook)).toEqual([]);

  await guest.cell(2).locator('.cm-content').click();
  await guest.page.keyboard.press('Control+Enter');
  await expect(guest.cell(2)).toContainText('45', { timeout: 60_000 });
  await expect(guest.cell(2)).toContainText('[1]:');
  expect(guest.problems).toEqual([]);
});

test('S5: rights change under the fingers, both ways, without a reload', async ({ owner, newGuest }) => {
  const { share, person, url } = await owner.invite('Ada', { edit: true });
  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit');
  await guest.type(1, 'first = 1');
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { rights: { edit: false } });
  await expect(guest.chip).toHaveText('Live view', { timeout: 2_000 });
  await guest.page.keyboard.type(' + 2');
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { rights: { edit: true } });
  await expect(guest.chip).toHaveText('Can edit', { timeout: 2_000 });
  await expect(guest.cell(1)).toContainText('first = 1');
  await expect(guest.cell(1)).not.toContainText('+ 2');
  await guest.type(1, 'second = 2');
  await expect(guest.cell(1)).toContainText('second = 2');
});

test('a person with Pages alone reads the saved notebook, without JupyterLab and without a script', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Reader', { static: true });
  const guest = await newGuest();
  await guest.page.goto(url);
  await expect(guest.page.getByText('You will read the saved notebook.')).toBeVisible();
  await guest.page.getByRole('button', { name: 'Open notebook' }).click();
  await expect(
    guest.page.frameLocator('iframe').getByRole('heading', { name: 'A shared notebook' })
  ).toBeVisible({
    timeout: 30_000
  });
  expect(guest.page.url()).toContain('/page/latest');
});

test('anyone with the link: asked for a name, one row in the list', async ({ owner, newGuest }) => {
  await owner.open();
  const dialog = await owner.share();
  await dialog.getByLabel('Anyone with the link, Live').check();
  await dialog.getByRole('button', { name: 'Copy link' }).first().click();
  await expect
    .poll(() => owner.page.evaluate(() => navigator.clipboard.readText()))
    .toContain('/liveshare/s/');
  const url = await owner.page.evaluate(() => navigator.clipboard.readText());

  const guest = await newGuest();
  await guest.enter(url, 'Linus');
  await expect(guest.chip).toHaveText('Live view');
  await expect(dialog.getByText('Linus', { exact: true })).toBeVisible();
});
