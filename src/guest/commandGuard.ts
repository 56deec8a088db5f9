/**
 * Stands before JupyterLab's command registry in a guest's page: what may not be done is disabled with its
 * reason, gone from menus, and refused at once when a key asks for it. All knowledge of the registry is here.
 * @module
 */
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { isOpener, type Need } from './needs.ts';

/** What the guard asks. */
export interface CommandGuardOptions {
  /** What is missing for a command now; null when it may run. */
  missing(command: string): Need | null;
  /** Why, for tooltips. */
  reason(need: Need): string;
  /** Tells that something was tried and refused. */
  refuse(need: Need): void;
  /** Another command in place of one that would do more than allowed; null when it can't be done just now. */
  instead(command: string): string | null;
}

/** Commands on toolbars: shown disabled with the reason instead of going away. */
const ON_TOOLBARS: ReadonlySet<string> = new Set([
  'docmanager:save',
  'notebook:insert-cell-below',
  'notebook:insert-cell-above',
  'notebook:cut-cell',
  'notebook:paste-cell-below',
  'notebook:run-cell-and-select-next',
  'notebook:interrupt-kernel',
  'notebook:restart-kernel',
  'notebook:restart-run-all',
  'notebook:duplicate-below',
  'notebook:move-cell-up',
  'notebook:move-cell-down',
  'cell-toolbar:delete'
]);

/**
 * Puts the guard in place. The registry has no hook before a command, so its public methods are replaced on
 * this one object; every caller in JupyterLab (menus, toolbars, palette, keys) goes through them.
 */
export function guardCommands(commands: CommandRegistry, options: CommandGuardOptions): void {
  const isEnabled = commands.isEnabled.bind(commands);
  const isVisible = commands.isVisible.bind(commands);
  const caption = commands.caption.bind(commands);
  const execute = commands.execute.bind(commands);

  commands.isEnabled = (id, args) => {
    if (options.missing(id) && !isOpener(id)) {
      // A key must reach `execute`, where the person is told why nothing happens.
      return isKey(args);
    }
    return isEnabled(id, args);
  };
  commands.isVisible = (id, args) => {
    if (options.missing(id) && !ON_TOOLBARS.has(id)) {
      return false;
    }
    return isVisible(id, args);
  };
  commands.caption = (id, args) => {
    const need = options.missing(id);
    return need ? options.reason(need) : caption(id, args);
  };
  commands.execute = (id, args) => {
    const need = options.missing(id);
    if (need && !isOpener(id)) {
      options.refuse(need);
      return Promise.resolve(undefined);
    }
    const command = options.instead(id);
    return command === null ? Promise.resolve(undefined) : execute(command, args);
  };
}

function isKey(args: ReadonlyPartialJSONObject | undefined): boolean {
  const event = args?.['_luminoEvent'];
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'keybinding';
}
