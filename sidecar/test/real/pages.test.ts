/**
 * Static pages.
 * @module
 */
import { describe, expect, inject, test } from 'vitest';
import { code, Site } from './client.ts';
import { Notebook } from './notebook.ts';
import { until } from './until.ts';

const site = new Site(inject('server'));

describe('T44 T45 S10 static pages', () => {
  test('T44 T45 whatever the notebook holds, the page is sandboxed by header in an opaque origin, with no script and no request', async () => {
    const html =
      '<script>parent.x=1</script><img src=x onerror=alert(1)><svg onload=alert(2)><meta http-equiv=refresh content="0;url=http://evil.example">';
    const outputs = [{ output_type: 'display_data', data: { 'text/html': html }, metadata: {} }];
    const cells = [
      code('a', '1', { outputs }),
      { id: 'm', cell_type: 'markdown' as const, source: '[x](javascript:alert(1))' }
    ];
    const book = await site.share(undefined, cells);
    const guest = await book.guest(['static']);
    const page = await guest.ask('page/latest/body');
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/onerror="?alert\(1\)/);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    const csp = String(page.headers['content-security-policy']).split('; ');
    expect(csp[0]).toBe('sandbox allow-popups allow-popups-to-escape-sandbox');
    expect(csp).toContain("default-src 'none'");
    expect(csp.join()).not.toMatch(/allow-(?!popups)|script-src|connect-src|unsafe-eval|https?:/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['set-cookie']).toBeUndefined();
    // The bar around it holds nothing of the notebook, and no script either.
    const bar = await guest.ask('page/latest');
    expect(bar.status).toBe(200);
    expect(bar.body).not.toMatch(/onerror|<script/);
    const own = String(bar.headers['content-security-policy']);
    expect(own).toContain("default-src 'none'");
    expect(own).not.toMatch(/allow-scripts|script-src|connect-src|unsafe/);
  });

  test('T43 the page is cached by content: the same tag until it is saved anew, 304 for who has it, nothing shared', async () => {
    const book = await site.share();
    const guest = await book.guest(['static']);
    const first = await guest.ask('page/latest/body');
    const tag = String(first.headers.etag);
    expect(tag.length).toBeGreaterThan(10);
    expect(first.headers['cache-control']).toMatch(/private/);
    expect(first.headers['cache-control']).not.toMatch(/public|max-age=[1-9]/);
    const again = await guest.ask('page/latest/body', 'GET', undefined, { 'if-none-match': tag });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await site.ask(book.at('page/latest/body'), { headers: { 'if-none-match': tag } })).status).toBe(
      401
    );
    const editor = await Notebook.of(await book.guest(['edit', 'save']));
    editor.type('first', '234');
    expect(await editor.save()).toBe('success');
    await until(() => book.bytes.includes('1234'));
    const changed = await guest.ask('page/latest/body', 'GET', undefined, { 'if-none-match': tag });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(tag);
    expect(changed.body).toContain('1234');
    await editor.leave();
  });

  test('S4 static alone: the saved state and nothing live; what is not saved is not on the page', async () => {
    const book = await site.share();
    await book.owner('', 'PATCH', { holdSaves: true });
    const guest = await book.guest(['static']);
    const owner = await Notebook.owner(book);
    owner.type('first', ' # unsaved words');
    await until(() => owner.source('first').endsWith('words'));
    const page = await guest.ask('page/latest/body');
    expect(page.body).not.toContain('unsaved words');
    expect((await guest.ask('api/liveshare/me')).json()).toMatchObject({ next: 'page/latest' });
    for (const path of [
      'api/contents',
      `doc/tree/${book.name}`,
      'lab',
      'api/kernels',
      `files/${book.name}`
    ]) {
      expect((await guest.ask(path)).status, path).toBe(403);
    }
    expect((await guest.socket(await (await book.guest(['live'])).room()).closed()).code).toBe(4403);
    await owner.leave();
  });

  test('S29 S4 versions: those that one was given, side by side with what is saved now; the owner reads all', async () => {
    const book = await site.share();
    const save = (message: string) => book.owner('versions', 'POST', { message });
    await save('<b>first</b>');
    const editor = await Notebook.of(await book.guest(['edit', 'save']));
    editor.type('first', '234');
    expect(await editor.save()).toBe('success');
    await until(() => book.bytes.includes('1234'));
    await save('second');
    const all = await book.guest(['static']);
    const one = await book.guest(['static'], { versions: [1] });
    const none = await book.guest(['live', 'save']);
    expect((await all.ask('page/1/body')).body).not.toContain('1234');
    for (const page of ['2', 'latest']) {
      expect((await all.ask(`page/${page}/body`)).body, page).toContain('1234');
    }
    const bar = (await all.ask('page/1')).body;
    expect(bar).toContain('&lt;b&gt;first&lt;/b&gt;');
    expect(bar).not.toContain('<b>first');
    expect(bar).toMatch(/<a href="2"/);
    expect(bar).not.toMatch(/Live notebook|Download/);
    expect((await one.ask('page/1')).body).not.toMatch(/<a href="2"/);
    for (const [guest, path, status] of [
      [one, 'page/1', 200],
      [one, 'page/1/body', 200],
      [one, 'page/latest/body', 200],
      [one, 'page/2', 404],
      [one, 'page/2/body', 404],
      [none, 'page/1', 403],
      [none, 'page/1/body', 403]
    ] as const) {
      expect((await guest.ask(path)).status, path).toBe(status);
    }
    await book.owner(`people/${one.id}`, 'PATCH', { versions: 'all' });
    expect((await one.ask('page/2/body')).status).toBe(200);
    expect((await book.owner('page/2/body')).body).toContain('1234');
    expect((await book.owner('page/2')).body).toContain('second');
    await editor.leave();
  });

  test('T32 the bar offers a copy to who may take one', async () => {
    const book = await site.share();
    await book.owner('versions', 'POST', { message: '' });
    const may = await book.guest(['static', 'live']);
    const without = await book.guest(['static', 'live'], { grants: { copy: false } });
    for (const page of ['page/latest', 'page/1']) {
      const link = /href="\.\.\/([^"]+)" download/.exec((await may.ask(page)).body)?.[1] ?? '';
      expect((await may.ask(link)).status, page).toBe(200);
      expect((await may.ask(page)).body).toContain('Live notebook');
      expect((await without.ask(page)).body, page).not.toContain('download');
      expect((await without.ask(link)).status).toBe(403);
    }
  });
});
