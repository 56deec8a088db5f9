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
    const page = await guest.ask('page/latest');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    const csp = String(page.headers['content-security-policy']).split('; ');
    expect(csp).toContain('sandbox');
    expect(csp).toContain("default-src 'none'");
    expect(csp.join()).not.toMatch(/allow-|script-src|connect-src|unsafe-eval|https?:/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['set-cookie']).toBeUndefined();
  });

  test('T43 the page is cached by content: the same tag until it is saved anew, 304 for who has it, nothing shared', async () => {
    const book = await site.share();
    const guest = await book.guest(['static']);
    const first = await guest.ask('page/latest');
    const tag = String(first.headers.etag);
    expect(tag.length).toBeGreaterThan(10);
    expect(first.headers['cache-control']).toMatch(/private/);
    expect(first.headers['cache-control']).not.toMatch(/public|max-age=[1-9]/);
    const again = await guest.ask('page/latest', 'GET', undefined, { 'if-none-match': tag });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await site.ask(book.at('page/latest'), { headers: { 'if-none-match': tag } })).status).toBe(401);
    const editor = await Notebook.of(await book.guest(['edit', 'save']));
    editor.type('first', '234');
    expect(await editor.save()).toBe('success');
    await until(() => book.bytes.includes('1234'));
    const changed = await guest.ask('page/latest', 'GET', undefined, { 'if-none-match': tag });
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
    const page = await guest.ask('page/latest');
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
});
