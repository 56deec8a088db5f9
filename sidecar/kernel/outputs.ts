/**
 * IOPub messages -> nbformat outputs in a cell of the shared document.
 * Source: nbformat 4.5 "code cell outputs"; Jupyter messaging 5.4 IOPub; behaviour compared with nbclient.
 * @module
 */
import * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';

/** A cell's map in the shared document. */
type YCell = Y.Map<unknown>;

/** Gives a run its cell, inside one transaction; does nothing when the cell is gone. */
export type WriteCell = (cell: string, write: (cell: YCell) => void) => void;

type Content = Readonly<Record<string, unknown>>;

/** Milliseconds over which stream text is gathered before it is written: a print loop costs a bounded number of updates. */
const GATHER = 50;

/** Outputs with a display id, over all cells of a kernel, so that a later message can update them. */
export type Displays = Map<string, Y.Map<unknown>[]>;

/** Display ids that are remembered; the one set longest ago is forgotten first. */
const MAX_DISPLAYS = 2_000;

function remember(displays: Displays, id: string, output: Y.Map<unknown>): void {
  const shown = (displays.get(id) ?? []).filter(each => each._item?.deleted === false);
  displays.delete(id);
  displays.set(id, [...shown, output]);
  const [oldest] = displays.keys();
  if (displays.size > MAX_DISPLAYS && oldest !== undefined) {
    displays.delete(oldest);
  }
}

/** Writes the outputs of one run. */
export class OutputWriter {
  readonly #cell: string;
  readonly #write: WriteCell;
  readonly #displays: Displays;
  #clearNext = false;
  #stream: { name: string; text: string } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(cell: string, write: WriteCell, displays: Displays) {
    this.#cell = cell;
    this.#write = write;
    this.#displays = displays;
  }

  /** Empties the cell and marks it as running. */
  start(): void {
    this.#write(this.#cell, cell => {
      outputsOf(cell)?.delete(0, outputsOf(cell)?.length ?? 0);
      if (cell.get('execution_count') !== null) {
        cell.set('execution_count', null);
      }
      cell.set('execution_state', 'running');
    });
  }

  /** Takes one IOPub message of the run. */
  take(message: KernelMessage): void {
    const { content } = message;
    switch (message.header.msg_type) {
      case 'stream':
        this.#takeStream(String(content['name']), String(content['text']));
        return;
      case 'clear_output':
        this.#clear(content['wait'] === true);
        return;
      case 'update_display_data':
        this.flush();
        this.#update(content);
        return;
      case 'display_data':
      case 'execute_result':
      case 'error':
        this.flush();
        this.#append(toOutput(message.header.msg_type, content), displayId(content));
    }
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    const stream = this.#stream;
    this.#stream = null;
    if (stream !== null) {
      this.#write(this.#cell, cell => {
        this.#clearIfDue(cell);
        appendStream(cell, stream.name, stream.text);
      });
    }
  }

  /**
   * Ends the run. The count comes only now, and with the state: JupyterLab's front ends write `idle` themselves when they see
   * a count on a running cell, all of them at once, and @jupyter/ydoc stumbles over such writes crossing ours.
   */
  end(executionCount: unknown): void {
    this.flush();
    this.#write(this.#cell, cell => {
      if (typeof executionCount === 'number') {
        cell.set('execution_count', executionCount);
      }
      cell.set('execution_state', 'idle');
    });
  }

  #takeStream(name: string, text: string): void {
    if (this.#stream !== null && this.#stream.name !== name) {
      this.flush();
    }
    this.#stream = { name, text: (this.#stream?.text ?? '') + text };
    this.#timer ??= setTimeout(() => this.flush(), GATHER);
  }

  #clear(wait: boolean): void {
    this.flush();
    this.#clearNext = true;
    if (!wait) {
      this.#write(this.#cell, cell => this.#clearIfDue(cell));
    }
  }

  #clearIfDue(cell: YCell): void {
    if (this.#clearNext) {
      this.#clearNext = false;
      const outputs = outputsOf(cell);
      outputs?.delete(0, outputs.length);
    }
  }

  #append(output: Record<string, unknown>, id: string | null): void {
    this.#write(this.#cell, cell => {
      this.#clearIfDue(cell);
      const made = new Y.Map<unknown>(Object.entries(output));
      outputsOf(cell)?.push([made]);
      if (id !== null) {
        remember(this.#displays, id, made);
      }
    });
  }

  #update(content: Content): void {
    const shown = this.#displays.get(displayId(content) ?? '') ?? [];
    const { data, metadata } = toOutput('display_data', content);
    this.#write(this.#cell, () => {
      for (const output of shown.filter(each => each.doc !== null && each._item?.deleted === false)) {
        output.set('data', data);
        output.set('metadata', metadata);
      }
    });
  }
}

function outputsOf(cell: YCell): Y.Array<Y.Map<unknown>> | null {
  const outputs = cell.get('outputs');
  return outputs instanceof Y.Array ? (outputs as Y.Array<Y.Map<unknown>>) : null;
}

function appendStream(cell: YCell, name: string, text: string): void {
  const outputs = outputsOf(cell);
  const last = outputs !== null && outputs.length > 0 ? outputs.get(outputs.length - 1) : undefined;
  const lastText = last?.get('text');
  if (last?.get('output_type') === 'stream' && last.get('name') === name && lastText instanceof Y.Text) {
    lastText.insert(lastText.length, text);
    return;
  }
  outputs?.push([
    new Y.Map<unknown>(Object.entries({ output_type: 'stream', name, text: new Y.Text(text) }))
  ]);
}

function toOutput(type: string, content: Content): Record<string, unknown> {
  if (type === 'error') {
    const { ename, evalue, traceback } = content;
    return { output_type: 'error', ename, evalue, traceback };
  }
  const output = { output_type: type, data: content['data'] ?? {}, metadata: content['metadata'] ?? {} };
  return type === 'execute_result'
    ? { ...output, execution_count: content['execution_count'] ?? null }
    : output;
}

function displayId(content: Content): string | null {
  const transient = content['transient'];
  if (typeof transient !== 'object' || transient === null) {
    return null;
  }
  const id: unknown = (transient as Record<string, unknown>)['display_id'];
  return typeof id === 'string' ? id : null;
}
