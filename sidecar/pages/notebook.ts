/**
 * Jupyter Notebook's page for a guest, where Notebook 7 is installed: JupyterLab's page config with Notebook's own files.
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import type { HtmlEscapedString } from 'hono/utils/html';
import { appPage } from './document.ts';
import type { LabPages, PageOptions } from './lab.ts';

/** Plugins of Notebook's that lead to files, consoles and JupyterLab, or that rename, trust and ask before one leaves. */
const DISABLED = [
  '@jupyter-notebook/application-extension:dirty',
  '@jupyter-notebook/application-extension:logo',
  '@jupyter-notebook/application-extension:pages',
  '@jupyter-notebook/console-extension',
  '@jupyter-notebook/notebook-extension:checkpoints',
  '@jupyter-notebook/notebook-extension:close-tab',
  '@jupyter-notebook/notebook-extension:edit-notebook-metadata',
  '@jupyter-notebook/notebook-extension:open-tree-tab',
  '@jupyter-notebook/notebook-extension:tab-icon',
  '@jupyter-notebook/notebook-extension:trusted',
  '@jupyter-notebook/terminal-extension',
  '@jupyter-notebook/tree-extension'
] as const;

/** What the page is built from, read once at start. */
export class NotebookPages {
  readonly #lab: LabPages;
  readonly #main: string;
  readonly #version: string;

  private constructor(main: string, version: string, lab: LabPages) {
    this.#main = main;
    this.#version = version;
    this.#lab = lab;
  }

  /**
   * Null where Notebook is not installed, or in a form that is not known.
   * @param folder Notebook's static files; null: not installed.
   * @param version Notebook's version, as "About" says it.
   */
  static of(folder: string | null, version: string, lab: LabPages): NotebookPages | null {
    const names = folder !== null && existsSync(folder) ? readdirSync(folder) : [];
    const main = names.find(name => /^main\.[0-9a-f]+\.js$/.test(name));
    return main === undefined ? null : new NotebookPages(main, version, lab);
  }

  /** The page of one guest. */
  render(options: PageOptions): HtmlEscapedString | Promise<HtmlEscapedString> {
    const { assets, base, file } = options;
    const config = this.#lab.config(options);
    return appPage({
      title: file,
      config: {
        ...config,
        appName: 'Jupyter Notebook',
        appNamespace: 'notebook',
        appVersion: this.#version,
        disabledExtensions: [...config.disabledExtensions, ...DISABLED],
        frontendUrl: base,
        fullStaticUrl: `${assets}notebook`,
        notebookPage: 'notebooks',
        // The address says it; with this, the file browser would open it once more.
        treePath: ''
      },
      script: `${assets}notebook/${this.#main}`,
      icons: [{ href: `${assets}server/favicons/favicon-notebook.ico`, className: 'favicon', shown: true }],
      notebookPage: 'notebooks'
    });
  }
}
