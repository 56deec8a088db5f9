import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { expect, test, type Owner } from '../fixtures.ts';
import { OWNER_TOKEN } from '../settings.ts';
import { shoot } from '../shoot.ts';

/** Opens Jupyter Notebook on the notebook. */
async function openNotebook(owner: Owner): Promise<void> {
  await owner.page.goto(`/notebooks/${owner.notebook}?token=${OWNER_TOKEN}`);
  await expect(owner.cell(0)).toBeVisible({ timeout: 60_000 });
}

/** View, then a side bar, then what it shows. */
async function showSide(page: Page, side: 'Left' | 'Right', what: string): Promise<void> {
  const item = (text: string): Locator => page.locator('.lm-Menu-item', { hasText: text });
  // The entry comes with the last plugins.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem', { name: 'View', exact: true }).click();
    await item(`${side} Sidebar`).click({ timeout: 1_000 });
    await item(what).click({ timeout: 1_000 });
  }).toPass();
}

async function setTheme(owner: Owner, theme: 'light' | 'dark'): Promise<void> {
  await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    raw: JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' })
  });
}

const ours = (problems: readonly string[]): string[] => problems.filter(each => /liveshare/i.test(each));
const mark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-mark-who');

for (const theme of ['dark', 'light'] as const) {
  test(`${theme}: the owner in Jupyter Notebook shares, sees who is there and who edits, runs, saves a version`, async ({
    owner,
    newGuest
  }) => {
    test.slow();
    const { page } = owner;
    await setTheme(owner, theme);
    await openNotebook(owner);
    const dialog = await owner.share();
    const url = await owner.add(dialog, 'Grace Hopper');
    await dialog.getByLabel('Grace Hopper, Edit').check();
    await shoot(page, `notebook7-dialog-${theme}`);
    await expectAccessible(page, '.jp-LiveShare-dialog');
    await dialog.getByRole('button', { name: 'Done' }).click();

    await showSide(page, 'Right', 'Show Collaborators');
    const panel = page.locator('.jp-LiveShare-panelBody');
    await expect(panel.getByText('Grace Hopper', { exact: true })).toBeVisible();
    const guest = await newGuest(theme);
    await guest.enter(url);
    const row = panel.locator('[data-row]', { hasText: 'Grace Hopper' });
    await expect(row).toContainText('here now');
    await guest.type(1, 'print("Grace")');
    await expect(owner.cell(1)).toContainText('print("Grace")');
    await expect(mark(owner.cell(1))).toHaveText('GH');
    await expect(row).toContainText('in cell 2');
    await shoot(page, `notebook7-owner-${theme}`);
    await expectAccessible(page, '.jp-LiveShare-panelBody');

    await owner.cell(2).locator('.cm-content').click();
    await expect(mark(guest.cell(2))).toHaveText('OO');
    await page.keyboard.press('Control+Enter');
    await expect(guest.cell(2).locator('.jp-OutputArea-output')).toContainText('45', { timeout: 60_000 });

    await page.getByRole('menuitem', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Save version…' }).click();
    await page.getByRole('dialog').getByLabel('What is in this version?').fill('from Jupyter Notebook');
    await page.getByRole('dialog').getByRole('button', { name: 'Save version' }).click();
    await expect(panel.getByRole('button', { name: /from Jupyter Notebook/ })).toBeVisible();

    await page.reload();
    await expect(owner.cell(1)).toContainText('print("Grace")', { timeout: 60_000 });
    await expect(mark(owner.cell(1))).toHaveText('GH');
    expect(ours(owner.problems)).toEqual([]);
    expect(guest.problems).toEqual([]);
  });
}

test('what others have shared is a tab beside Jupyter Notebook’s files, and a side bar in its notebooks', async ({
  owner
}) => {
  const { page } = owner;
  const rights = { static: false, live: true, edit: true, save: false, execute: true };
  const shared = { name: 'waves.ipynb', owner: 'Ada Lovelace', rights, expiresAt: null };
  await page.route('**/liveshare/api/shared-with-me*', route =>
    route.fulfill({ json: [{ ...shared, url: 'http://localhost/liveshare/s/x' }] })
  );
  await page.goto(`/tree?token=${OWNER_TOKEN}`);
  await page.getByRole('tab', { name: 'Shared with me' }).click({ timeout: 60_000 });
  const panel = page.locator('#jp-LiveShare-shared');
  await expect(panel.getByRole('link', { name: 'waves.ipynb' })).toHaveAttribute('href', /liveshare\/s\/x$/);
  await shoot(page, 'notebook7-shared');
  await expectAccessible(page, '#jp-LiveShare-shared');

  await openNotebook(owner);
  await showSide(page, 'Left', 'Show Shared with me');
  await expect(panel.getByRole('link', { name: 'waves.ipynb' })).toBeVisible();
  expect(ours(owner.problems)).toEqual([]);
});
