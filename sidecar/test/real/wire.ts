/**
 * Raw HTTP and raw bytes: nothing here normalises an address, follows a redirect or keeps a cookie.
 * @module
 */
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Status, headers and body as text, for looking through. */
  readonly all: string;
  /** The body as JSON of an expected shape. */
  json<T = Record<string, unknown>>(): T;
}

/** What is asked. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when a text, else as JSON. */
  readonly body?: unknown;
}

/** One request, with the path as given. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Ask = {}
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    const options = { host: '127.0.0.1', port, path, method, headers: { ...type, ...length, ...headers } };
    const sent = request({ ...options, agent: false, timeout: 60_000 }, answer => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const told = Buffer.concat(parts).toString('utf8');
        const head = `${answer.statusCode} ${answer.statusMessage}\n${answer.rawHeaders.join('\n')}\n\n`;
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: told,
          all: head + told,
          json: <T>() => JSON.parse(told) as T
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(text);
  });
}

/**
 * Bytes as they are on a connection of their own; what comes back until the other side closes, `within` milliseconds, or
 * until it is `enough`.
 */
export function bytes(
  port: number,
  text: string | Buffer,
  within = 5_000,
  enough?: RegExp
): Promise<{ status: number; all: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let all = '';
    let closed = false;
    const timer = setTimeout(() => socket.destroy(), within);
    socket.on('data', part => {
      all += part.toString('latin1');
      if (enough?.test(all) === true) {
        socket.destroy();
      }
    });
    socket.on('end', () => (closed = true));
    socket.on('error', error => {
      // A reset is a close, too.
      closed = true;
      if (!('code' in error) || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) {
        reject(error);
      }
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(all)?.[1] ?? 0), all, closed });
    });
  });
}
