/**
 * After all the others, on the server they shared: what is in its log, its state, and in what guests were sent.
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { Site } from './client.ts';
import { leakFile, leaksIn } from './leaks.ts';
import { bytes } from './wire.ts';

const { server } = { server: inject('server') };
const site = new Site(server);

function secrets(): string[] {
  const lines = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(each => each.length > 8);
  return [server.token, ...lines(server.issued), ...lines(server.made)];
}

/** All files below a folder. */
function files(folder: string): { path: string; text: string; mode: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => ({ path, text: readFileSync(path).toString('latin1'), mode: statSync(path).mode & 0o777 }));
}

const found = (text: string) => secrets().filter(each => text.includes(Buffer.from(each).toString('latin1')));

describe('T15 T16 T29 T94 T95 what all these tests left behind', () => {
  test('T15 the log holds no token, invitation, passphrase, or secret between the parts, also after a forced error', async () => {
    const book = await site.share();
    const guest = await book.guest(['static', 'live']);
    const path = `${site.path(book.at('api/contents'))}?token=${guest.token}&x=%zz`;
    await bytes(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`
    );
    await bytes(
      server.port,
      `GET ${path}#${guest.token} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`
    );
    for (const below of [
      'api/nothing',
      'api/liveshare/me',
      'api/kernels/x/channels',
      'api/liveshare/control'
    ]) {
      await site.ask(`${book.at(below)}?token=${guest.token}`);
      await site.ask(`${book.at(below)}?token=${server.token}`);
      const wire = site.socket(`${book.at(below)}?token=${guest.token}x`);
      await wire.opened;
      await wire.leave();
    }
    const log = readFileSync(server.log, 'latin1');
    expect(secrets().length).toBeGreaterThan(10);
    expect(found(log)).toEqual([]);
  });

  test('T15 metrics have no id, name, path or token in them', async () => {
    const metrics = await site.owner('metrics');
    expect(metrics.body).toContain('liveshare_refusals_total');
    expect(found(metrics.body)).toEqual([]);
    expect(leaksIn(server, metrics.body)).toEqual([]);
    expect(metrics.body).not.toMatch(/ipynb|Guest \d/);
  });

  test('T16 T94 T95 state, runtime and data folders: no token in any file but Jupyter’s own, and nobody else may read ours', () => {
    const own = files(server.state);
    expect(own.length).toBeGreaterThan(2);
    expect(own.filter(each => found(each.text).length > 0).map(each => each.path)).toEqual([]);
    expect(own.filter(each => (each.mode & 0o077) !== 0).map(each => each.path)).toEqual([]);
    expect(statSync(server.state).mode & 0o077).toBe(0);
    const issued = readFileSync(server.issued, 'utf8')
      .split('\n')
      .filter(each => each.length > 8);
    for (const folder of ['data', 'runtime', 'owners-root'].map(name => join(server.work, name))) {
      expect(
        files(folder)
          .filter(each => issued.some(secret => each.text.includes(secret)))
          .map(each => each.path)
      ).toEqual([]);
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'T95 no secret in the command line or environment of any process of the server’s',
    () => {
      const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
      const read = (pid: string, what: string) => {
        try {
          return readFileSync(`/proc/${pid}/${what}`, 'latin1');
        } catch {
          return ''; // ended meanwhile
        }
      };
      const ours = pids.filter(
        pid =>
          read(pid, 'environ').includes(server.work) || read(pid, 'cmdline').includes('jupyter_liveshare')
      );
      expect(ours.length).toBeGreaterThan(1);
      const between = [
        ...readFileSync(server.issued, 'utf8').split('\n'),
        ...readFileSync(server.made, 'utf8').split('\n')
      ].filter(each => each.length > 8);
      for (const pid of ours) {
        const text = read(pid, 'cmdline') + read(pid, 'environ');
        expect(
          between.filter(each => text.includes(each)),
          pid
        ).toEqual([]);
      }
      const sidecars = pids.filter(pid =>
        read(pid, 'cmdline').includes('jupyter_liveshare/sidecar/main.mjs')
      );
      expect(sidecars.filter(pid => read(pid, 'environ').includes(server.token))).toEqual([]);
    }
  );

  test('T29 no frame that a guest was sent held a secret of the server’s or a path of the owner’s', () => {
    expect(existsSync(leakFile(server)) ? readFileSync(leakFile(server), 'utf8') : '').toBe('');
  });

  test('T29 a walk over a guest’s addresses, settings and translations included: nothing in any header or body', async () => {
    const book = await site.share();
    const guest = await book.guest(['static', 'live', 'edit', 'save', 'execute']);
    const paths = [
      '',
      'lab',
      `lab/tree/${book.name}`,
      `doc/tree/${book.name}`,
      'lab/api/settings',
      'lab/api/translations',
      'lab/api/translations/en',
      'lab/api/workspaces',
      'lab/api/listings/x',
      'lab/api/themes/@jupyterlab/theme-light-extension/index.css',
      'api',
      'api/me',
      'api/status',
      'api/config/x',
      'api/nbconvert',
      'api/terminals',
      'lsp/status',
      'api/resolvePath?path=x.py',
      'api/contents?content=1',
      `api/contents/${book.name}`,
      `api/contents/${book.name}/checkpoints`,
      `files/${book.name}`,
      'api/kernels',
      'api/kernelspecs',
      'api/sessions',
      'page/latest',
      'page/latest/body',
      'api/liveshare/me',
      'nothing'
    ];
    for (const path of paths) {
      const answer = await guest.ask(path);
      expect(answer.status, path).toBeLessThan(500);
      expect(leaksIn(server, answer.all), path).toEqual([]);
      for (const header of ['server', 'x-powered-by', 'x-content-type']) {
        expect(String(answer.headers[header] ?? ''), path).not.toMatch(/tornado|express|hono/i);
      }
    }
    const started = await guest.ask('api/sessions', 'POST', { path: book.name });
    expect(leaksIn(server, started.all)).toEqual([]);
    const ran = await guest.ask('api/kernels/current/execute', 'POST', { cell_id: 'first' });
    expect(leaksIn(server, ran.all)).toEqual([]);
    expect((await guest.ask(`api/contents/${book.name}/checkpoints`, 'POST')).status).toBe(201);
    expect((await guest.ask('api/sessions')).json()).toMatchObject([
      { path: book.name, notebook: { path: book.name } }
    ]);
  });
});
