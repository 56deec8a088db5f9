/**
 * Notebook -> static page, rendered once per content and kept on disk within a bound.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { fileName } from '../../protocol/names.ts';

/** What a file is like, without its content. */
export interface Stamp {
  readonly last_modified: string | null;
  readonly size?: number | null | undefined;
}

/** What rendering needs. */
export interface PageParts {
  /** Folder of the cache; made when missing. */
  readonly folder: string;
  /** Bytes that the cache may hold. */
  readonly bytes: number;
  /** The saved notebook at a path: its content as nbformat JSON. */
  readonly saved: (path: string) => Promise<unknown>;
  readonly stamp: (path: string) => Promise<Stamp>;
  /** A version's content. */
  readonly version: (share: string, number: number) => Promise<unknown>;
  readonly render: (name: string, content: unknown) => Promise<string>;
  /** Where a share's notebook is now. */
  readonly path: (share: string) => Promise<string>;
  readonly now: () => number;
}

/** A page. */
export interface Page {
  /** The same for the same content and name. */
  readonly tag: string;
  /** Reads it, or makes it when it isn't kept any longer. */
  readonly html: () => Promise<string>;
}

/** Changes whenever pages are rendered otherwise than before. */
const EDITION = '4';
/** A file written that short a time ago may be written again without its stamp showing it; milliseconds. */
const RACY = 2_000;
/** Tags that are remembered. */
const MAX_TAGS = 10_000;

/** Pages of saved notebooks and of versions. */
export class StaticPages {
  readonly #parts: PageParts;
  readonly #making = new Map<string, Promise<string>>();
  /** Tags by what is known without reading the content: a file's stamp, a version's number. */
  readonly #tags = new Map<string, string>();

  constructor(parts: PageParts) {
    this.#parts = parts;
    mkdirSync(parts.folder, { recursive: true, mode: 0o700 });
  }

  /** The page of a share's notebook as last saved. */
  async latest(share: string): Promise<Page> {
    const { path, saved, stamp, now } = this.#parts;
    const where = await path(share);
    const { last_modified, size } = await stamp(where);
    const written = Date.parse(last_modified ?? '');
    const known = JSON.stringify([where, last_modified, size]);
    const isSettled = now() - written > RACY;
    return this.#page(fileName(where), isSettled ? known : null, () => saved(where));
  }

  /** The page of a version. `file` is the id of the notebook's file. */
  async version(share: string, file: string, number: number): Promise<Page> {
    const { path, version } = this.#parts;
    const name = fileName(await path(share));
    return this.#page(name, JSON.stringify([file, number, name]), () => version(share, number));
  }

  async #page(name: string, known: string | null, read: () => Promise<unknown>): Promise<Page> {
    const tag = known === null ? undefined : this.#tags.get(known);
    if (tag !== undefined) {
      return { tag, html: async () => this.#read(tag) ?? this.#once(tag, name, await read()) };
    }
    const content = await read();
    const made = createHash('sha256')
      .update(EDITION)
      .update('\0')
      .update(name)
      .update('\0')
      .update(JSON.stringify(content))
      .digest('hex');
    if (known !== null) {
      if (this.#tags.size >= MAX_TAGS) {
        this.#tags.clear();
      }
      this.#tags.set(known, made);
    }
    return { tag: made, html: async () => this.#read(made) ?? this.#once(made, name, content) };
  }

  /** Makes a page; once, however many ask at once. */
  #once(key: string, name: string, content: unknown): Promise<string> {
    const making = this.#making.get(key) ?? this.#make(key, name, content);
    this.#making.set(key, making);
    return making.finally(() => this.#making.delete(key));
  }

  async #make(key: string, name: string, content: unknown): Promise<string> {
    const page = await this.#parts.render(name, content);
    const file = join(this.#parts.folder, `${key}.html`);
    writeFileSync(`${file}.new`, page, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#tidy();
    return page;
  }

  #read(key: string): string | null {
    const file = join(this.#parts.folder, `${key}.html`);
    try {
      const page = readFileSync(file, 'utf8');
      utimesSync(file, new Date(), new Date());
      return page;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return null;
      }
      throw error;
    }
  }

  /** Removes the pages that were read longest ago until the rest fits. */
  #tidy(): void {
    const { folder, bytes } = this.#parts;
    const files = readdirSync(folder)
      .map(name => ({ path: join(folder, name), ...pick(statSync(join(folder, name))) }))
      .sort((a, b) => b.read - a.read);
    let total = 0;
    for (const { path, size } of files) {
      total += size;
      if (total > bytes) {
        rmSync(path, { force: true });
      }
    }
  }
}

function pick(stat: { size: number; mtimeMs: number }): { size: number; read: number } {
  return { size: stat.size, read: stat.mtimeMs };
}
