import type { Page } from '@playwright/test';
import { expect, test, type Owner } from '../fixtures.ts';

const CELLS = [
  { source: '# Shared', markdown: true },
  { source: 'one = 1' },
  { source: 'two = 2' },
  { source: 'three = 3' }
];

/** Every text that the owner's copy of the document ever held, from now on. */
async function recordSources(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const texts: string[] = [];
    const look = (): void => {
      document
        .querySelectorAll('.jp-Notebook .cm-content')
        .forEach(node => texts.push(node.textContent ?? ''));
    };
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true
    });
    Object.assign(window, { recordedTexts: texts });
  });
  return () =>
    page.evaluate(() => (window as unknown as { recordedTexts: string[] }).recordedTexts.join('\n'));
}

/** The owner's API on a person. */
async function change(owner: Owner, share: string, person: string, access: object): Promise<void> {
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, access);
}

test.use({ cells: [CELLS, { scope: 'test' }] });

test('the owner picks two cells by clicking, and the guest types in exactly these', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Ada Lovelace', { edit: true });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit');

  const dialog = await owner.share();
  await dialog.getByRole('button', { name: 'More for Ada Lovelace' }).click();
  await dialog.getByRole('button', { name: 'Pick cells' }).click();
  await expect(dialog).toBeHidden();
  const bar = owner.page.getByRole('toolbar', { name: 'Picking cells for Ada Lovelace' });
  await expect(bar).toContainText('0 chosen');
  await owner.cell(1).click();
  await owner.cell(2).click();
  await owner.cell(3).click();
  await owner.cell(2).click();
  await expect(bar).toContainText('2 chosen');
  await expect(owner.cell(1)).toHaveAttribute('aria-selected', 'true');
  await expect(owner.cell(2)).toHaveAttribute('aria-selected', 'false');
  await bar.getByRole('button', { name: 'Done' }).click();

  await expect(dialog.getByText('Edit: cells 2, 4')).toBeVisible();
  await expect(dialog.getByRole('radio', { name: 'selected cells: 2, 4' })).toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: 'may insert, move and delete cells' })).not.toBeChecked();
  await dialog.getByRole('button', { name: 'Done' }).click();

  await expect(guest.chip).toHaveText('Can edit 2 cells', { timeout: 2_000 });
  const seen = await recordSources(owner.page);
  await guest.type(1, 'one = "by Ada"');
  await expect(owner.cell(1)).toContainText('by Ada');
  await guest.cell(2).locator('.cm-content').click();
  await guest.page.keyboard.type('not allowed');
  await guest.type(3, 'three = "by Ada too"');
  await expect(owner.cell(3)).toContainText('by Ada too');
  expect(await seen()).not.toContain('not allowed');
  await expect(guest.cell(2)).toContainText('two = 2');
  await expect(
    guest.cell(2).getByTitle('Olga Owner has given you other cells to edit').first()
  ).toBeVisible();
  expect(guest.problems).toEqual([]);
});

test('picking by keyboard: what is in scope starts chosen, Escape changes nothing, Enter is Done', async ({
  owner
}) => {
  const { person, share } = await owner.invite('Ada', { edit: true });
  await change(owner, share, person, { cells: ['cell-2', 'gone'] });
  await owner.open();
  await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
  const panel = owner.page.locator('#jp-right-stack');
  await expect(panel.getByText('Edit: cell 3')).toBeVisible();
  await panel.getByRole('button', { name: 'More for Ada' }).click();

  const bar = owner.page.getByRole('toolbar', { name: 'Picking cells for Ada' });
  await panel.getByRole('button', { name: 'Pick cells' }).click();
  await expect(bar).toContainText('1 chosen');
  await owner.cell(1).click();
  await owner.page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(panel.getByText('Edit: cell 3')).toBeVisible();

  await panel.getByRole('button', { name: 'Pick cells' }).click();
  await expect(bar).toContainText('1 chosen');
  await owner.cell(3).click();
  await owner.page.keyboard.press('ArrowUp');
  await owner.page.keyboard.press('ArrowUp');
  await owner.page.keyboard.press('Space');
  // Shortcuts of the notebook are out of play.
  await owner.page.keyboard.press('x');
  await owner.page.keyboard.press('Shift+Enter');
  await expect(bar).toContainText('3 chosen');
  await owner.page.keyboard.press('Enter');
  await expect(bar).toBeHidden();
  await expect(panel.getByText('Edit: cells 2–4')).toBeVisible();
  await expect(owner.page.locator('.jp-Notebook .jp-Cell')).toHaveCount(4);

  // Numbers follow the cells.
  await owner.cell(0).locator('.jp-InputPrompt').click();
  await owner.page.keyboard.press('Escape');
  await owner.page.keyboard.press('a');
  await expect(panel.getByText('Edit: cells 3–5')).toBeVisible();
});

