import { choose, expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { expectAccessible } from '../axe.ts';
import { shoot } from '../shoot.ts';
import type { Locator } from '@playwright/test';

/** Opens the Collaborators panel. */
async function openPanel(owner: Owner): Promise<Locator> {
  await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
  const panel = owner.page.locator('#jp-right-stack .jp-LiveShare-panelBody');
  await expect(panel).toBeVisible();
  return panel;
}

/** A link that asks for approval; its address. */
async function approvalLink(owner: Owner): Promise<{ share: string; url: string }> {
  const share = (await owner.api('POST', '/liveshare/api/shares', { path: owner.notebook })) as {
    id: string;
  };
  const link = (await owner.api('POST', `/liveshare/api/shares/${share.id}/links`, {
    rights: { edit: true, execute: true },
    approval: true
  })) as { url: string };
  return { share: share.id, url: link.url };
}

/** Gives a name at the door and asks to come in. */
async function knock(guest: GuestPage, url: string, name: string): Promise<void> {
  await guest.page.goto(url);
  await guest.page.getByLabel('Your name').fill(name);
  await guest.page.getByRole('button', { name: 'Open notebook' }).click();
}

test('approval on joining: let in with a part, and turned away', async ({ owner, newGuest }) => {
  const { url } = await approvalLink(owner);
  await owner.open();
  const panel = await openPanel(owner);
  const [linus, eve] = [await newGuest(), await newGuest()];
  await knock(linus, url, 'Linus');
  await expect(linus.page.getByText(/^Waiting for .+ to let you in$/)).toBeVisible();
  await expect(owner.page.getByText('Linus waits to be let in').last()).toBeVisible();
  const wish = panel.getByRole('group', { name: 'Linus waits to be let in' });
  await wish.getByRole('button', { name: 'Part…' }).click();
  await wish.getByLabel('Run').uncheck();
  await wish.getByRole('button', { name: 'Give these' }).click();
  await expect(linus.page.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
  await expect(linus.chip).toHaveText('Can edit');

  await knock(eve, url, 'Eve');
  const other = panel.getByRole('group', { name: 'Eve waits to be let in' });
  await other.getByRole('button', { name: 'Refuse' }).click();
  await expect(eve.page.getByText(/did not let you in/)).toBeVisible();
  await expect(panel.getByRole('button', { name: /^Waiting/ })).toBeHidden();
  await expect(panel.getByText('You let Linus in')).toBeVisible();
});

test('T48: nobody comes in under a name that looks like somebody else’s', async ({ owner, newGuest }) => {
  const { share } = await owner.invite('Ada Lovelace', { live: true });
  const link = (await owner.api('POST', `/liveshare/api/shares/${share}/links`, {
    rights: { live: true }
  })) as {
    url: string;
  };
  const guest = await newGuest();
  await knock(guest, link.url, 'Аda Lоvelace');
  await expect(guest.page.getByRole('alert')).toContainText('Somebody here has that name');
  await guest.page.getByLabel('Your name').fill('Adam');
  await guest.page.getByRole('button', { name: 'Open notebook' }).click();
  await expect(guest.chip).toHaveText('Live view', { timeout: 60_000 });
});

const LONG = Array.from({ length: 60 }, (_, at) => ({ source: `cell_${at + 1} = ${at}\n\n\n\n` }));

test.describe('in a long notebook', () => {
  test.use({
    cells: [LONG, { scope: 'test' }]
  });

  test('where people are: go there, follow them, until one moves oneself', async ({ owner, newGuest }) => {
    test.slow();
    const { url } = await owner.invite('Grace Hopper', { edit: true });
    await owner.open();
    const panel = await openPanel(owner);
    const guest = await newGuest();
    await guest.enter(url);
    const row = panel.locator('[data-row]', { hasText: 'Grace Hopper' });
    await guest.cell(4).locator('.cm-content').click();
    await expect(row).toContainText('in cell 5', { timeout: 3_000 });

    const there = (text: string): Locator => owner.page.locator('.jp-Notebook .jp-Cell', { hasText: text });
    await guest.page.keyboard.press('Escape');
    for (let at = 5; at < 40; at++) {
      await guest.page.keyboard.press('ArrowDown');
    }
    await expect(row).toContainText('in cell 40');
    await expect(there('cell_40 =')).not.toBeInViewport();
    await row.getByRole('button', { name: 'Go to the cell of Grace Hopper' }).click();
    await expect(there('cell_40 =')).toBeInViewport();
    await expect(there('cell_40 =')).toHaveClass(/jp-mod-active/);

    await row.getByRole('button', { name: 'Follow Grace Hopper' }).click();
    await expect(row.getByRole('button', { name: 'Follow Grace Hopper' })).toHaveText('Following');
    for (let at = 40; at > 10; at--) {
      await guest.page.keyboard.press('ArrowUp');
    }
    await expect(there('cell_10 =')).toBeInViewport();
    await there('cell_10 =').hover();
    await owner.page.mouse.wheel(0, 40);
    await expect(row.getByRole('button', { name: 'Follow Grace Hopper' })).toHaveText('Follow');
    for (let at = 10; at < 45; at++) {
      await guest.page.keyboard.press('ArrowDown');
    }
    await expect(row).toContainText('in cell 45');
    await expect(there('cell_45 =')).not.toBeInViewport();
  });

  test('guests of a link: one name, told apart by a number for all; they go to each other and follow', async ({
    owner,
    newGuest
  }) => {
    test.slow();
    const { share } = await owner.invite('Ada Lovelace', { live: true });
    const { url } = (await owner.api('POST', `/liveshare/api/shares/${share}/links`, {
      rights: { live: true }
    })) as { url: string };
    await owner.open();
    const [first, second] = [await newGuest(), await newGuest('dark')];
    await first.enter(url, 'Anna');
    await second.enter(url, 'Anna');
    await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
    const mine = owner.page.locator('#jp-right-stack .jp-LiveShare-panelBody');
    await expect(mine.getByText('Anna (2)', { exact: true })).toBeVisible();
    await expect(mine.getByText('Anna', { exact: true })).toBeVisible();

    await second.page.getByRole('tab', { name: 'Collaborators' }).click();
    const panel = second.page.locator('#jp-right-stack .jp-LiveShare-panelBody');
    await expect(panel.getByText('Anna (2) (you)')).toBeVisible();
    const row = panel.getByRole('listitem').filter({ has: second.page.getByText('Anna', { exact: true }) });
    await first.cell(0).locator('.jp-InputPrompt').click();
    for (let at = 1; at < 40; at++) {
      await first.page.keyboard.press('ArrowDown');
    }
    await expect(row).toContainText('in cell 40');
    const there = (text: string): Locator => second.page.locator('.jp-Notebook .jp-Cell', { hasText: text });
    await expect(there('cell_40 =')).not.toBeInViewport();
    await shoot(second.page, 'people-guest-panel-dark');
    await row.getByRole('button', { name: 'Go to the cell of Anna' }).click();
    await expect(there('cell_40 =')).toBeInViewport();
    await row.getByRole('button', { name: 'Follow Anna' }).click();
    for (let at = 40; at > 10; at--) {
      await first.page.keyboard.press('ArrowUp');
    }
    await expect(there('cell_10 =')).toBeInViewport();
    await expect(row.getByRole('button', { name: 'Follow Anna' })).toHaveText('Following');
    await first.page.getByRole('tab', { name: 'Collaborators' }).click();
    const theirs = first.page.getByRole('listitem').filter({ hasText: 'Anna (2)' });
    await expect(theirs.getByRole('button', { name: /^Go/ })).toBeVisible();
    // Who went along has looked, not moved.
    await expect(theirs).toContainText('in cell 40');
    await expect(second.page.getByText('Anna (2) (you)').locator('..')).toContainText('in cell 40');
    await expect(first.page.getByRole('button', { name: 'Go to the cell of Anna', exact: true })).toHaveCount(
      0
    );
    await shoot(first.page, 'people-guest-panel');
    // Who has left is followed no more.
    await first.page.close();
    await expect(row).toHaveCount(0);
    expect(second.problems).toEqual([]);
  });
});

test('a page that was open before learns of a share that is made elsewhere, and shows who edits', async ({
  owner,
  newGuest
}) => {
  await owner.open();
  const panel = await openPanel(owner);
  await expect(panel).toContainText('Nobody else can open this notebook.');
  const { url } = await owner.invite('Ada Lovelace', { edit: true });
  await expect(panel.locator('[data-row]', { hasText: 'Ada Lovelace' })).toBeVisible({ timeout: 5_000 });
  const guest = await newGuest();
  await guest.enter(url);
  await guest.cell(1).locator('.cm-content').click();
  await expect(owner.cell(1).locator('.jp-LiveShare-mark-who')).toHaveText('AL');
  expect(owner.problems).toEqual([]);
});

test('S45: two tabs of a person are one row', async ({ owner, newGuest }) => {
  test.slow();
  const { url } = await owner.invite('Ada', { live: true });
  await owner.open();
  const panel = await openPanel(owner);
  const guest = await newGuest();
  await guest.enter(url);
  const second = await guest.page.context().newPage();
  await second.goto(guest.page.url());
  await expect(second.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
  const row = panel.locator('[data-row]', { hasText: 'Ada' });
  await expect(row).toContainText('(2 tabs)');
  await expect(row).toHaveCount(1);
  await second.close();
  await expect(row).not.toContainText('tabs');
});

test('settings, search, folds that are remembered', async ({ owner }) => {
  const { share } = await owner.invite('Ada', { live: true });
  for (const name of ['Ben', 'Cleo', 'Dora', 'Emil', 'Fritz', 'Gina', 'Hugo', 'Ida']) {
    await owner.invite(name, { live: true });
  }
  await owner.open();
  const panel = await openPanel(owner);
  await panel.getByLabel('Same cell at once').selectOption({ label: 'one person' });
  await panel.getByLabel('Save only when somebody saves').check();
  await expect
    .poll(async () => owner.api('GET', `/liveshare/api/shares/${share}`))
    .toMatchObject({ lockMode: 'exclusive', holdSaves: true });

  await panel.getByLabel('Find a person').fill('ib');
  await expect(panel.getByText('Nobody here has a name like that.')).toBeVisible();
  await panel.getByLabel('Find a person').fill('ID');
  await expect(panel.locator('.jp-LiveShare-name', { hasText: 'Ida' })).toBeVisible();
  await expect(panel.locator('.jp-LiveShare-name', { hasText: 'Ben' })).toBeHidden();

  await panel.getByRole('button', { name: /^Invited/ }).click();
  await expect(panel.locator('.jp-LiveShare-name', { hasText: 'Ida' })).toBeHidden();
  await owner.page.reload();
  await expect(panel.getByRole('button', { name: /^Invited/ })).toHaveAttribute('aria-expanded', 'false', {
    timeout: 60_000
  });
  expect(owner.problems).toEqual([]);
});

for (const [theme, name] of Object.entries({ light: 'JupyterLab Light', dark: 'JupyterLab Dark' })) {
  test(`${theme}: no serious accessibility findings in the panel`, async ({ owner, newGuest }) => {
    test.slow();
    const { url } = await owner.invite('Grace Hopper', { edit: true, execute: true });
    await owner.invite('Ada Lovelace', { live: true });
    const knocking = await approvalLink(owner);
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: name })
    });
    await owner.open();
    const panel = await openPanel(owner);
    const [guest, stranger] = [await newGuest(), await newGuest()];
    await guest.enter(url);
    await knock(stranger, knocking.url, 'Linus');
    await expect(panel.getByRole('group', { name: 'Linus waits to be let in' })).toBeVisible();
    await panel.getByRole('button', { name: 'More for Grace Hopper' }).click();
    await panel.locator('[data-row]', { hasText: 'Grace Hopper' }).getByText('Advanced').click();
    await expectAccessible(owner.page, '#jp-right-stack .jp-LiveShare-panelBody');
    await shoot(owner.page, `panel-${theme}`);
    await owner.page.setViewportSize({ width: 800, height: 800 });
    await expectAccessible(owner.page, '#jp-right-stack .jp-LiveShare-panelBody');
    const wide = await panel.evaluate(node => node.scrollWidth - node.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await shoot(owner.page, `panel-800-${theme}`);
  });
}

test('shared with me: a panel for accounts, when there is something in it', async ({ owner }) => {
  let shared: object[] = [];
  await owner.page.route('**/liveshare/api/shared-with-me*', route => route.fulfill({ json: shared }));
  await owner.open();
  await expect(owner.page.getByRole('tab', { name: 'Shared with me' })).toHaveCount(0);
  shared = [
    {
      name: 'waves.ipynb',
      owner: 'Ada Lovelace',
      rights: { static: false, live: true, edit: true, save: false, execute: true },
      expiresAt: null,
      url: 'http://localhost/liveshare/s/x'
    }
  ];
  await choose(owner.page, 'View', /Command Palette/);
  await owner.page.getByPlaceholder('SEARCH', { exact: true }).fill('Shared with me');
  await owner.page.locator('.lm-CommandPalette-item', { hasText: 'Shared with me' }).click();
  const panel = owner.page.locator('#jp-LiveShare-shared');
  await expect(panel.getByRole('link', { name: 'waves.ipynb' })).toHaveAttribute('href', /liveshare\/s\/x$/);
  await expect(panel).toContainText('by Ada Lovelace · you can edit and run cells');
  await expectAccessible(owner.page, '#jp-LiveShare-shared');
});
