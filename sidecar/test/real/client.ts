/**
 * Both sides of a share as raw clients: the owner with the Jupyter token, guests with what the owner handed out.
 * @module
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientOptions } from 'ws';
import type { Right } from '../../../protocol/levels.ts';
import type {
  Link,
  LinkChange,
  NewPerson,
  PersonWithLink,
  Session,
  Share
} from '../../../protocol/resources.ts';
import { noteLeaks, scanned } from './leaks.ts';
import type { RealServer } from './server.ts';
import { Wire } from './socket.ts';
import { ask, type Answer, type Ask } from './wire.ts';

/** A cell as files have it. */
export interface FileCell {
  readonly id: string;
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly metadata?: object;
  readonly outputs?: readonly object[];
  readonly execution_count?: number | null;
}

/** A code cell. */
export function code(id: string, source: string, more: Partial<FileCell> = {}): FileCell {
  return { id, cell_type: 'code', source, outputs: [], execution_count: null, ...more };
}

const CELLS: readonly FileCell[] = [
  code('first', 'x = 1'),
  { id: 'words', cell_type: 'markdown', source: '# Words' },
  code('last', 'print(x)')
];

let count = 0;

/** A server as its owner sees it. */
export class Site {
  readonly server: RealServer;

  constructor(server: RealServer) {
    this.server = server;
  }

  /** Path below the mount. */
  path(below: string): string {
    return `${this.server.base}liveshare/${below}`;
  }

  /** A request of nobody in particular, or with headers of one's own; what comes back holds no secret. */
  async ask(below: string, what: Ask = {}): Promise<Answer> {
    return scanned(this.server, await ask(this.server.port, this.path(below), what));
  }

  /** A request of the owner's, by token. */
  owner(below: string, method = 'GET', body?: unknown): Promise<Answer> {
    return this.jupyter(`liveshare/${below}`, method, body);
  }

  /** A request of the owner's to the Jupyter Server itself. */
  jupyter(below: string, method = 'GET', body?: unknown): Promise<Answer> {
    const headers = { authorization: `token ${this.server.token}` };
    return ask(this.server.port, this.server.base + below, { method, headers, body });
  }

  /** A socket of nobody in particular. */
  socket(below: string, options: ClientOptions = {}, protocols: string[] = []): Wire {
    return new Wire(`ws://127.0.0.1:${this.server.port}${this.path(below)}`, options, protocols);
  }

  /** A socket of the owner's to the Jupyter Server. */
  jupyterSocket(below: string): Wire {
    const headers = { authorization: `token ${this.server.token}` };
    return new Wire(`ws://127.0.0.1:${this.server.port}${this.server.base}${below}`, { headers });
  }

  /** Puts a notebook file in the owner's folder. */
  notebook(
    name = `book-${process.pid}-${++count}.ipynb`,
    cells: readonly FileCell[] = CELLS,
    metadata: object = {}
  ): string {
    const path = `${this.server.folder}/${name}`;
    const full = cells.map(cell => ({ metadata: {}, ...cell }));
    writeFileSync(
      join(this.server.root, path),
      JSON.stringify({ cells: full, metadata, nbformat: 4, nbformat_minor: 5 })
    );
    return path;
  }

  /** Shares a new notebook. */
  async share(name?: string, cells?: readonly FileCell[], metadata?: object): Promise<Book> {
    const path = this.notebook(name, cells, metadata);
    const made = await this.owner('api/shares', 'POST', { path });
    return new Book(this, made.json<Share>());
  }

  /** Notes secrets that were handed out, for the last file. */
  issued(...secrets: string[]): void {
    appendFileSync(this.server.issued, secrets.map(secret => `${secret}\n`).join(''));
  }
}

/** A shared notebook as its owner sees it. */
export class Book {
  readonly site: Site;
  readonly id: string;
  readonly path: string;
  readonly name: string;

  constructor(site: Site, share: Share) {
    this.site = site;
    this.id = share.id;
    this.path = share.path;
    this.name = share.name;
  }

