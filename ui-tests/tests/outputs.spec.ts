import type { Frame, Page } from '@playwright/test';
import { expect, test, type CellSpec } from '../fixtures.ts';

const display = (data: Record<string, string>, metadata = {}): object => ({
  output_type: 'display_data',
  data,
  metadata
});
const html = (text: string): CellSpec => ({ source: '1', outputs: [display({ 'text/html': text })] });

/** What a script may try; what came of it stands in its output. */
const TRIES = `
  const out = [];
  const attempt = async (name, work) => {
    try { out.push(name + '=' + JSON.stringify(await work())); } catch (error) { out.push(name + '!'); }
  };
  (async () => {
    await attempt('cookie', () => document.cookie);
    await attempt('storage', () => localStorage.length);
    await attempt('parent', () => parent.document.title);
    await attempt('top', () => { top.location.href = 'about:blank'; return 'sent'; });
    await attempt('opened', () => window.open('about:blank') === null ? Promise.reject(1) : 'open');
    await attempt('worker', () => navigator.serviceWorker.register('/liveshare/assets/frame'));
    await attempt('me', async () => (await fetch(new URL('../s/' + 'x' + '/api/liveshare/me', location.href), { credentials: 'include' })).status);
    for (const frame of [parent, top]) frame.postMessage({ liveshare: 'size', height: 'x' }, '*');
    parent.postMessage({ liveshare: 'open', href: 'javascript:alert(1)' }, '*');
    parent.postMessage({ page: '<script>document.title = "taken"</scr' + 'ipt>' }, '*');
    const told = document.createElement('pre');
    told.id = 'told';
    told.textContent = out.join(' ');
    document.body.append(told);
  })();
`;

const ATTACK: readonly CellSpec[] = [
  html(`<p>a table follows</p><script>${TRIES}</script>`),
  {
    source: '2',
    outputs: [
      display({ 'application/javascript': `element.textContent = 'by script'; ${TRIES}`, 'text/plain': 'x' })
    ]
  },
  html(
    '<style>body, .jp-Notebook, .jp-NotebookPanel-toolbar { display: none } </style><div id="cover" style="position:fixed;inset:0;z-index:99999;background:red">over everything</div>'
  ),
  html('<meta http-equiv="refresh" content="0;url=https://evil.test/">'),
  html(
    '<form action="https://evil.test/"><button id="send">go</button></form><base href="https://evil.test/"><img src="x" onerror="document.title=1">'
  ),
  {
    source: '3',
    outputs: [
      display({
        'image/svg+xml':
          '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="parent.taken=1"><script>parent.taken=1</script><rect width="40" height="30" fill="green"/></svg>',
        'text/plain': 'svg'
      })
    ]
  },
  {
    source:
      '<b id="covering" style="position:fixed;inset:0" data-commandlinker-command="apputils:reset">x</b> <img src=x onerror="window.taken=1"> [link](javascript:window.taken=1) <iframe srcdoc="<script>parent.taken=1</script>"></iframe>',
    markdown: true
  },
  html(
    '<p id="nested">nested</p><iframe srcdoc="<script>top.taken=1;parent.parent.taken=1</script>"></iframe>' +
      '<iframe src="data:text/html,<script>top.taken=1</script>"></iframe><iframe src="javascript:top.taken=1"></iframe>' +
      '<a id="data" target="_top" href="data:text/html,<script>opener.taken=1</script>">data</a>'
  ),
  {
    source: '4',
    outputs: [display({ 'text/latex': '$\\href{javascript:window.taken=1}{x}$', 'text/plain': 'x' })]
  },
  {
    source: '5',
    outputs: [
      display({
        'application/vnd.plotly.v1+json':
          '{"data":[],"layout":{"title":"<img src=x onerror=window.taken=1>"}}',
        'application/x-evil+json': '<script>window.taken=1</script>',
        'text/plain': 'nobody here draws this'
      })
    ]
  }
];

async function frames(page: Page, within: (frame: Frame) => Promise<boolean>): Promise<Frame> {
  let found: Frame | undefined;
  await expect
    .poll(async () => {
      for (const frame of page.frames().filter(each => each.url().endsWith('/assets/frame'))) {
        if (await within(frame).catch(() => false)) {
          found = frame;
        }
      }
      return found !== undefined;
    })
    .toBe(true);
  return found!;
}

