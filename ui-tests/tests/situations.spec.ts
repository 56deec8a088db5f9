import type { Page } from '@playwright/test';
import { choose, expect, test, type GuestPage } from '../fixtures.ts';

/** Every text that a page's notebook shows in its cells, from now on. */
async function recordSources(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const texts: string[] = [];
    const look = (): void => {
      document
        .querySelectorAll('.jp-Notebook .cm-content')
        .forEach(node => texts.push(node.textContent ?? ''));
    };
    const seen = { childList: true, subtree: true, characterData: true };
    new MutationObserver(look).observe(document.body, seen);
    Object.assign(window, { recordedTexts: texts });
  });
  return () =>
    page.evaluate(() => (window as unknown as { recordedTexts: string[] }).recordedTexts.join('\n'));
}

/** While `isBlind`, the page hears nothing about its rights and locks, as one that is a moment behind. */
async function blindfold({ page }: GuestPage): Promise<{ isBlind: boolean }> {
  const state = { isBlind: false };
  await page.routeWebSocket(/api\/liveshare\/control/, socket => {
    const server = socket.connectToServer();
    server.onMessage(message => {
      const { type } = JSON.parse(String(message)) as { type: string };
      if (!state.isBlind || type === 'rejected') {
        socket.send(message);
      }
    });
    socket.onMessage(message => server.send(message));
  });
  return state;
}

test('S8 a refused edit, then the right is given: told once, the text to copy, and nothing of it ever gets through', async ({
  owner,
  newGuest
}) => {
  const { person, share, url } = await owner.invite('Ada Lovelace', { edit: true });
  await owner.open();
  const guest = await newGuest();
  await guest.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const state = await blindfold(guest);
  await guest.enter(url);
  await guest.type(1, 'first = 1');
  await expect(owner.cell(1)).toContainText('first = 1');
  const seen = await recordSources(owner.page);
  const rights = (edit: boolean): Promise<unknown> =>
    owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, { rights: { live: true, edit } });

  state.isBlind = true;
  await rights(false);
  await guest.page.keyboard.press('Control+a');
  await guest.page.keyboard.insertText('never = "seen"');
  const banner = guest.page.getByRole('status').filter({ hasText: 'not accepted' });
  await expect(banner).toContainText('Your change to cell 2 was not accepted');
  await expect(banner).toHaveCount(1);
  await banner.getByRole('button', { name: 'Copy my text' }).click();
  await expect.poll(() => guest.page.evaluate(() => navigator.clipboard.readText())).toBe('never = "seen"');
  await expect(guest.cell(1)).toContainText('first = 1');
  await expect(guest.cell(1)).not.toContainText('never');

  state.isBlind = false;
  await rights(true);
  await expect(guest.chip).toHaveText('Can edit');
  await guest.type(1, 'second = 2');
  await expect(owner.cell(1)).toContainText('second = 2');
  await expect(guest.cell(1).locator('.cm-content')).toHaveText('second = 2');
  expect(await seen()).not.toContain('never');
  await guest.page.reload();
  await expect(guest.cell(1).locator('.cm-content')).toHaveText('second = 2', { timeout: 60_000 });
});

test('S13 a one-time invitation that others fetched first still opens for the person, and then no more', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Grace Hopper', { live: true });
  const [scanner, grace] = [await newGuest(), await newGuest()];
  for (const method of ['HEAD', 'GET']) {
    expect((await scanner.page.request.fetch(url, { method })).status()).toBe(200);
  }
  // A scanner that runs the page's script as well.
  await scanner.page.goto(url);
  await expect(scanner.page.getByRole('heading', { name: owner.notebook })).toBeVisible();
  await grace.enter(url);
  await expect(grace.chip).toHaveText('Live view');
  await scanner.page.getByRole('button', { name: 'Open notebook' }).click();
  await expect(scanner.page.getByRole('alert')).toContainText('This link has been used. Ask for a new one.');
  await expect(scanner.page.locator('.jp-Notebook')).toHaveCount(0);
});

test('S24 the owner renames the notebook: one file, the guest stays in, the link and a reload lead to it', async ({
  owner,
  newGuest
}) => {
  test.slow();
  const { share, url } = await owner.invite('Ada Lovelace', { edit: true });
  const late = await owner.invite('Grace Hopper', { live: true });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  await guest.type(1, 'before = 1');
  await expect(owner.cell(1)).toContainText('before = 1');

  const name = `renamed-${owner.notebook}`;
  await choose(owner.page, 'File', /^Rename Notebook/);
  const dialog = owner.page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(name);
  await dialog.getByRole('button', { name: /^Rename/ }).click();
  await expect.poll(() => owner.api('GET', `/liveshare/api/shares/${share}`)).toMatchObject({ path: name });

  await guest.type(1, 'after = 2');
  await expect(owner.cell(1)).toContainText('after = 2');
  await expect(guest.page.getByRole('tabpanel', { name })).toBeVisible();
  await expect(guest.page).toHaveURL(new RegExp(`/doc/tree/${name}`));
  await guest.page.reload();
  await expect(guest.cell(1)).toContainText('after = 2', { timeout: 60_000 });
  const grace = await newGuest();
  await grace.enter(late.url);
  await expect(grace.cell(1)).toContainText('after = 2');
  const files = (await owner.api('GET', '/api/contents')) as { content: { name: string }[] };
  const names = files.content.map(each => each.name).filter(each => each.endsWith(owner.notebook));
  expect(names).toEqual([name]);
  await owner.api('DELETE', `/liveshare/api/shares/${share}?unsaved=discard`);
  await owner.api('DELETE', `/api/contents/${name}`);
});