  /** Path of `S` below the mount, with what follows. */
  at(below = ''): string {
    return `s/${this.id}${below === '' ? '' : `/${below}`}`;
  }

  /** The owner's call about this share. */
  owner(below: string, method = 'GET', body?: unknown): Promise<Answer> {
    return this.site.owner(`api/shares/${this.id}${below === '' ? '' : `/${below}`}`, method, body);
  }

  /** The file's bytes as they are on disk. */
  get bytes(): string {
    return readFileSync(join(this.site.server.root, this.path), 'utf8');
  }

  /** Invites a person; their token isn't used yet. */
  async invite(
    rights: readonly Right[],
    more: Partial<NewPerson> = {}
  ): Promise<{ person: string; token: string }> {
    const body = { name: `Guest ${++count}`, rights: ticked(rights), ...more };
    const made = (await this.owner('people', 'POST', body)).json<PersonWithLink>();
    const token = made.url?.split('#')[1] ?? '';
    this.site.issued(token);
    return { person: made.id, token };
  }

  /** Makes an open link. */
  async link(rights: readonly Right[], more: LinkChange = {}): Promise<{ link: string; token: string }> {
    const made = (await this.owner('links', 'POST', { rights: ticked(rights), ...more })).json<Link>();
    const token = made.url.split('#')[1] ?? '';
    this.site.issued(token);
    return { link: made.id, token };
  }

  /** Trades a token for a session. */
  enter(token: string, more: object = {}): Promise<Answer> {
    const answer = this.site.ask(this.at('api/liveshare/session'), {
      method: 'POST',
      body: { token, ...more }
    });
    return answer.then(each => {
      if (each.status === 201) {
        this.site.issued(each.json<Session>().token);
      }
      return each;
    });
  }

  /** A guest who has come in with these rights. */
  async guest(rights: readonly Right[], more: Partial<NewPerson> = {}): Promise<Guest> {
    const { token } = await this.invite(rights, more);
    return this.come(await this.enter(token));
  }

  /** The guest of an answered session. */
  come(answer: Answer): Guest {
    if (answer.status !== 201) {
      throw new Error(answer.all);
    }
    return new Guest(this, answer.json<Session>());
  }

  /** Changes a person's rights: exactly these. */
  async tick(guest: Guest, rights: readonly Right[]): Promise<void> {
    const all = { static: false, live: false, edit: false, save: false, execute: false, ...ticked(rights) };
    const answer = await this.owner(`people/${guest.id}`, 'PATCH', { rights: all });
    if (answer.status !== 200) {
      throw new Error(answer.all);
    }
  }
}

/** A guest with a session. */
export class Guest {
  readonly book: Book;
  readonly id: string;
  readonly name: string;
  readonly token: string;

  constructor(book: Book, session: Session) {
    this.book = book;
    this.id = session.me.person.id;
    this.name = session.me.person.name;
    this.token = session.token;
  }

  /** A request below `S`. */
  ask(below: string, method = 'GET', body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const all = { authorization: `token ${this.token}`, ...headers };
    return this.book.site.ask(this.book.at(below), { method, body, headers: all });
  }

  /** A socket below `S`. */
  socket(below: string, protocols: string[] = []): Wire {
    const headers = { authorization: `token ${this.token}` };
    const wire = this.book.site.socket(this.book.at(below), { headers }, protocols);
    wire.ws.on('message', (data: Buffer) => noteLeaks(this.book.site.server, below, data.toString('latin1')));
    return wire;
  }

  /** Path of the room's socket below `S`. */
  async room(name = this.book.name): Promise<string> {
    const body = { format: 'json', type: 'notebook' };
    const session = await this.ask(`api/collaboration/session/${encodeURIComponent(name)}`, 'PUT', body);
    const { fileId, sessionId } = session.json<{ fileId: string; sessionId: string }>();
    return `api/collaboration/room/json:notebook:${fileId}?sessionId=${sessionId}`;
  }
}

/** Rights as a request names them. */
export function ticked(rights: readonly Right[]): Partial<Record<Right, true>> {
  return Object.fromEntries(rights.map(right => [right, true]));
}
