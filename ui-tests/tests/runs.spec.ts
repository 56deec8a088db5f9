import type { Locator } from '@playwright/test';
import { expect, test, type Owner } from '../fixtures.ts';

/** A cell that runs until there is a file of that name beside the notebook. */
const until = (file: string): string =>
  `import os, time\nwhile not os.path.exists("${file}"):\n    time.sleep(0.05)`;

test.use({
  cells: [
    [{ source: until('first.go') }, { source: until('second.go') }, { source: 'three = 3' }],
    { scope: 'test' }
  ]
});

const mark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-mark-run');

const hold = async (owner: Owner, ...files: string[]): Promise<void> => {
  for (const file of files) {
    await owner.page.request.delete(`/api/contents/${file}`, { headers: owner.headers });
  }
};
const go = (owner: Owner, file: string): Promise<unknown> =>
  owner.api('PUT', `/api/contents/${file}`, { type: 'file', format: 'text', content: 'go' });

test('S34 S45 who runs and who waits is seen by all, late joiners too, until the run has ended', async ({
  owner,
  newGuest
}) => {
  // Four browsers.
  test.slow();
  await hold(owner, 'first.go', 'second.go');
  const [ada, grace, late] = [await newGuest(), await newGuest(), await newGuest()];
  await ada.enter((await owner.invite('Ada Lovelace', { edit: true, execute: true })).url);
  await owner.open();
  await grace.enter((await owner.invite('Grace Hopper', { live: true })).url);
  for (const index of [0, 1]) {
    await ada.cell(index).locator('.cm-content').click();
    await ada.page.keyboard.press('Control+Enter');
  }
  await expect(mark(ada.cell(0))).toHaveText('you', { timeout: 60_000 });
  await late.enter((await owner.invite('Linus', { live: true })).url);
  for (const page of [owner, grace, late]) {
    await expect(mark(page.cell(0))).toHaveText('Ada Lovelace');
    await expect(mark(page.cell(0))).toHaveAttribute('title', /^Ada Lovelace is running this cell, since/);
    await expect(mark(page.cell(1))).toHaveText('2 · Ada Lovelace');
    await expect(mark(page.cell(1))).toHaveAttribute('title', 'Queued by Ada Lovelace, 1 run before it');
    await expect(mark(page.cell(2))).toHaveCount(0);
    await expect(page.cell(0).locator('.jp-InputPrompt')).toHaveText('[*]:');
  }
  await go(owner, 'first.go');
  for (const page of [owner, grace, late]) {
    await expect(mark(page.cell(0))).toHaveCount(0);
    await expect(mark(page.cell(1))).toHaveText('Ada Lovelace');
  }
  await go(owner, 'second.go');
  for (const page of [owner, ada, grace, late]) {
    await expect(mark(page.cell(1))).toHaveCount(0);
    await expect(page.cell(1).locator('.jp-InputPrompt')).toHaveText(/^\[\d+\]:$/);
  }
  expect(ada.problems).toEqual([]);
  expect(grace.problems).toEqual([]);
});
