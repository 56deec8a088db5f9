/**
 * The kernel's open comms, and the state of its widgets, followed on IOPub: a late joiner is answered from here, also while the kernel
 * is busy, and the kernel's work doesn't grow with the number of guests. What is kept is bounded: a part of a state that doesn't fit is
 * not kept, so that a late joiner sees that widget without it until the kernel says it again; who is here hears it all the same.
 * Source: Jupyter messaging 5.4 "custom messages"; ipywidgets' widget messaging protocol 2.1 (update, echo_update, request_states).
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import { sizeOf } from './outputsLimit.ts';
import { isRecord } from '../../protocol/json.ts';

type Json = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** Where a binary part of a state belongs. */
interface Binary {
  readonly path: Path;
  readonly data: Uint8Array;
}

/** A comm. */
interface Comm {
  readonly target: string;
  state: Json;
  buffers: readonly Binary[];
  /** Bytes by key of the state. */
  readonly sizes: Map<string, number>;
  /** Whether the kernel has said its state. */
  told: boolean;
}

/** Content and buffers of a message. */
export interface CommData {
  readonly data: Json;
  readonly buffers: readonly Uint8Array[];
}

/** The target by which widget managers ask for all states. */
export const CONTROL_TARGET = 'jupyter.widget.control';
/** Target of widgets. */
export const WIDGET_TARGET = 'jupyter.widget';
/** Comms that are followed; the oldest are forgotten. */
const MAX_COMMS = 10_000;

/** The comms of one kernel. */
export class Comms {
  readonly #comms = new Map<string, Comm>();
  readonly #limit: number;
  #bytes = 0;

  /** @param limit bytes of all states that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of the states that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a comm is open. */
  has(comm: string): boolean {
    return this.#comms.has(comm);
  }

  /** Follows a message on IOPub. False: it is malformed, or none of the comms that guests know, and goes no further. */
  take({ header, content, buffers }: KernelMessage): boolean {
    const { comm_id: id, target_name: target, data } = content;
    if (typeof id !== 'string') {
      return false;
    }
    const body = isRecord(data) ? data : {};
    switch (header.msg_type) {
      case 'comm_open':
        if (typeof target !== 'string') {
          return false;
        }
        this.opened(id, target);
        this.#merge(id, body, buffers);
        return true;
      case 'comm_close':
        return this.closed(id);
      default:
        if (body['method'] === 'update_states') {
          this.#seed(body, buffers);
          return false;
        }
        this.#merge(id, body, buffers);
        return this.#comms.has(id);
    }
  }

  /** A comm is open, of whose state nothing is known yet. */
  opened(id: string, target: string): void {
    if (!this.#comms.has(id)) {
      this.#comms.set(id, { target, state: {}, buffers: [], sizes: new Map(), told: false });
      const [oldest] = this.#comms.keys();
      if (this.#comms.size > MAX_COMMS && oldest !== undefined) {
        this.closed(oldest);
      }
    }
  }

  /** A comm was closed; whether it was known. */
  closed(id: string): boolean {
    for (const bytes of this.#comms.get(id)?.sizes.values() ?? []) {
      this.#bytes -= bytes;
    }
    return this.#comms.delete(id);
  }

