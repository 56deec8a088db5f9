import type { Page } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { expect, test, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';
import { THEMES } from '../themes.ts';

const NAMES = { light: 'JupyterLab Light', dark: 'JupyterLab Dark' } as const;

const useTheme = (owner: Owner, name: string) =>
  owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    raw: JSON.stringify({ theme: name })
  });
/** The notebook's cells as the file has them. */
const onDisk = async (owner: Owner) => {
  const { content } = (await owner.api('GET', `/api/contents/${owner.notebook}`)) as {
    content: { cells: { id: string; source: string }[] };
  };
  return content;
};
const sources = async (owner: Owner) => (await onDisk(owner)).cells.map(cell => cell.source);
/** The note in a guest's toolbar. */
const note = (page: Page) => page.locator('.jp-NotebookPanel-toolbar .jp-LiveShare-savedNote');
const toast = (page: Page) => page.locator('.Toastify__toast');
/** JupyterLab writes the language of the kernel into a notebook that it opens for the first time: that is saved before the test begins. */
const saveAll = async (owner: Owner, share: string) => {
  await expect(owner.page.getByText('Python 3 (ipykernel) | Idle')).toBeVisible();
  await owner.api('POST', `/liveshare/api/shares/${share}/save`, {});
  await expect
    .poll(() => owner.api('GET', `/liveshare/api/shares/${share}`))
    .toMatchObject({ unsaved: false });
};
const openPanel = async (owner: Owner) => {
  await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
  return owner.page.locator('#jp-right-stack .jp-LiveShare-panelBody');
};

for (const theme of THEMES) {
  const name = NAMES[theme];
  test(`${theme}: work that was left unsaved is offered when the owner opens the notebook`, async ({
    owner,
    newGuest
  }) => {
    const { url } = await owner.invite('Ada Lovelace', { edit: true });
    await useTheme(owner, name);
    const before = await sources(owner);
    const ada = await newGuest();
    await ada.enter(url);
    await ada.type(1, 'left = "unsaved"');
    await expect(note(ada.page)).toHaveText('Unsaved changes by you');
    await ada.page.close();
    await expect
      .poll(async () => (await owner.api('GET', '/liveshare/api/shares')) as unknown[])
      .toContainEqual(expect.objectContaining({ path: owner.notebook, unsaved: true }));

    await owner.open();
    const offer = toast(owner.page).filter({ hasText: 'changes by Ada Lovelace were never saved' });
    await expect(offer).toBeVisible();
    await shoot(owner.page, `unsaved-offer-${theme}`);
    await offer.getByRole('button', { name: 'Look…' }).click();
    const dialog = owner.page.getByRole('dialog');
    await expect(dialog.locator('pre')).toContainText('left = "unsaved"', { timeout: 30_000 });
    await expect(dialog.locator('pre')).toContainText('print("hello")');
    await shoot(owner.page, `unsaved-look-${theme}`);
    await expectAccessible(owner.page, '.jp-Dialog-content');
    await dialog.getByRole('button', { name: 'Later' }).click();
    expect(await sources(owner)).toEqual(before);

    const panel = await openPanel(owner);
    const row = panel.locator('.jp-LiveShare-unsaved');
    await expect(row).toContainText('Unsaved changes by Ada Lovelace');
    await shoot(owner.page, `unsaved-row-${theme}`);
    await expectAccessible(owner.page, '.jp-LiveShare-unsaved');
    if (theme === 'light') {
      await row.getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => sources(owner)).toContain('left = "unsaved"');
      await expect(row).toContainText('Saved by you just now');
    } else {
      await row.getByRole('button', { name: 'Drop…' }).click();
      await shoot(owner.page, 'unsaved-drop');
      await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
      await expect(owner.cell(1)).toContainText('print("hello")');
      expect(await sources(owner)).toEqual(before);
    }
    await expect(row.getByText(/Unsaved changes/)).toBeHidden();
    await expect(offer).toBeHidden();
    await useTheme(owner, NAMES.light);
    expect(owner.problems).toEqual([]);
  });

  test(`${theme}: S23 the file was changed too: the owner decides cell by cell, guests are told`, async ({
    owner,
    newGuest
  }) => {
    const { url } = await owner.invite('Ada Lovelace', { edit: true });
    await useTheme(owner, name);
    await owner.open();
    const ada = await newGuest(theme === 'dark' ? 'dark' : 'light');
    await ada.enter(url);
    await ada.type(1, 'here = 1');
    await ada.type(2, 'here = 2');
    await expect(owner.cell(2)).toContainText('here = 2');
    const content = await onDisk(owner);
    content.cells[1]!.source = 'in_the_file = 1';
    content.cells[2]!.source = 'in_the_file = 2';
    await owner.api('PUT', `/api/contents/${owner.notebook}`, { type: 'notebook', content });

    const offer = toast(owner.page).filter({ hasText: '2 cells were changed here and in the file' });
    await expect(offer).toBeVisible({ timeout: 40_000 });
    await expect(owner.cell(1)).toContainText('in_the_file = 1');
    await expect(ada.page.locator('#jp-LiveShare-banner')).toContainText('Olga Owner decides what stays');
    await shoot(ada.page, `conflict-guest-${theme}`);
    await shoot(owner.page, `conflict-offer-${theme}`);
    await offer.getByRole('button', { name: 'Decide…' }).click();
    const dialog = owner.page.getByRole('dialog');
    const cell = (number: number) => dialog.getByRole('group', { name: `Cell ${number}` });
    await expect(cell(2).locator('pre')).toContainText('here = 1', { timeout: 30_000 });
    await expect(cell(3).locator('pre')).toContainText('in_the_file = 2', { timeout: 30_000 });
    await cell(2).getByRole('radio', { name: 'The changes made here' }).check();
    await cell(3).getByRole('radio', { name: 'Both, one below the other' }).check();
    await shoot(owner.page, `conflict-dialog-${theme}`);
    await expectAccessible(owner.page, '.jp-Dialog-content');
    await owner.page.setViewportSize({ width: 800, height: 700 });
    await shoot(owner.page, `conflict-dialog-800-${theme}`);
    await owner.page.setViewportSize({ width: 1280, height: 800 });
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await expect(owner.cell(1)).toContainText('here = 1');
    await expect(owner.cell(2)).toContainText('in_the_file = 2');
    await expect(owner.cell(3)).toContainText('here = 2');
    await expect(ada.cell(3)).toContainText('here = 2');
    await expect(offer).toBeHidden();
    await useTheme(owner, NAMES.light);
    expect(owner.problems).toEqual([]);
  });
}

