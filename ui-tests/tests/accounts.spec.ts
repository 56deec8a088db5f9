import type { APIRequestContext, Page } from '@playwright/test';
import { logIn, startAccountServer, type AccountServer } from '../accountServer.ts';
import { expectAccessible } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { OWNER_TOKEN } from '../settings.ts';
import { shoot } from '../shoot.ts';
import { THEMES } from '../themes.ts';

let server: AccountServer;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startAccountServer();
});
test.afterAll(() => server.stop());

/** The owner's API. */
async function api<T>(request: APIRequestContext, method: string, path: string, data?: object): Promise<T> {
  const headers = { authorization: `token ${OWNER_TOKEN}` };
  const answer = await request.fetch(`${server.url}${path}`, { method, headers, ...(data && { data }) });
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
  return (answer.status() === 204 ? null : await answer.json()) as T;
}

/** A notebook that is shared; the share's id. */
async function share(request: APIRequestContext, name: string): Promise<string> {
  const cell = {
    cell_type: 'code',
    id: 'a',
    metadata: {},
    source: 'x = 1',
    outputs: [],
    execution_count: null
  };
  const content = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  await api(request, 'PUT', `api/contents/${name}`, { type: 'notebook', content });
  return (await api<{ id: string }>(request, 'POST', 'liveshare/api/shares', { path: name })).id;
}

const invite = (request: APIRequestContext, id: string, username: string): Promise<unknown> =>
  api(request, 'POST', `liveshare/api/shares/${id}/people`, {
    username,
    name: username === 'ada' ? 'Ada Lovelace' : username,
    rights: { edit: true }
  });
const door = (id: string): string => `${server.url}liveshare/s/${id}`;
const lead = (page: Page) => page.locator('#lead');

for (const theme of THEMES) {
  test(`the door leads to the login and back to the share, as oneself (${theme})`, async ({
    browser,
    request
  }) => {
    const id = await share(request, `door-${theme}.ipynb`);
    await invite(request, id, 'ada');
    const { url } = await api<{ url: string }>(request, 'POST', `liveshare/api/shares/${id}/links`, {
      rights: { live: true }
    });
    const page = await (await browser.newContext({ colorScheme: theme })).newPage();
    await page.goto(url);
    await expect(page.getByLabel('Your name')).toBeVisible();
    await expect(page.getByText('Have an account here?')).toBeVisible();
    await shoot(page, `door-login-${theme}`);
    await expectAccessible(page, 'main');
    await page.getByRole('link', { name: 'Log in' }).click();
    await logIn(page, 'ada');
    await expect(page.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
    expect(page.url()).toContain(`/liveshare/s/${id}/`);
    await page.getByRole('tab', { name: 'Collaborators' }).click();
    await expect(page.getByText('Ada Lovelace (you)')).toBeVisible();
    await page.context().close();
  });
}

test('whose account was not given the notebook reads that; an invitation by name offers no login', async ({
  browser,
  request
}) => {
  const id = await share(request, 'not-yours.ipynb');
  await invite(request, id, 'ada');
  const page = await (await browser.newContext()).newPage();
  await page.goto(door(id));
  await expect(page.getByRole('heading')).toHaveText('This page needs a link');
  await page.getByRole('link', { name: 'Log in' }).click();
  await logIn(page, 'eve');
  await expect(lead(page)).toContainText(
    'It has not been shared with the account that you are logged in with.'
  );
  await expect(page.getByText('Have an account here?')).toBeHidden();
  const gus = await api<{ url: string }>(request, 'POST', `liveshare/api/shares/${id}/people`, {
    name: 'Gus',
    rights: { live: true }
  });
  const other = await (await browser.newContext()).newPage();
  await other.goto(gus.url);
  await expect(other.getByRole('button', { name: 'Open notebook' })).toBeVisible();
  await expect(other.getByText('Have an account here?')).toBeHidden();
  await Promise.all([page, other].map(each => each.context().close()));
});

for (const theme of THEMES) {
  test(`what is shared with one stands in the launcher and behind a button of the file browser (${theme})`, async ({
    browser,
    request
  }) => {
    test.slow();
    const page = await (await browser.newContext()).newPage();
    await api(request, 'PUT', 'lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' })
    });
    await page.goto(`${server.url}login?next=%2Flab%3Freset`);
    await logIn(page, 'ada');
    const launcher = page.locator('.jp-Launcher');
    await expect(launcher.getByRole('heading', { name: 'Notebook', exact: true })).toBeVisible({
      timeout: 60_000
    });
    const name = `waves-${theme}.ipynb`;
    const id = await share(request, name);
    await expect(launcher.getByText(name)).toHaveCount(0);
    // Heard of without a reload, within moments.
    await invite(request, id, 'ada');
    const card = launcher.locator('.jp-LauncherCard[data-category="Shared with me"]', { hasText: name });
    await expect(card).toHaveAttribute('title', `${name} · by Olga Owner · you can edit`, { timeout: 5_000 });
    await expect(launcher.getByRole('heading', { name: 'Shared with me' })).toBeVisible();
    const button = page.locator('.jp-FileBrowser-toolbar [data-jp-item-name="liveshare-shared"]');
    await expect(button).toBeVisible();
    await shoot(page, `launcher-${theme}`);
    await button.click();
    await expect(page.locator('#jp-LiveShare-shared').getByRole('link', { name })).toBeVisible();

    const [opened] = await Promise.all([page.context().waitForEvent('page'), card.click()]);
    await expect(opened.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
    expect(opened.url()).toContain(`/liveshare/s/${id}/`);
    await page.context().close();
  });
}
