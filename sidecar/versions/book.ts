/**
 * Versions of shared notebooks: saved, listed, read, removed; bounded in number, bytes and pace.
 * @module
 */
import { createHash } from 'node:crypto';
import type { ActivityPerson } from '../../protocol/resources.ts';
import type { FileSaved, Version, VersionSaved } from '../../protocol/versions.ts';
import { Refusal } from '../policy/verdict.ts';
import { firstToGo } from '../policy/versions.ts';
import type { Piece, Versions } from '../store/versions.ts';
import { pack, packTree, unpack, unpackTree } from './pack.ts';
import { cellsIn, join, split, type Notebook } from './split.ts';
import { Turns } from './turns.ts';

/** Bounds on versions. */
export interface VersionLimits {
  /** Versions of one notebook. */
  readonly versionsKept: number;
  /** Bytes of all versions of all notebooks. */
  readonly versionBytes: number;
  /** Versions that one guest saves in a minute. */
  readonly versionsPerMinute: number;
}

/** What became of a commit: its hash, nothing to commit, or why it failed, in words for the owner. */
export type Committed = { readonly commit: string | null } | { readonly problem: string };

/** What the book needs. */
export interface VersionBookParts {
  readonly versions: Versions;
  readonly limits: VersionLimits;
  readonly now: () => number;
  /** Id of the file that a share is about. */
  readonly file: (share: string) => string;
  /** Whether any share is about a file. */
  readonly isShared: (file: string) => boolean;
  /** Numbers of the versions that are named in somebody's access. */
  readonly named: (share: string) => ReadonlySet<number>;
  /** The live notebook, and what became of writing it to disk. */
  readonly capture: (
    share: string,
    by: ActivityPerson | null
  ) => Promise<{ readonly content: Notebook; readonly file: FileSaved }>;
  /** Commits the file; null where versions aren't commits. */
  readonly commit:
    ((share: string, version: Pick<Version, 'number' | 'person' | 'message'>) => Promise<Committed>) | null;
  /** Something about a share's versions changed. */
  readonly changed: (share: string) => void;
}

const MINUTE = 60_000;

/** The versions of all shares. */
export class VersionBook {
  readonly #parts: VersionBookParts;
  readonly #turns = new Turns();
  /** When each guest saved lately. */
  readonly #saves = new Map<string, number[]>();

  constructor(parts: VersionBookParts) {
    this.#parts = parts;
  }

  /** How many versions of a notebook are kept. */
  get kept(): number {
    return this.#parts.limits.versionsKept;
  }

  /** A share's versions, newest first. */
  list(share: string): Version[] {
    return this.#parts.versions.list(this.#parts.file(share));
  }

  /** One version; refuses with `not-found`. */
  get(share: string, number: number): Version {
    const found = this.#parts.versions.get(this.#parts.file(share), number);
    if (found === undefined) {
      throw new Refusal('not-found', 'There is no such version.');
    }
    return found;
  }

