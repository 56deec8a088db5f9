/**
 * The text of a stream as a terminal's last line shows it: carriage returns go back to the line's beginning, backspaces take
 * a character away, what follows overwrites. JupyterLab shows streams like that (@jupyterlab/outputarea, `processText`).
 * However a text is split into pieces, the result is the same.
 * @module
 */

/** What has become of the end of a text: `removed` gave way to `insert`. */
export interface TailEdit {
  readonly removed: string;
  readonly insert: string;
  /** Everything from the beginning of the line that was last: what there is to show when the text before it has gone. */
  readonly line: string;
}

/** Runs of plain characters, and the three that move. */
const PIECES = /[^\n\r\b]+|[\n\r\b]/g;
const MOVES = /[\r\b]/;

/** A growing text. Only its last line can still change, so only that is kept. */
export class StreamText {
  /** The last line as it was at the last `take`. */
  #shown = '';
  /** Lines finished since then. */
  #done = '';
  #line = '';
  /** Where in the line the next character goes, UTF-16 units. */
  #column = 0;

  /** By how much the text is longer than at the last `take`, UTF-16 units; may be negative. */
  get growth(): number {
    return this.#done.length + this.#line.length - this.#shown.length;
  }

  /** Adds text. */
  write(text: string): void {
    if (this.#column === this.#line.length && !MOVES.test(text)) {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) {
        this.#done += this.#line + text.slice(0, end);
        this.#line = '';
      }
      this.#line += text.slice(end);
      this.#column = this.#line.length;
      return;
    }
    for (const [piece] of text.matchAll(PIECES)) {
      this.#piece(piece);
    }
  }

  /** What has changed since the last time. */
  take(): TailEdit {
    const now = this.#done + this.#line;
    const same = commonStart(this.#shown, now);
    const edit = { removed: this.#shown.slice(same), insert: now.slice(same), line: now };
    this.#shown = this.#line;
    this.#done = '';
    return edit;
  }

  #piece(piece: string): void {
    switch (piece) {
      case '\n':
        this.#done += `${this.#line}\n`;
        this.#line = '';
        this.#column = 0;
        return;
      case '\r':
        this.#column = 0;
        return;
      case '\b': {
        const from = this.#column - unitsBefore(this.#line, this.#column);
        this.#line = this.#line.slice(0, from) + this.#line.slice(this.#column);
        this.#column = from;
        return;
      }
      default:
        this.#put(piece);
    }
  }

  #put(text: string): void {
    const end = this.#column === this.#line.length ? this.#column : skip(this.#line, this.#column, text);
    this.#line = this.#line.slice(0, this.#column) + text + this.#line.slice(end);
    this.#column += text.length;
  }
}

/** Units of the character that ends at a position: two for a surrogate pair. */
function unitsBefore(line: string, position: number): number {
  return position === 0 ? 0 : position > 1 && (line.codePointAt(position - 2) ?? 0) > 0xffff ? 2 : 1;
}

/** The position that as many characters further on as a text has. */
function skip(line: string, from: number, text: string): number {
  let position = from;
  for (let index = 0; index < text.length && position < line.length; index += unitsAt(text, index)) {
    position += unitsAt(line, position);
  }
  return position;
}

function unitsAt(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}

/** Length of what two texts begin with, never half a surrogate pair. */
function commonStart(before: string, after: string): number {
  if (after.startsWith(before)) {
    return before.length;
  }
  let same = 0;
  while (same < before.length && before[same] === after[same]) {
    same++;
  }
  return same > 0 && unitsAt(before, same - 1) === 2 ? same - 1 : same;
}
