/**
 * Where the panel of shared notebooks stands: a tab beside Jupyter Notebook's list of files, else the left side bar.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { TabPanel, type Widget } from '@lumino/widgets';

/** Puts the panel there, if it isn't yet. */
export function placePanel(shell: JupyterFrontEnd.IShell, panel: Widget): void {
  if (panel.isAttached) {
    return;
  }
  const tabs = fileTabs(shell);
  if (tabs) {
    panel.title.label = panel.title.caption;
    tabs.addWidget(panel);
  } else {
    shell.add(panel, 'left', { rank: 150, type: 'Shared with me' });
  }
}

/** Brings the panel to the front. */
export function frontPanel(shell: JupyterFrontEnd.IShell, panel: Widget): void {
  const tabs = fileTabs(shell);
  if (tabs) {
    tabs.currentWidget = panel;
  } else {
    shell.activateById(panel.id);
  }
}

/** The tabs of Jupyter Notebook's first page; null elsewhere. */
function fileTabs(shell: JupyterFrontEnd.IShell): TabPanel | null {
  if (PageConfig.getOption('notebookPage') !== 'tree') {
    return null;
  }
  return [...shell.widgets('main')].find(widget => widget instanceof TabPanel) ?? null;
}