  /** The notebook of a version, as nbformat JSON. */
  async read(share: string, number: number): Promise<Notebook> {
    const { versions, file } = this.#parts;
    return this.#turns.take(file(share), async () => {
      const tree = versions.tree(file(share), number);
      if (tree === undefined) {
        throw new Refusal('not-found', 'There is no such version.');
      }
      const { shape, ids } = unpackTree(tree);
      const pieces = await Promise.all(ids.map(id => unpack(versions.piece(id))));
      return join({ pieces, shape });
    });
  }

  /** Writes the notebook to disk and keeps it as a version. `by` is null for the owner. */
  async save(share: string, by: ActivityPerson | null, message: string): Promise<VersionSaved> {
    this.#pace(by);
    const { file, now, commit } = this.#parts;
    const id = file(share);
    const { saved, onDisk, dropped } = await this.#turns.take(id, async () => {
      const { content, file: onDisk } = await this.#parts.capture(share, by);
      const { pieces, shape } = split(content);
      const packed = await this.#pack(id, pieces);
      const dropped = this.#makeRoom(share, id, by, bytesOf(packed));
      const cells = cellsIn(content['cells']).length;
      const at = new Date(now()).toISOString();
      const version = { at, person: by, message, cells };
      // What made room may have held pieces of this one too.
      const whole = dropped.length === 0 ? packed : await this.#pack(id, pieces, packed);
      const saved = this.#parts.versions.add(id, version, whole, ids => packTree(shape, ids));
      return { saved, onDisk, dropped };
    });
    const committed = commit === null ? null : await this.#commit(share, saved, onDisk);
    this.#parts.changed(share);
    return {
      ...saved,
      commit: committed !== null && 'commit' in committed ? committed.commit : null,
      file: onDisk,
      dropped,
      commitProblem: committed !== null && 'problem' in committed ? committed.problem : null
    };
  }

  /** Keeps a version from making room for newer ones, or lets it. */
  pin(share: string, number: number, pinned: boolean): Version {
    const version = this.get(share, number);
    this.#parts.versions.pin(this.#parts.file(share), number, pinned);
    this.#parts.changed(share);
    return { ...version, pinned };
  }

  /** Removes a version. */
  async remove(share: string, number: number): Promise<void> {
    const id = this.#parts.file(share);
    await this.#turns.take(id, () => {
      this.get(share, number);
      this.#drop(id, number);
    });
    this.#parts.changed(share);
  }

  async #commit(share: string, version: Version, onDisk: FileSaved): Promise<Committed> {
    const { commit, versions, file } = this.#parts;
    if (commit === null || onDisk === 'failed') {
      return { problem: 'The file was not saved, so there is nothing to commit.' };
    }
    const committed = await commit(share, version);
    if ('commit' in committed && committed.commit !== null) {
      versions.committed(file(share), version.number, committed.commit);
    }
    return committed;
  }

  /** Pieces with their bytes, unless the store has them. One after the other: compressing runs beside us, a notebook's worth at once would not. */
  async #pack(file: string, pieces: readonly string[], before: readonly Piece[] = []): Promise<Piece[]> {
    const packed: Piece[] = [];
    for (const [index, text] of pieces.entries()) {
      const hash = before[index]?.hash ?? createHash('sha256').update(text).digest();
      const isThere = this.#parts.versions.has(file, hash);
      packed.push({ hash, bytes: isThere ? null : (before[index]?.bytes ?? (await pack(text))) });
    }
    return packed;
  }

  /** Lets the oldest versions go until another of so many bytes fits; their numbers. Refuses when those that are left have to stay. */
  #makeRoom(share: string, file: string, by: ActivityPerson | null, bytes: number): number[] {
    const { versions, limits, named } = this.#parts;
    const spared = named(share);
    const dropped: number[] = [];
    let left = versions.list(file);
    const fits = () => versions.bytes + bytes <= limits.versionBytes;
    while (left.length >= limits.versionsKept || !fits()) {
      if (by === null && left.length < limits.versionsKept && this.#dropForgotten()) {
        continue;
      }
      const first = firstToGo(left, by?.id ?? null, spared);
      if (first === null) {
        throw new Refusal('too-large', 'There is no room for another version. The owner can remove some.');
      }
      this.#drop(file, first.number);
      dropped.push(first.number);
      left = left.filter(each => each !== first);
    }
    return dropped;
  }

  /** Lets go of the oldest version of a notebook that nobody shares any longer; whether there was one. */
  #dropForgotten(): boolean {
    const { versions, isShared } = this.#parts;
    const oldest = versions.oldest(isShared);
    if (oldest !== null) {
      this.#drop(oldest.file, oldest.number);
    }
    return oldest !== null;
  }

  #drop(file: string, number: number): void {
    const tree = this.#parts.versions.tree(file, number);
    this.#parts.versions.remove(file, number, tree === undefined ? [] : unpackTree(tree).ids);
  }

  #pace(by: ActivityPerson | null): void {
    if (by === null) {
      return;
    }
    const now = this.#parts.now();
    const lately = (this.#saves.get(by.id) ?? []).filter(at => at > now - MINUTE);
    if (lately.length >= this.#parts.limits.versionsPerMinute) {
      throw new Refusal('too-fast', 'That were many versions in one minute. Wait a little.');
    }
    this.#saves.set(by.id, [...lately, now]);
  }
}

function bytesOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
}
