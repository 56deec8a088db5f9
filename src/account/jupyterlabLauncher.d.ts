/**
 * What this extension uses of JupyterLab's launcher. The package itself comes from the front end (it is one of those that JupyterLab shares
 * with every extension), so that nothing is bundled.
 */
declare module '@jupyterlab/launcher' {
  import type { Token } from '@lumino/coreutils';
  import type { IDisposable } from '@lumino/disposable';

  export interface ILauncher {
    add(item: {
      readonly command: string;
      readonly args?: Readonly<Record<string, string | boolean>>;
      readonly category?: string;
      readonly categoryRank?: number;
      readonly rank?: number;
    }): IDisposable;
  }
  export const ILauncher: Token<ILauncher>;
}