test('T108 everybody reads whose changes aren’t saved, and who saved, once for each way of saving', async ({
  owner,
  newGuest
}) => {
  // Three browsers.
  test.slow();
  const { share, url } = await owner.invite('Ada Lovelace', { edit: true });
  const { url: saverUrl } = await owner.invite('Grace Hopper', { edit: true, save: true });
  await owner.open();
  await saveAll(owner, share);
  const ada = await newGuest();
  await ada.enter(url);
  const grace = await newGuest('dark');
  await grace.enter(saverUrl);
  await ada.type(1, 'a = 1');
  await expect(note(grace.page)).toHaveText('Unsaved changes by Ada Lovelace');
  await grace.type(2, 'b = 1');
  await expect(note(ada.page)).toHaveText('Unsaved changes by you and Grace Hopper');
  await shoot(ada.page, 'unsaved-note-light');
  await shoot(grace.page, 'unsaved-note-dark');
  await grace.page.keyboard.press('Control+s');
  await expect(note(ada.page)).toHaveText('Saved by Grace Hopper just now');
  await expect(note(grace.page)).toHaveText('Saved by you just now');
  expect(await note(ada.page).getAttribute('title')).toMatch(/\d:\d\d/);
  await shoot(ada.page, 'saved-note-light');

  await ada.type(1, 'a = 2');
  await expect(note(ada.page)).toHaveText('Unsaved changes by you');
  await owner.cell(0).click();
  await owner.page.keyboard.press('Control+s');
  await expect(note(ada.page)).toHaveText('Saved by Olga Owner just now');
  const panel = await openPanel(owner);
  await expect(panel.locator('.jp-LiveShare-unsaved')).toHaveText('Saved by you just now');
  await shoot(owner.page, 'saved-row');
  await ada.page.getByRole('tab', { name: 'Collaborators' }).click();
  await expect(ada.page.locator('#jp-right-stack .jp-LiveShare-savedNote')).toHaveText(/Saved by Olga Owner/);
  await shoot(ada.page, 'saved-panel-guest');
  await expectAccessible(ada.page, '.jp-LiveShare-savedNote');
  expect(owner.problems).toEqual([]);
  expect(ada.problems).toEqual([]);
  expect(grace.problems).toEqual([]);
});

test('F7 stopping a share with unsaved changes asks, and does what was said', async ({ owner, newGuest }) => {
  const { share, url } = await owner.invite('Ada Lovelace', { edit: true });
  await owner.open();
  await saveAll(owner, share);
  const ada = await newGuest();
  await ada.enter(url);
  await ada.type(1, 'never = "saved"');
  await expect(owner.cell(1)).toContainText('never = "saved"');
  const panel = await openPanel(owner);
  await expect(panel.locator('.jp-LiveShare-unsaved')).toContainText('Unsaved changes by Ada Lovelace');
  await panel.getByRole('button', { name: 'Stop sharing' }).click();
  const dialog = owner.page.getByRole('dialog');
  await expect(dialog).toContainText('There are changes that are not saved.');
  await shoot(owner.page, 'unsaved-stop');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await owner.api('GET', `/liveshare/api/shares/${share}`)).toMatchObject({ unsaved: true });
  await panel.getByRole('button', { name: 'Stop sharing' }).click();
  await dialog.getByRole('button', { name: 'Save and stop' }).click();
  await expect(ada.page.getByText('Olga Owner ended the share')).toBeVisible();
  expect(await sources(owner)).toContain('never = "saved"');
});
