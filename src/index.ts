/**
 * The plugins.
 * @module
 */
import { commentsPlugin } from './plugins/comments.ts';
import { connectPlugin } from './plugins/connect.ts';
import { guestsPlugin } from './plugins/guests.ts';
import { interfacePlugin } from './plugins/interface.ts';
import { isolatePlugin } from './plugins/isolate.ts';
import { locksPlugin } from './plugins/locks.ts';
import { permissionsPlugin } from './plugins/permissions.ts';
import { isOursToRun, runsPlugin, widgetViewsPlugin } from './plugins/runs.ts';
import { sharedPlugin } from './plugins/shared.ts';
import { sharePlugin } from './plugins/share.ts';
import { terminalsPlugin } from './plugins/terminals.ts';
import { unsavedPlugin } from './plugins/unsaved.ts';
import { versionsPlugin } from './plugins/versions.ts';

export default [
  connectPlugin,
  sharePlugin,
  guestsPlugin,
  isolatePlugin,
  locksPlugin,
  permissionsPlugin,
  commentsPlugin,
  sharedPlugin,
  versionsPlugin,
  interfacePlugin,
  terminalsPlugin,
  widgetViewsPlugin,
  unsavedPlugin,
  ...(isOursToRun() ? [runsPlugin] : [])
];
