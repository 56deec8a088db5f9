/**
 * Output widgets: what a cell prints `with out:` goes into the widget's state, not under the cell. Front ends do that for the
 * runs they ask for; for ours there is none, so it is done here, and the kernel is told as a front end would tell it.
 * Source: @jupyter-widgets/output (`OutputModel`, traits `msg_id` and `outputs`), ipywidgets' comm protocol 2 ("update").
 * @module
 */
import { isRecord } from '../../protocol/json.ts';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { Gathering, type Batch, type Output } from './outputsGather.ts';
import type { OutputLimits } from './outputsLimit.ts';

/** Sends a message of our own on the kernel's shell channel. */
export type SendToKernel = (type: string, content: Record<string, unknown>) => unknown;

interface Widget {
  readonly comm: string;
  outputs: Output[];
  gathering: Gathering;
  /** The run that it captures. */
  run: string;
}

/** Widgets that are known at a time; a kernel that makes more of them captures no more. */
const MAX_WIDGETS = 1_000;

/** The Output widgets of one kernel. */
export class OutputWidgets {
  readonly #limits: OutputLimits;
  readonly #send: SendToKernel;
  readonly #widgets = new Map<string, Widget>();
  /** Widgets that capture a run, the innermost last. */
  readonly #capturing = new Map<string, Widget[]>();
  readonly #changed = new Set<Widget>();

  constructor(limits: OutputLimits, send: SendToKernel) {
    this.#limits = limits;
    this.#send = send;
  }

  /** Looks at a message of the kernel's, whoever's run it belongs to. */
  observe({ channel, header, content }: KernelMessage): void {
    const comm = content['comm_id'];
    if (channel !== 'iopub' || typeof comm !== 'string') {
      return;
    }
    const data = recordOf(content['data']);
    if (header.msg_type === 'comm_open' && content['target_name'] === 'jupyter.widget') {
      const state = recordOf(data['state']);
      if (state['_model_name'] === 'OutputModel') {
        this.#open(comm, state);
      }
    } else if (header.msg_type === 'comm_msg' && data['method'] === 'update') {
      this.#setState(comm, recordOf(data['state']));
    } else if (header.msg_type === 'comm_close') {
      this.#close(comm);
    }
  }

  /** Takes an output message of a run when a widget captures it. */
  capture(run: string, message: KernelMessage): boolean {
    const widget = this.#capturing.get(run)?.at(-1);
    if (widget?.gathering.take(message.header.msg_type, message.content) !== true) {
      return false;
    }
    this.#changed.add(widget);
    return true;
  }

  /** Tells the kernel what has been captured. */
  flush(): void {
    for (const widget of this.#changed) {
      widget.outputs = applyBatch(widget.outputs, widget.gathering.batch());
      const state = { outputs: widget.outputs };
      this.#send('comm_msg', { comm_id: widget.comm, data: { method: 'update', state, buffer_paths: [] } });
    }
    this.#changed.clear();
  }

  /** Forgets all: the kernel that made them is gone. */
  clear(): void {
    this.#widgets.clear();
    this.#capturing.clear();
    this.#changed.clear();
  }

  #open(comm: string, state: Readonly<Record<string, unknown>>): void {
    if (this.#widgets.size >= MAX_WIDGETS) {
      return;
    }
    const made: Widget = { comm, outputs: [], gathering: new Gathering(this.#limits), run: '' };
    this.#widgets.set(comm, made);
    this.#setState(comm, state);
  }

  #setState(comm: string, state: Readonly<Record<string, unknown>>): void {
    const widget = this.#widgets.get(comm);
    if (widget === undefined) {
      return;
    }
    if (Array.isArray(state['outputs'])) {
      widget.outputs = state['outputs'].map(recordOf);
      widget.gathering = new Gathering(this.#limits);
      this.#changed.delete(widget);
    }
    if (typeof state['msg_id'] === 'string') {
      this.#release(widget);
      if (state['msg_id'] !== '') {
        widget.run = state['msg_id'];
        this.#capturing.set(widget.run, [...(this.#capturing.get(widget.run) ?? []), widget]);
      }
    }
  }

  #close(comm: string): void {
    const widget = this.#widgets.get(comm);
    if (widget !== undefined) {
      this.#release(widget);
      this.#widgets.delete(comm);
      this.#changed.delete(widget);
    }
  }

  #release(widget: Widget): void {
    const rest = (this.#capturing.get(widget.run) ?? []).filter(each => each !== widget);
    if (rest.length === 0) {
      this.#capturing.delete(widget.run);
    } else {
      this.#capturing.set(widget.run, rest);
    }
    widget.run = '';
  }
}

/** A list of outputs after a batch; displays by id don't reach into widgets. */
export function applyBatch(outputs: readonly Output[], { clear, tail, added }: Batch): Output[] {
  const kept = clear ? [] : [...outputs];
  const last = kept.at(-1);
  if (tail !== null) {
    const { removed, insert, line } = tail.edit;
    const text = typeof last?.['text'] === 'string' ? last['text'] : '';
    if (last?.['output_type'] === 'stream' && last['name'] === tail.name && text.endsWith(removed)) {
      kept[kept.length - 1] = { ...last, text: text.slice(0, text.length - removed.length) + insert };
    } else {
      kept.push({ output_type: 'stream', name: tail.name, text: line });
    }
  }
  return [...kept, ...added.map(each => each.output)];
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
