import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { choose, expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { OWNER_TOKEN } from '../settings.ts';
import { shoot } from '../shoot.ts';
import { THEMES } from '../themes.ts';

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

/** Changes over to the other front end. */
async function change({ page }: GuestPage, label: string): Promise<void> {
  await choose(page, 'View', label);
}

const ours = (problems: readonly string[]): string[] => problems.filter(each => /liveshare/i.test(each));
/** What Jupyter Notebook says by itself, with any notebook and without us: entries of its own menus, and a race of its shortcuts. */
const notebooksOwn = /^warning: Menu entry for command .* is duplicated|reading 'schema'/;
const mark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-mark-who');

for (const theme of THEMES) {
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

    await choose(page, 'File', 'Save version…');
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

for (const theme of THEMES) {
  test(`${theme}: a guest in Jupyter Notebook edits, runs, is refused, asks, and goes to JupyterLab and back`, async ({
    owner,
    newGuest
  }) => {
    test.slow();
    await setTheme(owner, theme);
    const { share, person, url } = await owner.invite('Grace Hopper', { edit: true, execute: true });
    await owner.open();
    const guest = await newGuest(theme);
    const { page } = guest;
    await guest.enter(url);
    await change(guest, 'Open in Jupyter Notebook');
    await expect(page).toHaveURL(/\/liveshare\/s\/[^/]+\/notebooks\/[^/]+\.ipynb$/);
    await expect(guest.chip).toHaveText('Can edit and run', { timeout: 60_000 });
    await expect(page.locator('#jp-title h1')).toBeVisible();

    await guest.type(1, 'print("Grace")');
    await expect(owner.cell(1)).toContainText('print("Grace")');
    await expect(mark(owner.cell(1))).toHaveText('GH');
    await page.keyboard.press('Control+Enter');
    await expect(owner.cell(1).locator('.jp-OutputArea-output')).toContainText('Grace', { timeout: 60_000 });
    await showSide(page, 'Right', 'Show Collaborators');
    await expect(page.locator('.jp-LiveShare-panelBody')).toContainText('Olga Owner');
    await shoot(page, `notebook7-guest-${theme}`);
    await expectAccessible(page, '.jp-LiveShare-chip', '.jp-LiveShare-panelBody');

    // Nothing leads to the owner's files, and the title renames nothing.
    await page.getByRole('menuitem', { name: 'File', exact: true }).click();
    for (const gone of ['Open…', 'Rename…', 'New', 'Share notebook…', 'Trust Notebook', 'Shut Down']) {
      const entry = page.locator('.lm-Menu-itemLabel', { hasText: new RegExp(`^${gone}$`) });
      await expect(entry.filter({ visible: true })).toHaveCount(0);
    }
    await shoot(page, `notebook7-guest-menu-${theme}`);
    await page.keyboard.press('Escape');
    await page.locator('#jp-title h1').click({ force: true });
    await expect(page.getByRole('dialog', { name: 'Rename File' })).toHaveCount(0);

    await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, {
      rights: { edit: false, execute: false }
    });
    await expect(guest.chip).toHaveText('Live view', { timeout: 2_000 });
    await guest.cell(1).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expect(
      page.getByText('You can’t run cells here. Olga Owner has not given you').first()
    ).toBeVisible();
    await change(guest, 'Open in JupyterLab');
    await expect(page).toHaveURL(/\/doc\/tree\/[^/]+\.ipynb$/);
    await expect(guest.cell(1)).toContainText('print("Grace")', { timeout: 60_000 });
    expect(guest.problems.filter(each => !notebooksOwn.test(each))).toEqual([]);
  });
}
