/**
 * What changed between two notebooks, as text: nbdime's diff, made by the Jupyter Server's Python.
 * @module
 */
import { createHash } from 'node:crypto';
import { Refusal } from '../policy/verdict.ts';
import { Turns } from './turns.ts';
import { canonical, cellsIn, type Notebook } from './split.ts';

/** Makes the text from two notebooks. */
export type DiffText = (before: Notebook, after: Notebook) => Promise<string>;

/** Mimetypes of data that nobody reads as text. */
const BINARY = /^(?:image\/(?!svg)|audio\/|video\/|application\/pdf)/;
/** Longest text of an output that is compared line by line, characters. */
const LONGEST = 20_000;
/** Bytes of one notebook to compare. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Comparisons of one notebook that may wait for their turn. */
const MAX_WAITING = 8;

/** Compares notebooks, one at a time for each share. */
export class Comparison {
  readonly #text: DiffText;
  readonly #turns = new Turns();
  readonly #waiting = new Map<string, number>();

  constructor(text: DiffText) {
    this.#text = text;
  }

  /** The changes from `before` to `after`, as lines; empty when there are none. */
  async compare(share: string, before: Notebook, after: Notebook): Promise<string> {
    const sides = [comparable(before), comparable(after)] as const;
    const texts = sides.map(canonical);
    if (texts[0] === texts[1]) {
      return '';
    }
    if (texts.some(text => text.length > MAX_BYTES)) {
      throw new Refusal('too-large', 'These are too large to compare.');
    }
    const waiting = this.#waiting.get(share) ?? 0;
    if (waiting >= MAX_WAITING) {
      throw new Refusal('too-fast');
    }
    this.#waiting.set(share, waiting + 1);
    try {
      return await this.#turns.take(share, () => this.#text(...sides));
    } finally {
      const left = (this.#waiting.get(share) ?? 1) - 1;
      if (left === 0) {
        this.#waiting.delete(share);
      } else {
        this.#waiting.set(share, left);
      }
    }
  }
}

/**
 * A notebook whose images and other long outputs stand by their size and hash: nobody reads them as text, and comparing them takes minutes.
 * What the kernel says of its language is no change of anybody's.
 */
export function comparable(notebook: Notebook): Notebook {
  const cells = cellsIn(notebook['cells']).map(({ outputs, attachments, ...cell }) => ({
    ...cell,
    ...(outputs === undefined ? {} : { outputs: shorten(outputs) }),
    ...(attachments === undefined ? {} : { attachments: shorten(attachments) })
  }));
  const { language_info: _kernels, ...metadata } = {
    ...(notebook['metadata'] as object | undefined)
  } as Record<string, unknown>;
  return { nbformat: 4, nbformat_minor: 5, ...notebook, metadata, cells };
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length <= LONGEST ? value : named(value);
  }
  if (Array.isArray(value)) {
    return value.map(shorten);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        typeof each === 'string' && BINARY.test(key) ? named(each) : shorten(each)
      ])
    );
  }
  return value;
}

function named(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `<${text.length} characters, ${hash}>`;
}
