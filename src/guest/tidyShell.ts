/**
 * Folds and takes away the parts of JupyterLab's frame that are of no use to a guest.
 * @module
 */
import { type JupyterFrontEnd, LabShell } from '@jupyterlab/application';
import type { IMainMenu } from '@jupyterlab/mainmenu';
import { Menu } from '@lumino/widgets';

/** Folds the left side, which held the file browser, and removes submenus with nothing left in them. */
export function tidyShell({ app, menu }: { app: JupyterFrontEnd; menu: IMainMenu | null }): void {
  if (app.shell instanceof LabShell) {
    app.shell.collapseLeft();
  }
  if (menu) {
    [menu.fileMenu, menu.kernelMenu, menu.runMenu, menu.editMenu].forEach(one => {
      if (one instanceof Menu) {
        dropEmpty(one);
      }
    });
  }
}

function dropEmpty(menu: Menu): void {
  const empty = menu.items.filter(item => item.submenu && !item.submenu.items.some(isOfUse));
  empty.forEach(item => menu.removeItem(item));
}

function isOfUse(item: Menu.IItem): boolean {
  return item.type === 'submenu'
    ? (item.submenu?.items.some(isOfUse) ?? false)
    : item.type === 'command' && item.isVisible;
}
