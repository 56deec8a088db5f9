import type { Locator, Page } from '@playwright/test';
import { expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

const CELLS = [
  { source: '# Results\n\nOf the second run.', markdown: true },
  { source: 'one = 1' },
  { source: 'two = 2\nprint(two)' },
  { source: 'three = 3' }
];
test.use({ cells: [CELLS, { scope: 'test' }] });

const mark = (cell: Locator): Locator => cell.locator('.jp-LiveShare-mark-who');
const content = (cell: Locator): Locator => cell.locator('.cm-content');

/** Lets what the server says to a page wait, from `hold` to `let`. */
async function tap(page: Page): Promise<{
  hold: () => void;
  let: () => void;
  /** Says something as the server would. */
  say: (message: object) => void;
  /** Kinds of messages that have arrived. */
  heard: () => string[];
}> {
  let holding = false;
  let say: (text: string) => void = () => undefined;
  const heard: string[] = [];
  let waiting: (() => void)[] = [];
  await page.routeWebSocket(/\/control$/, socket => {
    const server = socket.connectToServer();
    socket.onMessage(message => server.send(message));
    say = text => socket.send(text);
    server.onMessage(message => {
      if (holding) {
        waiting.push(() => socket.send(message));
      } else {
        socket.send(message);
        heard.push((JSON.parse(String(message)) as { type: string }).type);
      }
    });
  });
  return {
    say: message => say(JSON.stringify(message)),
    heard: () => heard,
    hold: () => (holding = true),
    let: () => {
      holding = false;
      waiting.forEach(send => send());
      waiting = [];
    }
  };
}

/** Changes cells past the editor, as a script of the same person would. */
function patch(page: Page, operations: object[]): Promise<number> {
  return page.evaluate(async body => {
    const base = window.location.pathname.split('/').slice(0, 4).join('/');
    const answer = await fetch(`${base}/api/liveshare/notebook`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body
    });
    return answer.status;
  }, JSON.stringify(operations));
}

async function setMode(owner: Owner, lockMode: 'soft' | 'exclusive'): Promise<void> {
  const { share } = await owner.invite('Somebody else', { live: true });
  await owner.api('PATCH', `/liveshare/api/shares/${share}`, { lockMode });
}

async function come(owner: Owner, guest: GuestPage, name: string): Promise<GuestPage> {
  const { url } = await owner.invite(name, { edit: true });
  await guest.enter(url);
  await expect(guest.chip).toHaveText('Can edit');
  return guest;
}

test('S34 S45 who edits is seen by all, on code and rendered text, late joiners too, until their tab closes', async ({
  owner,
  newGuest
}) => {
  // Four browsers.
  test.slow();
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  const grace = await come(owner, await newGuest(), 'Grace Hopper');
  await owner.open();
  const before = await grace.cell(1).boundingBox();
  await content(ada.cell(1)).click();
  for (const page of [grace, owner]) {
    await expect(mark(page.cell(1))).toHaveText('AL', { timeout: 1_000 });
    await expect(mark(page.cell(1))).toHaveAttribute('title', /^Ada Lovelace is editing, since \d/);
    await expect(mark(page.cell(2))).toHaveCount(0);
  }
  expect(await grace.cell(1).boundingBox()).toEqual(before);
  // One's own lock is not worth a mark.
  await expect(mark(ada.cell(1))).toHaveCount(0);

  await ada.cell(0).click();
  await ada.page.keyboard.press('Enter');
  await expect(mark(grace.cell(0))).toHaveText('AL', { timeout: 1_000 });
  await expect(mark(grace.cell(1))).toHaveCount(0);
  await expect(grace.cell(0).getByRole('heading', { name: 'Results' })).toBeVisible();
  const late = await come(owner, await newGuest(), 'Linus');
  await expect(mark(late.cell(0))).toHaveText('AL');
  // Heard by who stands in the cell.
  await late.cell(0).click();
  await expect(late.page.getByRole('status').filter({ hasText: 'Ada Lovelace is editing' })).toHaveCount(1);

  await ada.page.close();
  for (const page of [grace, owner, late]) {
    await expect(mark(page.cell(0))).toHaveCount(0, { timeout: 2_000 });
  }
  expect(grace.problems).toEqual([]);
  expect(owner.problems).toEqual([]);
});

