/**
 * The table of sockets.
 * @module
 */
import { V1 } from '../protocol/kernel.ts';
import { READS_CODES } from '../protocol/refusals.ts';
import type { Parts } from './parts/index.ts';
import type { GuestSocket } from './access/socket.ts';
import { GuestControl } from './control/guest.ts';
import { OwnerControl } from './control/owner.ts';
import { peopleMessage } from './control/presence.ts';
import { DocumentSession } from './document/session.ts';
import { KernelSession } from './kernel/session.ts';
import { Refusal } from './policy/verdict.ts';
import type { SocketRoute } from './sockets.ts';
import { TerminalSession } from './terminals/session.ts';

const live = { who: 'guest', right: 'live' } as const;
const GLOBAL_AWARENESS = 'JupyterLab:globalAwareness';
/** A y-websocket client lets go of a socket that says nothing for 30 s. */
const KEEP_ALIVE = 12_000;
/** An awareness message about nobody. */
const NOBODY = new Uint8Array([1, 1, 0]);

/** Every socket, its demand and what opens. */
export function socketRoutes(parts: Parts): SocketRoute[] {
  return [
    ...controlRoutes(parts),
    {
      path: '/s/:share/api/collaboration/room/:room',
      demand: live,
      kind: 'document',
      open: (socket, params, _, query) => {
        if (params['room'] === GLOBAL_AWARENESS) {
          openSilent(socket, true);
        } else if (params['room'] === `json:notebook:${socket.guest.share.file}`) {
          openDocument(parts, socket, query.get('sessionId'), query.has(READS_CODES));
        } else {
          throw new Refusal('not-found');
        }
      }
    },
    {
      path: '/s/:share/api/kernels/:kernel/channels',
      demand: live,
      kind: 'kernel',
      open: (socket, params, protocol) => openKernel(parts, socket, params['kernel'] ?? '', protocol)
    },
    {
      path: '/s/:share/terminals/websocket/:name',
      demand: { ...live, grant: 'terminals' },
      kind: 'terminal',
      open: (socket, params) => openTerminal(parts, socket, params['name'] ?? '')
    },
    {
      path: '/s/:share/api/events/subscribe',
      demand: live,
      kind: 'other',
      open: socket => openSilent(socket, false)
    }
  ];
}

/** The control sockets. */
function controlRoutes(parts: Parts): SocketRoute[] {
  const { hub, requests, places, changes, shareBook, shares, locks, kernelRooms } = parts;
  return [
    {
      path: '/api/shares/:share/control',
      demand: { who: 'owner' },
      kind: 'owner',
      open: (socket, params, peer) => {
        const share = shareBook.get(params['share'] ?? '');
        const show = () => shareBook.show(shares.get(share.id) ?? share);
        new OwnerControl({
          socket,
          share: share.id,
          owner: peer.user?.name ?? '',
          origin: peer.origin,
          hub,
          requests,
          locks,
          places,
          present: () => changes.emit('share', [share.id]),
          running: kernelRooms.of(share.id).runs,
          show
        });
      }
    },
    {
      path: '/s/:share/api/liveshare/control',
      demand: { who: 'guest', right: 'any' },
      kind: 'control',
      open: socket => {
        new GuestControl({
          socket,
          hub,
          requests,
          locks,
          places,
          running: kernelRooms.of(socket.share).runs,
          mayLock: cell => parts.mayLock(socket.guest.person, cell),
          own: () => parts.rooms.peek(socket.share)?.ownCells(socket.person) ?? [],
          people: () => peopleMessage(parts, socket.share)
        });
      }
    }
  ];
}

function openDocument(parts: Parts, socket: GuestSocket, session: string | null, saysSo: boolean): void {
  const { rooms, hub, changes, connections, metrics, log } = parts;
  // A script with a token reads our close codes; a browser that doesn't say so, and has no control socket, is a stock front end.
  const readsCodes = () => saysSo || !socket.guest.ambient || connections.count(socket.person, 'control') > 0;
  const { room, release } = rooms.take(socket.share);
  socket.onClose(release);
  void room.ready().then(
    () => socket.isOpen && changes.emit('own', [socket.guest.person]),
    () => undefined // the session says so
  );
  new DocumentSession({
    socket,
    room,
    log,
    lineage: session,
    notify: message => hub.toGuest(socket.person, message),
    readsCodes,
    judged: outcome => metrics.judged(outcome.kind)
  });
}

function openKernel(parts: Parts, socket: GuestSocket, kernel: string, protocol: string): void {
  const room = parts.kernelRooms.of(socket.share);
  void room.look().then(
    found => {
      if (!socket.isOpen) {
        return;
      }
      if (found?.kernel === kernel) {
        new KernelSession({ socket, room, binary: protocol === V1 });
      } else {
        socket.end('not-found', 'That kernel is gone.');
      }
    },
    (error: unknown) => socket.fail(error)
  );
}

function openTerminal(parts: Parts, socket: GuestSocket, name: string): void {
  void parts.terminals.find(name).then(
    found => {
      if (found !== null && socket.isOpen) {
        new TerminalSession(socket, found);
      } else {
        socket.end('not-found', 'That terminal is closed.');
      }
    },
    (error: unknown) => socket.fail(error)
  );
}

/** A socket that stock front ends open and that has nothing to say to a guest. */
function openSilent(socket: GuestSocket, awareness: boolean): void {
  const timer = awareness ? setInterval(() => socket.send(NOBODY), KEEP_ALIVE) : undefined;
  socket.listen({ message: () => undefined, close: () => clearInterval(timer) });
}
