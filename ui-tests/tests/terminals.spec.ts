import { choose, expect, test, type GuestPage, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

const SETTINGS = '/lab/api/settings/@jupyterlab/terminal-extension:plugin';
const AS_TEXT = JSON.stringify({ raw: '{ "screenReaderMode": true }' });

/** A guest with the grant, who is in. */
async function viewer(owner: Owner, guest: GuestPage): Promise<GuestPage> {
  const { share, person, url } = await owner.invite('Terry Viewer', { live: true });
  await owner.api('PATCH', `/liveshare/api/shares/${share}/people/${person}`, {
    grants: { terminals: true }
  });
  await guest.enter(url);
  // A terminal is a picture; for screen readers it is text.
  const done = await guest.page.evaluate(
    async ([path, body]) => (await fetch(path, { method: 'PUT', body })).status,
    [`/liveshare/s/${share}${SETTINGS}`, AS_TEXT] as const
  );
  expect(done).toBeLessThan(300);
  await guest.page.reload();
  await expect(guest.cell(0)).toBeVisible({ timeout: 60_000 });
  return guest;
}

async function showTerminal({ page }: GuestPage): Promise<void> {
  await choose(page, 'View', 'Show Terminal…');
}

test('S44 a guest with the grant sees an open terminal of the owner’s, types nothing into it and leaves its size alone', async ({
  owner,
  newGuest
}) => {
  test.slow();
  const guest = await viewer(owner, await newGuest());
  await showTerminal(guest);
  await expect(guest.page.getByText('Olga Owner has no terminal open.')).toBeVisible();

  await owner.api('PUT', SETTINGS, JSON.parse(AS_TEXT));
  await owner.open();
  await choose(owner.page, 'File', 'New Launcher');
  await owner.page.locator('.jp-LauncherCard', { hasText: 'Terminal' }).click();
  const own = owner.page.locator('.jp-Terminal .xterm-helper-textarea');
  await own.focus();
  // The sum is not in what is typed: it is the shell's answer.
  await owner.page.keyboard.type('echo sum-$((40+2))\n');
  const rows = ({ page }: GuestPage | Owner) => page.locator('.jp-Terminal .xterm-accessibility-tree');
  await expect(rows(owner)).toContainText('sum-42');

  await showTerminal(guest);
  const terminal = guest.page.locator('.jp-Terminal');
  await expect(terminal).toBeVisible();
  await own.focus();
  await owner.page.keyboard.type('echo sum-$((50+3)); stty size\n');
  await expect(rows(guest)).toContainText('sum-53');
  await shoot(guest.page, 'terminal-viewer');
  await terminal.locator('.xterm-helper-textarea').focus();
  await guest.page.keyboard.type('echo mine-$((60+4))\n');
  await own.focus();
  await owner.page.keyboard.type('echo sum-$((70+5)); stty size\n');
  await expect(rows(guest)).toContainText('sum-75');
  await expect(rows(owner)).not.toContainText('mine-');
  expect(guest.problems).toEqual([]);
});
