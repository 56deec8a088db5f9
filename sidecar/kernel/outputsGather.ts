/**
 * Output messages of some milliseconds -> one batch of changes to a list of nbformat outputs, so that a burst costs as much as a
 * message. What a batch would write and take away again is never written.
 * Source: Jupyter messaging 5.4 "stream", "display_data", "update_display_data", "execute_result", "error", "clear_output";
 * nbformat 4.5 "code cell outputs".
 * @module
 */
import {
  bundleOf,
  bundleSize,
  errorOutput,
  fullNotice,
  noRoom,
  OVERHEAD,
  sizeOf,
  type Bundle,
  type OutputLimits
} from './outputsLimit.ts';
import { StreamText, type TailEdit } from './outputsText.ts';

/** An nbformat output. */
export type Output = Readonly<Record<string, unknown>>;

/** An output to be added. */
export interface Added {
  readonly output: Output;
  /** Display id, by which later messages can change it. */
  readonly id: string | null;
  readonly size: number;
}

/** Changes to a list of outputs, in this order. */
export interface Batch {
  /** Displays with these ids change, wherever they are. */
  readonly updates: ReadonlyMap<string, Bundle>;
  /** The list is emptied. */
  readonly clear: boolean;
  /** The stream that was last goes on. */
  readonly tail: { readonly name: string; readonly edit: TailEdit } | null;
  /** Outputs come at the end. */
  readonly added: readonly Added[];
}

interface Stream {
  readonly name: string;
  readonly text: StreamText;
}
type Waiting =
  { kind: 'stream'; stream: Stream } | { kind: 'output'; output: Output; id: string | null; size: number };
type Content = Readonly<Record<string, unknown>>;

/** Units of a stream's text that are looked at before the limit is. */
const PIECE = 65_536;

/** Gathers the messages of one list of outputs. */
export class Gathering {
  readonly #limits: OutputLimits;
  #waiting: Waiting[] = [];
  #updates = new Map<string, Bundle>();
  #clear = false;
  #clearNext = false;
  /** The stream at the end of the list as of the last batch, which may go on or have gone on. */
  #tail: Stream | null = null;
  /** The stream at the end of the list as it will be. */
  #last: Stream | null = null;
  #size = 0;
  #full = false;

  constructor(limits: OutputLimits) {
    this.#limits = limits;
  }

  /** Takes a message; whether it may have changed something. */
  take(type: string, content: Content): boolean {
    switch (type) {
      case 'stream':
        this.#takeStream(String(content['name']), String(content['text'] ?? ''));
        return true;
      case 'clear_output':
        this.#clearNext = true;
        if (content['wait'] !== true) {
          this.#clearIfDue();
        }
        return true;
      case 'display_data':
      case 'execute_result':
        this.#takeDisplay(type, content);
        return true;
      case 'update_display_data':
        this.#update(displayId(content), bundleOf(content, this.#limits.outputBytes));
        return true;
      case 'error':
        this.#clearIfDue();
        this.#add(errorOutput(content, this.#limits.outputBytes), null, 0);
        return true;
      default:
        return false;
    }
  }

  /** What has gathered since the last time. */
  batch(): Batch {
    const edit = this.#tail?.text.take() ?? null;
    const batch = {
      updates: this.#updates,
      clear: this.#clear,
      tail: this.#tail === null || edit === null || isNothing(edit) ? null : { name: this.#tail.name, edit },
      added: this.#waiting.map(toAdded)
    };
    this.#tail = this.#last;
    this.#updates = new Map();
    this.#waiting = [];
    this.#clear = false;
    return batch;
  }

  #clearIfDue(): void {
    if (this.#clearNext) {
      this.#clearNext = false;
      this.#clear = true;
      this.#waiting = [];
      this.#tail = null;
      this.#last = null;
      this.#size = 0;
      this.#full = false;
    }
  }

  #takeStream(name: string, text: string): void {
    if (text === '') {
      return;
    }
    this.#clearIfDue();
    if (this.#full) {
      return;
    }
    if (this.#last?.name !== name) {
      this.#last = { name, text: new StreamText() };
      this.#waiting.push({ kind: 'stream', stream: this.#last });
      this.#size += OVERHEAD;
    }
    const stream = this.#last.text;
    let from = 0;
    while (from < text.length && !this.#full) {
      const to = from + PIECE + (splitsPair(text, from + PIECE) ? 1 : 0);
      const before = stream.growth;
      stream.write(text.slice(from, to));
      this.#grow(stream.growth - before);
      from = to;
    }
  }

  #takeDisplay(type: string, content: Content): void {
    this.#clearIfDue();
    const id = displayId(content);
    const bundle = bundleOf(content, this.#limits.outputBytes);
    // As JupyterLab does: a display with an id that is shown already changes that one, too.
    this.#update(id, bundle);
    if (!this.#full) {
      const count = type === 'execute_result' ? { execution_count: content['execution_count'] ?? null } : {};
      const size = bundleSize(bundle);
      this.#grow(size);
      if (!this.#full) {
        this.#add({ output_type: type, ...bundle, ...count }, id, size);
      }
    }
  }

  #add(output: Output, id: string | null, size: number): void {
    this.#last = null;
    this.#waiting.push({ kind: 'output', output, id, size });
  }

  #update(id: string | null, bundle: Bundle): void {
    if (id === null) {
      return;
    }
    this.#updates.set(id, bundle);
    this.#waiting = this.#waiting.map(each => {
      if (each.kind !== 'output' || each.id !== id) {
        return each;
      }
      const size = bundleSize(bundle);
      const fits = this.#size - each.size + size <= this.#limits.cellOutputBytes;
      this.#size += fits ? size - each.size : 0;
      const shown = fits ? bundle : noRoom(this.#limits.cellOutputBytes);
      return { ...each, output: { ...each.output, ...shown }, size: fits ? size : each.size };
    });
  }

  #grow(size: number): void {
    this.#size += size;
    if (this.#size > this.#limits.cellOutputBytes) {
      this.#full = true;
      const text = `${fullNotice(this.#limits.cellOutputBytes)}\n`;
      this.#add({ output_type: 'stream', name: 'stderr', text }, null, OVERHEAD + sizeOf(text));
    }
  }
}

function isNothing({ removed, insert }: TailEdit): boolean {
  return removed === '' && insert === '';
}

/** Whether a position is inside a surrogate pair. */
function splitsPair(text: string, position: number): boolean {
  return position > 0 && (text.codePointAt(position - 1) ?? 0) > 0xffff;
}

function toAdded(waiting: Waiting): Added {
  if (waiting.kind === 'output') {
    return waiting;
  }
  const { name, text } = waiting.stream;
  return { output: { output_type: 'stream', name, text: text.take().insert }, id: null, size: 0 };
}

/** The display id of a message; null when it has none. */
function displayId(content: Content): string | null {
  const transient = content['transient'];
  if (typeof transient !== 'object' || transient === null) {
    return null;
  }
  const id: unknown = (transient as Record<string, unknown>)['display_id'];
  return typeof id === 'string' && id !== '' ? id : null;
}
