// Bundles the sidecar into one file for Node, with the licences of what is in it beside it.
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, '../jupyter_liveshare/sidecar');
mkdirSync(out, { recursive: true });

const result = await build({
  entryPoints: [join(here, 'main.ts')],
  outfile: join(out, 'main.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  // Some packages in the bundle are CommonJS and call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
  },
  logLevel: 'warning'
});

const packages = new Map();
for (const input of Object.keys(result.metafile.inputs)) {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(
    input.slice(input.lastIndexOf('node_modules'))
  )?.[1];
  if (name !== undefined) {
    packages.set(name, resolve(input.slice(0, input.lastIndexOf('node_modules')), 'node_modules', name));
  }
}
const texts = [...packages].sort().map(([name, folder]) => {
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'License']
    .map(f => join(folder, f))
    .find(existsSync);
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8').trim()}\n`;
});
writeFileSync(join(out, 'THIRD_PARTY_LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
console.log(`sidecar: ${packages.size} packages bundled into jupyter_liveshare/sidecar/main.mjs`);
