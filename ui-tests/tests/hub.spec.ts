import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { logInToHub, startHub, type HubServer } from '../hubServer.ts';
import { shoot } from '../shoot.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'playground', 'sample.ipynb');

let hub: HubServer;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  hub = await startHub();
  copyFileSync(SAMPLE, join(hub.home, 'sample.ipynb'));
});
test.afterAll(() => hub.stop());

async function newPage(browser: Browser): Promise<Page> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  return (await browser.newContext({ permissions })).newPage();
}

const firstCell = (page: Page) => page.locator('.jp-Notebook .jp-Cell').first();

/** Ada shares with Grace's account, with the group that both are in, and with Gus, who has no account: his link. */
async function share(ada: Page): Promise<string> {
  await ada.goto(`${hub.url}hub/user-redirect/lab/tree/sample.ipynb`);
  await logInToHub(ada, 'ada');
  await expect(firstCell(ada)).toBeVisible({ timeout: 90_000 });
  await ada.locator('.jp-NotebookPanel-toolbar').getByText('Share', { exact: true }).click();
  const dialog = ada.getByRole('dialog');
  const field = dialog.getByPlaceholder(/Add a person/);
  await field.fill('gr');
  await dialog.getByRole('option', { name: /grace/ }).click();
  await expect(dialog.getByText('hasn’t come yet')).toBeVisible();
  await dialog.getByRole('checkbox', { name: /Edit/ }).first().check();
  await field.fill('la');
  await dialog.getByRole('option', { name: /lab group, 2 people/ }).click();
  await expect(dialog.getByText('ben', { exact: true })).toBeVisible();
  await field.fill('Gus');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.poll(() => ada.evaluate(() => navigator.clipboard.readText())).toContain('/liveshare/s/');
  await shoot(ada, 'hub-dialog');
  await dialog.getByRole('button', { name: 'Done' }).click();
  return ada.evaluate(() => navigator.clipboard.readText());
}

/** Status of what a script of some page asks for with Grace's cookies. */
async function asked(grace: Page, url: string, headers: Record<string, string>): Promise<number> {
  const site = { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin' };
  return (await grace.request.get(url, { headers: { ...site, ...headers } })).status();
}

/** Grace logs in at the door, comes in, and changes a cell. */
async function comeIn(grace: Page, door: string): Promise<void> {
  await grace.goto(door);
  await grace.getByRole('link', { name: 'Log in' }).click();
  await logInToHub(grace, 'grace');
  await grace.getByRole('button', { name: 'Authorize' }).click();
  await expect(firstCell(grace)).toBeVisible({ timeout: 60_000 });
  await grace.locator('.jp-Notebook .jp-Cell').nth(2).locator('.cm-content').click();
  await grace.keyboard.press('Control+End');
  await grace.keyboard.type('\n# by Grace');
}

test('a real JupyterHub: a link needs no account; an account that the hub lets in logs in at the door, and gets to nothing else; another the hub turns away', async ({
  browser
}) => {
  test.slow();
  const ada = await newPage(browser);
  const link = await share(ada);
  const door = link.replace(/#.*/, '');
  expect(door).toContain(`${hub.url}user/ada/liveshare/s/`);

  const gus = await newPage(browser);
  await gus.goto(link);
  await gus.getByRole('button', { name: 'Open notebook' }).click();
  await expect(firstCell(gus)).toBeVisible({ timeout: 60_000 });

  const grace = await newPage(browser);
  await comeIn(grace, door);
  for (const page of [ada, gus]) {
    await expect(page.locator('.jp-Notebook')).toContainText('# by Grace');
  }
  await shoot(grace, 'hub-grace');

  // A script of another page of the hub's sends her cookie along, but can't read the word that must go with it.
  const cookies = await grace.context().cookies(`${door}/`);
  const word = cookies.find(each => each.name === '_xsrf' && each.path === '/user/ada/')?.value ?? '';
  expect(await asked(grace, `${door}/api/liveshare/me`, { 'X-XSRFToken': word })).toBe(200);
  expect(await asked(grace, `${door}/api/liveshare/me`, {})).toBe(401);
  expect(await asked(grace, `${door}/api/liveshare/me`, { 'X-XSRFToken': `${word}x` })).toBe(401);
  // And with the word, too, it opens nothing of the server's own.
  for (const path of ['api/contents', 'api/kernels', 'liveshare/api/shares']) {
    expect(await asked(grace, `${hub.url}user/ada/${path}`, { 'X-XSRFToken': word }), path).toBe(403);
  }

  // Without it in her own browser she gets it again, and is asked nothing.
  await grace.context().clearCookies({ name: '_xsrf' });
  await grace.goto(door);
  await expect(firstCell(grace)).toBeVisible({ timeout: 60_000 });

  const ben = await newPage(browser);
  await ben.goto(door);
  await ben.getByRole('link', { name: 'Log in' }).click();
  await logInToHub(ben, 'ben');
  await expect(ben.getByText(/403/).first()).toBeVisible();
  expect(new URL(ben.url()).pathname).toMatch(/^\/hub\//);

  // The sidecar looks after its files every second or so; JupyterHub would write each time down.
  expect(hub.log()).toContain('ready to share');
  expect(hub.log()).not.toContain('/liveshare/internal/files');
  await Promise.all([ada, gus, grace, ben].map(each => each.context().close()));
});
