import { test as base, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { OWNER_TOKEN } from './settings.ts';

export { expect };

type Rights = Partial<Record<'static' | 'live' | 'edit' | 'save' | 'execute', boolean>>;

/** A notebook's cells: source and kind. */
export interface CellSpec {
  readonly source: string;
  readonly markdown?: boolean;
  /** Outputs of a code cell, as nbformat has them. */
  readonly outputs?: readonly object[];
}

const CELLS: readonly CellSpec[] = [
  { source: '# A shared notebook', markdown: true },
  { source: 'print("hello")' },
  { source: 'sum(range(10))' }
];

/** The owner's API and page. */
export class Owner {
  readonly page: Page;
  readonly notebook: string;
  readonly problems: string[] = [];
  /** Who the owner is, to the server. */
  readonly headers = { authorization: `token ${OWNER_TOKEN}` };

  constructor(page: Page, notebook: string) {
    this.page = page;
    this.notebook = notebook;
    watch(page, this.problems);
  }

  /** Calls the share API with the owner's token. */
  async api(method: string, path: string, data?: unknown): Promise<unknown> {
    const answer = await this.page.request.fetch(path, {
      method,
      headers: this.headers,
      ...(data === undefined ? {} : { data: data as object })
    });
    expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
    return answer.status() === 204 ? null : answer.json();
  }

  /** Ends the share that an earlier try of the test left. */
  async endShare(): Promise<void> {
    const shares = (await this.api('GET', '/liveshare/api/shares')) as { id: string; path: string }[];
    for (const { id } of shares.filter(share => share.path === this.notebook)) {
      await this.api('DELETE', `/liveshare/api/shares/${id}?unsaved=discard`);
    }
  }

  /** Opens JupyterLab on the notebook. */
  async open(): Promise<void> {
    await this.page.goto(`/lab/tree/${encodeURIComponent(this.notebook)}?reset&token=${OWNER_TOKEN}`);
    await expect(this.page.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
  }

  /** Waits until JupyterLab, which starts the notebook's kernel when it opens, has it ready. */
  async kernelIdle(): Promise<void> {
    await expect(this.page.getByText('Python 3 (ipykernel) | Idle')).toBeVisible({ timeout: 60_000 });
  }

  /** Clicks Share and gives the dialog. */
  async share(): Promise<Locator> {
    await this.page.locator('.jp-NotebookPanel-toolbar').getByText('Share', { exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible();
    return dialog;
  }

  /** File > Share notebook: on a narrow page JupyterLab folds the toolbar. */
  async shareByMenu(): Promise<Locator> {
    await choose(this.page, 'File', /Share notebook/i);
    const dialog = this.page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible();
    return dialog;
  }

  /** Adds a person in the open dialog and gives the link that was copied. */
  async add(dialog: Locator, name: string): Promise<string> {
    await dialog.getByPlaceholder(/Add a person/).fill(name);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByText(name, { exact: true })).toBeVisible();
    await expect
      .poll(() => this.page.evaluate(() => navigator.clipboard.readText()))
      .toContain('/liveshare/s/');
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Invites somebody by the API; their link. */
  async invite(name: string, rights: Rights): Promise<{ share: string; person: string; url: string }> {
    const share = (await this.api('POST', '/liveshare/api/shares', { path: this.notebook })) as {
      id: string;
    };
    const made = (await this.api('POST', `/liveshare/api/shares/${share.id}/people`, { name, rights })) as {
      id: string;
      url: string;
    };
    return { share: share.id, person: made.id, url: made.url };
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-Cell').nth(index);
  }
}

/** Chooses an item of the menu bar. What comes late to a page that was just opened may close a menu: then it is opened again. */
export async function choose(page: Page, menu: string, item: string | RegExp): Promise<void> {
  const found = page.getByRole('menuitem', { name: item });
  await expect(async () => {
    if (!(await found.isVisible())) {
      await page.getByRole('menuitem', { name: menu, exact: true }).click({ timeout: 5_000 });
    }
    await found.click({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}

/** A guest's page in a browser profile that knows nothing of Jupyter. */
export class GuestPage {
  readonly page: Page;
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    watch(page, this.problems);
  }

  /** Opens a link and comes in. */
  async enter(url: string, name?: string): Promise<void> {
    await this.page.goto(url);
    if (name !== undefined) {
      await this.page.getByLabel('Your name').fill(name);
    }
    await this.page.getByRole('button', { name: 'Open notebook' }).click();
    await expect(this.page.locator('.jp-Notebook .jp-Cell').first()).toBeVisible({ timeout: 60_000 });
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-Cell').nth(index);
  }

  /** Replaces a cell's source by typing. */
  async type(index: number, source: string): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(source);
  }

  get chip(): Locator {
    return this.page.locator('.jp-NotebookPanel-toolbar').getByRole('button', { name: /Live view|Can / });
  }
}

/** What is no problem of ours. */
const OTHERS: readonly RegExp[] = [
  // How long JupyterLab's own plugins, and its terminal, take on a busy machine.
  /^Plugin .* (took .*|is taking too long) to activate/,
  /^task queue exceeded allotted deadline/,
  // nbdime, which compares versions here, brings an extension of its own that was built for older packages.
  /^Unsatisfied version .* of shared singleton module/
];

/** Gathers what a person with the console open would see: errors, warnings, failed requests. */
function watch(page: Page, problems: string[]): void {
  page.on('console', message => {
    const isOthers = OTHERS.some(pattern => pattern.test(message.text()));
    if ((message.type() === 'error' || message.type() === 'warning') && !isOthers) {
      problems.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', error => {
    // ipywidgets' manager complains about a notebook without a kernel, in any JupyterLab.
    if (!error.stack?.includes('@jupyter-widgets/jupyterlab-manager')) {
      problems.push(`exception: ${error.message}`);
    }
  });
  page.on('response', response => {
    if (response.status() >= 400) {
      problems.push(
        `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`
      );
    }
  });
}

/** What a test asks for. */
export interface Fixtures {
  readonly cells: readonly CellSpec[];
  readonly owner: Owner;
  /** A new browser profile; its system is light or dark. */
  readonly newGuest: (colorScheme?: 'light' | 'dark') => Promise<GuestPage>;
}

export const test = base.extend<Fixtures>({
  cells: [CELLS, { option: true }],
  owner: async ({ browser, cells }, use, info) => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    // Named after the test, so that reference images don't depend on its place in the run.
    const slug = info.title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 24);
    const notebook = `${slug}.ipynb`;
    const owner = new Owner(page, notebook);
    await owner.endShare();
    await owner.api('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:notification', {
      raw: JSON.stringify({ fetchNews: 'false', checkForUpdates: false })
    });
    await owner.api('PUT', `/api/contents/${notebook}`, { type: 'notebook', content: toNotebook(cells) });
    await use(owner);
    await context.close();
    await endSessions(browser, notebook);
  },
  newGuest: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async colorScheme => {
      const context = await browser.newContext(colorScheme === undefined ? {} : { colorScheme });
      contexts.push(context);
      return new GuestPage(await context.newPage());
    });
    await Promise.all(contexts.map(context => context.close()));
  }
});

/** Kernels of finished tests would weigh on the next ones. */
async function endSessions(
  browser: { newContext(): Promise<BrowserContext> },
  notebook: string
): Promise<void> {
  const context = await browser.newContext();
  const headers = { authorization: `token ${OWNER_TOKEN}` };
  const sessions = (await (await context.request.get('/api/sessions', { headers })).json()) as {
    id: string;
    path: string;
  }[];
  for (const { id } of sessions.filter(session => session.path === notebook)) {
    await context.request.delete(`/api/sessions/${id}`, { headers });
  }
  await context.close();
}

/** The notebook of a test, as nbformat 4.5 has it. */
export function toNotebook(cells: readonly CellSpec[]): object {
  const metadata = {
    kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
    language_info: { name: 'python' }
  };
  const made = cells.map(({ source, markdown, outputs = [] }, index) =>
    markdown === true
      ? { cell_type: 'markdown', id: `cell-${index}`, metadata: {}, source }
      : { cell_type: 'code', id: `cell-${index}`, metadata: {}, source, outputs, execution_count: null }
  );
  return { cells: made, metadata, nbformat: 4, nbformat_minor: 5 };
}
