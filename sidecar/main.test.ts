import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeJupyter } from './testing/fakeJupyter.ts';
import { startUpLine } from './testing/limits.ts';
import { fakeStatic, mountHeaders, TRUST } from './testing/makeTestApp.ts';

let folder: string;
let jupyter: FakeJupyter;
const running = new Set<ChildProcessWithoutNullStreams>();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lsm-'));
  jupyter = await FakeJupyter.start();
});
afterEach(async () => {
  running.forEach(child => child.kill('SIGKILL'));
  running.clear();
  await jupyter.close();
  rmSync(folder, { recursive: true, force: true });
});

function start() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'] }
  });
  running.add(child);
  let output = '';
  const waiting: (() => void)[] = [];
  const hear = (data: Buffer) => {
    output += data.toString();
    waiting.splice(0).forEach(done => done());
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  const says = async (text: string) => {
    while (!output.includes(text)) {
      await Promise.race([
        new Promise<void>(resolve => waiting.push(resolve)),
        ended.then(code => {
          throw new Error(`ended with ${code}: ${output}`);
        })
      ]);
    }
  };
  return { child, ended, says, output: () => output };
}
const line = (change: Record<string, unknown> = {}) =>
  `${JSON.stringify(
    startUpLine({
      trust: TRUST,
      stateDir: join(folder, 'state'),
      socket: join(folder, 's.sock'),
      upstream: jupyter.upstream,
      staticDirs: fakeStatic(join(folder, 'static')),
      ...change
    })
  )}\n`;
const health = () =>
  new Promise<number | undefined>((resolve, reject) => {
    const sent = request({
      socketPath: join(folder, 's.sock'),
      path: '/liveshare/healthz',
      headers: mountHeaders(null)
    });
    sent.on('response', response => resolve(response.statusCode));
    sent.on('error', reject);
    sent.end();
  });

describe('the process', () => {
  it('T94, T95: listens on a socket of its owner alone, and ends with its stdin', async () => {
    const { child, says, ended, output } = start();
    writeFileSync(join(folder, 's.sock'), 'stale');
    child.stdin.write(line());
    await says('ready to share');
    expect(statSync(join(folder, 's.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(await health()).toBe(200);
    expect(child.spawnargs.join(' ')).not.toContain(jupyter.token);
    expect(output()).not.toContain(jupyter.token);
    expect(output()).not.toContain(TRUST);
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  it('whose Jupyter Server is killed while it starts ends too', async () => {
    const { child, ended, output } = start();
    child.stdin.end(line());
    expect([await ended, output()]).toEqual([0, '']);
  });

  it('ends on SIGTERM', async () => {
    const { child, says, ended } = start();
    child.stdin.write(line());
    await says('ready to share');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('Ctrl-C, any number of times, is the Jupyter Server’s business', async () => {
    const { child, says } = start();
    child.stdin.write(line());
    await says('ready to share');
    for (let i = 0; i < 3; i++) {
      child.kill('SIGINT');
      expect(await health()).toBe(200);
    }
    expect(child.exitCode).toBeNull();
  });

  it('without a start-up line it ends quietly', async () => {
    const { child, ended, output } = start();
    child.stdin.end();
    expect([await ended, output()]).toEqual([0, '']);
  });

  it.each([
    ['a wrong configuration', { trust: 'short' }, 'configuration: trust'],
    [
      'no JupyterLab',
      { staticDirs: { lab: '/nowhere', labextensions: [], server: '/', themes: '/', schemas: '/' } },
      '/nowhere'
    ]
  ])('%s ends it for good (78), with words', async (_, change, words) => {
    const { child, ended, output } = start();
    child.stdin.write(line(change));
    expect(await ended).toBe(78);
    expect(output()).toContain('"event":"fatal"');
    expect(output()).toContain(words);
    expect(output()).not.toContain(jupyter.token);
  });
});