test('a cell that somebody edits is closed to others, and theirs as soon as it is left', async ({
  owner,
  newGuest
}) => {
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  const grace = await come(owner, await newGuest(), 'Grace Hopper');
  await ada.type(1, 'one = "Ada"');
  await expect(mark(grace.cell(1))).toBeVisible();
  await content(grace.cell(1)).click();
  await grace.page.keyboard.press('End');
  await grace.page.keyboard.type('!!');
  await grace.page.keyboard.press('Backspace');
  const note = grace.cell(1).locator('.jp-LiveShare-lockNote');
  await expect(note).toContainText('Ada Lovelace is editing this cell');
  await expect(note.getByRole('button', { name: 'Take over' })).toHaveCount(0);
  await expect(content(grace.cell(1))).toHaveText('one = "Ada"');
  // Ada goes on; Grace, who stands in the cell, is next.
  await content(ada.cell(2)).click();
  await expect(mark(grace.cell(1))).toHaveCount(0);
  await expect(note).toHaveCount(0);
  await expect(mark(ada.cell(1))).toHaveText('GH');
  await grace.page.keyboard.type(' + "Grace"');
  await expect(content(ada.cell(1))).toHaveText('one = "Ada" + "Grace"');
  expect(ada.problems).toEqual([]);
  expect(grace.problems).toEqual([]);
});

test('the caret and the first keys are there before the grant, and reach others after it', async ({
  owner,
  newGuest
}) => {
  const guest = await newGuest();
  const line = await tap(guest.page);
  const ada = await come(owner, guest, 'Ada Lovelace');
  // Soft locks open a cell after five seconds without an answer.
  await setMode(owner, 'exclusive');
  await owner.open();
  line.hold();
  await content(ada.cell(2)).click();
  await ada.page.keyboard.press('Control+End');
  await ada.page.keyboard.type('  # first kez');
  await ada.page.keyboard.press('Backspace');
  await ada.page.keyboard.type('ys');
  await expect(content(ada.cell(2))).toContainText('print(two)  # first keys');
  // What comes in meanwhile comes in under what waits.
  const zero = { op: 'edit', cell: 'cell-2', position: 0, remove: 0, insert: 'zero = 0\n' };
  expect(await patch(ada.page, [zero])).toBe(200);
  await expect(content(ada.cell(2))).toContainText('zero = 0two = 2print(two)  # first keys');
  await ada.page.keyboard.type('!');
  await expect(content(owner.cell(2))).not.toContainText('first');
  line.let();
  await expect(content(owner.cell(2))).toHaveText('zero = 0two = 2print(two)  # first keys!');
  await expect(content(ada.cell(2))).toHaveText('zero = 0two = 2print(two)  # first keys!');
  // One change: undone as one.
  await ada.page.keyboard.press('Control+z');
  await expect(content(owner.cell(2))).toHaveText('zero = 0two = 2print(two)');
  expect(ada.problems).toEqual([]);
});

test('typed too late, the text is taken back here, offered, and nobody else has seen it', async ({
  owner,
  newGuest
}) => {
  const guest = await newGuest();
  const line = await tap(guest.page);
  const grace = await come(owner, guest, 'Grace Hopper');
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  await setMode(owner, 'exclusive');
  await grace.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  line.hold();
  await ada.type(3, 'three = "Ada"');
  await expect(content(grace.cell(3))).toHaveText('three = "Ada"');
  await content(grace.cell(3)).click();
  await grace.page.keyboard.press('End');
  await grace.page.keyboard.type(' + mine');
  await expect(content(grace.cell(3))).toHaveText('three = "Ada" + mine');
  line.let();
  await expect(content(grace.cell(3))).toHaveText('three = "Ada"');
  const note = grace.cell(3).locator('.jp-LiveShare-lockNote');
  await expect(note).toContainText('Ada Lovelace is editing this cell');
  await note.getByRole('button', { name: 'Copy my text' }).click();
  expect(await grace.page.evaluate(() => navigator.clipboard.readText())).toBe(' + mine');
  await expect(content(ada.cell(3))).toHaveText('three = "Ada"');
});

