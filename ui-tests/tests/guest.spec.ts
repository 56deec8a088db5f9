import type { Locator } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { shoot } from '../shoot.ts';
import { Sockets } from '../sockets.ts';
import { THEMES } from '../themes.ts';

for (const theme of THEMES) {
  test(`${theme}: chip, asking for more with both answers, leaving`, async ({ owner, newGuest }) => {
    const { share, url } = await owner.invite('Grace Hopper', { live: true });
    await owner.open();
    await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
    const guest = await newGuest(theme);
    const { page } = guest;
    await page.goto(url);
    await expect(page.getByRole('heading', { name: owner.notebook })).toBeVisible();
    await expect(page.getByText('You will see the notebook as it changes.')).toBeVisible();
    await expectAccessible(page, 'body');
    await shoot(page, `door-${theme}`);
    await page.getByRole('button', { name: 'Open notebook' }).press('Enter');
    await expect(guest.chip).toHaveText('Live view', { timeout: 60_000 });
    await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', String(theme === 'light'));

    await guest.chip.click();
    const popup = page.getByRole('dialog', { name: 'What you may do here' });
    await expect(popup.getByRole('listitem')).toHaveText([/no$/, /yes$/, /no$/, /no$/, /no$/]);
    await ask(popup, 'Run', 'To see the plot');
    await expect(popup.getByRole('status')).toHaveText('You asked to run cells. Waiting for Olga Owner.');
    await shoot(page, `guest-asked-${theme}`);
    await expectAccessible(page, '.jp-LiveShare-popup', '.jp-LiveShare-chip');
    const waiting = owner.page.locator('.jp-LiveShare-request');
    await expect(waiting).toContainText('Grace Hopper asks to run cells');
    await expect(waiting).toContainText('To see the plot');
    await waiting.getByRole('button', { name: 'Refuse' }).click();
    await expect(popup.getByRole('status')).toHaveText('You asked to run cells. The answer was no.');
    await expect(page.getByText('Olga Owner said no to your wish to run cells')).toBeVisible();
    await ask(popup, 'Run', '');
    await waiting.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('You can now run cells')).toBeVisible({ timeout: 2_000 });
    await expect(guest.chip).toHaveText('Can run');
    await expect(popup.getByRole('status')).toBeEmpty();
    await expectAccessible(page, '#jp-LiveShare-banner');
    await page.setViewportSize({ width: 800, height: 700 });
    await shoot(page, `guest-800-${theme}`);

    expect(guest.problems).toEqual([]);
    await popup.getByRole('button', { name: 'Leave' }).click();
    await expect(page.getByRole('heading', { name: 'You have left' })).toBeVisible();
    await expectAccessible(page, '.jp-LiveShare-endPage');
    await shoot(page, `guest-left-${theme}`);
    const me = await page.evaluate(
      async path => (await fetch(path)).status,
      `/liveshare/s/${share}/api/liveshare/me`
    );
    expect(me).toBe(401);
  });
}

test('S42 Shift+Enter without Run: refused at once with the reason, and nothing seems to run', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Grace', { edit: true });
  const guest = await newGuest();
  await guest.enter(url);
  for (const keys of ['Shift+Enter', 'Control+Enter', 'Alt+Enter']) {
    await guest.cell(1).locator('.cm-content').click();
    await guest.page.keyboard.press(keys);
    await expect(
      guest.page.getByText('You can’t run cells here. Olga Owner has not given you').first()
    ).toBeVisible({
      timeout: 1_000
    });
    await expect(guest.cell(1).locator('.jp-InputPrompt')).toHaveText('[ ]:');
  }
  await expect(guest.page.locator('.jp-Notebook .jp-Cell')).toHaveCount(3);
  const run = guest.page.locator(
    '.jp-NotebookPanel-toolbar [data-command="notebook:run-cell-and-select-next"]'
  );
  await expect(run).toHaveAttribute('aria-disabled', 'true');
  await expect(run).toHaveAttribute('title', /has not given you the right to run cells/);
});

test('S5 each right and grant, taken and given, changes the view within a second', async ({
  owner,
  newGuest
}) => {
  const { share, person, url } = await owner.invite('Grace', { live: true });
  const guest = await newGuest();
  await guest.enter(url);
  const set = (change: object) =>
    owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, change);
  const rights = (on: object) =>
    set({ rights: { static: false, live: true, edit: false, save: false, execute: false, ...on } });
  for (const [right, text] of [
    ['edit', 'Can edit'],
    ['save', 'Can save'],
    ['execute', 'Can run']
  ] as const) {
    await rights({ [right]: true });
    await expect(guest.chip).toHaveText(text, { timeout: 1_000 });
    await rights({});
    await expect(guest.chip).toHaveText('Live view', { timeout: 1_000 });
    await expect(guest.page.getByText(/You can no longer/)).toBeVisible();
  }
  await set({ rights: { edit: true }, cells: ['cell-1', 'cell-2'] });
  await expect(guest.chip).toHaveText('Can edit 2 cells', { timeout: 1_000 });
  await set({ cells: 'all' });
  await expect(guest.chip).toHaveText('Can edit', { timeout: 1_000 });
  const download = async (there: boolean) => {
    await guest.page.getByRole('menuitem', { name: 'File', exact: true }).click();
    await expect(guest.page.getByRole('menuitem', { name: 'Download', exact: true })).toHaveCount(
      there ? 1 : 0
    );
    await guest.page.keyboard.press('Escape');
  };
  await download(true);
  await set({ grants: { copy: false } });
  await download(false);
  await set({ grants: { copy: true } });
  await download(true);
  await set({ rights: { static: true, live: false, edit: false } });
  await expect(guest.page.getByRole('heading', { name: 'Your live access has ended' })).toBeVisible({
    timeout: 1_000
  });
  await expectAccessible(guest.page, '.jp-LiveShare-endPage');
  await guest.page.getByRole('link', { name: 'Read the saved page' }).click();
  // What the notebook says stands in a frame under the bar.
  const saved = guest.page.frameLocator('iframe');
  await expect(saved.getByRole('heading', { name: 'A shared notebook' })).toBeVisible();
});

