import type { Locator } from '@playwright/test';
import { expect, test, type Owner } from '../fixtures.ts';

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
