/**
 * Every way the sidecar says no: one table from code to HTTP status, close code and sentence.
 * Error bodies are `application/problem+json` (RFC 9457) with `type` = `liveshare:<code>`.
 * @module
 */

interface Row {
  /** HTTP status. */
  readonly status: number;
  /** WebSocket close code. */
  readonly close: number;
  /** A sentence for the person, in plain words. */
  readonly detail: string;
}

/** Query parameter of a room's socket by which a client says that it reads these close codes. */
export const READS_CODES = 'liveshare-codes';

/** The table. */
export const REFUSALS = {
  'bad-request': { status: 400, close: 4400, detail: 'That request is not well formed.' },
  'bad-path': { status: 400, close: 4400, detail: 'That address is not in its plain form.' },
  'no-session': { status: 401, close: 4401, detail: 'Open your link again to come in.' },
  'token-invalid': { status: 401, close: 4401, detail: 'This link is not valid.' },
  'token-expired': { status: 401, close: 4401, detail: 'This link has expired. Ask for a new one.' },
  'passphrase-wrong': { status: 401, close: 4401, detail: 'That passphrase is not right.' },
  'not-owner': { status: 403, close: 4403, detail: 'Only the owner of this server can do that.' },
  'no-right': { status: 403, close: 4403, detail: 'You have no right to do that here.' },
  'foreign-origin': { status: 403, close: 4403, detail: 'That page may not talk to this server.' },
  'not-found': { status: 404, close: 4404, detail: 'There is nothing at that address.' },
  'wrong-method': { status: 405, close: 4405, detail: 'That address does not take this method.' },
  'changed-meanwhile': { status: 409, close: 4409, detail: 'It changed meanwhile. Look again and repeat.' },
  'unsaved-changes': {
    status: 409,
    close: 4409,
    detail: 'There are unsaved changes. Say whether to save or to discard them.'
  },
  'not-saved': { status: 500, close: 4500, detail: 'The notebook could not be saved. The changes are kept.' },
  'resync-needed': { status: 409, close: 4409, detail: 'Your copy has to be loaded again.' },
  'other-history': {
    status: 409,
    close: 4409,
    detail: 'The notebook was loaded anew on the server. Your copy has to be loaded again.'
  },
  'link-used': { status: 410, close: 4401, detail: 'This link has been used. Ask for a new one.' },
  'link-full': { status: 410, close: 4401, detail: 'As many people as this link allows have used it.' },
  'not-admitted': { status: 403, close: 4403, detail: 'You were not let in.' },
  'name-taken': {
    status: 409,
    close: 4400,
    detail: 'Somebody here has that name, or one that looks like it. Choose another, such as your full name.'
  },
  'share-ended': { status: 410, close: 4403, detail: 'This notebook is no longer shared.' },
  locked: { status: 423, close: 4423, detail: 'Somebody else is editing that cell.' },
  'too-large': { status: 413, close: 4413, detail: 'That is too large.' },
  'not-json': { status: 415, close: 4400, detail: 'Only JSON is taken here.' },
  'too-fast': { status: 429, close: 4429, detail: 'That was too fast. Wait a little.' },
  internal: { status: 500, close: 4500, detail: 'Something went wrong on the server.' },
  'not-stored': {
    status: 507,
    close: 4507,
    detail: "The owner's server can't store changes right now. Your text is kept in this page."
  },
  'upstream-away': { status: 502, close: 4502, detail: "The owner's server does not answer." },
  'not-installed': { status: 503, close: 4503, detail: 'A part of the server is missing.' }
} as const satisfies Record<string, Row>;

/** The closed set of codes. */
export type RefusalCode = keyof typeof REFUSALS;

/** An error body, RFC 9457. */
export interface Problem {
  readonly type: `liveshare:${RefusalCode}`;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Of a list of operations, the one that failed; the first is 0. */
  readonly operation?: number;
  /** SHA-256 (hex) of a cell's source as it is now, where the request named another. */
  readonly hash?: string;
}

/** The error body of a code; `detail` replaces the table's sentence. */
export function problem(code: RefusalCode, detail?: string): Problem {
  const row = REFUSALS[code];
  return {
    type: `liveshare:${code}`,
    status: row.status,
    title: row.detail,
    detail: detail ?? row.detail
  };
}
