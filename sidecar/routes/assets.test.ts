import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from '../testing/makeTestApp.ts';

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start();
  const lab = test.config.staticDirs.lab;
  writeFileSync(join(lab, '..', 'outside.txt'), 'a secret outside');
  mkdirSync(join(lab, 'sub'), { recursive: true });
  writeFileSync(join(lab, 'sub', 'in side.css'), 'body {}');
});
afterAll(() => test.close());
const get = (path: string) => test.call(path);

describe('static files', () => {
  it.each([
    ['assets/lab/0123456789abcdef01234567.js', 'public, max-age=31536000, immutable'],
    [
      'assets/labextensions/ext-allowed/static/remoteEntry.0123456789abcdef0123.js',
      'public, max-age=31536000, immutable'
    ],
    [
      'assets/labextensions/@scope/ext/static/remoteEntry.0123456789abcdef0123.js',
      'public, max-age=31536000, immutable'
    ],
    ['assets/lab/main.0123abcd.js', 'public, max-age=300'],
    ['assets/lab/sub/in%20side.css', 'public, max-age=300'],
    ['assets/server/favicons/favicon.ico', 'public, max-age=300'],
    ['assets/themes/theme/index.css', 'public, max-age=300'],
    ['s/any/lab/api/themes/theme/index.css', 'public, max-age=300']
  ])('%s is served, kept for %s', async (path, cache) => {
    const answer = await get(path);
    expect([path, answer.status, answer.headers['cache-control']]).toEqual([path, 200, cache]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['service-worker-allowed']).toBeUndefined();
  });

  it.each([
    'assets/lab/',
    'assets/lab',
    'assets/lab/sub',
    'assets/lab/sub/',
    'assets/lab/missing.js',
    'assets/lab/..%2foutside.txt',
    'assets/lab/%2e%2e/outside.txt',
    'assets/lab/../outside.txt',
    'assets/lab/..%5coutside.txt',
    'assets/lab//outside.txt',
    'assets/lab/%252e%252e/outside.txt',
    'assets/labextensions/ext-secret/static/secret.js',
    'assets/labextensions/ext-allowed/package.json',
    'assets/labextensions/ext-allowed/static/../package.json',
    'assets/labextensions/',
    'assets/schemas/x',
    'assets'
  ])('T21, T47: %s is not', async path => {
    const answer = await get(path);
    expect([path, [400, 404].includes(answer.status)]).toEqual([path, true]);
    expect(answer.text).not.toContain('secret');
  });
});
