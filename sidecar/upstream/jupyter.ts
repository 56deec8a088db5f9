/**
 * The one way to the Jupyter Server: fixed at start, over its private socket, with the sidecar's own token. Callers name
 * paths segment by segment from our own records; nothing of a guest reaches an address.
 * @module
 */
import { request as httpRequest, type RequestOptions } from 'node:http';
import WebSocket from 'ws';
import type { Config } from '../config.ts';
import { Refusal } from '../policy/verdict.ts';

/** An answer of the Jupyter Server. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** The body as JSON; undefined when it isn't JSON. */
  json(): unknown;
}

/** Options of a call. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Milliseconds without an answer until the call fails. */
  readonly timeout?: number;
}

/** Largest answer that is read, bytes. */
const MAX_ANSWER = 256 * 1024 * 1024;

/** The Jupyter Server. */
export class Jupyter {
  readonly #target: Config['upstream'];

  constructor(target: Config['upstream']) {
    this.#target = target;
  }

  /** Calls an address below the base URL; each segment is encoded. Refuses with `upstream-away` when there is no answer. */
  call(segments: readonly string[], options: CallOptions = {}): Promise<Answer> {
    const body = options.body === undefined ? null : Buffer.from(JSON.stringify(options.body));
    const headers: Record<string, string | number> = { ...this.#headers(), accept: 'application/json, */*' };
    if (body !== null) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = body.length;
    }
    const how: RequestOptions = {
      ...this.#address(),
      path: this.#path(segments, options.query),
      method: options.method ?? 'GET',
      headers,
      timeout: options.timeout ?? 30_000
    };
    return new Promise((resolve, reject) => {
      const away = () => reject(new Refusal('upstream-away'));
      const sent = httpRequest(how, response => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > MAX_ANSWER) {
            sent.destroy();
            away();
          } else {
            parts.push(part);
          }
        });
        response.on('error', away);
        response.on('end', () => resolve(answer(response.statusCode ?? 502, Buffer.concat(parts))));
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', away);
      sent.end(body ?? undefined);
    });
  }

  /** Calls and demands success; `not-found` for 404, `upstream-away` for anything else. */
  async get(segments: readonly string[], options: CallOptions = {}): Promise<unknown> {
    const found = await this.call(segments, options);
    if (found.status === 404) {
      throw new Refusal('not-found');
    }
    if (found.status >= 300) {
      throw new Refusal('upstream-away', `The Jupyter Server answered ${found.status}.`);
    }
    return found.json();
  }

  /** Opens a WebSocket. */
  open(
    segments: readonly string[],
    query: Readonly<Record<string, string>>,
    protocols: string[] = []
  ): WebSocket {
    const { socket, port } = this.#target;
    const path = this.#path(segments, query);
    const address = socket === undefined ? `ws://127.0.0.1:${port}${path}` : `ws+unix://${socket}:${path}`;
    return new WebSocket(address, protocols, {
      headers: this.#headers(),
      maxPayload: MAX_ANSWER,
      perMessageDeflate: false,
      handshakeTimeout: 30_000
    });
  }

  #headers(): Record<string, string> {
    return { host: 'localhost', authorization: `token ${this.#target.token}` };
  }

  #address(): RequestOptions {
    const { socket, port } = this.#target;
    return socket === undefined ? { host: '127.0.0.1', port } : { socketPath: socket };
  }

  #path(segments: readonly string[], query?: Readonly<Record<string, string>>): string {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    return this.#target.baseUrl + segments.map(encodeSegment).join('/') + search;
  }
}

/** A path segment; `:` stands as it is, since jupyter-collaboration reads room names from the raw path. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}

function answer(status: number, body: Buffer): Answer {
  return {
    status,
    body,
    json: () => {
      try {
        return JSON.parse(body.toString('utf8'));
      } catch (error) {
        if (error instanceof SyntaxError) {
          return undefined;
        }
        throw error;
      }
    }
  };
}