test('who is kept out asks, who holds the cell is told by whom, and lets go with a click', async ({
  owner,
  newGuest
}) => {
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  const grace = await come(owner, await newGuest(), 'Grace Hopper');
  await ada.type(2, 'two = "Ada"');
  await expect(mark(grace.cell(2))).toBeVisible();
  await content(grace.cell(2)).click();
  await grace.page.keyboard.type('x');
  const theirs = grace.cell(2).locator('.jp-LiveShare-lockNote');
  await shoot(grace.page, 'people-ask');
  await theirs.getByRole('button', { name: 'Ask to let go' }).click();
  await expect(theirs).toHaveText('Ada Lovelace was asked to let go of this cell');
  const mine = ada.cell(2).locator('.jp-LiveShare-lockNote');
  await expect(mine).toContainText('Grace Hopper would like to edit this cell');
  await shoot(ada.page, 'people-asked');
  // It may be left alone.
  await ada.page.keyboard.type(' # wait');
  await expect(content(grace.cell(2))).toHaveText('two = "Ada" # wait');
  await mine.getByRole('button', { name: 'Let go' }).click();
  await expect(mine).toHaveCount(0);
  await expect(theirs).toHaveCount(0);
  // Grace, who stands in the cell, has it, and Ada is out of it.
  await expect(mark(ada.cell(2))).toHaveAttribute('title', /^Grace Hopper is editing/);
  await grace.page.keyboard.type('!');
  await expect(content(ada.cell(2))).toContainText('!');
  await expect(content(ada.cell(2))).not.toBeFocused();
  expect(ada.problems).toEqual([]);
  expect(grace.problems).toEqual([]);
});

test('the owner is asked as well, out of sight of the cell by a note at the corner', async ({
  owner,
  newGuest
}) => {
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  await owner.open();
  await content(owner.cell(1)).click();
  await expect(mark(ada.cell(1))).toHaveAttribute('title', /^Olga Owner is editing/);
  // Whatever is in front of it, the cell is held.
  await owner.page.locator('.jp-NotebookPanel-notebook').evaluate(node => (node.style.height = '0'));
  await content(ada.cell(1)).click();
  await ada.page.keyboard.type('x');
  await ada.cell(1).getByRole('button', { name: 'Ask to let go' }).click();
  const toast = owner.page.locator('.Toastify__toast');
  await expect(toast).toContainText('Ada Lovelace would like to edit cell 2');
  await toast.getByRole('button', { name: 'Let go' }).click();
  await expect(mark(ada.cell(1))).toHaveCount(0);
  await ada.page.keyboard.type(' # Ada');
  await expect(content(ada.cell(1))).toContainText('# Ada');
});

test('the owner takes a cell over', async ({ owner, newGuest }) => {
  const ada = await come(owner, await newGuest(), 'Ada Lovelace');
  await owner.open();
  await ada.type(1, 'one = "Ada"');
  await expect(mark(owner.cell(1))).toBeVisible();
  await content(owner.cell(1)).click();
  await owner.page.keyboard.press('End');
  await owner.page.keyboard.type('x');
  await owner.cell(1).getByRole('button', { name: 'Take over' }).click();
  await expect(mark(owner.cell(1))).toHaveCount(0);
  await expect(mark(ada.cell(1))).toHaveAttribute('title', /^Olga Owner is editing/);
  await ada.page.keyboard.type(' no');
  await expect(ada.cell(1).locator('.jp-LiveShare-lockNote')).toContainText(
    'Olga Owner is editing this cell'
  );
  await owner.page.keyboard.type(' # Olga');
  await expect(content(ada.cell(1))).toHaveText('one = "Ada" # Olga');
  await expect(content(owner.cell(1))).toHaveText('one = "Ada" # Olga');
  // Given back when the owner leaves it.
  await content(owner.cell(3)).click();
  await ada.page.keyboard.type('!');
  await expect(content(owner.cell(1))).toContainText('!');
});

