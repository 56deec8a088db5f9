import type { Locator } from '@playwright/test';
import { expectAccessible } from '../axe.ts';
import { expect, test, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

const PEOPLE = '**/liveshare/api/shares/*/people/*';

/** A person's ticks as the server has them. */
async function rightsOf(owner: Owner, share: string, person: string): Promise<unknown> {
  const { people } = (await owner.api('GET', `/liveshare/api/shares/${share}`)) as {
    people: { id: string; rights: object }[];
  };
  return people.find(one => one.id === person)?.rights;
}

/** A tick, found by the name that a screen reader says. */
function tick(dialog: Locator, name: string): Locator {
  return dialog.getByRole('checkbox', { name, exact: true });
}

test('ticking Edit ticks Live before the server has answered, and both are in force after', async ({
  owner
}) => {
  const { person, share } = await owner.invite('Ada', { static: true });
  await owner.open();
  const dialog = await owner.share();
  let release = (): void => undefined;
  const held = new Promise<void>(resolve => (release = resolve));
  await owner.page.route(PEOPLE, async route => {
    await held;
    await route.continue();
  });
  await expect(tick(dialog, 'Ada, Live')).not.toBeChecked();
  await tick(dialog, 'Ada, Edit').check();
  await expect(tick(dialog, 'Ada, Live')).toBeChecked();
  await expect(tick(dialog, 'Ada, Live')).toHaveAttribute('aria-busy', 'true');
  await expect(dialog.getByText('Saving…')).toBeVisible();
  expect(await rightsOf(owner, share, person)).toMatchObject({ live: false, edit: false });
  release();
  await expect(dialog.getByText('Saved ✓')).toBeVisible();
  await expect(tick(dialog, 'Ada, Live')).toHaveAttribute('aria-busy', 'false');
  expect(await rightsOf(owner, share, person)).toMatchObject({ static: true, live: true, edit: true });
});

test('unticking Live takes Edit and Run along, says so in the row, and Undo brings them back', async ({
  owner
}) => {
  const { person, share } = await owner.invite('Ada', { edit: true, execute: true, static: true });
  await owner.open();
  const dialog = await owner.share();
  const row = dialog.locator('[data-row]', { hasText: 'Ada' });
  await tick(dialog, 'Ada, Live').uncheck();
  await expect(tick(dialog, 'Ada, Edit')).not.toBeChecked();
  await expect(tick(dialog, 'Ada, Run')).not.toBeChecked();
  await expect(tick(dialog, 'Ada, Pages')).toBeChecked();
  await expect(row.getByRole('status')).toContainText('Edit and Run went too.');
  await expect
    .poll(() => rightsOf(owner, share, person))
    .toMatchObject({ static: true, live: false, edit: false, execute: false });
  await row.getByRole('button', { name: 'Undo' }).click();
  for (const right of ['Live', 'Edit', 'Run']) {
    await expect(tick(dialog, `Ada, ${right}`)).toBeChecked();
  }
  await expect(row.getByRole('status')).not.toContainText('went too');
  await expect
    .poll(() => rightsOf(owner, share, person))
    .toMatchObject({ static: true, live: true, edit: true, execute: true });
});

test('a tick that fails goes back and says why; so does a setting behind ⋯', async ({ owner }) => {
  const { person, share } = await owner.invite('Ada', { edit: true });
  await owner.open();
  const dialog = await owner.share();
  const row = dialog.locator('[data-row]', { hasText: 'Ada' });
  let tries = 0;
  await owner.page.route(PEOPLE, route =>
    route.fulfill({
      status: 507,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'No room', detail: `The disk is full (try ${++tries}).` })
    })
  );
  // A plain click: the tick is back before `check` could look at it.
  await tick(dialog, 'Ada, Save').click();
  await expect(row.getByRole('status')).toContainText('The disk is full (try 1).');
  await expect(tick(dialog, 'Ada, Save')).not.toBeChecked();
  await expect(tick(dialog, 'Ada, Edit')).toBeChecked();

  await row.getByRole('button', { name: 'More for Ada' }).click();
  const structure = row.getByLabel('may insert, move and delete cells');
  await structure.click();
  await expect(structure).toBeChecked();
  await expect(row.getByRole('status')).toContainText('The disk is full (try 2).');

  await owner.page.unroute(PEOPLE);
  await tick(dialog, 'Ada, Save').check();
  await expect(row.getByRole('status')).not.toContainText('full');
  await expect.poll(() => rightsOf(owner, share, person)).toMatchObject({ edit: true, save: true });
});