test('a scope that changes under the fingers is shown without a reload, both ways', async ({
  owner,
  newGuest
}) => {
  const { person, share, url } = await owner.invite('Ada', { edit: true });
  await change(owner, share, person, { cells: ['cell-1', 'cell-2', 'cell-3'] });
  await owner.open();
  const guest = await newGuest();
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit 3 cells');
  const insert = guest.page.locator('[data-jp-item-name="insert"] jp-button');
  await expect(insert).toHaveAttribute('disabled');
  await guest.type(1, 'first = 1');

  await change(owner, share, person, { cells: ['cell-2'] });
  await expect(guest.chip).toHaveText('Can edit 1 cell', { timeout: 2_000 });
  await guest.page.keyboard.type(' + 2');
  await expect(guest.cell(1).locator('.jp-LiveShare-lock')).toBeVisible();
  await expect(guest.cell(2).locator('.jp-LiveShare-lock')).toHaveCount(0);

  await change(owner, share, person, { cells: 'all' });
  await expect(guest.chip).toHaveText('Can edit', { timeout: 2_000 });
  await expect(insert).not.toHaveAttribute('disabled');
  await guest.type(1, 'second = 2');
  await expect(owner.cell(1)).toContainText('second = 2');

  // A cell of the scope that the owner deletes counts no more.
  await change(owner, share, person, { cells: ['cell-1', 'cell-2'] });
  await expect(guest.chip).toHaveText('Can edit 2 cells');
  await owner.cell(2).locator('.jp-InputPrompt').click();
  await owner.page.keyboard.press('Escape');
  await owner.page.keyboard.press('d');
  await owner.page.keyboard.press('d');
  await expect(guest.chip).toHaveText('Can edit 1 cell');
  expect(guest.problems).toEqual([]);
});

test('S6: a refused change is named in one line, and the text can be copied', async ({ owner, newGuest }) => {
  const { person, share, url } = await owner.invite('Ada', { edit: true });
  const guest = await newGuest();
  await guest.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  // A page that hasn't heard yet that the rights changed, and hears late that it doesn't get the cell's lock.
  let refuse: () => void = () => undefined;
  await guest.page.routeWebSocket(/api\/liveshare\/control/, socket => {
    const server = socket.connectToServer();
    server.onMessage(message => {
      const { type } = JSON.parse(String(message)) as { type: string };
      if (type === 'error') {
        refuse = () => socket.send(message);
      } else if (type !== 'rights') {
        socket.send(message);
      }
    });
    socket.onMessage(message => server.send(message));
  });
  await guest.enter(url);
  await owner.open();
  const seen = await recordSources(owner.page);
  await change(owner, share, person, { cells: ['cell-1'] });
  await guest.cell(3).locator('.cm-content').click();
  await guest.page.keyboard.press('Control+a');
  await guest.page.keyboard.insertText('never = "seen"');
  await expect(guest.cell(3)).toContainText('never = "seen"');
  refuse();
  const banner = guest.page.getByRole('status').filter({ hasText: 'not accepted' });
  await expect(banner).toContainText('Your change to cell 4 was not accepted: ');
  await banner.getByRole('button', { name: 'Copy my text' }).click();
  await expect(guest.page.getByText('Copied', { exact: true })).toBeVisible();
  expect(await guest.page.evaluate(() => navigator.clipboard.readText())).toBe('never = "seen"');
  await expect(guest.cell(3)).toContainText('three = 3');
  await expect(guest.cell(3)).not.toContainText('seen');
  // Now that it is known, nothing is taken that would be lost.
  await guest.cell(3).locator('.cm-content').click();
  await expect(async () => {
    refuse();
    await guest.page.keyboard.type('x');
    await expect(guest.cell(3).locator('.jp-LiveShare-lockNote')).toHaveText(
      'You have no right to do that here.',
      { timeout: 500 }
    );
  }).toPass();
  await expect(guest.cell(3)).toHaveText(/three = 3/);
  // Nothing stuck: what is allowed still passes.
  await guest.type(1, 'one = "allowed"');
  await expect(owner.cell(1)).toContainText('allowed');
  await expect(owner.cell(3)).toHaveText(/three = 3/);
  expect(await seen()).not.toContain('never');
});

