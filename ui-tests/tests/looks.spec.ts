import { expect, test } from '../fixtures.ts';
import { OWNER_TOKEN } from '../settings.ts';

const THEMES = { light: 'JupyterLab Light', dark: 'JupyterLab Dark' } as const;

for (const [theme, name] of Object.entries(THEMES)) {
  test(`${theme}: dialog, panel and guest view`, async ({ owner, newGuest }) => {
    const { url } = await owner.invite('Grace Hopper', { edit: true, execute: true });
    await owner.invite('Ada Lovelace', { live: true });
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: name })
    });
    await owner.open();
    const guest = await newGuest();
    await guest.page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
    await guest.page.goto(url);
    await expect(guest.page.getByRole('button', { name: 'Open notebook' })).toBeVisible();
    await expect(guest.page.locator('main')).toHaveScreenshot(`door-${theme}.png`);
    await guest.enter(url);
    await expect(guest.chip).toHaveText('Can edit and run');

    const dialog = await owner.share();
    await expect(dialog.getByText('here now')).toBeVisible();
    await expect(owner.page.locator('.jp-Dialog-content')).toHaveScreenshot(`dialog-${theme}.png`);
    await dialog.getByRole('button', { name: 'Done' }).click();

    await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
    const panel = owner.page.locator('#jp-right-stack');
    await owner.page.mouse.move(5, 5);
    await expect(panel.getByText('Grace Hopper', { exact: true })).toBeVisible();
    await expect(panel.getByText('Grace Hopper came in')).toBeVisible();
    await expect(panel).toHaveScreenshot(`panel-${theme}.png`, { mask: [panel.locator('time')] });
    if (theme === 'light') {
      await guest.page.mouse.move(5, 5);
      await expect(guest.page.locator('.jp-NotebookPanel')).toHaveScreenshot('guest-light.png');
    }
  });
}

test('the dialog works at 800 pixels and by keyboard', async ({ owner }) => {
  await owner.page.setViewportSize({ width: 800, height: 700 });
  await owner.open();
  const dialog = await owner.shareByMenu();
  await owner.add(dialog, 'A person with a really long name that does not fit into any column');
  await owner.page.keyboard.press('Tab');
  const live = dialog.getByLabel(/A person.*, Live/);
  await live.focus();
  await owner.page.keyboard.press('ArrowRight');
  await expect(dialog.getByLabel(/A person.*, Edit/)).toBeFocused();
  await owner.page.keyboard.press('Space');
  await expect(dialog.getByLabel(/A person.*, Edit/)).toBeChecked();
  const box = await dialog.locator('.jp-Dialog-content').boundingBox();
  expect(box === null ? 0 : box.x + box.width).toBeLessThanOrEqual(800);
  await owner.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('T15: no page a guest gets holds the owner’s token or a folder of the server', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Ada', { live: true });
  const guest = await newGuest();
  const bodies: Promise<string>[] = [];
  guest.page.on('response', response => {
    if (/json|html/.test(response.headers()['content-type'] ?? '')) {
      bodies.push(response.text().catch(() => ''));
    }
  });
  await guest.enter(url);
  const text = (await Promise.all(bodies)).join('\n');
  expect(text.length).toBeGreaterThan(10_000);
  expect(text).not.toContain(OWNER_TOKEN);
  expect(text).not.toContain('liveshare-ui-');
});
