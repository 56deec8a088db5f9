/**
 * IOPub messages -> nbformat outputs in a cell of the shared document, in a bounded number of updates a second.
 * Source: nbformat 4.5 "code cell outputs"; Jupyter messaging 5.4 IOPub; compared with nbclient cell by cell.
 * @module
 */
import * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { Displays, type YOutputs } from './outputsDisplays.ts';
import { Gathering, type Added, type Batch } from './outputsGather.ts';
import type { OutputLimits } from './outputsLimit.ts';
import type { TailEdit } from './outputsText.ts';
import { Timing } from './outputsTiming.ts';
import { OutputWidgets, type SendToKernel } from './outputsWidgets.ts';

/** A cell's map in the shared document. */
type YCell = Y.Map<unknown>;

/** Gives a run its cell, inside one transaction; does nothing when the cell is gone. */
export type WriteCell = (cell: string, write: (cell: YCell) => void) => void;

/** Milliseconds over which messages are gathered before they are written: a print loop costs a bounded number of updates. */
export const GATHER = 50;

/** What the writers of one kernel need. */
export interface KernelOutputsParts {
  readonly limits: OutputLimits;
  readonly send: SendToKernel;
  /** Whether times of a run go into its cell's metadata. */
  readonly recordTiming?: () => boolean;
}

/** What all runs of a kernel share: displays by id, Output widgets, limits. */
export class KernelOutputs {
  readonly limits: OutputLimits;
  readonly displays: Displays;
  readonly widgets: OutputWidgets;
  readonly recordTiming: () => boolean;

  constructor({ limits, send, recordTiming }: KernelOutputsParts) {
    this.limits = limits;
    this.displays = new Displays(limits.cellOutputBytes);
    this.widgets = new OutputWidgets(limits, send);
    this.recordTiming = recordTiming ?? (() => false);
  }

  /** Looks at every message of the kernel, before the run that it belongs to takes it. */
  observe(message: KernelMessage): void {
    this.widgets.observe(message);
  }

  /** The kernel is gone or starts anew: nothing that it made is known to the next one. */
  reset(): void {
    this.displays.clear();
    this.widgets.clear();
  }
}

/** Writes the outputs of one run. */
export class OutputWriter {
  readonly #cell: string;
  readonly #write: WriteCell;
  readonly #outputs: KernelOutputs;
  readonly #gathering: Gathering;
  readonly #timing: Timing | null;
  /** The text that the last batch left at the end, and its length then. */
  #tail: { readonly text: Y.Text; readonly length: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(cell: string, write: WriteCell, outputs: KernelOutputs) {
    this.#cell = cell;
    this.#write = write;
    this.#outputs = outputs;
    this.#gathering = new Gathering(outputs.limits);
    this.#timing = outputs.recordTiming() ? new Timing() : null;
  }

  /** Empties the cell and marks it as running. */
  start(): void {
    this.#write(this.#cell, cell => {
      this.#empty(cell);
      if (cell.get('execution_count') !== null) {
        cell.set('execution_count', null);
      }
      const metadata = cell.get('metadata');
      // Times of an earlier run would be taken for this one's.
      if (metadata instanceof Y.Map && metadata.has('execution')) {
        metadata.delete('execution');
      }
      cell.set('execution_state', 'running');
    });
  }

  /** Takes one message of the run, from any channel. */
  take(message: KernelMessage): void {
    const { header, content, parent_header: parent } = message;
    const noted = this.#timing?.note(message) === true;
    if (message.channel !== 'iopub') {
      return;
    }
    const taken =
      this.#outputs.widgets.capture(parent.msg_id ?? '', message) ||
      this.#gathering.take(header.msg_type, content);
    if (taken || noted) {
      this.#timer ??= setTimeout(() => this.flush(), GATHER);
    }
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    this.#outputs.widgets.flush();
    const batch = this.#gathering.batch();
    this.#update(batch);
    if (batch.clear || batch.tail !== null || batch.added.length > 0 || this.#timing?.changed === true) {
      this.#write(this.#cell, cell => this.#writeBatch(cell, batch));
    }
  }

  /**
   * Ends the run. The count comes only now, and with the state: JupyterLab's front ends write `idle` themselves when they see
   * a count on a running cell, all of them at once, and @jupyter/ydoc stumbles over such writes crossing ours.
   */
  end(executionCount: unknown): void {
    this.#timing?.end();
    this.flush();
    this.#write(this.#cell, cell => {
      if (typeof executionCount === 'number') {
        cell.set('execution_count', executionCount);
      }
      cell.set('execution_state', 'idle');
    });
  }

  /** Displays with an id, wherever they are shown. */
  #update({ updates }: Batch): void {
    const { displays } = this.#outputs;
    for (const [id, bundle] of updates) {
      for (const shown of displays.cells(id)) {
        this.#write(shown, cell => displays.update(id, shown, outputsOf(cell), bundle));
      }
    }
  }

  #writeBatch(cell: YCell, { clear, tail, added }: Batch): void {
    if (clear) {
      this.#empty(cell);
    }
    const outputs = outputsOf(cell);
    if (outputs !== null && tail !== null) {
      this.#goOn(outputs, tail.name, tail.edit);
    }
    if (outputs !== null && added.length > 0) {
      this.#push(outputs, added);
    }
    this.#timing?.write(cell);
  }

  /** Changes the end of the stream that is last; one of its own when that is gone. */
  #goOn(outputs: YOutputs, name: string, { removed, insert, line }: TailEdit): void {
    const last = outputs.length > 0 ? outputs.get(outputs.length - 1) : undefined;
    const text = last?.get('text');
    if (last?.get('output_type') !== 'stream' || last.get('name') !== name || !(text instanceof Y.Text)) {
      this.#push(outputs, [{ output: { output_type: 'stream', name, text: line }, id: null, size: 0 }]);
      return;
    }
    const known = text === this.#tail?.text && text.length === this.#tail.length;
    if (removed !== '' && (known || text.toString().endsWith(removed))) {
      text.delete(text.length - removed.length, removed.length);
    }
    text.insert(text.length, insert);
    this.#tail = { text, length: text.length };
  }

  #push(outputs: YOutputs, added: readonly Added[]): void {
    const first = outputs.length;
    const made = added.map(({ output }) => toY(output));
    outputs.push(made);
    made.forEach((output, index) => {
      const { id, size } = added[index] ?? { id: null, size: 0 };
      if (id === null) {
        this.#outputs.displays.replaced(this.#cell, first + index);
      } else {
        this.#outputs.displays.add(id, this.#cell, first + index, output, size);
      }
    });
    const text = made.at(-1)?.get('text');
    this.#tail = text instanceof Y.Text ? { text, length: text.length } : null;
  }

  #empty(cell: YCell): void {
    const outputs = outputsOf(cell);
    this.#outputs.displays.forget(this.#cell);
    if (outputs !== null && outputs.length > 0) {
      outputs.delete(0, outputs.length);
    }
  }
}

function outputsOf(cell: YCell): YOutputs | null {
  const outputs = cell.get('outputs');
  return outputs instanceof Y.Array ? (outputs as YOutputs) : null;
}

/** An output as documents have it: the text of a stream is shared text, everything else plain JSON. */
function toY(output: Readonly<Record<string, unknown>>): Y.Map<unknown> {
  const { text } = output;
  return new Y.Map<unknown>(
    Object.entries(typeof text === 'string' ? { ...output, text: new Y.Text(text) } : output)
  );
}
