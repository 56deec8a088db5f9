import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Env } from './define.ts';
import { packed } from './packed.ts';

const TEXT = 'JupyterLab '.repeat(1_000);

function make(limit = 1_000_000) {
  const app = new Hono<Env>();
  const asked: string[] = [];
  app.use(packed(limit));
  app.get('/:name', c => {
    asked.push(c.req.param('name'));
    const type = c.req.param('name').endsWith('.png') ? 'image/png' : 'text/javascript';
    const body = c.req.param('name').startsWith('tiny') ? 'x' : TEXT;
    return c.body(body, 200, {
      'content-type': type,
      'cache-control': 'immutable',
      'content-length': String(body.length)
    });
  });
  return { app, asked };
}
const gzip = { headers: { 'accept-encoding': 'gzip, br' } };

describe('packed files', () => {
  it('are the same file, smaller, read from disk once', async () => {
    const { app, asked } = make();
    for (let turn = 0; turn < 2; turn++) {
      const answer = await app.request('/main.js', gzip);
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('vary')).toBe('Accept-Encoding');
      expect(answer.headers.get('cache-control')).toBe('immutable');
      const body = Buffer.from(await answer.arrayBuffer());
      expect([null, String(body.length)]).toContain(answer.headers.get('content-length'));
      expect(body.length).toBeLessThan(TEXT.length / 4);
      expect(gunzipSync(body).toString()).toBe(TEXT);
    }
    expect(asked).toEqual(['main.js']);
  });

  it('are not packed for who can’t unpack, for pictures, for parts, or when tiny', async () => {
    const { app } = make();
    expect((await app.request('/main.js')).headers.get('content-encoding')).toBe(null);
    expect(await (await app.request('/main.js')).text()).toBe(TEXT);
    expect((await app.request('/a.png', gzip)).headers.get('content-encoding')).toBe(null);
    const range = { headers: { ...gzip.headers, range: 'bytes=0-3' } };
    expect((await app.request('/main.js', range)).headers.get('content-encoding')).toBe(null);
    expect(await (await app.request('/tiny.js', gzip)).text()).toBe('x');
  });

  it('are kept within a bound', async () => {
    const { app, asked } = make(100);
    for (const name of ['a.js', 'b.js', 'c.js', 'd.js', 'a.js', 'd.js']) {
      const answer = await app.request(`/${name}`, gzip);
      expect(gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()).toBe(TEXT);
    }
    expect(asked.filter(name => name === 'a.js')).toHaveLength(2);
  });
});
