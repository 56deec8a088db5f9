/**
 * Rule of construction 4: a request target that isn't in canonical form is refused before routing.
 * @module
 */

/** Characters that RFC 3986 lets stand unencoded in a path segment. */
const PLAIN = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})*$/;
/** Encodings that only hide something: unreserved characters, `/`, `\`, controls. */
const HIDDEN = /%(?:3[0-9]|[46][1-9A-F]|[57][0-9A]|2D|2E|5F|7E|2F|5C|[01][0-9A-F]|7F)/;

/**
 * Whether a raw request target's path is in the one form we route: absolute, no empty, `.` or `..` segment in any
 * encoding, nothing encoded that needs no encoding, valid UTF-8 without control characters or backslashes.
 */
export function isCanonical(path: string): boolean {
  if (!path.startsWith('/')) {
    return false;
  }
  const segments = path.slice(1).split('/');
  return segments.every((segment, index) => {
    const last = index === segments.length - 1;
    return (segment !== '' || last) && isPlainSegment(segment);
  });
}

function isPlainSegment(segment: string): boolean {
  if (!PLAIN.test(segment) || HIDDEN.test(segment)) {
    return false;
  }
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) {
      return false;
    }
    throw error;
  }
  return text !== '.' && text !== '..' && !/^[^;]*;.*\.\./.test(text);
}