test('what Run means is said once', async ({ owner }) => {
  await owner.invite('Ada', { live: true });
  const { person, share } = await owner.invite('Grace', { live: true });
  await owner.open();
  const dialog = await owner.share();
  const said = dialog.getByText('Code runs as you, on your computer', { exact: false });
  await expect(said).toBeHidden();
  await tick(dialog, 'Ada, Run').check();
  await expect(said).toBeVisible();
  await owner.open();
  const again = await owner.share();
  await tick(again, 'Grace, Run').check();
  await expect.poll(() => rightsOf(owner, share, person)).toMatchObject({ execute: true });
  await expect(again.getByText('Saved ✓')).toBeVisible();
  await expect(said).toBeHidden();
});

test('by keyboard alone: add, move, tick, close; names as a screen reader says them', async ({ owner }) => {
  await owner.open();
  const dialog = await owner.share();
  const { keyboard } = owner.page;
  await expect(
    dialog.getByText('Nobody else can open this notebook. Add a person, or turn on the link.')
  ).toBeVisible();
  const field = dialog.getByRole('combobox', { name: 'Add a person: name or account' });
  await expect(field).toBeFocused();
  await keyboard.type('Ada');
  await keyboard.press('Enter');
  await expect(owner.page.getByText('Link for Ada copied. Send it to them.').last()).toBeVisible();
  await expect(field).toHaveValue('');
  await expect(field).toBeFocused();
  const link = await owner.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('/liveshare/s/');
  // A link is a key: it is copied, never shown.
  await expect(dialog).not.toContainText('/liveshare/s/');
  await keyboard.type('Grace');
  await keyboard.press('Enter');
  await expect(tick(dialog, 'Grace, Live')).toBeChecked();
  await expect(field).toHaveValue('');

  // A row is one stop; the arrows move within it and to the rows above and below.
  await keyboard.press('Tab');
  await expect(tick(dialog, 'Ada, Pages')).toBeFocused();
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await expect(tick(dialog, 'Ada, Edit')).toBeFocused();
  await keyboard.press('Space');
  await expect(tick(dialog, 'Ada, Edit')).toBeChecked();
  await keyboard.press('ArrowDown');
  await expect(tick(dialog, 'Grace, Edit')).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(tick(dialog, 'Anyone with the link, Edit')).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowLeft');
  await expect(tick(dialog, 'Grace, Live')).toBeFocused();
  await keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'More for Grace', exact: true })).toBeFocused();
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

for (const [theme, name] of Object.entries({ light: 'JupyterLab Light', dark: 'JupyterLab Dark' })) {
  test(`${theme}: no serious accessibility findings in the dialog, wide and narrow`, async ({ owner }) => {
    const { share } = await owner.invite('Ada Lovelace', { edit: true, execute: true });
    await owner.invite('Grace Hopper', { static: true });
    await owner.api('POST', `/liveshare/api/shares/${share}/links`, { rights: { live: true } });
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: name })
    });
    await owner.open();
    const dialog = await owner.share();
    await tick(dialog, 'Grace Hopper, Run').check();
    await expect(dialog.getByRole('note')).toBeVisible();
    await tick(dialog, 'Ada Lovelace, Live').uncheck();
    await expect(dialog.getByText('Edit and Run went too.')).toBeVisible();
    await shoot(owner.page, `share-${theme}`);
    await dialog.getByRole('button', { name: 'More for Grace Hopper' }).click();
    await dialog.locator('[data-row]', { hasText: 'Grace Hopper' }).getByText('Advanced').click();
    const body = dialog.locator('.jp-LiveShare-dialog');
    for (const width of [1280, 800]) {
      await owner.page.setViewportSize({ width, height: 800 });
      await expectAccessible(owner.page, '.jp-LiveShare-dialog');
      expect(await body.evaluate(node => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0);
      await shoot(owner.page, `share-${width}-${theme}`);
    }
  });
}
