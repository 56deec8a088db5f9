/**
 * The Jupyter Server as the parts know it.
 * @module
 */
import type { Config } from '../config.ts';
import { Contents } from '../upstream/contents.ts';
import { Events } from '../upstream/events.ts';
import { Internal } from '../upstream/internal.ts';
import { Jupyter } from '../upstream/jupyter.ts';
import { Kernels } from '../upstream/kernel.ts';
import { Terminals } from '../upstream/terminal.ts';

/** The Jupyter Server. */
export function upstream(config: Config) {
  const jupyter = new Jupyter(config.upstream);
  return {
    jupyter,
    contents: new Contents(jupyter),
    internal: new Internal(jupyter),
    events: new Events(jupyter),
    kernels: new Kernels(jupyter),
    openTerminals: new Terminals(jupyter)
  };
}