test('removed, expired, share ended: a page of its own, with what to do', async ({ owner, newGuest }) => {
  const one = await owner.invite('Removed', { live: true });
  const two = await owner.invite('Expired', { live: true });
  const three = await owner.invite('Ended', { live: true });
  const guests = [await newGuest(), await newGuest(), await newGuest()] as const;
  for (const [index, { url }] of [one, two, three].entries()) {
    await guests[index]?.enter(url);
  }
  const people = `/liveshare/api/shares/${one.share}/people`;
  await owner.api('DELETE', `${people}/${one.person}`);
  await expect(guests[0].page.getByRole('heading', { name: 'Your access has ended' })).toBeVisible({
    timeout: 2_000
  });
  await owner.api('PATCH', `${people}/${two.person}`, {
    expiresAt: new Date(Date.now() + 1_500).toISOString()
  });
  await expect(guests[1].page.getByText('Your access has expired. Ask Olga Owner')).toBeVisible({
    timeout: 6_000
  });
  await owner.api('DELETE', `/liveshare/api/shares/${one.share}`);
  await expect(guests[2].page.getByRole('heading', { name: 'Olga Owner ended the share' })).toBeVisible({
    timeout: 2_000
  });
  await shoot(guests[2].page, 'guest-ended');
});

test('S9 the connection goes and comes back: said, typed text kept; what is refused then is offered', async ({
  owner,
  newGuest
}) => {
  // Two browsers, and two breaks of the connection that each take their time.
  test.slow();
  const { share, person, url } = await owner.invite('Grace', { edit: true });
  await owner.open();
  const guest = await newGuest();
  const sockets = await Sockets.of(guest.page);
  await guest.enter(url);
  await guest.type(1, 'before');
  await expect(owner.cell(1)).toContainText('before');

  await sockets.cut();
  await expect(
    guest.page.getByText('Connection lost, trying again · your last changes are kept')
  ).toBeVisible();
  await guest.type(1, 'while away');
  await expect(
    guest.page.getByText('Olga Owner’s server is away, this page will come back by itself')
  ).toBeVisible({ timeout: 20_000 });
  await shoot(guest.page, 'guest-away');
  sockets.mend();
  await expect(owner.cell(1)).toContainText('while away', { timeout: 40_000 });
  await expect(guest.page.getByText('server is away')).toBeHidden({ timeout: 40_000 });

  await sockets.cut();
  await guest.type(2, 'typed without a right');
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { rights: { edit: false } });
  sockets.mend();
  const copy = guest.page.getByRole('button', { name: 'Copy my text' });
  await expect(copy).toBeVisible({ timeout: 60_000 });
  await shoot(guest.page, 'guest-refused');
  await guest.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await copy.click();
  expect(await guest.page.evaluate(() => navigator.clipboard.readText())).toContain('typed without a right');
  await expect(guest.cell(2)).toContainText('sum(range(10))', { timeout: 20_000 });
  await expect(owner.cell(2)).toContainText('sum(range(10))');
});

test('S8 keys typed while the notebook is loaded again arrive where the caret was', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Grace', { edit: true });
  await owner.open();
  const guest = await newGuest();
  const sockets = await Sockets.of(guest.page);
  await guest.enter(url);
  await guest.type(1, 'start ');
  await expect(owner.cell(1)).toContainText('start');
  // The picture of the old copy is in front for as long as there is no new one.
  const replaced = guest.page.locator('.jp-LiveShare-picture');
  await sockets.endRoom(4409);
  await expect(replaced).toHaveCount(1);
  await guest.page.keyboard.type('middle ');
  await expect(replaced).toHaveCount(0, { timeout: 30_000 });
  await expect(guest.cell(1)).toContainText('start middle');
  await guest.page.keyboard.type('end');
  await expect(owner.cell(1)).toContainText('start middle end');
});

async function ask(popup: Locator, right: string, note: string): Promise<void> {
  await popup.getByRole('button', { name: 'Ask for more…' }).click();
  await popup.getByLabel(right, { exact: true }).check();
  await popup.getByLabel('What for').fill(note);
  await popup.getByRole('button', { name: 'Ask', exact: true }).click();
}
