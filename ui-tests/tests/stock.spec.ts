import { expect, test } from '../fixtures.ts';

test('S8: a stock JupyterLab without our extension is corrected, or asked to reload, and agrees again', async ({
  owner,
  newGuest
}) => {
  await owner.open();
  const { url } = await owner.invite('Stock', { live: true });
  const guest = await newGuest();
  await guest.page.route('**/assets/labextensions/jupyter-liveshare/**', route => route.abort());
  await guest.enter(url);

  // What is typed without the right is taken back where it stands.
  await guest.cell(1).locator('.cm-content').click();
  await guest.page.keyboard.press('End');
  await guest.page.keyboard.type('zzz');
  await expect(guest.cell(1).locator('.cm-content')).toHaveText('print("hello")');

  // What is deleted can't be brought back in place: the page says so and loads again.
  await guest.page.keyboard.press('Backspace');
  await expect(guest.page.getByText('Your change was not accepted.')).toBeVisible();
  await guest.page.getByRole('button', { name: 'Reload' }).click();
  await expect(guest.cell(1)).toContainText('print("hello")', { timeout: 60_000 });
  await owner.cell(1).locator('.cm-content').click();
  await owner.page.keyboard.press('End');
  await owner.page.keyboard.type(' # Olga');
  await expect(guest.cell(1)).toContainText('print("hello") # Olga');
  await expect(owner.cell(1)).not.toContainText('zzz');
});
