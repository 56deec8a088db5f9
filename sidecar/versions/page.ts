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

/** What rendering needs. */
export interface PageParts {
  /** Folder of the cache; made when missing. */
  readonly folder: string;
  /** The saved notebook at a path: its content as nbformat JSON. */
  readonly saved: (path: string) => Promise<unknown>;
  readonly render: (name: string, content: unknown) => Promise<string>;
  /** Where a share's notebook is now. */
  readonly path: (share: string) => Promise<string>;
}

/** Bytes that the cache may hold. */
const MAX_BYTES = 200 * 1024 * 1024;

/** Pages of saved notebooks. */
export class StaticPages {
  readonly #parts: PageParts;
  readonly #making = new Map<string, Promise<string>>();

  constructor(parts: PageParts) {
    this.#parts = parts;
    mkdirSync(parts.folder, { recursive: true, mode: 0o700 });
  }

  /** The page of a share's notebook as last saved. */
  async latest(share: { readonly id: string }): Promise<string> {
    const path = await this.#parts.path(share.id);
    const content = await this.#parts.saved(path);
    return this.page(fileName(path), content);
  }

  /** The page of a content; made once, however many ask at once. */
  page(name: string, content: unknown): Promise<string> {
    const key = createHash('sha256').update(name).update('\0').update(JSON.stringify(content)).digest('hex');
    const kept = this.#read(key);
    if (kept !== null) {
      return Promise.resolve(kept);
    }
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
    const { folder } = this.#parts;
    const files = readdirSync(folder)
      .map(name => ({ path: join(folder, name), ...pick(statSync(join(folder, name))) }))
      .sort((a, b) => b.read - a.read);
    let total = 0;
    for (const { path, size } of files) {
      total += size;
      if (total > MAX_BYTES) {
        rmSync(path, { force: true });
      }
    }
  }
}

function pick(stat: { size: number; mtimeMs: number }): { size: number; read: number } {
  return { size: stat.size, read: stat.mtimeMs };
}
