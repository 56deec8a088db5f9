/**
 * Hears how the notebook's own socket ends. It belongs to jupyter-collaboration's provider, which tries again for ever, with the same
 * document: after some endings that can't work.
 * @module
 */
import type { ServerConnection } from '@jupyterlab/services';
import { READS_CODES, REFUSALS } from '../../protocol/refusals.ts';

/** What the end of a room's socket means for the document behind it. `renewed`: the server has loaded the notebook anew. */
export type RoomEnd = 'refused' | 'renewed' | 'too-large' | 'lost';

const MEANING: Readonly<Record<number, RoomEnd>> = {
  4400: 'refused',
  4409: 'refused',
  4413: 'too-large',
  // what the server's socket itself answers to a frame above its bound
  1009: 'too-large'
};

/** Who listens. */
export interface RoomSocketListener {
  opened(): void;
  ended(how: RoomEnd): void;
}

/**
 * Calls back whenever a room's socket opens and ends that was made from now on. JupyterLab takes its socket class from these settings. The
 * server is told that its close codes are read here: after a restart, this socket may be back before the control socket.
 */
export function watchRoomSockets(settings: ServerConnection.ISettings, listener: RoomSocketListener): void {
  class RoomSocket extends settings.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      const isRoom = isNotebookRoom(String(url));
      super(isRoom ? withParameter(String(url)) : url, protocols);
      if (isRoom) {
        this.addEventListener('open', () => listener.opened());
        this.addEventListener('close', event => listener.ended(meaning(event)));
      }
    }
  }
  Object.assign(settings, { WebSocket: RoomSocket });
}

function meaning({ code, reason }: CloseEvent): RoomEnd {
  const { close, detail } = REFUSALS['other-history'];
  return code === close && reason === detail ? 'renewed' : (MEANING[code] ?? 'lost');
}

function withParameter(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${READS_CODES}=1`;
}

/** Rooms are named `<format>:<type>:<file id>`; the one room that isn't is who is in JupyterLab. */
function isNotebookRoom(url: string): boolean {
  return /\/api\/collaboration\/room\/[^/?]*(:|%3A)notebook(:|%3A)/i.test(url);
}
