/**
 * Upgrades: every socket is a row with its demand; who may not come in is told by a close code (a proxy in front has accepted
 * the upgrade before we are asked). Nothing upstream is touched before that.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { V1 } from '../protocol/kernel.ts';
import type { Connections, ConnectionKind } from './access/connections.ts';
import type { Guest } from './access/guest.ts';
import type { Peer } from './access/peer.ts';
import { closeWith, GuestSocket } from './access/socket.ts';
import type { Limits } from './config.ts';
import type { Admitted } from './gate.ts';
import type { Log } from './log.ts';
import { meets, sameSite, type Demand } from './policy/request.ts';
import { enforce, Refusal } from './policy/verdict.ts';

/** A guests' socket. `path` has `:name` parameters of one segment. */
export interface GuestRoute {
  readonly path: string;
  readonly demand: Extract<Demand, { who: 'guest' }>;
  readonly kind: ConnectionKind;
  readonly open: (socket: GuestSocket, params: Params, protocol: string, query: URLSearchParams) => void;
}

/** A socket of the owner's own pages. */
export interface OwnerRoute {
  readonly path: string;
  readonly demand: Extract<Demand, { who: 'owner' }>;
  readonly kind: 'owner';
  readonly open: (socket: WebSocket, params: Params, peer: Peer) => void;
}

/** A socket route. */
export type SocketRoute = GuestRoute | OwnerRoute;

/** Milliseconds in which whoever was turned away has to answer the close frame. */
const PARTING = 5_000;

/** Path parameters, decoded. */
export type Params = Readonly<Record<string, string>>;

/** What serving sockets needs. */
export interface SocketParts {
  readonly routes: readonly SocketRoute[];
  readonly gate: (request: IncomingMessage) => Admitted;
  readonly authenticate: (request: IncomingMessage, peer: Peer, share: string) => Promise<Guest>;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly allowedOrigins: readonly string[];
  readonly log: Log;
  readonly refused: (refusal: Refusal) => void;
}

/** Serves the sockets of an HTTP server. */
export class Sockets {
  readonly #parts: SocketParts;
  readonly #server: WebSocketServer;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: parts.limits.frameBytes,
      perMessageDeflate: false,
      handleProtocols: offered => (offered.has(V1) ? V1 : false)
    });
  }

  /** Handles one upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#decide(request).then(
      open => this.#server.handleUpgrade(request, socket, head, ws => open(ws, socket)),
      (error: unknown) => this.#turnAway(request, socket, head, error)
    );
  }

  async #decide(request: IncomingMessage): Promise<(ws: WebSocket, stream: Duplex) => void> {
    const { gate, authenticate, allowedOrigins } = this.#parts;
    const { peer, target } = gate(request);
    const found = match(this.#parts.routes, target);
    if (found === null) {
      throw new Refusal('not-found');
    }
    const { route, params } = found;
    // A browser always sends Origin with a socket; one that claims to be a browser's page without it is none of ours.
    const browser =
      request.headers['sec-fetch-mode'] !== undefined || /Mozilla/.test(request.headers['user-agent'] ?? '');
    const check = (ambient: boolean) =>
      sameSite({
        origin: request.headers.origin,
        fetchSite: undefined,
        own: peer.origin,
        allowed: allowedOrigins,
        ambient
      });
    if (route.kind === 'owner') {
      enforce(check(browser));
      if (peer.user?.owner !== true) {
        throw new Refusal('not-owner');
      }
      return ws => openForOwner(ws, () => route.open(ws, params, peer));
    }
    // Foreign pages are refused before anything of theirs is looked at.
    enforce(check(browser));
    const guest = await authenticate(request, peer, params['share'] ?? '');
    enforce(check(guest.ambient || browser));
    enforce(meets(guest.access, route.demand.right, route.demand.grant));
    const query = new URLSearchParams(target.split('?')[1]);
    return (ws, stream) =>
      this.#open(ws, stream, guest, route.kind, socket => route.open(socket, params, ws.protocol, query));
  }

  #open(
    ws: WebSocket,
    stream: Duplex,
    guest: Guest,
    kind: ConnectionKind,
    open: (socket: GuestSocket) => void
  ): void {
    const { connections, limits } = this.#parts;
    if (connections.count(guest.id) >= limits.socketsPerPerson) {
      closeWith(ws, 'too-fast', 'Too many tabs are open.');
      return;
    }
    const socket = new GuestSocket(ws, guest, kind, limits, stream);
    const remove = connections.add(socket);
    ws.on('close', remove);
    try {
      open(socket);
    } catch (error) {
      socket.fail(error);
    }
  }

  #turnAway(request: IncomingMessage, socket: Duplex, head: Buffer, error: unknown): void {
    const refusal = error instanceof Refusal ? error : new Refusal('internal');
    if (!(error instanceof Refusal)) {
      this.#parts.log.error({ err: error }, 'a socket could not be opened');
    }
    this.#parts.refused(refusal);
    if (refusal.code === 'not-found' || refusal.code === 'bad-path') {
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, ws => {
      closeWith(ws, refusal.code, refusal.message);
      setTimeout(() => ws.terminate(), PARTING).unref();
    });
  }
}

/** Opens a socket of the owner's; a refusal (a share that is gone) closes it. */
function openForOwner(ws: WebSocket, open: () => void): void {
  try {
    open();
  } catch (error) {
    closeWith(ws, error instanceof Refusal ? error.code : 'internal');
    if (!(error instanceof Refusal)) {
      throw error;
    }
  }
}

/** The route of a target and its parameters; null when there is none. */
export function match(
  routes: readonly SocketRoute[],
  target: string
): { route: SocketRoute; params: Params } | null {
  const [path = ''] = target.split('?', 1);
  const parts = path.split('/');
  for (const route of routes) {
    const names = route.path.split('/');
    const fits =
      names.length === parts.length &&
      names.every((name, i) => (name.startsWith(':') ? parts[i] !== '' : name === parts[i]));
    if (fits) {
      const pairs = names.flatMap((name, i) =>
        name.startsWith(':') ? [[name.slice(1), decodeURIComponent(parts[i] ?? '')]] : []
      );
      return { route, params: Object.fromEntries(pairs) as Params };
    }
  }
  return null;
}
