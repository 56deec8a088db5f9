import { defineConfig } from '@playwright/test';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWNER_TOKEN, PORT } from './settings.ts';

const CHROMIUM = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
].find(path => path !== '' && existsSync(path));

// A file that is read-only is so for root as well, as it is for everybody else.
const asAnybody = process.getuid?.() === 0 ? 'setpriv --bounding-set=-dac_override ' : '';

// One folder a run, shared with the workers through the environment.
const home = (process.env['LIVESHARE_UI_HOME'] ??= mkdtempSync(join(tmpdir(), 'liveshare-ui-')));
const work = join(home, 'work');
mkdirSync(work, { recursive: true });

export default defineConfig({
  testDir: 'tests',
  outputDir: '../test-results',
  snapshotPathTemplate: '{testDir}/../reference/{arg}{ext}',
  fullyParallel: false,
  workers: 1,
  timeout: 120_000,
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: [['list']],
  expect: {
    timeout: 20_000,
    // Fonts and Chromium differ a little from machine to machine; what a person would notice is more than this.
    toHaveScreenshot: { maxDiffPixelRatio: 0.04, animations: 'disabled', caret: 'hide' }
  },
  use: {
    baseURL: `http://localhost:${PORT}`,
    viewport: { width: 1280, height: 800 },
    // A trace takes a fifth of the time: on CI only a test that is tried again has one.
    trace: process.env['CI'] === undefined ? 'retain-on-failure' : 'on-first-retry',
    launchOptions: {
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
    }
  },
  webServer: {
    command: `${asAnybody}jupyter lab --no-browser --ServerApp.port=${PORT} --ServerApp.port_retries=0 --config=${join(import.meta.dirname, 'jupyter_server_test_config.py')}`,
    url: `http://localhost:${PORT}/liveshare/healthz`,
    timeout: 120_000,
    reuseExistingServer: false,
    stderr: process.env['LIVESHARE_UI_LOG'] === undefined ? 'ignore' : 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    env: {
      LIVESHARE_UI_WORK: work,
      LIVESHARE_UI_TOKEN: OWNER_TOKEN,
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      JUPYTER_CONFIG_DIR: join(home, 'config')
    }
  }
});
