/**
 * Error answers in words for people.
 * @module
 */

/** The sentence of an error answer: the problem's `detail`, else one for its status. */
export function detailOf(status: number, text: string): string {
  const found = fieldOf(text, 'detail');
  if (found) {
    return found;
  }
  if (status === 404) {
    return 'Live sharing is not installed on this server.';
  }
  const message = fieldOf(text, 'message');
  if (message) {
    return message;
  }
  if (status === 401 || status === 403) {
    return 'The server did not allow that.';
  }
  return status >= 502 && status <= 504
    ? 'Live sharing is not running on the server at the moment.'
    : `The server answered with an error (${status}).`;
}

/** Whether an exception means that no answer came at all. */
export function isAway(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'NetworkError');
}

/** What to show for any exception. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : String(error);
}

function fieldOf(text: string, field: string): string | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : null;
  return typeof value === 'string' && value.trim() ? value : null;
}
