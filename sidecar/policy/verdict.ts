/**
 * What a decision looks like: allowed, or refused with a code from the one table.
 * @module
 */
import { problem, REFUSALS, type Problem, type RefusalCode } from '../../protocol/refusals.ts';

/** A decision. */
export type Verdict = { readonly allow: true } | { readonly allow: false; readonly code: RefusalCode };

/** The decision that lets something pass. */
export const ALLOW: Verdict = { allow: true };

/** The decision that refuses. */
export function refuse(code: RefusalCode): Verdict {
  return { allow: false, code };
}

/** The sidecar's one error class: a refusal on its way to an HTTP answer or a close frame. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly #operation: number | undefined;
  readonly #hash: string | undefined;

  /**
   * @param detail replaces the table's sentence; never holds a token or notebook content.
   * @param operation of a list of operations, the one that failed.
   * @param hash of a cell's source as it is now.
   */
  constructor(code: RefusalCode, detail?: string, operation?: number, hash?: string) {
    super(detail ?? REFUSALS[code].detail);
    this.name = 'Refusal';
    this.code = code;
    this.#operation = operation;
    this.#hash = hash;
  }

  /** HTTP status. */
  get status(): number {
    return REFUSALS[this.code].status;
  }

  /** WebSocket close code. */
  get close(): number {
    return REFUSALS[this.code].close;
  }

  /** The RFC 9457 body. */
  get problem(): Problem {
    const told = problem(this.code, this.message);
    return {
      ...told,
      ...(this.#operation === undefined ? {} : { operation: this.#operation }),
      ...(this.#hash === undefined ? {} : { hash: this.#hash })
    };
  }
}

/** Throws the refusal of a verdict that refuses. */
export function enforce(verdict: Verdict): void {
  if (!verdict.allow) {
    throw new Refusal(verdict.code);
  }
}
