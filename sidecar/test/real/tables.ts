/**
 * The app built in this process, for its tables alone: nothing listens, nothing upstream is there.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '../../app.ts';
import { parseConfig } from '../../config.ts';
import { makeLog } from '../../log.ts';
import type { Demand } from '../../policy/request.ts';

/** A row of either table. */
export interface Row {
  /** `<method> <path>`, `ws <path>` for sockets. */
  readonly name: string;
  readonly demand: Demand;
}

/** The declared rows, and the names of all handlers that the framework knows. */
export async function readTables(): Promise<{ rows: Row[]; handlers: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['lab', 'labextensions/demo/static', 'server', 'themes', 'schemas']) {
    mkdirSync(at(name), { recursive: true });
  }
  writeFileSync(at('lab/index.html'), '<script src="/static/lab/main.0123456789abcdef.js"></script>');
  writeFileSync(at('lab/package.json'), '{"jupyterlab":{"version":"4"}}');
  writeFileSync(
    at('labextensions/demo/package.json'),
    '{"name":"demo","jupyterlab":{"_build":{"load":"x.js"}}}'
  );
  const config = parseConfig(
    JSON.stringify({
      trust: 'x'.repeat(32),
      stateDir: at('state'),
      baseUrl: '/',
      upstream: { socket: at('nobody.sock'), baseUrl: '/', token: 'x' },
      staticDirs: {
        lab: at('lab'),
        labextensions: [at('labextensions')],
        server: at('server'),
        themes: at('themes'),
        schemas: at('schemas')
      },
      extensions: ['demo']
    })
  );
  const app = await makeApp(config, makeLog('fatal'));
  try {
    const rows = app.routes.map(({ method, path, demand }) => ({ name: `${method} ${path}`, demand }));
    const sockets = app.sockets.map(({ path, demand }) => ({ name: `ws ${path}`, demand }));
    const handlers = app.handlers
      .filter(each => each.method !== 'ALL')
      .map(each => `${each.method.toLowerCase()} ${each.path}`);
    return { rows: [...rows, ...sockets], handlers: [...new Set(handlers)] };
  } finally {
    app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
