/**
 * One guest's socket to a terminal: output only. What the guest sends (keys, sizes, anything else) is not even read (S44).
 * @module
 */
import type { Framed } from '../access/framed.ts';
import type { GuestSocket } from '../access/socket.ts';
import { meets } from '../policy/request.ts';
import type { Viewer, WatchedTerminal } from './terminal.ts';

/** A viewer's socket. */
export class TerminalSession implements Viewer {
  readonly #socket: GuestSocket;

  constructor(socket: GuestSocket, terminal: WatchedTerminal) {
    this.#socket = socket;
    let leave = (): void => undefined;
    socket.listen({ message: () => undefined, close: () => leave() });
    leave = terminal.watch(this);
  }

  /** A frame of the terminal, if this guest may see it now. */
  frame(frame: Framed): void {
    if (!this.#socket.isOpen) {
      return;
    }
    if (meets(this.#socket.guest.access, 'live', 'terminals').allow) {
      this.#socket.broadcast(frame);
    } else {
      this.#socket.end('no-right');
    }
  }

  /** The terminal is gone: said in terminado's words, so that JupyterLab shows it and doesn't come back. */
  gone(): void {
    this.#socket.send(JSON.stringify(['disconnect', 1]));
    this.#socket.endAs(1000, '');
  }
}
