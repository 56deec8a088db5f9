import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

/** Counts what a person presses on a page, through all its addresses. */
async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  await page.exposeBinding('countClick', () => void clicks++);
  await page.addInitScript(() => {
    const { countClick } = window as unknown as { countClick: () => void };
    window.addEventListener('pointerdown', event => event.isTrusted && countClick(), true);
  });
  return () => clicks;
}

test('from JupyterLab open to a guest who types in a cell: four clicks for the owner, two for the guest', async ({
  owner,
  newGuest
}) => {
  test.slow();
  const ownerClicks = await countClicks(owner.page);
  await owner.open();
  const start = Date.now();
  // One: Share. Two: Add, which copies the link.
  const dialog = await owner.share();
  const url = await owner.add(dialog, 'Grace Hopper');
  // Three: Edit. Four: Done.
  await dialog.getByLabel('Grace Hopper, Edit').check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  const sent = Date.now();

  const guest = await newGuest();
  const guestClicks = await countClicks(guest.page);
  // One: Open notebook. The link knows who it is for: no name to give, nothing to sign in to.
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit');
  // Two: into the cell.
  await guest.cell(1).locator('.cm-content').click();
  await guest.page.keyboard.type('# Grace was here. ');
  await expect(owner.cell(1)).toContainText('Grace was here.');

  expect(ownerClicks()).toBe(4);
  expect(guestClicks()).toBe(2);
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;
  const took = `owner ${seconds(start, sent)}, guest ${seconds(sent, Date.now())}`;
  test.info().annotations.push({ type: 'stopwatch', description: took });
});