test('a copy that can’t be mended is replaced without a reload: place and caret stay, typing goes on', async ({
  owner,
  newGuest
}) => {
  const { url } = await owner.invite('Ada', { edit: true });
  const guest = await newGuest();
  // The page's own sockets, so that one can be ended with a code: the server's answer carries it back.
  await guest.page.addInitScript(() => {
    const rooms: WebSocket[] = [];
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        if (String(url).includes('api/collaboration/room/json')) {
          rooms.push(this);
        }
      }
    };
    Object.assign(window, { rooms });
  });
  const rooms = (): Promise<number> =>
    guest.page.evaluate(() => (window as unknown as { rooms: WebSocket[] }).rooms.length);
  await guest.enter(url);
  await owner.open();
  await guest.page.evaluate(() => Object.assign(window, { samePage: true }));
  await guest.type(2, 'two = 222');
  await guest.page.keyboard.press('ArrowLeft');
  await expect(owner.cell(2)).toContainText('two = 222');

  for (const code of [4409, 4400]) {
    const before = await rooms();
    await guest.page.evaluate(
      end => (window as unknown as { rooms: WebSocket[] }).rooms.at(-1)?.close(end),
      code
    );
    await expect.poll(rooms).toBe(before + 1);
    await expect(guest.page.locator('.jp-LiveShare-picture')).toHaveCount(0);
    await expect(guest.cell(2)).toHaveClass(/jp-mod-active/);
    await guest.page.keyboard.type(`${code}`);
    await expect(owner.cell(2)).toContainText(String(code));
  }
  await expect(owner.cell(2)).toContainText('two = 22440944002');
  // The provider of the old copy has given up.
  await guest.page.waitForTimeout(4_000);
  expect(await rooms()).toBe(3);
  expect(await guest.page.evaluate(() => 'samePage' in window)).toBe(true);
});

test('the owner sees who did what, newest first', async ({ owner, newGuest }) => {
  const { person, share, url } = await owner.invite('Ada', { edit: true });
  await owner.open();
  await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
  const panel = owner.page.locator('#jp-right-stack');
  const guest = await newGuest();
  await guest.enter(url);
  await expect(panel.getByText('Ada came in')).toBeVisible();
  await guest.type(2, 'two = 22');
  await expect(panel.getByText('Ada changed cell 3')).toBeVisible();
  await expect(panel.getByRole('listitem').first()).toContainText(/Ada changed cell 3.*(\ds|now)/);
  await change(owner, share, person, { structure: false });
  await expect(panel.getByText('You changed what Ada may do').first()).toBeVisible();
});

test.describe('a long notebook', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ source: `x${index} = ${index}` }));
  test.use({ cells: [many, { scope: 'test' }] });

  test('cells that scroll out of sight stay chosen, and look it when they come back', async ({ owner }) => {
    await owner.invite('Ada', { edit: true });
    await owner.open();
    const at = (index: number) => owner.page.locator(`.jp-Cell[data-windowed-list-index="${index}"]`);
    await owner.page.getByRole('tab', { name: 'Collaborators' }).click();
    const panel = owner.page.locator('#jp-right-stack');
    await panel.getByRole('button', { name: 'More for Ada' }).click();
    await panel.getByRole('button', { name: 'Pick cells' }).click();
    const bar = owner.page.getByRole('toolbar', { name: 'Picking cells for Ada' });
    await at(1).click();
    await at(49).click();
    await expect(at(1)).not.toBeInViewport();
    await expect(bar).toContainText('2 chosen');
    await at(1).scrollIntoViewIfNeeded();
    await expect(at(1)).toHaveClass(/jp-LiveShare-mod-picked/);
    await owner.page.keyboard.press('Enter');
    await expect(panel.getByText('Edit: cells 2, 50')).toBeVisible();
  });
});