  /** The `comms` of a `comm_info_reply`; all of them without a target. */
  info(target: unknown): Record<string, { target_name: string }> {
    const all = [...this.#comms].filter(([, comm]) => typeof target !== 'string' || comm.target === target);
    return Object.fromEntries(all.map(([id, comm]) => [id, { target_name: comm.target }]));
  }

  /** Takes the `comms` of a `comm_info_reply`. */
  learn(comms: unknown): void {
    for (const [id, about] of isRecord(comms) ? Object.entries(comms) : []) {
      if (isRecord(about) && typeof about['target_name'] === 'string') {
        this.opened(id, about['target_name']);
      }
    }
  }

  /** Whether there are widgets of whose state nothing is known. */
  get isUnsure(): boolean {
    return [...this.#comms.values()].some(comm => comm.target === WIDGET_TARGET && !comm.told);
  }

  /** All widgets' states: the answer to `request_states`. */
  states(): CommData {
    const widgets = [...this.#comms].filter(([, comm]) => comm.target === WIDGET_TARGET && comm.told);
    const states = widgets.map(([id, { state }]) => [
      id,
      {
        model_name: state['_model_name'],
        model_module: state['_model_module'],
        model_module_version: state['_model_module_version'],
        state
      }
    ]);
    const binary = widgets.flatMap(([id, comm]) =>
      comm.buffers.map(each => ({ path: [id, 'state', ...each.path], data: each.data }))
    );
    return {
      data: {
        method: 'update_states',
        states: Object.fromEntries(states) as Json,
        buffer_paths: binary.map(each => each.path)
      },
      buffers: binary.map(each => each.data)
    };
  }

  /** One comm's state, or some keys of it, as a message of that method; null when the comm isn't open. */
  state(id: string, method: 'update' | 'echo_update', keys?: readonly string[]): CommData | null {
    const comm = this.#comms.get(id);
    if (comm === undefined) {
      return null;
    }
    const wanted = (key: unknown) => keys === undefined || keys.includes(String(key));
    const state = Object.fromEntries(Object.entries(comm.state).filter(([key]) => wanted(key)));
    const binary = comm.buffers.filter(each => wanted(each.path[0]));
    return {
      data: { method, state, buffer_paths: binary.map(each => each.path) },
      buffers: binary.map(each => each.data)
    };
  }

  /** The kernel is gone or starts anew. */
  clear(): void {
    this.#comms.clear();
    this.#bytes = 0;
  }

  #merge(id: string, data: Json, buffers: readonly Uint8Array[]): void {
    const comm = this.#comms.get(id);
    const { state, method, buffer_paths: paths } = data;
    const sets = method === undefined || method === 'update' || method === 'echo_update';
    if (comm === undefined || !isRecord(state) || !sets) {
      return;
    }
    this.#keep(comm, state, withPaths(paths, buffers));
  }

  /** Takes new values of some keys, as far as they fit. */
  #keep(comm: Comm, state: Json, binary: readonly Binary[]): void {
    comm.told = true;
    const kept = new Map(Object.entries(comm.state));
    for (const key of new Set([...Object.keys(state), ...binary.map(keyOf)])) {
      const parts = binary.filter(each => keyOf(each) === key);
      const bytes = sizeOf(state[key]) + parts.reduce((sum, { data }) => sum + data.length, 0);
      this.#bytes -= comm.sizes.get(key) ?? 0;
      comm.sizes.delete(key);
      kept.delete(key);
      comm.buffers = comm.buffers.filter(each => keyOf(each) !== key);
      if (this.#bytes + bytes <= this.#limit) {
        this.#bytes += bytes;
        comm.sizes.set(key, bytes);
        comm.buffers = [...comm.buffers, ...parts];
        if (Object.hasOwn(state, key)) {
          kept.set(key, state[key]);
        }
      }
    }
    comm.state = Object.fromEntries(kept);
  }

  #seed(data: Json, buffers: readonly Uint8Array[]): void {
    const binary = withPaths(data['buffer_paths'], buffers);
    for (const [id, about] of isRecord(data['states']) ? Object.entries(data['states']) : []) {
      if (isRecord(about) && isRecord(about['state'])) {
        const mine = binary.filter(each => each.path[0] === id);
        const named = {
          _model_name: about['model_name'],
          _model_module: about['model_module'],
          _model_module_version: about['model_module_version']
        };
        this.opened(id, WIDGET_TARGET);
        const comm = this.#comms.get(id);
        if (comm !== undefined) {
          const parts = mine.map(each => ({ path: each.path.slice(2), data: each.data }));
          this.#keep(comm, { ...named, ...about['state'] }, parts);
        }
      }
    }
  }
}

function keyOf({ path }: Binary): string {
  return String(path[0]);
}

function withPaths(paths: unknown, buffers: readonly Uint8Array[]): Binary[] {
  const known = Array.isArray(paths) ? (paths as unknown[]) : [];
  return buffers.flatMap((data, index) => {
    const path = known[index];
    return Array.isArray(path) && path.length > 0 ? [{ path: path as Path, data }] : [];
  });
}
