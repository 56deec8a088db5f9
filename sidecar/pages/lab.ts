/**
 * JupyterLab's page for a guest: built from a list of options to keep, from files on disk. The owner's page, with its token
 * and paths, is never read.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HtmlEscapedString } from 'hono/utils/html';
import { appPage } from './document.ts';

/** Where files are and which extensions guests load. */
export interface LabFiles {
  readonly lab: string;
  readonly labextensions: readonly string[];
  readonly allowed: readonly string[];
}

/** An extension that guests load. */
export interface Federated {
  readonly name: string;
  /** Folder of the extension on disk. */
  readonly folder: string;
  readonly load: string;
  readonly extension: string | null;
  readonly style: string | null;
}

/** What is different from page to page. */
export interface PageOptions {
  /** The share's address below the origin. */
  readonly base: string;
  /** The static files' address below the origin. */
  readonly assets: string;
  readonly share: string;
  /** The notebook's name. */
  readonly file: string;
  /** Where JupyterLab keeps its layout; tabs at the same time have one each. */
  readonly workspace: string;
  /** Whether the guest may see the owner's open terminals. */
  readonly terminals: boolean;
  /** Whether the guest can change over to Jupyter Notebook, and back. */
  readonly notebook: boolean;
}

const Package = z.object({
  name: z.string(),
  jupyterlab: z.object({
    _build: z.object({ load: z.string(), extension: z.string().optional(), style: z.string().optional() })
  })
});

/**
 * Plugins that have nothing to do for a guest, or would ask for what a guest's server doesn't have. The first two are those
 * that jupyter-collaboration replaces.
 */
const DISABLED = [
  '@jupyterlab/filebrowser-extension:defaultFileBrowser',
  '@jupyterlab/notebook-extension:cell-executor',
  '@jupyter/collaboration-extension:rtcPanel',
  '@jupyter/collaboration-extension:rtcGlobalAwareness',
  '@jupyter/collaboration-extension:shared-link',
  '@jupyter/docprovider-extension:statusBarTimeline',
  '@jupyter/docprovider-extension:forkManager',
  '@jupyter/docprovider-extension:logger',
  '@jupyterlab/apputils-extension:announcements',
  '@jupyterlab/debugger-extension',
  '@jupyterlab/extensionmanager-extension',
  '@jupyterlab/pluginmanager-extension',
  '@jupyterlab/launcher-extension',
  '@jupyterlab/running-extension',
  '@jupyterlab/console-extension',
  '@jupyterlab/lsp-extension',
  '@jupyterlab/fileeditor-extension:language-server',
  '@jupyterlab/notebook-extension:language-server',
  '@jupyterlab/inspector-extension:consoles',
  '@jupyterlab/tooltip-extension:consoles',
  '@jupyterlab/workspaces-extension:sidebar',
  '@jupyterlab/hub-extension',
  '@jupyterlab/filebrowser-extension:share-file',
  '@jupyterlab/filebrowser-extension:download',
  '@jupyterlab/filebrowser-extension:create-new-file',
  '@jupyterlab/filebrowser-extension:create-new-notebook',
  '@jupyterlab/application-extension:dirty'
] as const;

/** Our own extension. */
const OURS = 'jupyter-liveshare';

/** JupyterLab's terminals, for those who may see any. */
const TERMINALS = '@jupyterlab/terminal-extension';

/** What the page is built from, read once at start. */
export class LabPages {
  readonly federated: readonly Federated[];
  readonly #main: string;
  readonly #version: string;

  constructor(files: LabFiles) {
    const index = readFileSync(join(files.lab, 'index.html'), 'utf8');
    const main = /\/(main\.[0-9a-f]+\.js)\b/.exec(index)?.[1];
    if (main === undefined) {
      throw new Error(
        'JupyterLab is installed in a form that is not known: no main bundle in its index.html'
      );
    }
    this.#main = main;
    this.#version = labVersion(files.lab);
    this.federated = findExtensions(files);
  }

  /** The page of one guest. */
  render(options: PageOptions): HtmlEscapedString | Promise<HtmlEscapedString> {
    const { assets, file } = options;
    const icon = (name: string, className: string, shown: boolean) => ({
      href: `${assets}server/favicons/${name}.ico`,
      className: `${className} favicon`,
      shown
    });
    return appPage({
      title: file,
      config: this.config(options),
      script: `${assets}lab/${this.#main}`,
      icons: [icon('favicon', 'idle', true), icon('favicon-busy-1', 'busy', false)],
      notebookPage: null
    });
  }

