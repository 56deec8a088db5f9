/**
 * What each of JupyterLab's commands needs, and whether a guest has it; pure.
 * The server refuses by itself: this table is for what the page shows.
 * @module
 */
import { granted } from '../../protocol/levels.ts';
import type { RightsNow } from '../../protocol/messages.ts';

/** What a command needs. `owner`: nothing a guest can have. */
export type Need =
  | 'edit'
  | 'cell'
  | 'all-cells'
  | 'structure'
  | 'run'
  | 'save'
  | 'interrupt'
  | 'restart'
  | 'restart-run'
  | 'copy'
  | 'widgets'
  | 'owner';

/** First match wins; a trailing `*` stands for anything. */
const TABLE: readonly (readonly [Need, readonly string[]])[] = [
  [
    'structure',
    [
      'notebook:insert-*',
      'notebook:delete-cell',
      'notebook:cut-cell',
      'notebook:paste-cell-*',
      'notebook:paste-and-replace-cell',
      'notebook:duplicate-below',
      'notebook:move-cell-*',
      'notebook:merge-*',
      'notebook:split-cell-at-cursor',
      'notebook:change-cell-to-*',
      'notebook:undo-cell-action',
      'notebook:redo-cell-action',
      'cell-toolbar:delete'
    ]
  ],
  [
    'cell',
    [
      'notebook:clear-cell-output',
      'notebook:cut-selected-text',
      'notebook:paste-text',
      'notebook:replace-selection',
      'editmenu:clear-current'
    ]
  ],
  ['all-cells', ['notebook:clear-*', 'editmenu:clear-*']],
  [
    'edit',
    ['notebook:undo', 'notebook:redo', 'editmenu:undo', 'editmenu:redo', 'documentsearch:startWithReplace']
  ],
  ['owner', ['notebook:run-in-console']],
  ['restart-run', ['notebook:restart-run-*', 'notebook:restart-and-run-*', 'runmenu:restart-*']],
  ['run', ['notebook:run-*', 'runmenu:run*', 'toc:run-cells']],
  ['restart', ['notebook:restart-*', 'kernelmenu:restart*']],
  ['interrupt', ['notebook:interrupt-kernel', 'kernelmenu:interrupt']],
  ['save', ['docmanager:save', 'docmanager:save-all']],
  ['copy', ['docmanager:download', 'notebook:export-to-format', 'filebrowser:download']],
  [
    'owner',
    [
      'notebook:trust',
      'notebook:change-kernel',
      'notebook:shutdown-kernel',
      'notebook:close-and-shutdown',
      'notebook:create-*',
      'notebook:reconnect-to-kernel',
      'kernelmenu:*',
      'docmanager:save-as',
      'docmanager:rename',
      'docmanager:duplicate',
      'docmanager:clone',
      'docmanager:delete*',
      'docmanager:new-untitled',
      'docmanager:reload',
      'docmanager:restore-checkpoint',
      'docmanager:toggle-autosave',
      'docmanager:show-in-file-browser',
      'docmanager:open-browser-tab',
      'recentmenu:*',
      'docmanager:recents',
      'docmanager:clear-recents',
      'docmanager:open',
      'docmanager:open-*',
      'fileeditor:create-*',
      'filebrowser:*',
      'filemenu:*',
      'launcher:*',
      'terminal:*',
      'console:*',
      'debugger:*',
      'running:*',
      'extensionmanager:*',
      'workspace-ui:*',
      'hub:*',
      'collaboration:*',
      'application:toggle-mode',
      'application:close*',
      'application:rename',
      'application:duplicate',
      'application:open-*',
      'notebook:edit-metadata',
      'notebook:open-tree-tab',
      'scratchpad-console:*',
      'inspector:open',
      'property-inspector:*'
    ]
  ]
];

/** What the page itself calls, to open the notebook or a terminal to look at: hidden from menus, never stopped. */
const OPENERS: readonly string[] = [
  'docmanager:open',
  'filebrowser:open-path',
  'filebrowser:activate',
  'filebrowser:go-to-path',
  'terminal:create-new'
];

/** What a command needs, or null when everybody may. */
export function needOf(command: string): Need | null {
  const row = TABLE.find(([, patterns]) => patterns.some(pattern => matches(pattern, command)));
  return row?.[0] ?? null;
}

/** Whether refusing the command would keep the page from opening the notebook. */
export function isOpener(command: string): boolean {
  return OPENERS.includes(command);
}

/** Whether somebody with these rights has what is needed; `covered` says whether the cell with the cursor is one they may edit. */
export function has(need: Need, now: RightsNow, covered = true): boolean {
  const { cells, grants, rights, structure } = now;
  switch (need) {
    case 'edit':
      return rights.edit;
    case 'cell':
      return rights.edit && covered;
    case 'all-cells':
      return rights.edit && cells === 'all';
    case 'structure':
      return rights.edit && structure;
    case 'run':
      return rights.execute;
    case 'save':
      return rights.save;
    case 'interrupt':
    case 'restart':
    case 'copy':
    case 'widgets':
      return granted(need, rights, grants, cells);
    case 'restart-run':
      return rights.execute && granted('restart', rights, grants, cells);
    case 'owner':
      return false;
  }
}

function matches(pattern: string, command: string): boolean {
  return pattern.endsWith('*') ? command.startsWith(pattern.slice(0, -1)) : command === pattern;
}
