/**
 * Where a request comes from: through the mount (which proves itself and says whom Jupyter authenticated), or straight to
 * the guests' own port. Headers that only the mount may set are believed only with its secret.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { sameSecret } from './secrets.ts';

/** A user whom the Jupyter Server has authenticated. */
export interface JupyterUser {
  readonly username: string;
  readonly name: string;
  readonly owner: boolean;
}

/** The other end of a request. */
export interface Peer {
  /** Origin at which the browser sees us. */
  readonly origin: string;
  /** Address for rate limits. */
  readonly remote: string;
  readonly user: JupyterUser | null;
  /** Whether people log in here as themselves, by Jupyter's own login. */
  readonly accounts: boolean;
}

/** Reads the other end of a request; null when it came over the private socket without the mount's secret. */
export function readPeer(
  request: IncomingMessage,
  options: { trust: string; publicUrl: string | null; guestPort: boolean }
): Peer | null {
  const trust = header(request, 'x-liveshare-trust');
  const own = options.publicUrl === null ? null : new URL(options.publicUrl).origin;
  if (trust !== undefined && sameSecret(trust, options.trust)) {
    return {
      origin: own ?? header(request, 'x-liveshare-origin') ?? 'null',
      remote: header(request, 'x-liveshare-remote') ?? 'unknown',
      user: parseUser(header(request, 'x-liveshare-user')),
      accounts: header(request, 'x-liveshare-accounts') === 'yes'
    };
  }
  if (!options.guestPort) {
    return null;
  }
  return {
    origin: own ?? `http://${header(request, 'host') ?? ''}`,
    remote: request.socket.remoteAddress ?? 'unknown',
    user: null,
    // Jupyter's login is not on this port.
    accounts: false
  };
}

function parseUser(encoded: string | undefined): JupyterUser | null {
  if (encoded === undefined) {
    return null;
  }
  const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { username, name, owner } = value as Record<string, unknown>;
  if (typeof username !== 'string') {
    return null;
  }
  return { username, name: typeof name === 'string' ? name : username, owner: owner === true };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