  /** The page config of one guest, for JupyterLab. */
  config({ base, assets, share, file, notebook, workspace, terminals }: PageOptions) {
    return {
      appName: 'JupyterLab',
      appNamespace: 'lab',
      appUrl: '/lab',
      appVersion: this.#version,
      baseUrl: base,
      wsUrl: '',
      token: '',
      treeUrl: '/lab/tree',
      settingsUrl: '/lab/api/settings',
      workspacesApiUrl: '/lab/api/workspaces',
      translationsApiUrl: '/lab/api/translations',
      themesUrl: '/lab/api/themes',
      listingsUrl: '/lab/api/listings',
      licensesUrl: '/lab/api/licenses',
      fullAppUrl: `${base}lab`,
      fullTreeUrl: `${base}lab/tree`,
      fullStaticUrl: `${assets}lab`,
      fullLabextensionsUrl: `${assets}labextensions`,
      fullThemesUrl: `${base}lab/api/themes`,
      fullSettingsUrl: `${base}lab/api/settings`,
      fullWorkspacesApiUrl: `${base}lab/api/workspaces`,
      fullTranslationsApiUrl: `${base}lab/api/translations`,
      fullListingsUrl: `${base}lab/api/listings`,
      federated_extensions: this.federated.map(({ name, load, extension, style }) => ({
        entrypoints: null,
        name,
        load,
        ...(extension === null ? {} : { extension }),
        ...(style === null ? {} : { style })
      })),
      disabledExtensions: terminals ? DISABLED : [...DISABLED, TERMINALS],
      mode: 'single-document',
      treePath: file,
      workspace,
      notebookStartsKernel: false,
      serverSideExecution: true,
      terminalsAvailable: terminals,
      buildAvailable: false,
      buildCheck: false,
      devMode: false,
      disableRTC: false,
      exposeAppInBrowser: false,
      extensionManager: {},
      news: { disabled: true },
      quitButton: false,
      copyAbsolutePath: false,
      preferredPath: '/',
      liveshareMode: 'guest',
      liveshareShare: share,
      liveshareName: file,
      liveshareNotebook: notebook
    };
  }
}

/** CSP of JupyterLab's page: scripts only from our own files, so that markup in an output runs nothing (S10, S11). */
export const LAB_CSP = [
  "default-src 'self'",
  // JupyterLab compiles settings schemas (ajv) with `new Function`.
  "script-src 'self' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self' data:",
  "media-src 'self' data: blob: https:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ');

function labVersion(lab: string): string {
  const data: unknown = JSON.parse(readFileSync(join(lab, 'package.json'), 'utf8'));
  const parsed = z.object({ jupyterlab: z.object({ version: z.string() }) }).safeParse(data);
  return parsed.success ? parsed.data.jupyterlab.version : '';
}

/** The allowed extensions that are installed, the first folder in the search path winning as in JupyterLab. */
function findExtensions(files: LabFiles): Federated[] {
  const found = new Map<string, Federated>();
  for (const folder of files.labextensions.flatMap(packagesIn)) {
    const data: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const parsed = Package.safeParse(data);
    if (parsed.success && files.allowed.includes(parsed.data.name) && !found.has(parsed.data.name)) {
      const { load, extension, style } = parsed.data.jupyterlab._build;
      found.set(parsed.data.name, {
        name: parsed.data.name,
        folder,
        load,
        extension: extension ?? null,
        style: style ?? null
      });
    }
  }
  // Of two plugins that provide the same thing, JupyterLab takes the later: ours comes last, and without it the other one serves.
  const isOurs = ({ name }: Federated): boolean => name === OURS;
  const all = [...found.values()];
  return [...all.filter(each => !isOurs(each)), ...all.filter(isOurs)];
}

function packagesIn(folder: string): string[] {
  const list = (path: string): string[] => {
    try {
      return readdirSync(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return [];
      }
      throw error;
    }
  };
  const direct = list(folder).filter(name => !name.startsWith('@'));
  const scoped = list(folder)
    .filter(name => name.startsWith('@'))
    .flatMap(scope => list(join(folder, scope)).map(name => join(scope, name)));
  return [...direct, ...scoped]
    .map(name => join(folder, name))
    .filter(path => list(path).includes('package.json'));
}
