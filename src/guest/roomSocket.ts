/**
 * Hears how the notebook's own socket ends. It belongs to jupyter-collaboration's provider, which tries again for ever, with the same
 * document: after some endings that can't work.
 * @module
 */
import type { ServerConnection } from '@jupyterlab/services';

/** What the end of a room's socket means for the document behind it. */
export type RoomEnd = 'refused' | 'too-large' | 'lost';

const MEANING: Readonly<Record<number, RoomEnd>> = {
  4400: 'refused',
  4409: 'refused',
  4413: 'too-large',
  // what the server's socket itself answers to a frame above its bound
  1009: 'too-large'
};

/** Calls back whenever a room's socket ends that was opened from now on. JupyterLab takes its socket class from these settings. */
export function watchRoomSockets(settings: ServerConnection.ISettings, ended: (how: RoomEnd) => void): void {
  class RoomSocket extends settings.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      if (isNotebookRoom(String(url))) {
        this.addEventListener('close', event => ended(MEANING[event.code] ?? 'lost'));
      }
    }
  }
  Object.assign(settings, { WebSocket: RoomSocket });
}

/** Rooms are named `<format>:<type>:<file id>`; the one room that isn't is who is in JupyterLab. */
function isNotebookRoom(url: string): boolean {
  return /\/api\/collaboration\/room\/[^/?]*(:|%3A)notebook(:|%3A)/i.test(url);
}
