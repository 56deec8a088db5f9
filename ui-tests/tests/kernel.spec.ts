import type { Locator, Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';
import { THEMES } from '../themes.ts';

/** Opens when the test says so. */
const GATE = join(tmpdir(), `liveshare-gate-${randomUUID()}`);
const CELLS = [
  { source: '# What runs', markdown: true },
  { source: 'name = input("Your name?")\nprint("hi", name)' },
  { source: 'import ipywidgets\nspeed = ipywidgets.IntSlider(value=3, description="Speed")\nspeed' },
  {
    source: `import os, time\nprint("begun")\nwhile not os.path.exists("${GATE}"):\n    time.sleep(.05)\nprint("through")`
  },
  { source: 'import getpass\nsecret = getpass.getpass("Password?")\nprint(len(secret), "letters")' },
  { source: 'print(speed.value)' }
];
test.use({ cells: [CELLS, { scope: 'test' }] });

const runMark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-mark-run');
const output = (cell: Locator): Locator => cell.locator('.jp-Cell-outputArea');
const question = (page: Page): Locator => page.getByRole('dialog').filter({ hasText: 'asks for input' });

async function come(
  owner: Owner,
  guest: GuestPage,
  name: string,
  rights: { live: true } | { execute: true }
): Promise<GuestPage> {
  const { url } = await owner.invite(name, rights);
  await guest.enter(url);
  return guest;
}

async function run(page: Pick<GuestPage, 'page' | 'cell'>, index: number): Promise<void> {
  await page.cell(index).locator('.jp-InputPrompt').click();
  await page.page.keyboard.press('Control+Enter');
}

test('S36 T64 input() and getpass() of a guest with Run alone: they are asked, nobody else, and others see for whom it waits', async ({
  owner,
  newGuest
}) => {
  test.slow();
  const ada = await come(owner, await newGuest(), 'Ada Lovelace', { execute: true });
  const grace = await come(owner, await newGuest('dark'), 'Grace Hopper', { execute: true });
  await owner.open();
  await owner.kernelIdle();
  await run(ada, 1);
  const asked = question(ada.page);
  await expect(asked).toContainText('Your name?');
  for (const page of [grace, owner]) {
    await expect(runMark(page.cell(1))).toHaveAttribute('title', /^Waiting for Ada Lovelace to answer/);
    await expect(page.page.getByRole('dialog')).toHaveCount(0);
  }
  await shoot(ada.page, 'input-asked');
  await shoot(grace.page, 'input-waits');
  await asked.getByRole('textbox').fill('Ada');
  await asked.getByRole('button', { name: 'Send' }).click();
  for (const page of [ada, grace, owner]) {
    await expect(output(page.cell(1))).toContainText('hi Ada');
    await expect(runMark(page.cell(1))).toHaveCount(0);
  }

  await run(ada, 4);
  const secret = question(ada.page).locator('input');
  await expect(secret).toHaveAttribute('type', 'password');
  await secret.fill('opensesame');
  await ada.page.keyboard.press('Enter');
  for (const page of [ada, grace, owner]) {
    await expect(output(page.cell(4))).toContainText('10 letters');
    await expect(page.page.locator('body')).not.toContainText('opensesame');
  }
  expect([...ada.problems, ...grace.problems, ...owner.problems]).toEqual([]);
});

test('S39 a slider in two browsers: one with Run drives, all follow, a viewer moves nothing, a late joiner sees it as it is', async ({
  owner,
  newGuest
}) => {
  test.slow();
  const ada = await come(owner, await newGuest(), 'Ada Lovelace', { execute: true });
  const viewer = await come(owner, await newGuest('dark'), 'Vera Viewer', { live: true });
  await owner.open();
  await owner.kernelIdle();
  const handle = (page: Pick<GuestPage, 'cell'>) => page.cell(2).locator('.noUi-handle');
  const value = (page: Pick<GuestPage, 'cell'>) => page.cell(2).locator('.widget-readout');
  await run(ada, 2);
  for (const page of [ada, viewer, owner]) {
    await expect(value(page)).toHaveText('3');
  }
  await handle(ada).press('ArrowRight');
  await handle(ada).press('ArrowRight');
  for (const page of [ada, viewer, owner]) {
    await expect(value(page)).toHaveText('5');
  }
  await shoot(viewer.page, 'slider-viewer');
  await handle(viewer).press('ArrowRight');
  // Moved in vain: it goes back by itself.
  await expect(value(viewer)).toHaveText('5');
  await run(ada, 5);
  await expect(output(ada.cell(5))).toContainText('5');
  await expect(value(owner)).toHaveText('5');
  const late = await come(owner, await newGuest(), 'Linus', { live: true });
  await expect(value(late)).toHaveText('5');
  await handle(owner).press('ArrowLeft');
  for (const page of [ada, viewer, late]) {
    await expect(value(page)).toHaveText('4');
  }
  expect([...ada.problems, ...viewer.problems, ...late.problems, ...owner.problems]).toEqual([]);
});

test('S34 the owner runs a cell the ordinary way: guests see that it runs, and by whom, late joiners too, until it ends', async ({
  owner,
  newGuest
}) => {
  // Three browsers.
  test.slow();
  const grace = await come(owner, await newGuest(), 'Grace Hopper', { live: true });
  // Its page has heard of the share, and its kernel is ready.
  const heard = owner.page
    .waitForEvent('websocket', socket => socket.url().endsWith('/control'))
    .then(socket => socket.waitForEvent('framereceived'));
  await owner.open();
  await heard;
  await owner.kernelIdle();
  await run(owner, 3);
  await expect(runMark(grace.cell(3))).toHaveAttribute('title', /^Olga Owner is running this cell, since \d/);
  await expect(output(grace.cell(3))).toContainText('begun');
  const late = await come(owner, await newGuest('dark'), 'Linus', { live: true });
  await expect(runMark(late.cell(3))).toHaveAttribute('title', /^Olga Owner is running this cell/);
  await shoot(late.page, 'owner-runs');
  writeFileSync(GATE, '');
  for (const page of [grace, late]) {
    await expect(output(page.cell(3))).toContainText('through');
    await expect(runMark(page.cell(3))).toHaveCount(0);
    await expect(page.cell(3).locator('.jp-InputPrompt')).toHaveText(/\[\d+\]:/);
  }
  expect([...grace.problems, ...late.problems, ...owner.problems]).toEqual([]);
});

for (const theme of THEMES) {
  test(`widgets look switched off to who may not use them, and come on with the right (${theme})`, async ({
    owner,
    newGuest
  }) => {
    test.slow();
    const { person, share, url } = await owner.invite('Ada Lovelace', { live: true });
    const viewer = await newGuest(theme);
    await viewer.enter(url);
    await owner.open();
    await owner.kernelIdle();
    await run(owner, 2);
    const slider = viewer.cell(2).locator('.noUi-target');
    await expect(slider).toHaveAttribute('aria-disabled', 'true', { timeout: 60_000 });
    await expect(slider).toHaveAttribute('title', 'Olga Owner has not given you the right to use widgets');
    await expect(viewer.cell(2).locator('.widget-readout')).toHaveText('3');
    await shoot(viewer.page, `widgets-off-${theme}`);
    const handle = viewer.cell(2).locator('.noUi-handle');
    await slider.click({ position: { x: 2, y: 2 }, force: true });
    await handle.focus();
    await viewer.page.keyboard.press('ArrowRight');
    await expect(viewer.cell(2).locator('.widget-readout')).toHaveText('3');
    // A click still selects the cell.
    await expect(viewer.cell(2)).toHaveClass(/jp-mod-active/);

    await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, {
      rights: { execute: true }
    });
    await expect(slider).not.toHaveAttribute('aria-disabled', { timeout: 2_000 });
    await handle.focus();
    await viewer.page.keyboard.press('ArrowRight');
    for (const page of [viewer, owner]) {
      await expect(page.cell(2).locator('.widget-readout')).toHaveText('4');
    }
    await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, {
      rights: { execute: true },
      grants: { widgets: false }
    });
    await expect(slider).toHaveAttribute('aria-disabled', 'true', { timeout: 2_000 });
  });
}
