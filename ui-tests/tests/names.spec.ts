import { expect, Owner, test, toNotebook } from '../fixtures.ts';
import { OWNER_TOKEN } from '../settings.ts';

const FOLDER = 'Ordner & mehr #1';
/** Each with a neighbour that a name decoded once too often, or cut short, would lead to. */
const NAMES = [
  ['A%20B.ipynb', 'A B.ipynb'],
  ['A B.ipynb', 'A%20B.ipynb'],
  ['a#b?c&d.ipynb', 'a.ipynb'],
  ['a:b.ipynb', 'b.ipynb'],
  ['Übung – 数据.ipynb', 'Ubung – 数据.ipynb']
] as const;

const address = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
for (const [name, neighbour] of NAMES) {
  test(`S30 ${name} in a folder: shared by its button, the copied link opens that very file, also when it is renamed`, async ({
    owner,
    newGuest
  }) => {
    const { page } = owner;
    const path = `${FOLDER}/${name}`;
    const odd = new Owner(page, path);
    await owner.api('PUT', `/api/contents/${address(FOLDER)}`, { type: 'directory' });
    for (const [each, source] of [
      [name, 'this = "the one"'],
      [neighbour, 'this = "its neighbour"']
    ] as const) {
      const at = `/api/contents/${address(`${FOLDER}/${each}`)}`;
      await owner.api('PUT', at, { type: 'notebook', content: toNotebook([{ source }]) });
    }
    await page.goto(`/lab/tree/${address(path)}?reset&token=${OWNER_TOKEN}`);
    await expect(odd.cell(0)).toContainText('the one', { timeout: 60_000 });
    const dialog = await odd.share();
    await expect(dialog.getByText(`Share "${name}"`)).toBeVisible();
    const url = await odd.add(dialog, 'Ada Lovelace');
    await dialog.getByLabel('Ada Lovelace, Edit').check();
    await dialog.getByRole('button', { name: 'Done' }).click();

    const guest = await newGuest();
    await guest.enter(url);
    await expect(guest.cell(0)).toContainText('the one');
    await expect(guest.chip).toHaveText('Can edit');
    await guest.type(0, 'ada = "was here"');
    await expect(odd.cell(0)).toContainText('ada = "was here"');

    const renamed = `${FOLDER}/renamed ${name}`;
    await owner.api('PATCH', `/api/contents/${address(path)}`, { path: renamed });
    const shares = async () =>
      (
        (await owner.api('GET', '/liveshare/api/shares')) as { id: string; path: string; people: object[] }[]
      ).filter(share => share.path === renamed);
    await expect.poll(async () => (await shares()).length).toBe(1);
    await guest.page.goto(url.replace(/#.*/, ''));
    await expect(guest.cell(0)).toContainText('ada = "was here"', { timeout: 60_000 });
    expect(decodeURIComponent(guest.page.url())).toContain(`renamed ${name}`);

    const [share] = await shares();
    await owner.api('DELETE', `/liveshare/api/shares/${share?.id}?unsaved=discard`);
    await expect(guest.page.getByRole('heading', { name: 'Olga Owner ended the share' })).toBeVisible();
    await owner.api('DELETE', `/api/contents/${address(FOLDER)}`);
  });
}
