import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { shoot } from '../shoot.ts';
import { THEMES } from '../themes.ts';

/** The section of comments in the Collaborators panel, opened. */
async function comments(page: Page): Promise<Locator> {
  const tab = page.getByRole('tab', { name: 'Collaborators' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') {
    await tab.click();
  }
  return page
    .locator('.jp-LiveShare-section')
    .filter({ has: page.getByRole('button', { name: /^Comments/ }) });
}
const mark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-commentMark');

for (const theme of THEMES) {
  test(`${theme}: a guest comments, the owner sees it within a second, replies, resolves`, async ({
    owner,
    newGuest
  }) => {
    const { url } = await owner.invite('Grace Hopper', { live: true });
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' })
    });
    await owner.open();
    const ours = await comments(owner.page);
    await expect(ours).toContainText('No comments yet.');
    const guest = await newGuest(theme);
    await guest.enter(url);

    const before = await guest.cell(2).boundingBox();
    await guest.cell(2).locator('.jp-InputPrompt').click({ button: 'right' });
    await guest.page.getByRole('menuitem', { name: 'Comment on cell' }).click();
    const field = guest.page.getByLabel('Comment on cell 3');
    await expect(field).toBeFocused();
    await guest.page.keyboard.type('Why <b>ten</b>?');
    await guest.page.keyboard.press('Control+Enter');
    await expect(ours).toContainText('Why <b>ten</b>?', { timeout: 1_000 });
    await expect(ours.getByRole('button', { name: 'Comments (1 open)' })).toBeVisible();
    await expect(mark(guest.cell(2))).toHaveAccessibleName('1 comment on this cell');
    await expect(mark(owner.cell(2))).toHaveText('1');
    expect((await guest.cell(2).boundingBox())?.height).toBe(before?.height);
    expect(await guest.page.locator('.jp-LiveShare-commentText b').count()).toBe(0);

    await owner.cell(0).click();
    await ours.getByRole('button', { name: 'Cell 3' }).click();
    await expect(owner.cell(2)).toHaveClass(/jp-mod-active/);
    await ours.getByRole('button', { name: 'Reply' }).click();
    await owner.page.keyboard.type('Nine, to be exact.');
    await shoot(owner.page, `comments-owner-${theme}`);
    await owner.page.keyboard.press('Control+Enter');
    const theirs = await comments(guest.page);
    await expect(theirs).toContainText('Nine, to be exact.', { timeout: 1_000 });
    await expect(mark(guest.cell(2))).toHaveText('2');
    await expectAccessible(guest.page, '#jp-LiveShare-collaborators', '.jp-LiveShare-commentMark');
    await expectAccessible(owner.page, '#jp-LiveShare-collaborators', '.jp-LiveShare-commentMark');
    await guest.page.mouse.move(5, 5);
    await shoot(guest.page, `comments-guest-${theme}`);

    await ours.getByRole('button', { name: 'Resolve' }).click();
    await expect(theirs).toContainText('Everything is resolved.', { timeout: 1_000 });
    await expect(mark(guest.cell(2))).toHaveCount(0);
    await theirs.getByRole('button', { name: 'Show resolved (1)' }).click();
    await expect(theirs).toContainText(/Resolved by /);
    expect(guest.problems).toEqual([]);
  });
}

test('one’s own may be changed and deleted; a mark leads to its thread; a removed cell keeps its thread', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Grace', { edit: true });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  // By keyboard alone.
  await guest.cell(1).locator('.jp-InputPrompt').click();
  await guest.page.keyboard.press('Control+Alt+m');
  await guest.page.keyboard.type('Frist');
  await guest.page.keyboard.press('Control+Enter');
  const theirs = await comments(guest.page);
  await theirs.getByRole('button', { name: 'Edit' }).click();
  await guest.page.keyboard.press('Control+a');
  await guest.page.keyboard.type('First');
  await guest.page.keyboard.press('Control+Enter');
  await expect(theirs).toContainText('edited');
  await theirs.getByRole('button', { name: /^Comments/ }).click();
  await expect(theirs).not.toContainText('First');

  await mark(owner.cell(1)).focus();
  await owner.page.keyboard.press('Enter');
  const ours = await comments(owner.page);
  await expect(ours.getByRole('listitem', { name: 'Cell 2' })).toBeFocused();
  await expect(ours.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await mark(guest.cell(1)).click();
  await expect(theirs).toContainText('First');

  await guest.cell(1).locator('.jp-InputPrompt').click();
  await guest.page.keyboard.press('d');
  await guest.page.keyboard.press('d');
  await expect(ours).toContainText('On a removed cell');
  await ours.getByRole('button', { name: 'Delete' }).click();
  await expect(theirs).toContainText('No comments yet.');
});

test('the grant taken and given: comments go and come back without a reload', async ({ owner, newGuest }) => {
  const { share, person, url } = await owner.invite('Grace', { live: true });
  await owner.api('POST', `/liveshare/api/shares/${share}/comments`, {
    cell: 'cell-1',
    text: 'From the owner'
  });
  const guest = await newGuest();
  await guest.enter(url);
  const theirs = await comments(guest.page);
  await expect(theirs).toContainText('From the owner');
  const grant = (comment: boolean) =>
    owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { grants: { comment } });
  await grant(false);
  await expect(mark(guest.cell(1))).toHaveCount(0, { timeout: 1_000 });
  await expect(theirs).toHaveCount(0);
  await guest.cell(1).locator('.jp-InputPrompt').click({ button: 'right' });
  await expect(guest.page.getByRole('menuitem', { name: 'Cut Cell' })).toBeVisible();
  await expect(guest.page.getByRole('menuitem', { name: 'Comment on cell' })).toHaveCount(0);
  await guest.page.keyboard.press('Escape');
  await grant(true);
  await expect(mark(guest.cell(1))).toHaveText('1', { timeout: 1_000 });
  await expect(theirs).toContainText('From the owner');
});