test('S5 without a connection: soft locks keep nobody from typing, exclusive ones do and say so', async ({
  owner,
  newGuest
}) => {
  const guest = await newGuest();
  let cut: (() => void) | null = null;
  let isCut = false;
  await guest.page.routeWebSocket(/\/api\/liveshare\/control/, socket => {
    if (isCut) {
      void socket.close({ code: 4502 });
      return;
    }
    socket.connectToServer();
    cut = () => void socket.close({ code: 4502 });
  });
  const ada = await come(owner, guest, 'Ada Lovelace');
  await owner.open();
  await setMode(owner, 'exclusive');
  await ada.type(1, 'one = "held"');
  await expect(content(owner.cell(1))).toHaveText('one = "held"');
  isCut = true;
  (cut as (() => void) | null)?.();
  const note = ada.cell(2).locator('.jp-LiveShare-lockNote');
  await content(ada.cell(2)).click();
  await expect(async () => {
    await ada.page.keyboard.type('x');
    await expect(note).toContainText('Not connected', { timeout: 500 });
  }).toPass();
  isCut = false;
  // The banner comes late: that there is none doesn't say that there is a connection.
  await expect(content(ada.cell(2))).not.toHaveAttribute('aria-readonly', 'true', { timeout: 30_000 });
  await setMode(owner, 'soft');
  await ada.type(2, 'two = "again"');
  await expect(content(owner.cell(2))).toHaveText('two = "again"');
  isCut = true;
  (cut as (() => void) | null)?.();
  await expect(ada.page.getByText('Connection lost')).toBeVisible({ timeout: 10_000 });
  await ada.type(3, 'three = "offline"');
  await expect(content(owner.cell(3))).toHaveText('three = "offline"');
});

const person = (name: string, color: string) => ({ id: name, name, color });
const ADA = person('Ada Lovelace', '#7c3aed');
const GRACE = person('Grace Hopper', '#b45309');

for (const theme of ['light', 'dark'] as const) {
  test(`locks ${theme}: marks on code, text and a folded cell, who runs and who waits`, async ({ owner }) => {
    await owner.invite('Ada Lovelace', { edit: true });
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
      raw: JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' })
    });
    const line = await tap(owner.page);
    await owner.open();
    await expect.poll(line.heard).toContain('hello');
    const since = '2026-01-02T03:04:05Z';
    const edits = [
      ['cell-0', ADA],
      ['cell-2', GRACE],
      ['cell-3', ADA]
    ] as const;
    for (const [cell, holder] of edits) {
      line.say({ type: 'lock', cell, kind: 'edit', holder, since });
    }
    line.say({
      type: 'runs',
      runs: [
        { run: '1', cell: 'cell-1', person: ADA, state: 'running', since },
        { run: '2', cell: 'cell-2', person: GRACE, state: 'queued', since }
      ]
    });
    await owner.cell(3).hover();
    await owner.cell(3).locator('.jp-InputCollapser').click();
    for (const index of [0, 2, 3]) {
      await expect(mark(owner.cell(index))).toBeVisible();
    }
    await expect(owner.cell(1).getByTitle(/^Ada Lovelace is running this cell, since/)).toHaveText(
      'Ada Lovelace'
    );
    await expect(owner.cell(2).getByTitle('Queued by Grace Hopper, 1 run before it')).toBeVisible();
    await content(owner.cell(2)).click();
    await expect(content(owner.cell(2))).toBeFocused();
    await owner.page.keyboard.type('x');
    await expect(owner.cell(2).getByRole('button', { name: 'Take over' })).toBeVisible();
    await owner.page.mouse.move(5, 5);
    await expect(owner.page.locator('.jp-NotebookPanel-notebook')).toHaveScreenshot(`locks-${theme}.png`);
  });
}