test.describe('an attacking notebook', () => {
  test.use({ cells: [ATTACK, { scope: 'test' }] });

  test('S10, S11, T49, T52: opened live by a guest, nothing in it reaches the page, draws outside its output, or speaks as the guest', async ({
    owner,
    newGuest
  }) => {
    const guest = await newGuest();
    const outside: string[] = [];
    guest.page.on('request', request => {
      if (/evil\.test/.test(request.url())) {
        outside.push(request.url());
      }
    });
    const { url } = await owner.invite('Ada', { edit: true, execute: true });
    await guest.enter(url);
    for (const [index, before] of [
      [0, 'a table follows'],
      [1, 'by script']
    ] as const) {
      await guest.cell(index).scrollIntoViewIfNeeded();
      const frame = await frames(
        guest.page,
        async each =>
          (await each.locator('#told').count()) > 0 &&
          ((await each.locator('body').textContent()) ?? '').includes(before)
      );
      const told = await frame.locator('#told').textContent();
      expect(told).toBe('cookie! storage! parent! top! opened! worker! me!');
    }
    await guest.cell(2).scrollIntoViewIfNeeded();
    const cover = await frames(guest.page, async each => (await each.locator('#cover').count()) > 0);
    expect(await cover.locator('#cover').count()).toBe(1);
    await expect(guest.page.locator('.jp-NotebookPanel-toolbar')).toBeVisible();
    await guest.cell(4).scrollIntoViewIfNeeded();
    const form = await frames(guest.page, async each => (await each.locator('#send').count()) > 0);
    await form.locator('#send').click();
    await guest.cell(5).scrollIntoViewIfNeeded();
    await expect(guest.cell(5).locator('.jp-RenderedSVG img')).toBeVisible();
    const markdown = guest.cell(6);
    await markdown.scrollIntoViewIfNeeded();
    await expect(markdown.locator('#covering, iframe, [data-commandlinker-command]')).toHaveCount(0);
    await markdown.locator('.jp-MarkdownOutput a').click();
    await guest.cell(7).scrollIntoViewIfNeeded();
    const nested = await frames(guest.page, async each => (await each.locator('#nested').count()) > 0);
    await nested.locator('#data').click();
    await guest.cell(8).scrollIntoViewIfNeeded();
    await expect(guest.cell(8).locator('mjx-container')).toBeVisible();
    await guest.cell(9).scrollIntoViewIfNeeded();
    await expect(guest.cell(9).locator('.jp-OutputArea-output')).toContainText('nobody here draws this');
    await expect(guest.page.locator('.jp-Notebook [href^="javascript:" i]')).toHaveCount(0);
    expect(await guest.page.evaluate(() => 'taken' in window)).toBe(false);
    expect(await guest.page.title()).not.toContain('taken');
    expect(new URL(guest.page.url()).pathname).toContain('/doc/tree/');
    expect(outside).toEqual([]);
    // The chip is above whatever outputs draw.
    await guest.chip.click();
    await guest.page.screenshot({ path: 'test-results/attack.png' });
  });
});

const BOKEH_LOAD =
  '(function(root) { root.Plots = { draw: id => { document.getElementById(id).textContent = "plotted " + id; } }; })(window)';
const WORKING: readonly CellSpec[] = [
  {
    source: 'load',
    outputs: [
      display({ 'application/javascript': BOKEH_LOAD, 'application/vnd.bokehjs_load.v0+json': BOKEH_LOAD })
    ]
  },
  {
    source: 'plot',
    outputs: [
      display({ 'text/html': '<div id="c2c53622" style="display: contents"></div>' }),
      display({
        'application/javascript': '(function(root) { root.Plots.draw("c2c53622") })(window)',
        'application/vnd.bokehjs_exec.v0+json': ''
      })
    ]
  },
  html(
    `<table><thead><tr><th></th><th>a</th></tr></thead><tbody>${'<tr><td>1</td><td>2</td></tr>'.repeat(30)}</tbody></table>`
  ),
  html('<a href="https://example.org/">elsewhere</a> <button id="inside">press</button>'),
  html('<p>near</p>'),
  ...Array.from({ length: 45 }, (_, index) => html(`<p>output ${index}</p>`))
];

test.describe('outputs that mean no harm', () => {
  test.use({ cells: [WORKING, { scope: 'test' }] });

  test('plots find their library and their place, tables have their size, many outputs cost only what is near', async ({
    owner,
    newGuest
  }) => {
    const guest = await newGuest();
    const { url } = await owner.invite('Ada', { live: true });
    await guest.enter(url);
    await guest.cell(1).scrollIntoViewIfNeeded();
    const plot = await frames(
      guest.page,
      async each => (await each.getByText('plotted c2c53622').count()) > 0
    );
    expect(await plot.getByText('plotted c2c53622').isVisible()).toBe(true);
    const table = guest.cell(2).locator('.jp-LiveShare-frame');
    await table.scrollIntoViewIfNeeded();
    await expect.poll(async () => (await table.boundingBox())?.height ?? 0).toBeGreaterThan(600);
    await guest.page.screenshot({ path: 'test-results/outputs.png' });
    await guest.cell(3).scrollIntoViewIfNeeded();
    const inside = await frames(guest.page, async each => (await each.locator('#inside').count()) > 0);
    await inside.locator('#inside').focus();
    await guest.page.keyboard.press('Escape');
    await expect
      .poll(() => guest.page.evaluate(() => document.activeElement?.closest('.jp-Cell') !== null))
      .toBe(true);
    for (let index = 8; index < 50; index += 7) {
      await guest.page.evaluate(
        at => document.querySelectorAll('.jp-Notebook .jp-Cell')[at]?.scrollIntoView(),
        index
      );
    }
    expect(await guest.page.locator('.jp-LiveShare-frame iframe').count()).toBeLessThan(40);
    expect(guest.problems).toEqual([]);
  });
});
