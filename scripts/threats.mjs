// Fails when a threat of THREAT_MODEL.md has no test whose text names it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOTS = ['protocol', 'sidecar', 'src', 'ui-tests', 'jupyter_liveshare/tests'];
const TEST = /\.(test|spec)\.ts$|^test_.*\.py$/;

function* tests(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') {
      yield* tests(path);
    } else if (TEST.test(entry.name)) {
      yield path;
    }
  }
}

const proven = new Set();
for (const path of ROOTS.flatMap(root => [...tests(root)])) {
  for (const [, id] of readFileSync(path, 'utf8').matchAll(/(?<![A-Za-z0-9])([Tt]\d{1,3})(?![A-Za-z0-9])/g)) {
    proven.add(id.toUpperCase());
  }
  // Python names: test_t21_...
  for (const [, id] of readFileSync(path, 'utf8').matchAll(/_(t\d{1,3})(?=_)/g)) {
    proven.add(id.toUpperCase());
  }
}
const rows = readFileSync('THREAT_MODEL.md', 'utf8')
  .split('\n')
  .filter(line => /^\| T\d/.test(line));
const named = rows.flatMap(row => row.split('|')[1].match(/T\d+/g) ?? []);
const missing = named.filter(id => !proven.has(id));
console.log(
  `threats: ${named.length} named, ${missing.length} without a test${missing.length > 0 ? `: ${missing.join(', ')}` : ''}`
);
process.exit(missing.length === 0 ? 0 : 1);
