import type { Locator } from '@playwright/test';
import { choose, expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

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
    await expect(mark(page.cell(1))).toContainText('2 · Ada Lovelace');
    await expect(mark(page.cell(1))).toHaveAttribute('title', 'Queued by Ada Lovelace, 1 run before it');
    await expect(mark(page.cell(2))).toHaveCount(0);
    await expect(page.cell(0).locator('.jp-InputPrompt')).toHaveText('[*]:');
  }
  // Another run waits, and is taken out again: by whoever asked for it, or by the owner; by nobody else.
  const cancel = (page: GuestPage | Owner) => page.cell(2).getByRole('button', { name: /take it out/ });
  for (const who of [ada, owner]) {
    await ada.cell(2).locator('.cm-content').click();
    await ada.page.keyboard.press('Control+Enter');
    await expect(mark(grace.cell(2))).toContainText('3 · Ada Lovelace');
    await expect(cancel(grace)).toHaveCount(0);
    await shoot(who.page, `runs-cancel-${who === ada ? 'guest' : 'owner'}`);
    await cancel(who).click();
    await expect(mark(grace.cell(2))).toHaveCount(0);
  }
  await expect(grace.cell(2).locator('.jp-InputPrompt')).toHaveText('[ ]:');
  await go(owner, 'first.go');
  for (const page of [owner, grace, late]) {
    await expect(mark(page.cell(0))).toHaveCount(0);
    await expect(mark(page.cell(1))).toContainText('Ada Lovelace');
  }
  await go(owner, 'second.go');
  for (const page of [owner, ada, grace, late]) {
    await expect(mark(page.cell(1))).toHaveCount(0);
    await expect(page.cell(1).locator('.jp-InputPrompt')).toHaveText(/^\[\d+\]:$/);
  }
  expect(ada.problems).toEqual([]);
  expect(grace.problems).toEqual([]);
});

test('S34 S45 the owner’s run in JupyterLab’s ordinary way has their name, for who comes later too', async ({
  owner,
  newGuest
}) => {
  // Three browsers.
  test.slow();
  await hold(owner, 'first.go', 'second.go');
  const grace = await newGuest();
  await grace.enter((await owner.invite('Grace Hopper', { live: true })).url);
  await owner.open();
  await owner.kernelIdle();
  for (const index of [0, 1]) {
    await owner.cell(index).locator('.cm-content').click();
    await owner.page.keyboard.press('Control+Enter');
  }
  await expect(mark(grace.cell(0))).toHaveText('Olga Owner', { timeout: 60_000 });
  await expect(mark(owner.cell(0))).toHaveText('you');
  const late = await newGuest();
  await late.enter((await owner.invite('Linus', { live: true })).url);
  for (const page of [grace, late]) {
    await expect(mark(page.cell(0))).toHaveText('Olga Owner');
    await expect(mark(page.cell(1))).toHaveText('2 · Olga Owner');
  }
  await go(owner, 'first.go');
  await go(owner, 'second.go');
  for (const page of [owner, grace, late]) {
    for (const index of [0, 1]) {
      await expect(mark(page.cell(index))).toHaveCount(0);
      await expect(page.cell(index).locator('.jp-InputPrompt')).toHaveText(/^\[\d+\]:$/);
    }
  }
  expect(grace.problems).toEqual([]);
  expect(owner.problems).toEqual([]);
});

test.describe('before any kernel runs', () => {
  test.use({
    cells: [[{ source: 'first = 1' }, { source: 'first / 0' }, { source: 'third = 3' }], { scope: 'test' }]
  });

  test('a guest’s Run All starts it, runs in order, and stops behind a failure', async ({
    owner,
    newGuest
  }) => {
    const ada = await newGuest();
    await ada.enter((await owner.invite('Ada Lovelace', { execute: true })).url);
    await choose(ada.page, 'Run', /^Run All Cells$/);
    const prompt = (index: number) => ada.cell(index).locator('.jp-InputPrompt');
    await expect(ada.cell(1).locator('.jp-Cell-outputArea')).toContainText('ZeroDivisionError', {
      timeout: 60_000
    });
    await expect(prompt(0)).toHaveText('[1]:');
    await expect(prompt(1)).toHaveText('[2]:');
    await expect(mark(ada.cell(2))).toHaveCount(0);
    await expect(prompt(2)).toHaveText('[ ]:');
    await expect(ada.page.getByText('Python 3 (ipykernel) | Idle')).toBeVisible();
    // What is pressed next is a click of its own.
    await ada.cell(2).locator('.cm-content').click();
    await ada.page.keyboard.press('Control+Enter');
    await expect(prompt(2)).toHaveText('[3]:');
    expect(ada.problems).toEqual([]);
  });
});

test('S35 with “Run cells on the server” the owner’s run goes on without their page, and nothing of it is lost', async ({
  owner,
  newGuest
}) => {
  test.slow();
  await hold(owner, 'first.go', 'second.go');
  const settings = '/lab/api/settings/jupyter-liveshare:share';
  await owner.api('PUT', settings, { raw: '{ "runOnServer": true }' });
  try {
    const grace = await newGuest();
    await grace.enter((await owner.invite('Grace Hopper', { live: true })).url);
    await owner.open();
    await owner.kernelIdle();
    await owner.cell(0).locator('.cm-content').click();
    await owner.page.keyboard.press('Control+Enter');
    await expect(mark(grace.cell(0))).toHaveText('Olga Owner');
    await owner.page.goto('about:blank');
    await go(owner, 'first.go');
    await expect(mark(grace.cell(0))).toHaveCount(0);
    await expect(grace.cell(0).locator('.jp-InputPrompt')).toHaveText(/^\[\d+\]:$/);
    expect(grace.problems).toEqual([]);
  } finally {
    await owner.api('PUT', settings, { raw: '{}' });
  }
});
